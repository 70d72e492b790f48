"""The claims over seeds: cells that are resumed and measured once, the table, and the cached core."""

import json
from pathlib import Path

import pytest
import torch
from made_pictures import make_data
from recorded import network

from elit_train import claims, claims_seeds, features, latents, train_autoencoder
from elit_train.claims_seeds import Plan, measured_with
from elit_train.claims_table import BEGIN, END, Claim, row_of, write_results
from elit_train.core_cache import cached_core
from elit_train.errors import TrainingError
from elit_train.model.config import NetworkConfig
from elit_train.model.elit import Network
from elit_train.sampling import Guidance, sample


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data with latents, an autoencoder and a classifier."""
    root = tmp_path_factory.mktemp("claims")
    data = ["--data", str(make_data(root / "data")), "--threads", "1"]
    small = ["--widths", "8", "16", "16", "--batch", "4", "--steps", "1", "--float32"]
    train_autoencoder.main([*data, *small, "--out", str(root / "autoencoder")])
    latents.main([*data, "--autoencoder", str(root / "autoencoder/autoencoder.pt")])
    features.main([*data, "--out", str(root / "features"), "--steps", "1", "--batch", "8"])
    manifest = json.loads((root / "data/manifest.json").read_text())
    for picture in manifest["pictures"]:  # more than one held-out pair, so that there are intervals
        if picture["style"] == "soft" and picture["split"] == "train":
            picture["split"] = "held-out-pair"
    (root / "data/manifest.json").write_text(json.dumps(manifest))
    return root


def test_every_cell_is_trained_and_measured_once_and_the_table_written(
    ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "results.md"
    page.write_text(f"# Results\n\n{BEGIN}\nformer table\n{END}\n\n## After\n")
    paths = [
        "--autoencoder",
        str(ready / "autoencoder/autoencoder.pt"),
        "--features",
        str(ready / "features/features.pt"),
    ]
    options = ["--seeds", "0", "1", "--quick", "--data", str(ready / "data"), "--threads", "1", *paths]
    command = [*options, "--runs", str(tmp_path / "runs"), "--results", str(page)]
    claims.main(command)
    text = page.read_text()
    assert "former table" not in text
    assert text.endswith("\n## After\n")
    assert "| claim | seed 0 | seed 1 | shown |" in text
    assert text.count("| multi, cached.") == 2
    facts = json.loads((tmp_path / "runs/multi-1/measured.json").read_text())
    assert facts["ccfg"]["steps"] > facts["cfg"]["steps"] == 5
    assert text.count("draws further from the truth") == text.count("| multi, budget.") == 2

    monkeypatch.setattr(claims_seeds, "measure", None)  # nothing is measured again
    claims.main(command)
    assert page.read_text() == text
    about = {name: facts[name] for name in ("plan", "files")}
    for changed in ({"plan": about["plan"] | {"steps": 5}}, {"files": about["files"] | {"features.pt": "another"}}):
        with pytest.raises(TrainingError, match="other settings or files"):
            measured_with(tmp_path / "runs/multi-1", about | changed)
    page.write_text("# Results\n")
    with pytest.raises(TrainingError, match="once; the table goes between"):
        claims.main(command)


def test_what_cells_are_measured_with_is_looked_at_before_they_are_trained(ready: Path, tmp_path: Path) -> None:
    files = ["--autoencoder", str(ready / "autoencoder/autoencoder.pt"), "--features", str(tmp_path / "features.pt")]
    options = ["--seeds", "0", "--quick", "--data", str(ready / "data"), "--runs", str(tmp_path / "runs"), *files]
    with pytest.raises(TrainingError, match="no checkpoint"):
        claims.main([*options, "--results", str(tmp_path / "results.md")])
    assert not (tmp_path / "runs").exists()
    with pytest.raises(TrainingError, match="--results"):
        claims.main(options)


def test_a_claim_is_shown_only_when_every_seed_shows_it() -> None:
    def cells(*means: float) -> dict[str, list[dict]]:
        noise = torch.randn(100, generator=torch.Generator().manual_seed(0)) * 0.1
        zero = [{"figures": {"loss": torch.zeros(100)}} for _ in means]
        return {"a": [{"figures": {"loss": mean + noise}} for mean in means], "b": zero}

    claim = Claim("a is more", ("a", "loss"), ("b", "loss"))
    assert row_of(claim, cells(1, 2)).endswith("| yes |")
    assert row_of(claim, cells(1, -1)).endswith("| not shown |")
    assert row_of(claim, cells(1, 0)).endswith("| not shown |")
    assert row_of(claim, cells(-1, -2)).endswith("| the opposite |")


@pytest.mark.parametrize("of", [["--model", "folder"], ["--seeds", "0"]])
def test_without_held_out_pairs_nothing_is_trained_or_measured(tmp_path: Path, of: list[str]) -> None:
    data = make_data(tmp_path / "data", split="train")
    with pytest.raises(TrainingError, match="has 0 pictures of the split held-out-pair"):
        claims.main([*of, "--data", str(data), "--runs", str(tmp_path / "runs")])
    assert not (tmp_path / "runs").exists()


def test_a_page_without_the_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "results.md"
    page.write_text(f"{END} {BEGIN} {BEGIN}")
    with pytest.raises(TrainingError, match="once"):
        write_results(page, Plan(page, page, page, page), [0], {})


def test_a_cached_core_skips_more_the_higher_the_threshold_and_nothing_at_zero() -> None:
    model = network("elit-sit-a")
    noise = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(0))
    y, null = torch.tensor([7]), torch.tensor([model.config.num_classes])
    options = {"steps": 8, "guidance": Guidance("cfg", 2.0)}
    exact = sample(model, noise, y, null, **options)
    skipped, errors = [], []
    for threshold in (0.0, 0.3, 1e9):
        with cached_core(model, threshold, calls=2) as cache:
            drawn = sample(model, noise, y, null, **options)
        assert cache.asked == 16
        skipped.append(cache.skipped)
        errors.append((drawn - exact).norm().item())
    assert skipped[0] == 0
    assert skipped[0] <= skipped[1] < skipped[2] == 14
    assert errors[0] < 1e-6 * exact.norm().item() < errors[2]
    assert torch.equal(sample(model, noise, y, null, **options), exact)
    with pytest.raises(TrainingError, match="no core"), cached_core(Network(NetworkConfig(8, 2, 1, 4, 2, 3)), 0.1, 2):
        pass
