"""The parts that every block is made of. Shapes: B images, G groups, n places a group, T tokens, D width."""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, layer_norm, softmax

RMS_EPSILON = 1e-5  # outside the root, unlike layer norm's


def norm(x: Tensor) -> Tensor:
    """Layer norm without weights over the last axis, in float32."""
    return layer_norm(x.float(), x.shape[-1:], eps=1e-6)


def modulated(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """norm(x)·(1 + scale) + shift, the conditioning [B, D] spread over the axes between B and D."""
    return norm(x) * (1 + spread(scale, x)) + spread(shift, x)


def spread(per_image: Tensor, like: Tensor) -> Tensor:
    """[B, D] -> [B, 1, ..., 1, D] with as many axes as `like`."""
    return per_image.reshape(per_image.shape[0], *[1] * (like.ndim - 2), per_image.shape[-1])


def attend(q: Tensor, k: Tensor, v: Tensor, heads: int) -> Tensor:
    """Softmax attention over the last but one axis; [..., Nq, D], [..., Nk, D] twice -> [..., Nq, D].

    Two plain products: on a CPU these train faster than the fused kernel, whose backward pass is slow there.
    """
    q, k, v = (z.unflatten(-1, (heads, -1)).transpose(-3, -2) for z in (q, k, v))  # [..., H, N, d]
    weights = softmax((q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1), dim=-1)  # [..., H, Nq, Nk]
    return (weights @ v).transpose(-3, -2).flatten(-2)


class RMSNorm(nn.Module):
    """z / (root mean square of z + eps)·scale over the full width, before heads are split."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width))

    def forward(self, z: Tensor) -> Tensor:
        """Any shape [..., D], in float32."""
        z = z.float()
        return z / (z.square().mean(dim=-1, keepdim=True).sqrt() + RMS_EPSILON) * self.scale


class SelfAttention(nn.Module):
    """Attention among the tokens of one image."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """[B, N, D] -> [B, N, D]."""
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        return self.proj(attend(q, k, v, self.heads))


class CrossAttention(nn.Module):
    """Attention of queries to keys of their own group, with full-width RMS norms on both."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width)
        self.kv_proj = nn.Linear(width, 2 * width)
        self.q_norm = RMSNorm(width)
        self.k_norm = RMSNorm(width)
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor, source: Tensor) -> Tensor:
        """Queries [B, G, n, D] and source [B, G, n, D] -> [B, G, n, D]."""
        k, v = self.kv_proj(source).chunk(2, dim=-1)
        return self.proj(attend(self.q_norm(self.q_proj(x)).to(v.dtype), self.k_norm(k).to(v.dtype), v, self.heads))


class FeedForward(nn.Module):
    """fc2(gelu(fc1(x))) with the tanh form of gelu."""

    def __init__(self, width: int, inner: int, bias: bool) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, inner, bias=bias)
        self.fc2 = nn.Linear(inner, width, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """[..., D] -> [..., D]."""
        return self.fc2(gelu(self.fc1(x), approximate="tanh"))


class Block(nn.Module):
    """A transformer block with adaLN-Zero conditioning."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attn = SelfAttention(width, heads)
        self.mlp = FeedForward(width, 4 * width, bias=True)
        self.adaLN_modulation = modulation(width, 6)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        """Tokens [B, N, D] under the conditioning [B, D]."""
        shift1, scale1, gate1, shift2, scale2, gate2 = self.adaLN_modulation(c).chunk(6, dim=-1)
        x = x + spread(gate1, x) * self.attn(modulated(x, shift1, scale1))
        return x + spread(gate2, x) * self.mlp(modulated(x, shift2, scale2))


class FinalLayer(nn.Module):
    """Modulated norm and the projection to p·p·C values a token."""

    def __init__(self, width: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, outputs)
        self.adaLN_modulation = modulation(width, 2)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        """[B, T, D] -> [B, T, p·p·C]."""
        shift, scale = self.adaLN_modulation(c).chunk(2, dim=-1)
        return self.linear(modulated(x, shift, scale))


class TimestepEmbedder(nn.Module):
    """A sinusoid of t and two linears."""

    WAVES = 128

    def __init__(self, width: int, time_scale: float) -> None:
        super().__init__()
        self.time_scale = time_scale
        self.mlp = nn.Sequential(nn.Linear(2 * self.WAVES, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, t: Tensor) -> Tensor:
        """t [B] in 0..1 -> [B, D]."""
        frequencies = torch.exp(torch.arange(self.WAVES, device=t.device) * (-math.log(10_000) / self.WAVES))
        angles = self.time_scale * t.float()[:, None] * frequencies
        return self.mlp(torch.cat([angles.cos(), angles.sin()], dim=-1))


def modulation(width: int, parts: int) -> nn.Sequential:
    """silu and a linear to `parts` vectors of D, all zero at the start: every block begins as the identity."""
    linear = nn.Linear(width, parts * width)
    nn.init.zeros_(linear.weight)
    nn.init.zeros_(linear.bias)
    return nn.Sequential(nn.SiLU(), linear)


def position_table(width: int, grid: int) -> Tensor:
    """Fixed 2-D sine-cosine positions [1, grid², D]: half of the width from the column, half from the row."""
    frequencies = 10_000.0 ** (-torch.arange(width // 4, dtype=torch.float64) / (width / 4))
    angles = torch.arange(grid, dtype=torch.float64)[:, None] * frequencies
    along = torch.cat([angles.sin(), angles.cos()], dim=-1)  # [grid, D/2]
    rows, columns = along[:, None].expand(grid, grid, -1), along[None].expand(grid, grid, -1)
    return torch.cat([columns, rows], dim=-1).reshape(1, grid * grid, width).float()
