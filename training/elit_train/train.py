"""Trains ELIT-SiT, or plain SiT, on encoded pictures: `python -m elit_train.train`.

One budget a step, drawn for the whole batch, makes one network serve every budget (`--budgets 1 16`), the full one
more often if `--largest-share` says so; `--budgets 16 16` trains the full one only; `--plain` is the baseline without
the latent interface. `--warm-start` begins from a model folder of the same shape. The same command goes on where it
was stopped; raise `--steps` to go further.
"""

import argparse
import sys
from dataclasses import asdict, replace
from pathlib import Path

import torch
from torch import Tensor

from elit_train import checkpoint
from elit_train.catalogue import KnownNames
from elit_train.compiled import compile_blocks
from elit_train.contact_sheet import sheets_while_training
from elit_train.errors import TrainingError, run_command
from elit_train.flow import Budgets, Draw, FlowLoss
from elit_train.labels import ClassDraw, Dropout, FactoredLabels, Vocabulary
from elit_train.latents import autoencoder_of, load_latents, refuse_other_autoencoder
from elit_train.loop import LoopConfig, Trainer
from elit_train.model.config import NetworkConfig
from elit_train.model.elit import Network
from elit_train.optimizers import OPTIMIZERS
from elit_train.pictures import Pictures
from elit_train.precision import computes_bfloat16
from elit_train.processes import Processes, joined_processes, training_device
from elit_train.prompts import Prompts, load_prompts
from elit_train.published import LABEL_TABLE, load_published
from elit_train.splits import PAIR, SUBJECT, TRAIN
from elit_train.text_labels import PhraseDraw, TextDropout, TextLabels, TextVocabulary
from elit_train.train_autoencoder import load as load_autoencoder
from elit_train.warm_start import WarmStart, load_warm_start

KIND = "network"
SHAPES = {
    "emoji-128": {"hidden": 256, "heads": 4, "depth": 12, "head_blocks": 1, "tail_blocks": 1},
    "claims": {"hidden": 128, "heads": 4, "depth": 6, "head_blocks": 1, "tail_blocks": 1},
    "tiny": {"hidden": 32, "heads": 2, "depth": 3, "head_blocks": 1, "tail_blocks": 1},
}
WINDOW, PATCH = 4, 2


def shape(name: str, latents: Tensor, classes: int, plain: bool) -> NetworkConfig:
    """The configuration of a named shape for latents [N, C, side, side]."""
    sizes = SHAPES[name]
    between = sizes["depth"] - sizes["head_blocks"] - sizes["tail_blocks"]
    config = NetworkConfig(
        **sizes,
        core_blocks=between,
        grid=latents.shape[-1] // PATCH,
        patch=PATCH,
        in_channels=latents.shape[1],
        num_classes=classes,
        group=WINDOW,
    )
    return replace(config, head_blocks=0, core_blocks=0, tail_blocks=0, group=0) if plain else config


def label_draw(pictures: Pictures, rows: Tensor, vocabulary: Vocabulary, prompts: Prompts | None) -> Draw:
    """How the pictures in those rows are labelled while training: by class, or by one of the prompts."""
    names = [(pictures.pictures[row]["subject"], pictures.pictures[row]["style"]) for row in rows.tolist()]
    labels = vocabulary.labels(names)
    if prompts is None or not isinstance(vocabulary, TextVocabulary):
        return ClassDraw(labels, vocabulary, Dropout())
    subjects, styles = labels.unbind(dim=1)
    return PhraseDraw(subjects, styles, prompts.subject_of, vocabulary, TextDropout())


def warm_start(model: Network, labels: FactoredLabels | TextLabels, folder: Path) -> tuple[int, int]:
    """Takes over the weights of a model folder; returns how many concepts it knew, and the samples it had seen."""
    source = load_published(folder)
    source.network()  # refuses a folder that lacks weights, which would stay random here
    mine, theirs = replace(model.config, num_classes=0), replace(source.config, num_classes=0)
    if mine != theirs:
        raise TrainingError(f"{folder} has the shape {theirs}, which is not {mine}; choose the same --shape")
    samples = source.facts.get("training", {}).get("samples", 0)
    if source.names is not None:
        if not isinstance(labels, TextLabels) or labels.vocabulary.styles != source.vocabulary.styles:
            raise TrainingError(f"{folder} reads text in its own styles; give --text, and data of the same styles")
        model.load_state_dict({**model.state_dict(), **source.weights})
        return labels.take_names(source.names, source.vocabulary), samples
    weights = {name: tensor for name, tensor in source.weights.items() if name != LABEL_TABLE}
    model.load_state_dict(weights, strict=False)
    known = KnownNames(source.vocabulary.subjects)
    aliases = {name: known.find(name) or name for name in labels.vocabulary.subjects}
    return labels.take(source.weights[LABEL_TABLE], source.vocabulary, aliases), samples


def take_warm_start(model: Network, labels: dict, start: WarmStart) -> None:
    """Takes over the weights of a warm start file; it must be of the same network and the same names."""
    if NetworkConfig.from_json(start.about["config"]) != model.config:
        raise TrainingError("the warm start has another shape; choose its --shape, --text and --time-scale")
    if {key: tuple(value) for key, value in start.about["labels"].items()} != labels:
        raise TrainingError("the warm start knows other names or styles; a model folder is matched by name instead")
    model.load_state_dict({**model.state_dict(), **start.live})


