"""Skipping the core where it would say the same again: TeaCache (Liu et al., arXiv 2411.19108) on an ELIT network.

Between two steps of a run the core's input changes little. The relative L1 change of the modulated input of the first
core block is added up; while the sum stays below a threshold, what the core added last time is added again.
Read, Write, head and tail always run. The paper's polynomial, fitted to a model, that turns a change of the input into
one of the output is left out: thresholds here are in changes of the input.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from torch import Tensor, nn

from elit_train.errors import TrainingError
from elit_train.model.blocks import modulated
from elit_train.model.elit import Network, run


@dataclass
class Slot:
    """What is remembered of one kind of call: its last input [B, N, D], what the core added then, changes since."""

    seen: Tensor | None = None
    added: Tensor | None = None
    change: float = 0.0


class CoreCache:
    """Takes the place of a network's core. A step is `calls` network calls (2 with guidance), each with its memory."""

    def __init__(self, network: Network, threshold: float, calls: int) -> None:
        if not network.config.group:
            raise TrainingError("plain SiT has no core that could be cached")
        first = network.config.head_blocks
        self._blocks = network.blocks[first : first + network.config.core_blocks]
        self._modulation = cast(nn.Sequential, self._blocks[0].adaLN_modulation)
        self._threshold, self._slots = threshold, [Slot() for _ in range(calls)]
        self.asked = self.skipped = 0

    def __call__(self, latents: Tensor, c: Tensor) -> Tensor:
        """See `Network.core`; one decision for the whole batch."""
        slot = self._slots[self.asked % len(self._slots)]
        self.asked += 1
        shift, scale = self._modulation(c).chunk(6, dim=-1)[:2]
        seen = modulated(latents, shift, scale)
        if slot.seen is not None:
            slot.change += ((seen - slot.seen).abs().mean() / slot.seen.abs().mean().clamp_min(1e-12)).item()
        slot.seen = seen
        if slot.added is not None and slot.change < self._threshold:
            self.skipped += 1
            return latents + slot.added
        made = run(self._blocks, latents, c)
        slot.added, slot.change = made - latents, 0.0
        return made


@contextmanager
def cached_core(network: Network, threshold: float, calls: int) -> Iterator[CoreCache]:
    """Within it, the network's core is cached; for one run of one batch at one budget."""
    cache = CoreCache(network, threshold, calls)
    network.core = cache
    try:
        yield cache
    finally:
        del network.core
