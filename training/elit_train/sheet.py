"""A picture of pictures: one row a subject, one column a budget, `python -m elit_train.sheet --run RUN/last.pt`.

Works on a checkpoint while its training goes on, and on model folders.
"""

import argparse
from pathlib import Path

from elit_train import train, train_autoencoder
from elit_train.contact_sheet import sheet
from elit_train.decoder_onnx import load_decoder
from elit_train.errors import run_command
from elit_train.export import DECODER
from elit_train.latents import refuse_other_autoencoder
from elit_train.published import load_published


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="elit_train.sheet", description="Draw subjects over budgets.")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--run", type=Path, help="a training checkpoint")
    source.add_argument("--model", type=Path, help="a model folder")
    parser.add_argument("--data", type=Path, default=Path("training/data/emoji-128"), help="what a run was trained on")
    parser.add_argument("--average", type=float, help="the rate of a run's averaged weights (default: slowest)")
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
        network, vocabulary, state = train.load(options.run, options.data, options.average)
        decoder = train_autoencoder.load(options.autoencoder)
        refuse_other_autoencoder(state.get("autoencoder"), options.run, options.autoencoder)
    labels = options.label or [
        (name, style) for name, style in zip(vocabulary.categories, vocabulary.styles, strict=False)
    ]
    drawn = sheet(network, vocabulary, decoder, [(s, t) for s, t in labels], options.steps, options.guidance)
    drawn.save(options.out)
    print(f"wrote {options.out}")


if __name__ == "__main__":
    run_command("elit_train.sheet", main)
