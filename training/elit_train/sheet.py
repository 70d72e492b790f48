"""A picture of pictures: one row a subject, one column a budget, `python -m elit_train.sheet --run RUN/last.pt`.

Works on a checkpoint while its training goes on, and on model folders.
"""

import argparse
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from elit_train import train, train_autoencoder
from elit_train.autoencoder import Autoencoder
from elit_train.decoder_onnx import load_decoder
from elit_train.errors import run_command
from elit_train.export import DECODER, start_noise
from elit_train.labels import Vocabulary
from elit_train.model.elit import Network
from elit_train.published import load_published
from elit_train.sampling import Guidance, sample

BUDGETS = (1, 2, 4, 8, 16)


def over_white(images: Tensor) -> Tensor:
    """Premultiplied RGBA [N, 4, S, S] -> RGB uint8 [N, S, S, 3]."""
    colour = images[:, :3] + 1 - images[:, 3:]
    return (colour.clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1)


def sheet(
    network: Network,
    vocabulary: Vocabulary,
    decoder: Autoencoder,
    labels: list[tuple[str, str]],
    steps: int,
    scale: float,
) -> Image.Image:
    """Rows are `labels` (subject, style) with the seed of their number; columns the budgets (one for plain SiT)."""
    classes = torch.tensor([vocabulary.class_of(*label) for label in labels])
    noise = torch.cat([start_noise(seed, network) for seed in range(len(labels))])
    null = torch.full_like(classes, vocabulary.null)
    budgets = [k for k in BUDGETS if k <= network.config.budgets]
    columns = []
    for budget in budgets:
        drawn = sample(network, noise, classes, null, steps=steps, budget=budget, guidance=Guidance("cfg", scale))
        with torch.no_grad():
            columns.append(torch.cat(list(over_white(decoder.decode(drawn.float())))))  # [rows·S, S, 3]
    return Image.fromarray(torch.cat(columns, dim=1).numpy())


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="elit_train.sheet", description="Draw subjects over budgets.")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--run", type=Path, help="a training checkpoint")
    source.add_argument("--model", type=Path, help="a model folder")
    parser.add_argument("--autoencoder", type=Path, default=Path("training/runs/autoencoder/autoencoder.pt"))
    parser.add_argument("--label", nargs=2, action="append", metavar=("SUBJECT", "STYLE"), help="may be repeated")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--guidance", type=float, default=2.5)
    parser.add_argument("--out", type=Path, default=Path("training/runs/sheet.png"))
    options = parser.parse_args(arguments)
    if options.model:
        published = load_published(options.model)
        network, vocabulary = published.network(), published.vocabulary
        decoder = load_decoder(options.model / DECODER)
    else:
        network, vocabulary, _ = train.load(options.run)
        decoder = train_autoencoder.load(options.autoencoder)
    labels = options.label or [
        (name, style) for name, style in zip(vocabulary.categories, vocabulary.styles, strict=False)
    ]
    drawn = sheet(network, vocabulary, decoder, [(s, t) for s, t in labels], options.steps, options.guidance)
    drawn.save(options.out)
    print(f"wrote {options.out}")


if __name__ == "__main__":
    run_command("elit_train.sheet", main)
