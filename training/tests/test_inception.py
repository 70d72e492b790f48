"""Inception's figures: the input that the network gets, the sums on its output, and what is said of wrong files.

The weights are random ones: the network itself is torch-fidelity's, and nothing of it is written again here.
"""

import importlib.util
import json
import math
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np
import pytest
import torch
from made_pictures import make_data
from torch import Tensor, nn

from elit_train import evaluate, inception
from elit_train.errors import TrainingError
from elit_train.inception import Inception, Seen, inception_figures
from elit_train.pictures import Pictures

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("torch_fidelity") is None,
    reason="NOT TESTED: Inception's figures need torch-fidelity (pip install --no-deps torch-fidelity==0.4.0)",
)
TORCHVISION = ("torchvision", "torchvision.datasets", "torchvision.transforms", "torchvision.transforms.functional")
KEYS = {
    "frechet_inception_distance",
    "kernel_inception_distance_mean",
    "kernel_inception_distance_std",
    "kid_subset_size",
    "inception_score_mean",
    "inception_score_std",
    "isc_splits",
}


@pytest.fixture(scope="module", autouse=True)
def two_threads() -> Iterator[None]:
    """Inception is large for a test: other tests set one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of random weights that keep the scale of what goes through them."""
    made = inception.extractor_class()
    original = made.load_state_dict
    made.load_state_dict = lambda *_: None
    empty = tmp_path_factory.mktemp("inception") / "random.pth"
    torch.save({}, empty)
    torch.manual_seed(0)
    network = made("inception", ["2048"], feature_extractor_weights_path=str(empty))
    made.load_state_dict = original
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight)
    torch.save(network.state_dict(), empty)
    return empty


@pytest.fixture(scope="module")
def network(weights: Path) -> Inception:
    return Inception(weights)


@pytest.fixture
def theirs(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict]:
    """torch-fidelity's own metric modules, for which torchvision only has to be importable."""
    for name in TORCHVISION:
        monkeypatch.setitem(sys.modules, name, MagicMock())
    yield {name: importlib.import_module(f"torch_fidelity.metric_{name}") for name in ("fid", "kid", "isc")}
    for name in [name for name in sys.modules if name.split(".")[0] == "torch_fidelity"]:
        del sys.modules[name]


def resized(image: np.ndarray, side: int) -> np.ndarray:
    """[S, S] -> [side, side]: the value at row·S/side between its neighbours, by the definition, in float64."""
    places = np.arange(side) * image.shape[0] / side
    low = places.astype(int)
    high, part = np.minimum(low + 1, image.shape[0] - 1), places - low
    rows = image[low] * (1 - part)[:, None] + image[high] * part[:, None]
    return rows[:, low] * (1 - part) + rows[:, high] * part


def test_the_network_gets_8_bit_rgb_over_white_as_tensorflow_1_resizes_it(network: Inception) -> None:
    given: list[Tensor] = []
    first = network._network.Conv2d_1a_3x3
    hook = first.register_forward_pre_hook(lambda _module, inputs: given.append(inputs[0]))
    random = np.random.default_rng(0)
    colour, alpha = random.random((3, 16, 16)), random.random((1, 16, 16))
    picture = torch.from_numpy(np.concatenate([colour * alpha, alpha]).astype(np.float32))
    seen = network.see([picture[None]])
    hook.remove()
    assert (seen.features.shape, seen.logits.shape) == ((1, 2048), (1, 1008))
    assert seen.features.std() > 1e-3
    eight_bit = np.rint((colour * alpha + (1 - alpha)) * 255)
    want = np.stack([(resized(channel, 299) - 128) / 128 for channel in eight_bit])
    np.testing.assert_allclose(given[0][0].numpy(), want, atol=2e-5)


def some_seen(count: int, seed: int, shift: float = 0) -> Seen:
    random = torch.Generator().manual_seed(seed)
    return Seen(torch.rand(count, 24, generator=random) + shift, 3 * torch.randn(count, 11, generator=random))


