import pytest
import torch

from elit_train import precision
from elit_train.precision import computes_bfloat16, product_seconds

CPU = torch.device("cpu")


@pytest.mark.parametrize(("bfloat16", "float32", "wanted"), [(1.0, 2.0, True), (1.9, 1.0, True), (50.0, 1.0, False)])
def test_bfloat16_is_used_unless_the_device_is_much_slower_at_it(monkeypatch, bfloat16, float32, wanted):
    seconds = {torch.bfloat16: bfloat16, torch.float32: float32}
    monkeypatch.setattr(precision, "product_seconds", lambda device, dtype: seconds[dtype])
    assert computes_bfloat16(CPU) == wanted


def test_the_shortest_product_counts(monkeypatch):
    times = iter([9.0, 3.0, 1.0, 2.0])
    monkeypatch.setattr(precision, "_multiply", lambda matrix: next(times))
    assert product_seconds(CPU, torch.float32) == 1.0


def test_a_product_is_really_timed():
    assert 0 < product_seconds(CPU, torch.bfloat16) < 60
