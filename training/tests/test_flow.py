"""The flow loss, and the measurements that are made with it."""

import json
from pathlib import Path

import pytest
import torch
from made_pictures import make_data
from recorded import network
from safetensors.torch import save_file

from elit_train import claims, latents, train
from elit_train.claims_orders import latents_in_order
from elit_train.errors import TrainingError
from elit_train.flow import Budgets, FlowLoss, validation_losses
from elit_train.labels import ClassDraw, Dropout, FactoredLabels, Vocabulary
from elit_train.model.config import NetworkConfig
from elit_train.model.elit import Network
from elit_train.order import generator

WORDS = Vocabulary(("apple", "bear"), ("animal", "fruit"), (1, 0), ("flat", "soft"))
CONFIG = NetworkConfig(32, 2, 3, 4, 2, 3, WORDS.null, 1, 1, 1, 2)


def test_every_budget_is_drawn_about_equally_often() -> None:
    drawn = [Budgets(2, 5).draw(generator(step, seed=0)) for step in range(4_000)]
    counts = torch.bincount(torch.tensor(drawn))
    assert counts[:2].sum() == 0
    assert len(counts) == 6
    assert counts[2:].float().div(4_000).sub(0.25).abs().max() < 0.03


def test_a_share_of_the_steps_keeps_the_largest_budget_and_the_others_are_as_without() -> None:
    drawn = [Budgets(1, 4, 0.5).draw(generator(step, seed=0)) for step in range(4_000)]
    counts = torch.bincount(torch.tensor(drawn), minlength=5).div(4_000)
    assert (counts - torch.tensor([0, 0.125, 0.125, 0.125, 0.625])).abs().max() < 0.03
    assert {Budgets(1, 4, 1).draw(generator(step, seed=0)) for step in range(50)} == {4}
    with pytest.raises(TrainingError, match="between 0 and 1"):
        Budgets(1, 4, 1.5)


def test_the_loss_is_the_error_of_noise_minus_picture_and_halves_add_up() -> None:
    torch.manual_seed(0)
    model = Network(CONFIG, FactoredLabels(WORDS, 32))
    pictures, classes = torch.randn(6, 3, 8, 8), torch.tensor([0, 1, 3, 4, 0, 1])
    loss = FlowLoss(model, pictures, ClassDraw(classes, WORDS, Dropout()), Budgets(1, 4))
    indices = torch.tensor([5, 0, 2, 3])

    def of(share: slice) -> float:
        return loss(indices, generator(0, seed=1), share)[0].item()

    # A new network predicts 0: what is left is the mean square of noise - picture, about 1 + 1.
    assert of(slice(0, 4)) == pytest.approx(2, abs=0.3)
    assert of(slice(0, 4)) == pytest.approx((of(slice(0, 2)) + of(slice(2, 4))) / 2)


def test_validation_pairs_models_by_sample_and_a_perfect_one_has_no_loss() -> None:
    pictures = torch.zeros(8, 3, 8, 8)

    class Perfect(Network):
        def forward(self, x, t, y, k=None):
            return x / t[:, None, None, None]

    perfect = Perfect(CONFIG)
    y = torch.zeros(8, dtype=torch.long)
    assert validation_losses(perfect, pictures, y, 1).max() < 1e-10
    plain = Network(CONFIG)
    a, b = (validation_losses(plain, pictures, y, budget) for budget in (1, 4))
    assert torch.equal(a, b)
    assert a.mean() == pytest.approx(1, abs=0.1)


@torch.no_grad()
def test_keeping_all_latents_in_another_order_changes_nothing_and_keeping_others_does() -> None:
    model = network("elit-sit-a")
    torch.manual_seed(0)
    x, t, y = torch.randn(1, 4, 16, 16), torch.tensor([0.4]), torch.tensor([7])
    whole, half = model(x, t, y, 16), model(x, t, y, 8)
    with latents_in_order(model, torch.arange(16).flip(0)):
        torch.testing.assert_close(model(x, t, y, 16), whole, rtol=1e-4, atol=1e-4)
        assert (model(x, t, y, 8) - half).norm() > 1e-3 * half.norm()
    assert torch.equal(model(x, t, y, 8), half)


def test_the_claims_are_measured_for_elit_and_plain_networks_alike(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    save_file({"latents": torch.randn(24, 8, 8, 8).half()}, data / latents.FILE)
    options = ["--data", str(data), "--shape", "tiny", "--batch", "4", "--steps", "2", "--threads", "1", "--float32"]
    train.main([*options, "--out", str(tmp_path / "elit")])
    train.main([*options, "--plain", "--out", str(tmp_path / "sit")])
    runs = [str(tmp_path / name / "last.pt") for name in ("elit", "sit")]
    out = tmp_path / "claims.json"
    claims.main(["--run", *runs, "--data", str(data), "--split", "train", "--threads", "1", "--out", str(out)])
    report = json.loads(out.read_text())["networks"]
    elit, sit = report["elit (8 samples)"], report["sit (8 samples)"]
    assert elit["budgets"]["16"]["above_full"]["value"] == 0
    assert set(elit["kept"]["4"]) == {"first", "last", "random", "last_above_first", "random_above_first"}
    assert sit["loss"]["low"] < sit["loss"]["value"] < sit["loss"]["high"]


def test_averages_of_a_run_are_measured_side_by_side(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    save_file({"latents": torch.randn(24, 8, 8, 8).half()}, data / latents.FILE)
    options = ["--data", str(data), "--shape", "tiny", "--batch", "4", "--threads", "1", "--float32", "--plain"]
    length = ["--steps", "8", "--warmup", "1", "--learning-rate", "0.05", "--averages", "0.1", "0.9"]
    train.main([*options, *length, "--out", str(tmp_path / "run")])
    out, ask = tmp_path / "claims.json", ["--split", "train", "--threads", "1", "--data", str(data)]
    run = ["--run", str(tmp_path / "run" / "last.pt")]
    claims.main([*ask, *run, "--average", "0.1", "0.9", "--out", str(out)])
    fast, slow = json.loads(out.read_text())["networks"].values()
    claims.main([*ask, *run, "--out", str(out)])
    assert json.loads(out.read_text())["networks"] == {"run (32 samples)": slow}
    assert fast["loss"]["value"] != slow["loss"]["value"]
    with pytest.raises(TrainingError, match=r"keeps averages at 0\.1, 0\.9, not 0\.5"):
        claims.main([*ask, *run, "--average", "0.5"])


def test_a_network_of_other_subjects_is_refused(tmp_path: Path) -> None:
    data = make_data(tmp_path / "data")
    save_file({"latents": torch.randn(24, 8, 8, 8).half()}, data / latents.FILE)
    options = ["--data", str(data), "--shape", "tiny", "--batch", "4", "--steps", "1", "--threads", "1", "--float32"]
    train.main([*options, "--out", str(tmp_path / "run")])
    manifest = json.loads((data / "manifest.json").read_text())
    for picture in manifest["pictures"]:
        picture["subject"] = "something else"
    (data / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(TrainingError, match="made from other data"):
        claims.main(["--run", str(tmp_path / "run" / "last.pt"), "--data", str(data), "--split", "train"])
