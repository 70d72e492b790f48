"""The noise of a seed is the same bits here and in TypeScript: both are held to one file of test vectors."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from elit_train.noise import gaussian_noise, normal_quantile, philox4x32

VECTORS = json.loads((Path(__file__).parents[2] / "test/fixtures/noise.json").read_text())


@pytest.mark.parametrize("case", VECTORS["philox4x32_10"])
def test_philox_gives_the_published_words(case: dict[str, list[str]]) -> None:
    counter, key, words = ([int(word, 16) for word in case[part]] for part in ("counter", "key", "words"))
    assert philox4x32(np.array([counter], dtype=np.uint64), *key).tolist() == [words]


def test_quantiles_are_the_recorded_doubles() -> None:
    words = np.array([int(case["word"], 16) for case in VECTORS["quantiles"]], dtype=np.uint64)
    bits = normal_quantile(words).view(np.uint64)
    assert [f"{value:016x}" for value in bits] == [case["bits"] for case in VECTORS["quantiles"]]


@pytest.mark.parametrize("case", VECTORS["noise"])
def test_noise_is_the_recorded_floats(case: dict) -> None:
    noise = gaussian_noise(case["seed"], case["count"], case["stream"])
    assert [f"{value:08x}" for value in noise[: len(case["first_bits"])].view(np.uint32)] == case["first_bits"]
    assert hashlib.sha256(noise.astype("<f4").tobytes()).hexdigest() == case["sha256"]


@pytest.mark.parametrize(("seed", "count", "stream"), [(-1, 4, 0), (2**32, 4, 0), (0, -1, 0), (0, 4, 2**32)])
def test_arguments_out_of_range_are_refused(seed: int, count: int, stream: int) -> None:
    with pytest.raises(ValueError, match="must"):
        gaussian_noise(seed, count, stream)
