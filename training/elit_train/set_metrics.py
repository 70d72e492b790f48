"""How alike two sets of pictures are, from their features: Fréchet and kernel distance, precision and coverage.

All take float tensors [N, F], drawn pictures first. Intervals are bootstrap percentiles over the drawn pictures: how
much the figure would move had other seeds been drawn, with the real pictures as they are; `real_set` draws them.
"""

import torch
from torch import Tensor

from elit_train.errors import TrainingError

KERNEL_DEGREE = 3  # Bińkowski et al. 2018, "Demystifying MMD GANs": k(x, y) = (x·y / F + 1)³
NEIGHBOURS = 5  # Naeem et al. 2020, "Reliable fidelity and diversity metrics"


def frechet_distance(drawn: Tensor, real: Tensor) -> float:
    """|μ₁ - μ₂|² + tr(Σ₁ + Σ₂ - 2·(Σ₁Σ₂)^½) of Gaussians fitted to both sets (Heusel et al. 2017)."""
    drawn, real = drawn.double(), real.double()
    needed(drawn, real, 2)
    shift = (drawn.mean(dim=0) - real.mean(dim=0)).square().sum()
    a, b = drawn.T.cov(), real.T.cov()
    # The eigenvalues of a·b, from a symmetric matrix: with fewer drawn pictures than features, x·b·xᵀ is smaller.
    if len(drawn) < len(a):
        x = (drawn - drawn.mean(dim=0)) / (len(drawn) - 1) ** 0.5  # a = xᵀ·x
        symmetric = x @ b @ x.T
    else:
        values, vectors = torch.linalg.eigh(a)
        root = vectors * values.clamp_min(0).sqrt() @ vectors.T
        symmetric = root @ b @ root
    both = torch.linalg.eigvalsh(symmetric).clamp_min(0).sqrt().sum()
    return (shift + a.trace() + b.trace() - 2 * both).item()


def kernel_distance(drawn: Tensor, real: Tensor) -> float:
    """Unbiased squared maximum mean discrepancy with the cubic polynomial kernel (KID); may be a little below 0."""
    drawn, real = drawn.double(), real.double()
    needed(drawn, real, 2)

    def among(x: Tensor) -> Tensor:
        values = polynomial_kernel(x, x)
        return (values.sum() - values.trace()) / (len(x) * (len(x) - 1))

    return (among(drawn) + among(real) - 2 * polynomial_kernel(drawn, real).mean()).item()


def polynomial_kernel(x: Tensor, y: Tensor) -> Tensor:
    """k of every pair of rows, [len(x), len(y)]."""
    return (x @ y.T / x.shape[1] + 1) ** KERNEL_DEGREE


def radii(x: Tensor) -> Tensor:
    """Distance of every point to its 5th nearest other point, [N]."""
    distances = torch.cdist(x, x).fill_diagonal_(float("inf"))
    return distances.kthvalue(NEIGHBOURS, dim=1).values


def centred(values: Tensor) -> dict[str, float]:
    """The 95 % interval of [value, those of the draws...].

    Distances are biased upwards on resampled sets (repeats look like less variety), by about as much as the interval
    is wide: the interval is centred on the value again.
    """
    value, resampled = values[0].item(), values[1:]
    spread = resampled.quantile(torch.tensor([0.025, 0.975], dtype=values.dtype)) - resampled.mean()
    return {"value": value, "low": value + spread[0].item(), "high": value + spread[1].item()}


def needed(drawn: Tensor, real: Tensor, least: int) -> None:
    """Refuses sets that are too small for the figure to mean anything."""
    if min(len(drawn), len(real)) < least:
        raise TrainingError(f"{len(drawn)} drawn and {len(real)} real pictures are too few; at least {least} of each")
