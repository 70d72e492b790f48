"""The long run in small: every stage once, stopped and gone on with; warm starts; an autoencoder trained on."""

import json
from pathlib import Path

import pytest
import torch
from made_encoder import make_encoder
from made_pictures import make_data
from PIL import Image

from elit_train import checkpoint, export, latents, recipe, train, train_autoencoder
from elit_train.errors import TrainingError
from elit_train.warm_start import load_warm_start

COMMON = ["--threads", "1", "--float32", "--batch", "4"]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`data`, and a label model in `model` that a text model can begin from."""
    root = tmp_path_factory.mktemp("recipe")
    data = ["--data", str(make_data(root / "data"))]
    small = ["--widths", "8", "16", "16", "--steps", "1"]
    train_autoencoder.main([*data, *COMMON, *small, "--out", str(root / "autoencoder")])
    paths = ["--autoencoder", str(root / "autoencoder/autoencoder.pt")]
    latents.main([*data, *paths, "--threads", "1"])
    train.main([*data, *COMMON, "--shape", "tiny", "--steps", "1", "--out", str(root / "labels")])
    export.main([*data, *paths, "--network", str(root / "labels/last.pt"), "--out", str(root / "model")])
    return root


def test_the_recipe_goes_from_data_to_a_scored_model_and_on_where_it_was_stopped(
    start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    encoder = str(make_encoder(tmp_path / "encoder"))
    paths = ["--data", str(start / "data"), "--runs", str(tmp_path / "runs"), "--out", str(tmp_path / "made")]
    begun = ["--warm-start", str(start / "model"), "--autoencoder", str(start / "autoencoder/autoencoder.pt")]
    command = ["--tiny", *paths, *begun, "--text-encoder", encoder, "--threads", "1"]
    monkeypatch.setattr(recipe.os, "sched_setscheduler", lambda *_: None)  # the other tests keep their priority

    def stopped(_arguments: list[str] | None) -> None:
        return

    with monkeypatch.context() as patch:
        patch.setattr(train, "main", stopped)
        with pytest.raises(TrainingError, match="network was stopped; give the command again"):
            recipe.main(command)
    capsys.readouterr()
    recipe.main(command)
    said = capsys.readouterr().err
    assert "latents: done before" in said
    assert "network: begins" in said
    assert json.loads((tmp_path / "made/metrics.json").read_text())["runs"]
    facts = json.loads((tmp_path / "made/model.json").read_text())
    assert facts["training"]["samples"] == 1 * 4 + 4 * 4
    recipe.main(command)
    assert "begins" not in capsys.readouterr().err

    assert Image.open(tmp_path / "runs/network/sheets/0000004.png").size == (5 * 32 * 2, 3 * 64)

    warm = tmp_path / "runs/warm-start.safetensors"
    state = checkpoint.load(tmp_path / "runs/network/last.pt", "network")
    more = ["--shape", "tiny", "--text", "--steps", "1", "--learning-rate", "0", "--warm-start", str(warm)]
    train.main(["--data", str(start / "data"), *COMMON, *more, "--out", str(tmp_path / "further")])
    again = checkpoint.load(tmp_path / "further/last.pt", "network")
    assert again["samples_seen"] == state["samples_seen"] + 4
    for name, weight in load_warm_start(warm).live.items():
        assert torch.equal(again["model"][name], weight)
    average = load_warm_start(warm).average["final_layer.linear.weight"]
    steps = state["samples_seen"] // 4
    torch.testing.assert_close(
        again["averages"]["0.9999"]["final_layer.linear.weight"],
        torch.lerp(average, again["model"]["final_layer.linear.weight"], 9 / (10 + steps)),
    )
    assert again["averages_age"] == steps


def test_a_warm_start_of_another_network_or_no_warm_start_is_refused(start: Path, tmp_path: Path) -> None:
    from elit_train.warm_start import save_warm_start

    warm = tmp_path / "warm.safetensors"
    size = save_warm_start(start / "labels/last.pt", warm)
    assert size < 0.3 * (start / "labels/last.pt").stat().st_size
    options = ["--data", str(start / "data"), *COMMON, "--steps", "1", "--out", str(tmp_path / "run")]
    with pytest.raises(TrainingError, match="another shape"):
        train.main([*options, "--shape", "tiny", "--time-scale", "1000", "--warm-start", str(warm)])
    warm.write_bytes(b"{}")
    with pytest.raises(TrainingError, match="not a warm start"):
        train.main([*options, "--shape", "tiny", "--warm-start", str(warm)])
    with pytest.raises(TrainingError, match="is missing"):
        load_warm_start(tmp_path / "nothing.safetensors")


def test_an_autoencoder_is_trained_on_near_the_latents_it_had(start: Path, tmp_path: Path) -> None:
    data, first = ["--data", str(start / "data")], start / "autoencoder/autoencoder.pt"
    before = train_autoencoder.load(first)
    images = torch.rand(4, 4, 64, 64, generator=torch.Generator().manual_seed(0))
    moved = {}
    for anchor in ("0", "100"):
        out = tmp_path / anchor
        more = ["--begin", str(first), "--anchor", anchor, "--steps", "20", "--cooldown", "0", "--out", str(out)]
        train_autoencoder.main([*data, *COMMON, *more])
        after = train_autoencoder.load(out / "autoencoder.pt")
        assert torch.equal(after.latent_std, before.latent_std)
        assert not torch.equal(after.decoder.layers[0].weight, before.decoder.layers[0].weight)
        with torch.no_grad():
            moved[anchor] = (after.encode(images) - before.encode(images)).square().mean().item()
    assert 0 < moved["100"] < 0.5 * moved["0"]
