"""The image autoencoder: RGBA pictures to an eighth of their side in a few channels, and back.

Convolutions, group norm and SiLU only, so that the decoder is 1.3 M parameters that onnxruntime-web runs as it is.
Resolution changes by moving 2×2 pixels into channels and back: no stride, no blur.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

FACTOR = 8  # pixels along a side for one latent
NORM_GROUPS = 8


@dataclass(frozen=True)
class AutoencoderConfig:
    """`channels` of a latent, and feature `widths` at a half, a quarter and an eighth of the picture's side."""

    channels: int = 8
    widths: tuple[int, int, int] = (40, 80, 160)


class ResidualBlock(nn.Module):
    """x + conv(silu(norm(conv(silu(norm(x)))))), 3×3 kernels, the width kept."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.n1 = nn.GroupNorm(NORM_GROUPS, width)
        self.c1 = nn.Conv2d(width, width, 3, padding=1)
        self.n2 = nn.GroupNorm(NORM_GROUPS, width)
        self.c2 = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """[B, width, H, W] -> the same shape."""
        hidden = self.c1(nn.functional.silu(self.n1(x)))
        return x + self.c2(nn.functional.silu(self.n2(hidden)))


class Encoder(nn.Module):
    """Premultiplied RGBA in 0..1 to the mean and log-variance of a Gaussian over latents."""

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        half, quarter, eighth = config.widths
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(2),
            nn.Conv2d(16, half, 3, padding=1),
            ResidualBlock(half),
            nn.PixelUnshuffle(2),
            nn.Conv2d(4 * half, quarter, 1),
            ResidualBlock(quarter),
            nn.PixelUnshuffle(2),
            nn.Conv2d(4 * quarter, eighth, 1),
            ResidualBlock(eighth),
            nn.GroupNorm(NORM_GROUPS, eighth),
            nn.SiLU(),
            nn.Conv2d(eighth, 2 * config.channels, 3, padding=1),
        )

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """[B, 4, 8h, 8w] -> mean and log-variance, each [B, C, h, w]."""
        mean, log_variance = self.layers(images * 2 - 1).chunk(2, dim=1)
        return mean, log_variance.clamp(-12, 4)


class Decoder(nn.Module):
    """Latents as the encoder makes them to premultiplied RGBA; values may leave 0..1 a little, `decode` clamps."""

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        half, quarter, eighth = config.widths
        self.layers = nn.Sequential(
            nn.Conv2d(config.channels, eighth, 3, padding=1),
            ResidualBlock(eighth),
            ResidualBlock(eighth),
            nn.Conv2d(eighth, 4 * quarter, 1),
            nn.PixelShuffle(2),
            ResidualBlock(quarter),
            ResidualBlock(quarter),
            nn.Conv2d(quarter, 4 * half, 1),
            nn.PixelShuffle(2),
            ResidualBlock(half),
            nn.GroupNorm(NORM_GROUPS, half),
            nn.SiLU(),
            nn.Conv2d(half, 16, 3, padding=1),
            nn.PixelShuffle(2),
        )

    def forward(self, latents: Tensor) -> Tensor:
        """[B, C, h, w] -> [B, 4, 8h, 8w], about 0..1."""
        return (self.layers(latents) + 1) / 2


class Autoencoder(nn.Module):
    """Encoder, decoder, and the mean and deviation that bring each latent channel to about unit scale."""

    latent_mean: Tensor
    latent_std: Tensor

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.register_buffer("latent_mean", torch.zeros(config.channels, 1, 1))
        self.register_buffer("latent_std", torch.ones(config.channels, 1, 1))

    def encode(self, images: Tensor) -> Tensor:
        """Premultiplied RGBA 0..1 [B, 4, H, W] -> normalised latents [B, C, H/8, W/8] (the Gaussian's mean)."""
        return (self.encoder(images)[0] - self.latent_mean) / self.latent_std

    def decode(self, latents: Tensor) -> Tensor:
        """Normalised latents [B, C, h, w] -> premultiplied RGBA in 0..1 [B, 4, 8h, 8w]."""
        return self.decoder(latents * self.latent_std + self.latent_mean).clamp(0, 1)
