"""Distances between sets against what is known in closed form."""

import pytest
import torch
from plain_metrics import interval, neighbourhoods

from elit_train.errors import TrainingError
from elit_train.set_metrics import frechet_distance, kernel_distance


def cloud(count: int, seed: int, scale: float = 1, shift: float = 0) -> torch.Tensor:
    return scale * torch.randn(count, 4, generator=torch.Generator().manual_seed(seed)) + shift


def test_frechet_is_zero_on_itself_and_that_of_gaussians_otherwise() -> None:
    a = cloud(500, 0)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)
    # Two sets with equal covariance up to a factor: |shift|² + (scale - 1)²·tr Σ.
    want = 4 * 0.5**2 + 0.3**2 * a.T.cov().trace().item() + 2 * 0.3 * 0.5 * a.mean(dim=0).sum().item()
    want += 0.3**2 * a.mean(dim=0).square().sum().item()
    assert frechet_distance(1.3 * a + 0.5, a) == pytest.approx(want, rel=1e-5)


def test_frechet_of_correlated_features_matches_the_matrix_formula() -> None:
    mix = torch.randn(4, 4, generator=torch.Generator().manual_seed(9))
    a, b = (cloud(400, 1) @ mix).double(), cloud(300, 2).double()
    product = torch.linalg.eigvals(a.T.cov() @ b.T.cov()).real.clamp_min(0).sqrt().sum()
    want = (a.mean(0) - b.mean(0)).square().sum() + a.T.cov().trace() + b.T.cov().trace() - 2 * product
    assert frechet_distance(a, b) == pytest.approx(want.item(), rel=1e-9)


def test_kernel_distance_is_unbiased_around_zero_and_grows_with_the_shift() -> None:
    same = [kernel_distance(cloud(60, seed), cloud(60, seed + 100)) for seed in range(40)]
    assert abs(sum(same) / len(same)) < 0.02
    assert min(same) < 0
    near, far = (kernel_distance(cloud(200, 1, shift=shift), cloud(200, 2)) for shift in (0.5, 1))
    assert 0 < near < far
    x, y = torch.tensor([[1.0, 0], [0, 1]]), torch.tensor([[2.0, 0], [0, 2]])
    # By hand: k(x, x') = 1, k(y, y') = 1, k(x, y) = (1 + 1)³ or 1, two of each.
    assert kernel_distance(x, y) == pytest.approx(1 + 1 - 2 * (8 + 1) / 2)


def test_precision_and_coverage_tell_copies_from_strangers_and_lost_variety() -> None:
    real, other = cloud(300, 0), cloud(300, 1)
    alike = neighbourhoods(other, real)
    assert all(alike[name] > 0.8 for name in ("precision", "recall", "coverage"))
    assert alike["density"] == pytest.approx(1, abs=0.15)
    assert set(neighbourhoods(cloud(300, 1, shift=50), real).values()) == {0}
    narrow = neighbourhoods(cloud(300, 1, scale=0.1), real)
    assert narrow["precision"] > 0.95
    assert narrow["recall"] < 0.2
    assert narrow["coverage"] < 0.5


def test_intervals_hold_the_value_and_shrink_with_more_pictures() -> None:
    few, many = (interval(frechet_distance, cloud(count, 3, shift=0.3), cloud(500, 4)) for count in (50, 800))
    for found in (few, many):
        assert found["low"] < found["value"] < found["high"]
    assert many["high"] - many["low"] < few["high"] - few["low"]


def test_sets_that_are_too_small_are_refused() -> None:
    with pytest.raises(TrainingError, match="too few"):
        frechet_distance(cloud(1, 0), cloud(50, 1))
    with pytest.raises(TrainingError, match="at least 6"):
        neighbourhoods(cloud(5, 0), cloud(50, 1))