def test_the_figures_are_those_of_torch_fidelity_itself(theirs: dict) -> None:
    drawn, real = some_seen(60, 1, 0.2), some_seen(80, 2)
    found = inception_figures(drawn, real)
    assert set(found) == KEYS
    statistics = [theirs["fid"].fid_features_to_statistics(seen.features) for seen in (drawn, real)]
    want = theirs["fid"].fid_statistics_to_metric(*statistics, verbose=False)
    want |= theirs["kid"].kid_features_to_metric(
        drawn.features.double(), real.features.double(), kid_subset_size=60, verbose=False
    )
    want |= theirs["isc"].isc_features_to_metric(drawn.logits)
    assert len(want) == 5
    for name, value in want.items():
        assert found[name] == pytest.approx(value, rel=1e-5), name
    assert (found["kid_subset_size"], found["isc_splits"]) == (60, 10)


def test_frechet_of_fewer_pictures_than_features_is_the_matrix_formula(theirs: dict) -> None:
    drawn, real = some_seen(9, 3), some_seen(40, 4, 0.1)
    statistics = [theirs["fid"].fid_features_to_statistics(seen.features.double()) for seen in (drawn, real)]
    want = theirs["fid"].fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"]
    assert inception_figures(drawn, real)["frechet_inception_distance"] == pytest.approx(want, rel=1e-5)


def test_the_score_is_one_for_a_single_class_and_the_number_of_classes_when_all_are_sure() -> None:
    same = inception.inception_score(torch.ones(30, 5))
    assert same["inception_score_mean"] == pytest.approx(1)
    sure = 1e3 * torch.eye(4).repeat(25, 1)
    assert inception.inception_score(sure, splits=1)["inception_score_mean"] == pytest.approx(4)


def test_the_report_says_with_which_weights_and_judges_beside_the_training_pictures(
    network: Inception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = Pictures(make_data(tmp_path / "data"))
    rows = pictures.rows()[:3]
    monkeypatch.setattr(pictures, "rows", lambda: rows)  # Inception is slow
    facts = network.facts()
    assert facts["numerics"].startswith("torch-fidelity 0.")
    assert (len(facts["weights_sha256"]), facts["published_weights"]) == (64, False)
    judged = evaluate.inception_judge(network, pictures)
    assert "compare with no others" in capsys.readouterr().err
    same, other = judged(pictures.batch(rows)), judged(torch.rand(3, 4, 64, 64))
    assert set(same["inception"]) == KEYS
    distances = [one["inception"]["frechet_inception_distance"] for one in (same, other)]
    assert abs(distances[0]) < 1e-3 * distances[1]
    assert all(math.isfinite(value) for value in json.loads(json.dumps(other))["inception"].values())


def test_what_is_missing_or_wrong_is_said(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TrainingError, match=r"cannot be read \(No such file.*weights-inception-2015-12-05"):
        Inception(tmp_path / "missing.pth")
    path = tmp_path / "other.pth"
    path.write_bytes(b"not weights")
    with pytest.raises(TrainingError, match="does not hold torch-fidelity's Inception weights"):
        Inception(path)
    for wrong in ({"conv1.weight": torch.zeros(3)}, [1, 2], {**torch.load(weights), "fc.weight": torch.zeros(2, 2)}):
        torch.save(wrong, path)
        with pytest.raises(TrainingError, match="does not hold torch-fidelity's Inception weights"):
            Inception(path)
    monkeypatch.setattr(inception, "find_spec", lambda _name: None)
    with pytest.raises(TrainingError, match=r"training\[inception\]"):
        Inception(weights)


def test_no_code_in_a_weights_file_is_run(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple:
            return Path.touch, (tmp_path / "ran",)

    path = tmp_path / "trap.pth"
    path.write_bytes(pickle.dumps({"fc.weight": Trap()}))
    with pytest.raises(TrainingError, match="does not hold"):
        Inception(path)
    torch.save({"fc.weight": Trap()}, path)
    with pytest.raises(TrainingError, match="does not hold"):
        Inception(path)
    assert not (tmp_path / "ran").exists()
