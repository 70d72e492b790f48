"""Measures the paper's claims on trained networks: `python -m elit_train.claims --model public/models/emoji-128`.

Every figure is the flow loss on the same samples, times and noise, so that two figures differ by the network, the
budget or the latents alone: the loss at every budget, and what happens when other latents than the first k are
kept. Several `--run` checkpoints are put in one table.

`--seeds 0 1` trains ELIT, ELIT with one budget and plain SiT with each seed first, and writes all claims with intervals
into docs/results.md; it can be stopped and given again at any time. It needs `latents`, an autoencoder and `features`.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from elit_train import train
from elit_train.catalogue import slug, squash
from elit_train.claims_orders import ORDERS, latents_in_order
from elit_train.claims_seeds import Plan, run_cells
from elit_train.claims_table import write_results
from elit_train.errors import TrainingError, run_command
from elit_train.flow import validation_losses
from elit_train.labels import Vocabulary
from elit_train.latents import load_latents, refuse_other_autoencoder
from elit_train.model.elit import Network
from elit_train.pictures import Pictures
from elit_train.published import load_published
from elit_train.splits import PAIR, TRAIN

BUDGETS = (1, 2, 4, 8, 12, 16)
QUICK = {"shape": "tiny", "steps": 4, "batch": 4, "samples": 8, "draws": 6, "sampling_steps": 5}
KEPT = (2, 4, 8)  # latents a group that are kept when asking which


def mean_with_interval(values: Tensor) -> dict[str, float]:
    """Mean of [N] values with the 95 % interval of the mean (normal approximation)."""
    half = 1.96 * values.std().item() / len(values) ** 0.5
    mean = values.mean().item()
    return {"value": round(mean, 5), "low": round(mean - half, 5), "high": round(mean + half, 5)}


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
    for path in options.run or ():
        network, vocabulary, state = train.load(path, options.data)
        refuse_other_autoencoder(state.get("autoencoder"), path, options.data)
        yield f"{path.parent.name} ({state['samples_seen']} samples)", network, vocabulary


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="elit_train.claims", description="Measure the paper's claims.")
    parser.add_argument("--model", type=Path, nargs="+", help="model folders")
    parser.add_argument("--run", type=Path, nargs="+", help="checkpoints of training runs")
    parser.add_argument("--seeds", type=int, nargs="+", help="train the claims' networks with these seeds and compare")
    parser.add_argument("--runs", type=Path, default=Path("training/runs/claims"), help="where --seeds trains")
    parser.add_argument("--autoencoder", type=Path, default=Path("training/runs/autoencoder/autoencoder.pt"))
    parser.add_argument("--features", type=Path, default=Path("training/runs/features/features.pt"))
    parser.add_argument("--results", type=Path, default=Path("docs/results.md"), help="where --seeds writes its table")
    parser.add_argument("--steps", type=int, default=Plan.steps, help="of each training run of --seeds")
    parser.add_argument("--quick", action="store_true", help="--seeds with tiny networks, to see that it works")
    parser.add_argument("--data", type=Path, default=Path("training/data/emoji-128"))
    parser.add_argument("--split", choices=(TRAIN, PAIR), default=PAIR)
    parser.add_argument("--samples", type=int, default=512)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, help="write the report there as JSON, too")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    if options.seeds:
        plan = Plan(options.data, options.autoencoder, options.features, options.runs, threads=options.threads)
        plan = replace(plan, **(QUICK if options.quick else {"steps": options.steps}))
        write_results(options.results, plan, options.seeds, run_cells(plan, options.seeds))
        print(f"wrote {options.results}")
        return
    pictures = Pictures(options.data)
    latents = load_latents(options.data, len(pictures))
    rows = pictures.rows(options.split)
    rows = rows[torch.linspace(0, len(rows) - 1, min(options.samples, len(rows))).long()]
    report = {"split": options.split, "networks": {}}
    for name, network, vocabulary in networks(options):
        known = {squash(slug(subject)): subject for subject in vocabulary.subjects}
        labels = [(squash(slug(pictures.pictures[row]["subject"])), row) for row in rows.tolist()]
        kept = [(known[subject], row) for subject, row in labels if subject in known]
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
        options.out.write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    run_command("elit_train.claims", main)
