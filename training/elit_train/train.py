"""Trains ELIT-SiT, or plain SiT, on encoded pictures: `python -m elit_train.train`.

One budget a step, drawn for the whole batch, makes one network serve every budget (`--budgets 1 16`); `--budgets
16 16` trains the full one only; `--plain` is the baseline without the latent interface. `--warm-start` begins from
a model folder of the same shape. The same command goes on where it was stopped; raise `--steps` to go further.
"""

import argparse
import sys
from dataclasses import asdict, replace
from pathlib import Path

import torch
from torch import Tensor

from elit_train import checkpoint
from elit_train.catalogue import slug, squash
from elit_train.errors import TrainingError, run_command
from elit_train.flow import Budgets, FlowLoss
from elit_train.labels import Dropout, FactoredLabels, Vocabulary
from elit_train.latents import load_latents
from elit_train.loop import LoopConfig, Trainer
from elit_train.model.config import NetworkConfig
from elit_train.model.elit import Network
from elit_train.pictures import Pictures
from elit_train.processes import join_processes, training_device
from elit_train.published import LABEL_TABLE, load_published
from elit_train.splits import PAIR, SUBJECT, TRAIN

KIND = "network"
SHAPES = {
    "emoji-128": {"hidden": 256, "heads": 4, "depth": 12, "head_blocks": 1, "tail_blocks": 1},
    "claims": {"hidden": 128, "heads": 4, "depth": 6, "head_blocks": 1, "tail_blocks": 1},
    "tiny": {"hidden": 32, "heads": 2, "depth": 3, "head_blocks": 1, "tail_blocks": 1},
}
WINDOW = 4


def shape(name: str, latents: Tensor, classes: int, plain: bool, patch: int = 2) -> NetworkConfig:
    """The configuration of a named shape for latents [N, C, side, side]."""
    sizes = SHAPES[name]
    between = sizes["depth"] - sizes["head_blocks"] - sizes["tail_blocks"]
    config = NetworkConfig(
        **sizes,
        core_blocks=between,
        grid=latents.shape[-1] // patch,
        patch=patch,
        in_channels=latents.shape[1],
        num_classes=classes,
        group=WINDOW,
    )
    return replace(config, head_blocks=0, core_blocks=0, tail_blocks=0, group=0) if plain else config


def classes_of(pictures: Pictures, vocabulary: Vocabulary) -> Tensor:
    """The class number of every picture, in the manifest's order."""
    return torch.tensor([vocabulary.class_of(picture["subject"], picture["style"]) for picture in pictures.pictures])


def warm_start(model: Network, labels: FactoredLabels, folder: Path) -> int:
    """Takes over the weights of a model folder; returns the number of concepts whose label it knew."""
    source = load_published(folder)
    mine, theirs = replace(model.config, num_classes=0), replace(source.config, num_classes=0)
    if mine != theirs:
        raise TrainingError(f"{folder} has the shape {theirs}, which is not {mine}; choose the same --shape")
    weights = {name: tensor for name, tensor in source.weights.items() if name != LABEL_TABLE}
    model.load_state_dict(weights, strict=False)
    names = {squash(slug(name)): name for name in source.vocabulary.subjects}
    aliases = {name: names.get(squash(slug(name)), name) for name in labels.vocabulary.subjects}
    return labels.take(source.weights[LABEL_TABLE], source.vocabulary, aliases)


def load(path: Path, rate: float | None = None) -> tuple[Network, Vocabulary, dict]:
    """The network of a checkpoint with averaged weights (the slowest rate unless given), and the checkpoint."""
    state = checkpoint.load(path, KIND)
    vocabulary = Vocabulary.from_json(state["about"]["labels"])
    config = NetworkConfig.from_json(state["about"]["config"])
    model = Network(config, FactoredLabels(vocabulary, config.hidden))
    averages = state["averages"]
    key = str(rate) if rate is not None else max(averages, key=float)
    if key not in averages:
        raise TrainingError(f"{path} keeps averages at {', '.join(averages)}, not {key}")
    model.load_state_dict({**state["model"], **averages[key]})
    return model.eval(), vocabulary, state


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command's options."""
    parser = argparse.ArgumentParser(prog="elit_train.train", description="Train ELIT-SiT on encoded pictures.")
    parser.add_argument("--data", type=Path, default=Path("training/data/emoji-128"))
    parser.add_argument("--out", type=Path, default=Path("training/runs/network"))
    parser.add_argument("--shape", choices=SHAPES, default="emoji-128")
    parser.add_argument("--plain", action="store_true", help="SiT: no latent interface, no budgets")
    parser.add_argument("--budgets", type=int, nargs=2, default=(1, WINDOW**2), metavar=("SMALLEST", "LARGEST"))
    parser.add_argument("--all-pictures", action="store_true", help="train on the held-out pictures, too")
    parser.add_argument("--warm-start", type=Path, help="a model folder to begin from")
    parser.add_argument("--steps", type=int, default=30_000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--accumulate", type=int, default=1, help="batches an optimizer step adds up")
    parser.add_argument("--learning-rate", type=float, default=6e-4)
    parser.add_argument("--warmup", type=int, default=200)
    parser.add_argument("--cooldown", type=int, default=5_000, help="last steps, over which the rate falls to 0")
    parser.add_argument("--averages", type=float, nargs="+", default=(0.999, 0.9999))
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--float32", action="store_true", help="compute in float32 instead of bfloat16")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    options = parse(arguments)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    processes = join_processes()
    pictures, latents = Pictures(options.data), load_latents(options.data)
    vocabulary = Vocabulary.from_manifest(pictures.manifest)
    config = shape(options.shape, latents, vocabulary.null, options.plain)
    labels = FactoredLabels(vocabulary, config.hidden)
    model = Network(config, labels)
    if options.warm_start:
        found = warm_start(model, labels, options.warm_start)
        print(f"warm start: {found} of {len(vocabulary.subjects)} concepts were known", file=sys.stderr)
    model.to(training_device())
    rows = pictures.rows(TRAIN, SUBJECT, PAIR) if options.all_pictures else pictures.rows()
    loss = FlowLoss(
        model,
        latents[rows],
        classes_of(pictures, vocabulary)[rows],
        vocabulary,
        None if options.plain else Budgets(*options.budgets),
        Dropout(),
    )
    settings = LoopConfig(
        steps=options.steps,
        batch=options.batch,
        learning_rate=options.learning_rate,
        warmup=options.warmup,
        cooldown=options.cooldown,
        accumulate=options.accumulate,
        averages=tuple(options.averages),
        bfloat16=not options.float32,
        seed=options.seed,
        save_minutes=options.save_minutes,
    )
    about = {"config": config.to_json(), "labels": asdict(vocabulary), "budgets": tuple(options.budgets)}
    trainer = Trainer(model, loss, len(rows), settings, options.out, KIND, about, processes)
    trainer.resume()
    trainer.run()


if __name__ == "__main__":
    run_command("elit_train.train", main)
