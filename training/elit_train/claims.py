"""Measures the paper's claims on trained networks: `python -m elit_train.claims --model public/models/emoji-128`.

Every figure is the flow loss on the same samples, times and noise, so that two figures differ by the network, the
budget or the latents alone: the loss at every budget, and what happens when other latents than the first k are
kept. Several `--run` checkpoints are put in one table.

`--seeds 0 1` trains ELIT, ELIT with one budget and plain SiT with each seed first, and writes all claims with intervals
into docs/results.md; it can be stopped and given again at any time. It needs `latents`, an autoencoder and `features`.
"""

import argparse
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from elit_train import train
from elit_train.catalogue import KnownNames
from elit_train.claims_orders import ORDERS, latents_in_order
from elit_train.claims_seeds import BUDGETS, Plan, run_cells
from elit_train.claims_table import interval_of_mean, write_results
from elit_train.errors import TrainingError, run_command
from elit_train.files import write_whole
from elit_train.flow import validation_losses
from elit_train.labels import Vocabulary
from elit_train.latents import load_latents, refuse_other_autoencoder
from elit_train.model.elit import Network
from elit_train.pictures import Pictures
from elit_train.published import load_published
from elit_train.splits import PAIR, TRAIN

RESULTS = Path("docs/results.md")
QUICK = {"shape": "tiny", "steps": 4, "batch": 4, "samples": 8, "draws": 6, "sampling_steps": 5}
KEPT = (2, 4, 8)  # latents a group that are kept when asking which


def mean_with_interval(values: Tensor) -> dict[str, float]:
    """See `interval_of_mean`, as the report has it."""
    return dict(zip(("value", "low", "high"), (round(one, 5) for one in interval_of_mean(values)), strict=True))


def budget_curve(network: Network, latents: Tensor, classes: Tensor) -> dict[str, dict]:
    """The loss at every budget, and how much it is above that of the full budget (paired)."""
    full = network.config.latents
    losses = {k: validation_losses(network, latents, classes, k) for k in BUDGETS if k <= full}
    return {
        str(k): {"loss": mean_with_interval(loss), "above_full": mean_with_interval(loss - losses[full])}
        for k, loss in losses.items()
    }


def importance(network: Network, latents: Tensor, classes: Tensor) -> dict[str, dict]:
    """The loss when k latents a group are kept: the first (tail dropped), the last (head dropped), or random ones."""
    full = network.config.latents
    report = {}
    for k in (k for k in KEPT if k < full):
        losses = {}
        for name, order in ORDERS.items():
            with latents_in_order(network, order(full)):
                losses[name] = validation_losses(network, latents, classes, k)
        report[str(k)] = {name: mean_with_interval(loss) for name, loss in losses.items()}
        for name in ("last", "random"):
            report[str(k)][f"{name}_above_first"] = mean_with_interval(losses[name] - losses["first"])
    return report


def networks(options: argparse.Namespace) -> Iterator[tuple[str, Network, Vocabulary]]:
    """Every network that was asked for, with its name and labels."""
    for folder in options.model or ():
        published = load_published(folder)
        yield folder.name, published.network(), published.vocabulary
    for path, rate in itertools.product(options.run or (), options.average or (None,)):
        network, vocabulary, state = train.load(path, options.data, rate)
        refuse_other_autoencoder(state.get("autoencoder"), path, options.data)
        of = "" if rate is None else f", average {rate}"
        yield f"{path.parent.name} ({state['samples_seen']} samples{of})", network, vocabulary


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="elit_train.claims", description="Measure the paper's claims.")
    parser.add_argument("--model", type=Path, nargs="+", help="model folders")
    parser.add_argument("--run", type=Path, nargs="+", help="checkpoints of training runs")
    parser.add_argument(
        "--average", type=float, nargs="+", help="rates of a run's averaged weights, each measured (default: slowest)"
    )
    parser.add_argument("--seeds", type=int, nargs="+", help="train the claims' networks with these seeds and compare")
    parser.add_argument("--runs", type=Path, default=Path("training/runs/claims"), help="where --seeds trains")
    parser.add_argument("--autoencoder", type=Path, default=Path("training/runs/autoencoder/autoencoder.pt"))
    parser.add_argument("--features", type=Path, default=Path("training/runs/features/features.pt"))
    parser.add_argument("--results", type=Path, default=RESULTS, help="where --seeds writes its table")
    parser.add_argument("--steps", type=int, default=Plan.steps, help="of each training run of --seeds")
    parser.add_argument("--quick", action="store_true", help="--seeds with tiny networks, to see that it works")
    parser.add_argument("--data", type=Path, default=Path("training/data/emoji-128"))
    parser.add_argument("--split", choices=(TRAIN, PAIR), default=PAIR)
    parser.add_argument("--samples", type=int, default=512)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, help="write the report there as JSON, too")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    pictures = Pictures(options.data)
    split = PAIR if options.seeds else options.split
    rows = pictures.rows(split)
    if len(rows) < 2:
        raise TrainingError(f"{options.data} has {len(rows)} pictures of the split {split}; claims need at least two")
    if options.seeds:
        if options.quick and options.results == RESULTS:
            raise TrainingError("--quick only shows that it works: say with --results where its table is to go")
        plan = Plan(options.data, options.autoencoder, options.features, options.runs, threads=options.threads)
        plan = replace(plan, **(QUICK if options.quick else {"steps": options.steps}))
        write_results(options.results, plan, options.seeds, run_cells(plan, options.seeds))
        print(f"wrote {options.results}")
        return
    latents = load_latents(options.data, len(pictures))
    rows = rows[torch.linspace(0, len(rows) - 1, min(options.samples, len(rows))).long()]
    report = {"split": options.split, "networks": {}}
    for name, network, vocabulary in networks(options):
        known = KnownNames(vocabulary.subjects)
        names = [(known.find(pictures.pictures[row]["subject"]), row) for row in rows.tolist()]
        kept = [(name, row) for name, row in names if name is not None]
        if len(kept) < 2:
            raise TrainingError(f"{name} knows {len(kept)} of the pictures' subjects; it was made from other data")
        classes = vocabulary.labels((one, pictures.pictures[row]["style"]) for one, row in kept)
        chosen = latents[torch.tensor([row for _, row in kept])]
        if network.config.group:
            found = {"budgets": budget_curve(network, chosen, classes), "kept": importance(network, chosen, classes)}
        else:
            found = {"loss": mean_with_interval(validation_losses(network, chosen, classes, None))}
        report["networks"][name] = {"samples": len(kept), **found}
    text = json.dumps(report, indent=1)
    if options.out:
        write_whole(options.out, text + "\n")
    print(text)


if __name__ == "__main__":
    run_command("elit_train.claims", main)
