"""Encodes the pictures once: `python -m elit_train.latents`. Training then never touches a pixel.

Writes `latents.safetensors` into the data folder: `latents` float16 [N, C, h, w], normalised per channel, in the
manifest's order. Also reports how well the autoencoder does, on pictures it was trained on and on held-out ones.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from elit_train import train_autoencoder
from elit_train.autoencoder import Autoencoder
from elit_train.errors import TrainingError, run_command
from elit_train.files import written_whole
from elit_train.picture_metrics import picture_metrics, summary
from elit_train.pictures import Pictures
from elit_train.splits import PAIR, SUBJECT, TRAIN

FILE = "latents.safetensors"


@torch.no_grad()
def encode(model: Autoencoder, pictures: Pictures, batch: int = 64) -> Tensor:
    """Normalised latents [N, C, h, w] of all pictures, in float16."""
    rows = torch.arange(len(pictures))
    return torch.cat([model.encode(pictures.batch(part)).half() for part in rows.split(batch)])


@torch.no_grad()
def quality(model: Autoencoder, pictures: Pictures, latents: Tensor, rows: Tensor, batch: int = 64) -> dict:
    """Medians and means of PSNR, SSIM, edge and alpha errors of the decoded latents of those rows."""
    measured = []
    for part in rows.split(batch):
        measured.append(picture_metrics(model.decode(latents[part].float()), pictures.batch(part)))
    return summary(measured)


def load_latents(folder: Path, pictures: int | None = None) -> Tensor:
    """The latents of a data folder as float32 [N, C, h, w]; refused when they are not of `pictures` pictures."""
    path = folder / FILE
    try:
        latents = load_file(path)["latents"].float()
    except FileNotFoundError:
        raise TrainingError(f"{path} is missing; run `python -m elit_train.latents` first") from None
    except (SafetensorError, KeyError) as cause:
        raise TrainingError(
            f"{path} is not a latents file ({cause}); run `python -m elit_train.latents` again"
        ) from None
    if pictures is not None and len(latents) != pictures:
        raise TrainingError(
            f"{path} has {len(latents)} latents for {pictures} pictures; run `python -m elit_train.latents` again"
        )
    return latents


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="elit_train.latents", description="Encode the pictures.")
    parser.add_argument("--data", type=Path, default=Path("training/data/emoji-128"))
    parser.add_argument("--autoencoder", type=Path, default=Path("training/runs/autoencoder/autoencoder.pt"))
    parser.add_argument("--sample", type=int, default=512, help="training pictures to measure (held-out ones: all)")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    pictures = Pictures(options.data)
    model = train_autoencoder.load(options.autoencoder)
    latents = encode(model, pictures)
    with written_whole(options.data / FILE) as beside:
        save_file({"latents": latents.contiguous()}, beside)
    rows = pictures.rows(TRAIN)
    spaced = rows[torch.linspace(0, len(rows) - 1, min(options.sample, len(rows))).long()]
    report: dict[str, object] = {
        "latent_std": latents[rows].float().std(dim=(0, 2, 3)).tolist(),
        "latent_mean": latents[rows].float().mean(dim=(0, 2, 3)).tolist(),
    }
    for name, chosen in ((TRAIN, spaced), (SUBJECT, pictures.rows(SUBJECT)), (PAIR, pictures.rows(PAIR))):
        report[name] = quality(model, pictures, latents, chosen) if len(chosen) else None
    text = json.dumps(report, indent=1)
    (options.autoencoder.parent / "quality.json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    run_command("elit_train.latents", main)
