"""The figures of a set one at a time, from their definitions: what `real_set` computes faster is held to these."""

from collections.abc import Callable

import torch
from torch import Tensor

from elit_train.set_metrics import NEIGHBOURS, centred, needed, radii

Metric = Callable[[Tensor, Tensor], float]


def neighbourhoods(drawn: Tensor, real: Tensor) -> dict[str, float]:
    """Precision, recall (Kynkäänniemi et al. 2019), density and coverage (Naeem et al. 2020), 5 nearest neighbours."""
    needed(drawn, real, NEIGHBOURS + 1)
    real_radius = radii(real)
    across = torch.cdist(drawn, real)  # [drawn, real]
    inside_real = across < real_radius
    return {
        "precision": inside_real.any(dim=1).float().mean().item(),
        "recall": (across < radii(drawn)[:, None]).any(dim=0).float().mean().item(),
        "density": inside_real.float().sum(dim=1).mean().item() / NEIGHBOURS,
        "coverage": (across.min(dim=0).values < real_radius).float().mean().item(),
    }


def interval(metric: Metric, drawn: Tensor, real: Tensor, draws: int = 100, seed: int = 0) -> dict[str, float]:
    """The metric with its 95 % bootstrap interval (see `centred`)."""
    random = torch.Generator().manual_seed(seed)
    value = metric(drawn, real)
    resampled = [metric(drawn[torch.randint(len(drawn), (len(drawn),), generator=random)], real) for _ in range(draws)]
    return centred(torch.tensor([value, *resampled], dtype=torch.float64))