def load(path: Path, data: Path, rate: float | None = None) -> tuple[Network, Vocabulary, dict]:
    """The network of a checkpoint with averaged weights (the slowest rate unless given), and the checkpoint.

    `data` is the folder it was trained on; a text network's prompts are there.
    """
    state = checkpoint.load(path, KIND)
    config = NetworkConfig.from_json(state["about"]["config"])
    if "text_encoder" in state["about"]:
        vocabulary = TextVocabulary.from_json(state["about"]["labels"])
        prompts = load_prompts(data, vocabulary)
        if prompts.encoder != state["about"]["text_encoder"]:
            raise TrainingError(f"{path} was trained with another sentence encoder than the prompts in {data}")
        labels = TextLabels(vocabulary, prompts.embeddings, config.hidden)
    else:
        vocabulary = Vocabulary.from_json(state["about"]["labels"])
        labels = FactoredLabels(vocabulary, config.hidden)
    model = Network(config, labels)
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
    parser.add_argument("--largest-share", type=float, default=0.0, help="of steps that keep LARGEST whatever is drawn")
    parser.add_argument("--text", action="store_true", help="condition on prompts instead of labels")
    parser.add_argument("--time-scale", type=float, default=1.0, help="t is multiplied by this before its sinusoid")
    parser.add_argument("--all-pictures", action="store_true", help="train on the held-out pictures, too")
    parser.add_argument("--warm-start", type=Path, help="a model folder, or a file of warm_start, to begin from")
    parser.add_argument("--steps", type=int, default=30_000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--accumulate", type=int, default=1, help="batches an optimizer step adds up")
    parser.add_argument("--learning-rate", type=float, default=6e-4)
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default=OPTIMIZERS[0])
    parser.add_argument("--warmup", type=int, default=200)
    parser.add_argument("--cooldown", type=int, default=5_000, help="last steps, over which the rate falls to 0")
    parser.add_argument("--averages", type=float, nargs="+", default=(0.999, 0.9999))
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--sheets", type=Path, metavar="AUTOENCODER", help="draw sample sheets with it as it trains")
    parser.add_argument("--sheet-minutes", type=float, default=30, help="the least time between two sheets")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--float32", action="store_true", help="never compute in bfloat16, even where it is no slower")
    parser.add_argument("--compile", action="store_true", help="torch.compile the blocks, once for every budget")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    options = parse(arguments)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    with joined_processes() as processes:
        train(options, processes)


def train(options: argparse.Namespace, processes: Processes) -> None:
    """One process's part of the run that the command's options describe."""
    pictures = Pictures(options.data)
    rows = pictures.rows(TRAIN, SUBJECT, PAIR) if options.all_pictures else pictures.rows()
    if not len(rows):
        raise TrainingError(f"{options.data} has no pictures to train on; collect more, or give --all-pictures")
    latents, autoencoder = load_latents(options.data, len(pictures)), autoencoder_of(options.data)
    prompts = None
    if options.text:
        vocabulary = TextVocabulary.from_manifest(pictures.manifest)
        prompts = load_prompts(options.data, vocabulary)
    else:
        vocabulary = Vocabulary.from_manifest(pictures.manifest)
    config = shape(options.shape, latents, 0 if prompts else vocabulary.null, options.plain)
    config = replace(config, time_scale=options.time_scale)
    if isinstance(vocabulary, TextVocabulary) and prompts:
        labels = TextLabels(vocabulary, prompts.embeddings, config.hidden)
    else:
        labels = FactoredLabels(vocabulary, config.hidden)
    model, seen, average = Network(config, labels), 0, None
    if options.warm_start and options.warm_start.is_file():
        start = load_warm_start(options.warm_start)
        take_warm_start(model, asdict(vocabulary), start)
        seen, average = start.samples, start.average
        if None not in (start.autoencoder, autoencoder) and start.autoencoder != autoencoder:
            print("warm start: it learned the latents of another autoencoder", file=sys.stderr)
    elif options.warm_start:
        found, seen = warm_start(model, labels, options.warm_start)
        print(f"warm start: {found} of {len(vocabulary.subjects)} concepts were known", file=sys.stderr)
    if not options.plain and options.budgets[1] > config.budgets:
        raise TrainingError(f"--budgets goes up to {options.budgets[1]}, but a group has {config.budgets} latents")
    device = training_device()
    model.to(device)
    if options.compile:
        compile_blocks(model, device)
    draw = label_draw(pictures, rows, vocabulary, prompts)
    budgets = None if options.plain else Budgets(*options.budgets, largest_share=options.largest_share)
    loss = FlowLoss(model, latents[rows], draw, budgets)
    settings = LoopConfig(
        steps=options.steps,
        batch=options.batch,
        learning_rate=options.learning_rate,
        warmup=options.warmup,
        cooldown=options.cooldown,
        accumulate=options.accumulate,
        averages=tuple(options.averages),
        optimizer=options.optimizer,
        bfloat16=not options.float32 and not processes.any(not computes_bfloat16(device)),
        seed=options.seed,
        save_minutes=options.save_minutes,
    )
    about = {"config": config.to_json(), "labels": asdict(vocabulary), "budgets": tuple(options.budgets)}
    if options.largest_share:
        about["largest_share"] = options.largest_share
    if prompts:
        about["text_encoder"] = prompts.encoder
    after_save = None
    if options.sheets:
        refuse_other_autoencoder(autoencoder, options.data, options.sheets)
        after_save = sheets_while_training(vocabulary, load_autoencoder(options.sheets), options.sheet_minutes)
    trainer = Trainer(
        *(model, loss, len(rows), settings, options.out, KIND, about),
        processes=processes,
        samples_before=seen,
        after_save=after_save,
        name_of=lambda sample: pictures.name_of(int(rows[sample])),
        autoencoder=autoencoder,
    )
    if average is not None:
        trainer.averages.begin(average, seen // (settings.batch * settings.accumulate))
    trainer.resume()
    trainer.run()


if __name__ == "__main__":
    run_command("elit_train.train", main)
