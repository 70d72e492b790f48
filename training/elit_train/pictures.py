"""The pictures on disk as `elit_train.data` wrote them, read a batch at a time without loading all."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from elit_train.errors import TrainingError
from elit_train.files import read_json
from elit_train.splits import TRAIN

AGAIN = "check --data, or make the pictures again with `elit_train.data` or `elit_train.collect`"


class Pictures:
    """`images.npy` and `manifest.json` of a data folder; `rows` are the pictures' numbers in the file."""

    def __init__(self, folder: Path) -> None:
        self.manifest = read_json(folder / "manifest.json", AGAIN)
        path = folder / "images.npy"
        try:
            self._images = np.lib.format.open_memmap(path, mode="r")
        except (OSError, ValueError) as cause:
            raise TrainingError(f"{path} cannot be read ({cause}); {AGAIN}") from None
        shape, kind = self._images.shape, self._images.dtype
        if kind != np.uint8 or shape[1:] != (*shape[1:2] * 2, 4):
            raise TrainingError(f"{path} holds {kind} {shape}, not uint8 (pictures, side, side, 4); {AGAIN}")
        self.pictures: list[dict[str, str]] = self.manifest["pictures"]
        if len(self._images) != len(self.pictures):
            raise TrainingError(
                f"{folder} has {len(self._images)} images for {len(self.pictures)} manifest entries; {AGAIN}"
            )

    def __len__(self) -> int:
        return len(self.pictures)

    def rows(self, *splits: str) -> Tensor:
        """Row numbers of the pictures in those splits (by default, in `train`)."""
        wanted = set(splits or (TRAIN,))
        found = [row for row, picture in enumerate(self.pictures) if picture["split"] in wanted]
        return torch.tensor(found, dtype=torch.long)

    def name_of(self, row: int) -> str:
        """A picture in words: `images.npy` row, subject and style."""
        picture = self.pictures[row]
        return f"{row} ({picture['subject']}, {picture['style']})"

    def batch(self, rows: Tensor) -> Tensor:
        """Premultiplied RGBA in 0..1, [B, 4, side, side]."""
        pixels = torch.from_numpy(self._images[rows.numpy()])
        return pixels.permute(0, 3, 1, 2).float() / 255
