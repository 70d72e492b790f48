"""Trains the autoencoder, or only an encoder for a decoder that exists: `python -m elit_train.train_autoencoder`.

The loss is the mean absolute error over RGBA, the same of finite differences (edges), and a small pull of the
latents to a unit Gaussian. A quarter of the batches are decoded from latents averaged over 2×2 and compared with
the picture at half size, so that small latents mean small pictures.

With `--decoder decoder.onnx` the decoder and the latents' scaling are those of the file and stay as they are: an
encoder is fitted to them, and a network trained on the original latents can be trained further. `--encoder
autoencoder.pt` beside it begins with the encoder of an earlier run, brought to the file's scale, which is much sooner
there than an untrained one.

With `--begin autoencoder.pt` encoder and decoder of an earlier run are trained on together; the encoder is pulled to
the latents that it made before (`--anchor`), whose scale stays, so that a network trained on those can go on with
these.
"""

import argparse
import copy
import math
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn

from elit_train import checkpoint
from elit_train.autoencoder import Autoencoder, AutoencoderConfig, Encoder
from elit_train.decoder_onnx import load_decoder
from elit_train.errors import TrainingError, run_command
from elit_train.loop import LoopConfig, Trainer
from elit_train.pictures import Pictures
from elit_train.precision import computes_bfloat16
from elit_train.processes import training_device

KIND = "autoencoder"
RUN_KIND = "autoencoder-run"
FILE = "autoencoder.pt"
MEASURED = 2048  # pictures that tell the latents' scale
HALF_SIZE_SHARE = 0.25


def edges(images: Tensor) -> tuple[Tensor, Tensor]:
    """Differences of neighbours along rows and along columns."""
    return images.diff(dim=-1), images.diff(dim=-2)


def reconstruction_loss(made: Tensor, wanted: Tensor) -> Tensor:
    """Mean absolute error of pixels plus that of edges; [B, 4, H, W] each, about 0..1."""
    edge_error = sum((a - b).abs().mean() for a, b in zip(edges(made), edges(wanted), strict=True))
    return (made - wanted).abs().mean() + edge_error


def gaussian_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL divergence from the unit Gaussian, averaged over all latent values."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()


class AutoencoderLoss:
    """The loss of a batch; `kl` weighs the pull of the latents to a unit Gaussian.

    With an `anchor`, an encoder that stays as it is, `pull` weighs the mean squared distance of the normalised latents
    from its own.
    """

    def __init__(
        self,
        model: Autoencoder,
        pictures: Pictures,
        rows: Tensor,
        kl: float,
        anchor: Encoder | None = None,
        pull: float = 0.0,
    ) -> None:
        self._model, self._pictures, self._rows, self._kl = model, pictures, rows, kl
        self._anchor, self._pull = anchor, pull

    def __call__(self, indices: Tensor, random: torch.Generator, share: slice) -> tuple[Tensor, dict[str, float]]:
        """See `loop.Loss`. Half of the pictures are mirrored: an eye for shapes needs no left and right."""
        device = self._model.latent_mean.device
        images = self._pictures.batch(self._rows[indices[share]]).to(device)
        mirrored = (torch.rand(len(images), generator=random) < 0.5).to(device)
        images = torch.where(mirrored[:, None, None, None], images.flip(-1), images)
        mean, log_variance = self._model.encoder(images)
        mean, log_variance = mean.float(), log_variance.float()
        figures, drift = {}, torch.zeros((), device=device)
        if self._anchor is not None:
            with torch.no_grad():
                before = self._anchor(images)[0].float()
            drift = ((mean - before) / self._model.latent_std).square().mean()
            figures["drift"] = drift.item()
        latents = mean + (log_variance / 2).exp() * torch.randn(mean.shape, generator=random).to(device)
        if torch.rand((), generator=random) < HALF_SIZE_SHARE:
            latents = nn.functional.avg_pool2d(latents, 2)
            images = nn.functional.avg_pool2d(images, 2)
        made = self._model.decoder(latents).float()
        reconstruction = reconstruction_loss(made, images)
        divergence = gaussian_divergence(mean, log_variance)
        psnr = -10 * math.log10(max((made - images).square().mean().item(), 1e-10))
        loss = reconstruction + self._kl * divergence + self._pull * drift
        return loss, {"psnr": psnr, "kl": divergence.item(), **figures}


@torch.no_grad()
def measure_latents(model: Autoencoder, pictures: Pictures, rows: Tensor, batch: int = 64) -> None:
    """Sets the model's latent mean and deviation a channel from these pictures."""
    total, squares = torch.zeros(2, model.config.channels, dtype=torch.float64)
    count = 0
    for part in rows.split(batch):
        mean, _ = model.encoder(pictures.batch(part))
        total += mean.double().sum(dim=(0, 2, 3))
        squares += mean.double().square().sum(dim=(0, 2, 3))
        count += mean[:, 0].numel()
    average = total / count
    deviation = (squares / count - average.square()).clamp_min(1e-12).sqrt()
    model.latent_mean.copy_(average[:, None, None])
    model.latent_std.copy_(deviation[:, None, None])


