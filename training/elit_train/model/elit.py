"""ELIT-SiT: a latent interface (Read, core, Write) between the first and the last blocks of a diffusion transformer.

Haji-Ali et al., "One Model, Many Budgets" (arXiv 2603.12245). B images, T = g² spatial tokens, D width, windows of
w×w tokens: G = (g/w)² groups of n = w² latents each, of which the budget keeps the first k. Tensor names are those
of the published checkpoints.
"""

import torch
from torch import Tensor, nn

from elit_train.errors import TrainingError
from elit_train.model.blocks import (
    Block,
    CrossAttention,
    FeedForward,
    FinalLayer,
    TimestepEmbedder,
    modulated,
    modulation,
    position_table,
    spread,
)
from elit_train.model.config import LATENT_PLACES, NetworkConfig


class PatchEmbedder(nn.Module):
    """p×p patches of the input as tokens."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.proj = nn.Conv2d(config.in_channels, config.hidden, config.patch, config.patch)

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, p·g, p·g] -> [B, T, D] in raster order."""
        return self.proj(x).flatten(2).transpose(1, 2)


class LabelEmbedder(nn.Module):
    """A row a class; the last is the null class."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.embedding_table = nn.Embedding(config.num_classes + 1, config.hidden)
        nn.init.normal_(self.embedding_table.weight, std=0.02)

    def forward(self, y: Tensor) -> Tensor:
        """Class numbers [B] -> [B, D]."""
        return self.embedding_table(y)


class ReadLayer(nn.Module):
    """Latents look at the patches of their window."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.latents_attend_to_patches = nn.ModuleList([CrossAttention(width, heads)])
        self.read_ff = nn.ModuleList([FeedForward(width, width, bias=False)])
        self.adaLN_modulation = modulation(width, 7)

    def forward(self, latents: Tensor, patches: Tensor, c: Tensor) -> Tensor:
        """Latents and patches [B, G, n, D] -> latents [B, G, n, D]; the seventh modulation vector has no use."""
        shift1, scale1, gate1, shift2, scale2, gate2, _ = self.adaLN_modulation(c).chunk(7, dim=-1)
        attention, feed_forward = self.latents_attend_to_patches[0], self.read_ff[0]
        latents = latents + spread(gate1, latents) * attention(latents, modulated(patches, shift1, scale1))
        return latents + spread(gate2, latents) * feed_forward(modulated(latents, shift2, scale2))


class Read(nn.Module):
    """Spatial tokens to latents: the same learned queries in every window."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        n, width = config.latents, config.hidden
        self.config = config
        self.learned_query_embed = nn.Parameter(0.02 * torch.randn(n, width))
        self.pos_embed = nn.Parameter(0.02 * torch.randn(n, width))
        self.latent_pos_embed = nn.Parameter(0.02 * torch.randn(LATENT_PLACES, width))
        self.fit_layer = ReadLayer(width, config.heads)

    def forward(self, tokens: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        """Tokens [B, T, D] -> latents and patches, each [B, G, n, D]; Write wants the patches back."""
        patches = group(tokens, self.config) + self.pos_embed
        latents = self.fit_layer(self.learned_query_embed.expand_as(patches), patches, c)
        places = group(self.latent_pos_embed[None, : self.config.tokens], self.config)  # [1, G, n, D]
        return latents + places, patches


class Write(nn.Module):
    """Latents back to spatial tokens: patches look at the latents of their window."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        width = config.hidden
        self.config = config
        self.pos_embed = nn.Parameter(0.02 * torch.randn(config.latents, width))
        attention, feed_forward = CrossAttention(width, config.heads), FeedForward(width, width, bias=False)
        for start in (attention.proj.weight, attention.proj.bias, feed_forward.fc2.weight):
            nn.init.zeros_(start)
        self.patches_attend_to_latents = nn.ModuleList([attention])
        self.write_ff = nn.ModuleList([feed_forward])

    def forward(self, patches: Tensor, latents: Tensor) -> Tensor:
        """Patches and all latents [B, G, n, D] -> tokens [B, T, D]."""
        patches = patches + self.pos_embed
        patches = patches + self.patches_attend_to_latents[0](patches, latents)
        patches = patches + self.write_ff[0](patches)
        return ungroup(patches, self.config)


class TokenEditor(nn.Module):
    """Holds one adapter under the name that published checkpoints give it."""

    def __init__(self, adapter: nn.Module) -> None:
        super().__init__()
        self.adapters = nn.ModuleList([adapter])

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """The adapter's own forward."""
        return self.adapters[0](*inputs)


