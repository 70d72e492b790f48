"""Encodes the pictures once: `python -m elit_train.latents`. Training then never touches a pixel.

Writes `latents.safetensors` into the data folder: `latents` float16 [N, C, h, w], normalised per channel, in the
manifest's order. Also reports how well the autoencoder does, on pictures it was trained on and on held-out ones:
`quality.json` beside them. Both files hold the hash of the autoencoder.
"""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import avg_pool2d

from elit_train import train_autoencoder
from elit_train.autoencoder import Autoencoder
from elit_train.data import sha256
from elit_train.errors import TrainingError, run_command
from elit_train.files import read_json, write_whole, written_whole
from elit_train.picture_metrics import picture_metrics, psnr, summary
from elit_train.pictures import Pictures
from elit_train.splits import PAIR, SUBJECT, TRAIN

FILE, QUALITY = "latents.safetensors", "quality.json"


@torch.no_grad()
def encode(model: Autoencoder, pictures: Pictures, batch: int = 64) -> Tensor:
    """Normalised latents [N, C, h, w] of all pictures, in float16."""
    rows = torch.arange(len(pictures))
    return torch.cat([model.encode(pictures.batch(part)).half() for part in rows.split(batch)])


@torch.no_grad()
def quality(model: Autoencoder, pictures: Pictures, latents: Tensor, rows: Tensor, batch: int = 64) -> dict:
    """Medians and means of PSNR, SSIM, edge and alpha errors of the decoded latents of those rows.

    `psnr_half` is of latents averaged over 2×2, beside the picture at half size, as the autoencoder was trained.
    """
    measured = []
    for part in rows.split(batch):
        encoded, images = latents[part].float(), pictures.batch(part)
        half = psnr(model.decode(avg_pool2d(encoded, 2)), avg_pool2d(images, 2))
        measured.append({**picture_metrics(model.decode(encoded), images), "psnr_half": half})
    return summary(measured)


def quality_of(data: Path, autoencoder: Path) -> dict | None:
    """What `main` reported of that autoencoder: in the data folder, or in a file that came with the autoencoder."""
    known = sha256(autoencoder)
    for path in (data / QUALITY, autoencoder.parent / QUALITY):
        if path.exists():
            report = read_json(path)
            if report.get("autoencoder", known) == known:
                return report
    return None


@contextmanager
def opened(folder: Path) -> Iterator[safe_open]:
    """The latents file of a data folder; a `TrainingError` when it is missing or is none."""
    path = folder / FILE
    try:
        with safe_open(path, "pt") as file:
            yield file
    except FileNotFoundError:
        raise TrainingError(f"{path} is missing; run `python -m elit_train.latents` first") from None
    except SafetensorError as cause:
        raise TrainingError(
            f"{path} is not a latents file ({cause}); run `python -m elit_train.latents` again"
        ) from None


def load_latents(folder: Path, pictures: int | None = None) -> Tensor:
    """The latents of a data folder as float32 [N, C, h, w]; refused when they are not of `pictures` pictures."""
    with opened(folder) as file:
        latents = file.get_tensor("latents").float()
    if pictures is not None and len(latents) != pictures:
        raise TrainingError(
            f"{folder / FILE} has {len(latents)} latents for {pictures} pictures; "
            "run `python -m elit_train.latents` again"
        )
    return latents


def autoencoder_of(folder: Path) -> str | None:
    """The hash of the autoencoder that made the latents of a data folder; None where an older file does not say it."""
    with opened(folder) as file:
        return (file.metadata() or {}).get("autoencoder")


def refuse_other_autoencoder(known: str | None, of: Path, other: Path) -> None:
    """Raises when the hash that `of` keeps of its autoencoder is not that of `other`, an autoencoder or a data folder.

    Older files keep no hash, and go with all.
    """
    found = autoencoder_of(other) if other.is_dir() else sha256(other)
    if None not in (known, found) and known != found:
        raise TrainingError(f"{of} and {other} are of two autoencoders; give two that belong together")


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
    made_by = {"autoencoder": sha256(options.autoencoder)}
    with written_whole(options.data / FILE) as beside:
        save_file({"latents": latents.contiguous()}, beside, made_by)
    rows = pictures.rows(TRAIN)
    spaced = rows[torch.linspace(0, len(rows) - 1, min(options.sample, len(rows))).long()]
    report: dict[str, object] = {
        **made_by,
        "latent_std": latents[rows].float().std(dim=(0, 2, 3)).tolist(),
        "latent_mean": latents[rows].float().mean(dim=(0, 2, 3)).tolist(),
    }
    for name, chosen in ((TRAIN, spaced), (SUBJECT, pictures.rows(SUBJECT)), (PAIR, pictures.rows(PAIR))):
        report[name] = quality(model, pictures, latents, chosen) if len(chosen) else None
    text = json.dumps(report, indent=1)
    write_whole(options.data / QUALITY, text + "\n")
    print(text)


if __name__ == "__main__":
    run_command("elit_train.latents", main)