@torch.no_grad()
def adopt_encoder(model: Autoencoder, other: Autoencoder) -> None:
    """Gives `model` the encoder of `other`, its last layer changed so that the normalised means stay what they were."""
    if model.config != other.config:
        raise TrainingError(f"the encoder is of {other.config}, the decoder of {model.config}")
    model.encoder.load_state_dict(other.encoder.state_dict())
    last = model.encoder.layers[-1]
    assert isinstance(last, nn.Conv2d)
    assert last.bias is not None
    channels, scale = model.config.channels, model.latent_std / other.latent_std
    last.weight[:channels] *= scale[..., None]
    last.bias[:channels] = (last.bias[:channels] - other.latent_mean.flatten()) * scale.flatten()
    last.bias[:channels] += model.latent_mean.flatten()


def finish(trainer: Trainer, model: Autoencoder, pictures: Pictures, rows: Tensor, fixed: bool) -> None:
    """Writes the averaged weights, with the scale of the latents they make, as what the other commands load.

    With `fixed`, latents keep the scale that they came with. `model` holds the averaged weights afterwards.
    """
    slowest = max(trainer.averages.rates)
    model.cpu().load_state_dict({**model.state_dict(), **trainer.averages.weights[slowest]})
    if not fixed:
        measure_latents(model, pictures, rows[torch.linspace(0, len(rows) - 1, min(MEASURED, len(rows))).long()])
    state = {"kind": KIND, "about": trainer.about, "step": trainer.step, "model": model.state_dict()}
    checkpoint.save(trainer.folder / FILE, state)


def load(path: Path) -> Autoencoder:
    """The autoencoder that a run finished with."""
    state = checkpoint.load(path, KIND)
    config = AutoencoderConfig(state["about"]["channels"], state["about"]["widths"])
    model = Autoencoder(config)
    model.load_state_dict(state["model"])
    return model.eval()


def main(arguments: list[str] | None = None) -> None:
    """The command; a second call with the same `--out` goes on where the first stopped."""
    parser = argparse.ArgumentParser(prog="elit_train.train_autoencoder", description="Train the image autoencoder.")
    parser.add_argument("--data", type=Path, default=Path("training/data/emoji-128"))
    parser.add_argument("--out", type=Path, default=Path("training/runs/autoencoder"))
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--decoder", type=Path, help="fit an encoder to this exported decoder, which stays as it is")
    start.add_argument("--begin", type=Path, help="train encoder and decoder of this autoencoder.pt on, together")
    parser.add_argument("--encoder", type=Path, help="with --decoder: begin with the encoder of this autoencoder.pt")
    parser.add_argument("--anchor", type=float, default=0.05, help="with --begin: weight of staying near its latents")
    parser.add_argument("--widths", type=int, nargs=3, default=(40, 80, 160), help="features at 1/2, 1/4, 1/8 size")
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--cooldown", type=int, default=2_000)
    parser.add_argument("--kl", type=float, default=1e-3, help="weight of the pull to a unit Gaussian")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--float32", action="store_true", help="never compute in bfloat16, even where it is no slower")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    pictures = Pictures(options.data)
    anchor = None
    if options.begin:
        model = load(options.begin).train()
        anchor = copy.deepcopy(model.encoder).requires_grad_(False).to(training_device())
    elif options.decoder:
        model = load_decoder(options.decoder)
        if options.encoder:
            adopt_encoder(model, load(options.encoder))
    else:
        model = Autoencoder(AutoencoderConfig(widths=tuple(options.widths)))
    model.decoder.requires_grad_(options.decoder is None)
    rows = pictures.rows()
    config = LoopConfig(
        steps=options.steps,
        batch=options.batch,
        learning_rate=options.learning_rate,
        cooldown=options.cooldown,
        bfloat16=not options.float32 and computes_bfloat16(training_device()),
        seed=options.seed,
    )
    model.to(training_device())
    loss = AutoencoderLoss(model, pictures, rows, options.kl, anchor, options.anchor)
    about = {**asdict(model.config), "decoder_fixed": options.decoder is not None}
    if options.begin:
        about["anchor"] = options.anchor
    trainer = Trainer(model, loss, len(rows), config, options.out, RUN_KIND, about)
    trainer.resume()
    trainer.run()
    finish(trainer, model, pictures, rows, fixed=bool(options.decoder or options.begin))


if __name__ == "__main__":
    run_command("elit_train.train_autoencoder", main)
