"""Drawn sets against one real set: every figure of `set_metrics` with its interval, and what they share computed once.

A bootstrap draw is a count for every drawn picture (how often it was taken). Distances between pictures are computed
once and only weighted anew, so a hundred draws in 1,280 features take seconds and not hours.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from elit_train.set_metrics import NEIGHBOURS, centred, needed, polynomial_kernel, radii

Statistic = Callable[[Tensor], Tensor]
DRAWS = 100
BLOCK = 1_024  # rows of a kernel matrix at a time: that of 9,000 real pictures would be 600 MB


@dataclass(frozen=True)
class RealSet:
    """Features [M, F] of the real pictures."""

    features: Tensor

    @cached_property
    def mean(self) -> Tensor:
        """[F], float64."""
        return self.features.double().mean(dim=0)

    @cached_property
    def covariance(self) -> Tensor:
        """[F, F], float64."""
        return self.features.double().T.cov()

    @cached_property
    def root(self) -> Tensor:
        """The covariance's square root, [F, F]."""
        values, vectors = torch.linalg.eigh(self.covariance)
        return vectors * values.clamp_min(0).sqrt() @ vectors.T

    @cached_property
    def radii(self) -> Tensor:
        """Distance of every picture to its 5th nearest other one, [M]."""
        return radii(self.features)

    @cached_property
    def likeness(self) -> float:
        """Mean kernel of two different pictures."""
        real = self.features.double()
        total = sum(polynomial_kernel(part, real).sum().item() for part in real.split(BLOCK))
        own = sum(polynomial_kernel(part, part).trace().item() for part in real.split(BLOCK))
        return (total - own) / (len(real) * (len(real) - 1))

    def nearest(self, drawn: Tensor) -> Tensor:
        """Distance of every drawn picture to the nearest real one, [N]."""
        return torch.cdist(drawn, self.features).min(dim=1).values


def compare(drawn: Tensor, real: RealSet, draws: int = DRAWS, seed: int = 0) -> dict[str, dict[str, float]]:
    """Fréchet and kernel distance, precision, recall, density and coverage of drawn features [N, F].

    Each is `{"value", "low", "high"}` with its 95 % interval, centred on the value (see `set_metrics.centred`).
    """
    needed(drawn, real.features, NEIGHBOURS + 1)
    counts = resampled(len(drawn), draws, seed)
    distances = {"frechet": frechet(drawn, real, counts), "kid": kernel(drawn, real, counts)}
    found = {name: centred(values) for name, values in (distances | neighbours(drawn, real, counts)).items()}
    return {**found, **{name: as_share(found[name]) for name in ("precision", "recall", "coverage")}}


def estimate(figures: Tensor, statistic: Statistic = Tensor.mean, draws: int = DRAWS) -> dict[str, float]:
    """A statistic of figures [N], one a drawn picture, with the interval of the same draws as `compare` has."""
    counts = resampled(len(figures), draws, seed=0).long()
    return centred(torch.stack([statistic(figures.double().repeat_interleave(count)) for count in counts]))


def share(hits: Tensor) -> dict[str, float]:
    """How often it is true, of hits [N], with its interval."""
    return as_share(estimate(hits))


def as_share(figure: dict[str, float]) -> dict[str, float]:
    """The figure with its interval kept in 0..1."""
    return {**figure, "low": max(0.0, figure["low"]), "high": min(1.0, figure["high"])}


def resampled(count: int, draws: int, seed: int) -> Tensor:
    """How often each drawn picture is taken, [1 + draws, count]: each once, then in every bootstrap draw."""
    random = torch.Generator().manual_seed(seed)
    taken = [torch.randint(count, (count,), generator=random) for _ in range(draws)]
    return torch.stack([torch.ones(count), *(rows.bincount(minlength=count).float() for rows in taken)])


def frechet(drawn: Tensor, real: RealSet, counts: Tensor) -> Tensor:
    """Fréchet distance of every draw.

    tr((Σ₁Σ₂)^½) is the sum of the singular values of X·Σ₂^½, where X are the drawn pictures' deviations, so that
    Σ₁ = Xᵀ·X; they are roots of the eigenvalues of whichever Gram matrix is smaller.
    """
    features = drawn.double() - real.mean
    rooted, found = features @ real.root, []
    for count in counts.double():
        rows = count.nonzero().squeeze(1)
        weight, whole = count[rows, None], count.sum()
        scale = (weight / (whole - 1)).sqrt()
        shift = (weight * features[rows]).sum(dim=0) / whole
        spread = (scale * (features[rows] - shift)).square().sum()
        x = scale * (rooted[rows] - shift @ real.root)
        gram = x @ x.T if len(x) < x.shape[1] else x.T @ x
        both = torch.linalg.eigvalsh(gram).clamp_min(0).sqrt().sum()
        found.append(shift.square().sum() + spread + real.covariance.trace() - 2 * both)
    return torch.stack(found)


def kernel(drawn: Tensor, real: RealSet, counts: Tensor) -> Tensor:
    """Kernel distance of every draw."""
    drawn, counts = drawn.double(), counts.double()
    among, whole = polynomial_kernel(drawn, drawn), counts.sum(dim=1)
    across = torch.cat([polynomial_kernel(part, real.features.double()).mean(dim=1) for part in drawn.split(BLOCK)])
    pairs = ((counts @ among) * counts).sum(dim=1) - counts @ among.diagonal()
    return pairs / (whole * (whole - 1)) + real.likeness - 2 * (counts @ across) / whole


def neighbours(drawn: Tensor, real: RealSet, counts: Tensor) -> dict[str, Tensor]:
    """Precision, recall, density and coverage of every draw; the drawn pictures' radii are those of the whole set."""
    across = torch.cdist(drawn, real.features)
    near_real = across < real.radii  # [N, M]: the drawn picture is as near to the real one as its neighbours are
    near_drawn = across < radii(drawn)[:, None]
    found = []
    for count in counts:
        taken, whole = count > 0, count.sum()
        found.append(
            {
                "precision": (count * near_real.any(dim=1)).sum() / whole,
                "recall": near_drawn[taken].any(dim=0).float().mean(),
                "density": (count * near_real.sum(dim=1)).sum() / whole / NEIGHBOURS,
                "coverage": near_real[taken].any(dim=0).float().mean(),
            }
        )
    return {name: torch.stack([figures[name] for figures in found]) for name in found[0]}
