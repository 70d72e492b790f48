"""Many sets against one: the same figures as one at a time, and the same intervals."""

import pytest
import torch
from plain_metrics import interval, neighbourhoods

from elit_train.errors import TrainingError
from elit_train.real_set import RealSet, compare, estimate, neighbours, resampled, share
from elit_train.set_metrics import frechet_distance, kernel_distance


def cloud(count: int, width: int, seed: int, shift: float = 0) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randn(count, width, generator=random) @ torch.randn(width, width, generator=random) + shift


@pytest.mark.parametrize(("count", "width"), [(40, 4), (12, 20)], ids=["more pictures", "more features"])
def test_figures_and_intervals_are_those_of_the_plain_formulas(count: int, width: int) -> None:
    drawn, real = cloud(count, width, 0, shift=0.4), cloud(150, width, 1)
    found = compare(drawn, RealSet(real), draws=30)
    for name, metric in (("frechet", frechet_distance), ("kid", kernel_distance)):
        assert found[name] == pytest.approx(interval(metric, drawn, real, draws=30), rel=1e-4), name
    for name, value in neighbourhoods(drawn, real).items():
        assert found[name]["value"] == pytest.approx(value, abs=1e-6), name
        assert found[name]["low"] <= found[name]["value"] <= found[name]["high"], name


def test_likeness_is_the_same_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    real = cloud(50, 3, 2)
    whole = RealSet(real).likeness
    monkeypatch.setattr("elit_train.real_set.BLOCK", 7)
    assert RealSet(real).likeness == pytest.approx(whole, rel=1e-12)


def test_a_picture_taken_twice_counts_twice_and_one_not_taken_not_at_all() -> None:
    real = cloud(60, 2, 3)
    drawn = torch.cat([real[:10] + 1e-3, torch.full((10, 2), 1e3)])
    counts = torch.stack([torch.ones(20), torch.tensor([2.0] * 10 + [0.0] * 10), torch.tensor([0.0] * 10 + [2.0] * 10)])
    found = neighbours(drawn, RealSet(real), counts)
    assert found["precision"].tolist() == [0.5, 1, 0]
    assert found["density"][1] == 2 * found["density"][0]
    assert found["coverage"][1] == found["coverage"][0] > found["coverage"][2] == 0


def test_draws_take_as_many_as_there_are_and_the_same_every_time() -> None:
    counts = resampled(9, 5, seed=1)
    assert counts.sum(dim=1).tolist() == [9] * 6
    assert counts[0].tolist() == [1] * 9
    assert torch.equal(counts, resampled(9, 5, seed=1))
    assert not torch.equal(counts, resampled(9, 5, seed=2))


def test_copies_are_at_no_distance_and_small_sets_are_refused() -> None:
    real = RealSet(cloud(30, 3, 4))
    assert real.nearest(real.features[:4]).tolist() == pytest.approx([0] * 4, abs=1e-3)
    assert real.nearest(real.features[:1] + 100).item() > 50
    with pytest.raises(TrainingError, match="at least 6"):
        compare(cloud(5, 3, 5), real)


def test_an_estimate_has_the_interval_that_statistics_gives_it() -> None:
    figures = torch.randn(400, generator=torch.Generator().manual_seed(0)) + 3
    found = estimate(figures, draws=400)
    assert found["value"] == pytest.approx(figures.mean().item(), rel=1e-5)
    half = 1.96 * figures.std().item() / 400**0.5
    assert found["high"] - found["value"] == pytest.approx(half, rel=0.2)
    assert found["value"] - found["low"] == pytest.approx(half, rel=0.2)
    assert estimate(figures, torch.Tensor.median)["value"] == pytest.approx(figures.median().item())


def test_a_share_stays_one() -> None:
    assert share(torch.tensor([True] * 9)) == {"value": 1, "low": 1, "high": 1}
    nearly = share(torch.tensor([True] * 29 + [False]))
    assert 0.8 < nearly["low"] < nearly["value"] < nearly["high"] <= 1
