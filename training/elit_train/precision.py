"""In which precision to train on a device.

Processors without bfloat16 instructions imitate them: one of them multiplied a hundred times more slowly in bfloat16
than in float32.
"""

import time

import torch
from torch import Tensor

SIDE = 256
TRIES = 3
SLOWER = 2.0  # by this much bfloat16 may be slower: it halves the memory, and a busy moment must not decide


def computes_bfloat16(device: torch.device, slower: float = SLOWER) -> bool:
    """Whether to compute in bfloat16: not where a product in it takes more than `slower` times one in float32."""
    return product_seconds(device, torch.bfloat16) <= slower * product_seconds(device, torch.float32)


def product_seconds(device: torch.device, dtype: torch.dtype) -> float:
    """The shortest time of a product of 256 x 256 matrices, the first left out."""
    matrix = torch.ones(SIDE, SIDE, dtype=dtype, device=device)
    _multiply(matrix)
    return min(_multiply(matrix) for _ in range(TRIES))


def _multiply(matrix: Tensor) -> float:
    start = time.perf_counter()
    (matrix @ matrix)[0, 0].item()  # waits for a GPU
    return time.perf_counter() - start
