"""Rows of a tensor that take long to make: kept on disk as they come, so that who is stopped goes on from there."""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
from torch import Tensor

from elit_train import checkpoint
from elit_train.errors import TrainingError
from elit_train.loop import clock

KIND = "rows"
SAVE_SECONDS = 20.0

Make = Callable[[Tensor], Tensor]
"""Row numbers [B] -> the rows [B, ...]."""


class RowStore:
    """The file `path`. `about` says what the rows depend on: a file about something else is begun anew."""

    def __init__(self, path: Path, about: dict) -> None:
        self._path, self._about = path, about

    def rows(self, count: int, make: Make, batch: int = 32, threads: int = 1) -> Tensor:
        """The first `count` rows: those on disk, and `make`'s for the others, which are kept as well."""
        found = self._read()
        before = sum(map(len, found))
        if before >= count:
            return found[0][:count]
        began = saved = time.monotonic()
        try:
            for made in in_batches(make, torch.arange(before, count), batch, threads):
                found.append(made)
                now = time.monotonic()
                if now - saved > SAVE_SECONDS:
                    self._save(found)
                    done, saved = sum(map(len, found)), now
                    left = clock((now - began) * (count - done) / (done - before))
                    print(f"{self._path.stem}: {done} of {count}, {left} left", file=sys.stderr)
        finally:
            if sum(map(len, found)) > before:
                self._save(found)
        return torch.cat(found)

    def _read(self) -> list[Tensor]:
        """The rows on disk as one tensor in a list, or none."""
        if not self._path.exists():
            return []
        try:
            state = checkpoint.load(self._path, KIND)
        except TrainingError as error:
            print(f"{error}; it is made anew", file=sys.stderr)
            return []
        return [state["rows"]] if state["about"] == self._about else []

    def _save(self, found: list[Tensor]) -> None:
        checkpoint.save(self._path, {"kind": KIND, "about": self._about, "rows": torch.cat(found)})


def in_batches(make: Make, rows: Tensor, batch: int, threads: int) -> Iterator[Tensor]:
    """`make` of every batch of `rows`, in order.

    Each of the `threads` makes a batch of its own on one core: whole batches need no waiting for each other, as the
    parts of one product on several cores do. What has not begun is dropped when one fails.
    """
    before = torch.get_num_threads()
    pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
    try:
        yield from pool.map(torch.no_grad()(make), rows.split(batch))
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(before)