class Network(nn.Module):
    """ELIT-SiT, or plain SiT when `config.group` is 0: the velocity of a noisy latent image."""

    pos_embed: Tensor

    def __init__(self, config: NetworkConfig, y_embedder: nn.Module | None = None) -> None:
        super().__init__()
        self.config = config
        self.x_embedder = PatchEmbedder(config)
        self.register_buffer("pos_embed", position_table(config.hidden, config.grid))
        self.t_embedder = TimestepEmbedder(config.hidden, config.time_scale)
        self.y_embedder = y_embedder or LabelEmbedder(config)
        self.blocks = nn.ModuleList([Block(config.hidden, config.heads) for _ in range(config.depth)])
        if config.group:
            self.input_token_editor = TokenEditor(Read(config))
            self.output_token_editor = TokenEditor(Write(config))
        self.final_layer = FinalLayer(config.hidden, config.patch**2 * config.in_channels)
        nn.init.zeros_(self.final_layer.linear.weight)
        nn.init.zeros_(self.final_layer.linear.bias)

    def forward(self, x: Tensor, t: Tensor, y: Tensor, k: int | None = None) -> Tensor:
        """Velocity [B, C, p·g, p·g] of `x` (same shape) at times t [B]; k latents a group are kept (default: all;
        plain SiT has none and takes no notice).

        `y` is what the label embedder takes. Raises `TrainingError` for a budget outside 1..n.
        """
        config = self.config
        c = self.t_embedder(t) + self.y_embedder(y)  # [B, D]
        tokens = self.x_embedder(x) + self.pos_embed  # [B, T, D]
        if not config.group:
            tokens = run(self.blocks, tokens, c)
            return unpatchify(self.final_layer(tokens, c), config)
        k = config.latents if k is None else k
        if not 1 <= k <= config.latents:
            raise TrainingError(f"the budget keeps {k} latents a group; it must be 1 to {config.latents}")
        core_end = config.head_blocks + config.core_blocks
        tokens = run(self.blocks[: config.head_blocks], tokens, c)  # [B, T, D]
        latents, patches = self.input_token_editor(tokens, c)  # [B, G, n, D] each
        kept, dropped = latents[:, :, :k], latents[:, :, k:]
        core = self.core(kept.flatten(1, 2), c)  # [B, G·k, D]
        full = torch.cat([core.view_as(kept), dropped], dim=2)  # [B, G, n, D]
        tokens = self.output_token_editor(patches, full)  # [B, T, D]
        tokens = run(self.blocks[core_end:], tokens, c)
        return unpatchify(self.final_layer(tokens, c), config)

    def core(self, latents: Tensor, c: Tensor) -> Tensor:
        """The core blocks on the kept latents of all groups, [B, G·k, D] -> the same shape."""
        first = self.config.head_blocks
        return run(self.blocks[first : first + self.config.core_blocks], latents, c)


def run(blocks: nn.ModuleList, tokens: Tensor, c: Tensor) -> Tensor:
    """The blocks one after another."""
    for block in blocks:
        tokens = block(tokens, c)
    return tokens


def group(tokens: Tensor, config: NetworkConfig) -> Tensor:
    """Raster order [B, T, D] -> windows in raster order, tokens in raster order inside: [B, G, n, D]."""
    w, across = config.group, config.grid // config.group
    windows = tokens.reshape(-1, across, w, across, w, tokens.shape[-1]).transpose(2, 3)
    return windows.reshape(-1, config.groups, config.latents, tokens.shape[-1])


def ungroup(windows: Tensor, config: NetworkConfig) -> Tensor:
    """The inverse of `group`: [B, G, n, D] -> [B, T, D]."""
    w, across = config.group, config.grid // config.group
    raster = windows.reshape(-1, across, across, w, w, windows.shape[-1]).transpose(2, 3)
    return raster.reshape(-1, config.tokens, windows.shape[-1])


def unpatchify(values: Tensor, config: NetworkConfig) -> Tensor:
    """[B, T, p·p·C], channels last inside a patch -> [B, C, p·g, p·g]."""
    g, p, channels = config.grid, config.patch, config.in_channels
    pixels = values.reshape(-1, g, g, p, p, channels)
    return pixels.permute(0, 5, 1, 3, 2, 4).reshape(-1, channels, g * p, g * p)
