"""Which samples a step sees and which random numbers it draws: functions of (seed, step) alone.

Nothing here has a state to save, so a run that is stopped and resumed goes on exactly, and the two halves of a
batch that two processes share are the batch that one process would have seen.
"""

from functools import lru_cache

import torch
from torch import Tensor


def batch_indices(step: int, batch: int, samples: int, seed: int) -> Tensor:
    """The `batch` sample numbers of a step: every epoch is a fresh permutation, batches run on across epochs."""
    first = step * batch
    places = range(first, first + batch)
    return torch.stack([_permutation(place // samples, samples, seed)[place % samples] for place in places])


def generator(step: int, seed: int, stream: int = 0) -> torch.Generator:
    """A fresh generator for one step; different `stream`s of one step are independent."""
    mixed = (seed * 1_000_003 + step) * 1_009 + stream
    return torch.Generator().manual_seed(mixed & 0x7FFF_FFFF_FFFF_FFFF)


@lru_cache(maxsize=4)
def _permutation(epoch: int, samples: int, seed: int) -> Tensor:
    return torch.randperm(samples, generator=generator(epoch, seed, stream=1_008))
