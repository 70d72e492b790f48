"""The pictures on disk as `elit_train.data` wrote them, read a batch at a time without loading all."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from elit_train.catalogue import read_json
from elit_train.errors import TrainingError
from elit_train.splits import TRAIN


class Pictures:
    """`images.npy` and `manifest.json` of a data folder; `rows` are the pictures' numbers in the file."""

    def __init__(self, folder: Path) -> None:
        self.manifest = read_json(folder / "manifest.json")
        try:
            self._images = np.load(folder / "images.npy", mmap_mode="r")
        except (OSError, ValueError) as cause:
            raise TrainingError(f"{folder / 'images.npy'} cannot be read ({cause}); make the data again") from None
        self.pictures: list[dict[str, str]] = self.manifest["pictures"]
        if len(self._images) != len(self.pictures):
            raise TrainingError(
                f"{folder} has {len(self._images)} images for {len(self.pictures)} manifest entries; draw it again"
            )

    def __len__(self) -> int:
        return len(self.pictures)

    def rows(self, *splits: str) -> Tensor:
        """Row numbers of the pictures in those splits (by default, in `train`)."""
        wanted = set(splits or (TRAIN,))
        return torch.tensor([row for row, picture in enumerate(self.pictures) if picture["split"] in wanted])

    def batch(self, rows: Tensor) -> Tensor:
        """Premultiplied RGBA in 0..1, [B, 4, side, side]."""
        pixels = torch.from_numpy(self._images[rows.numpy()])
        return pixels.permute(0, 3, 1, 2).float() / 255
