"""What a model folder may have beside what an export makes."""

import json
from pathlib import Path

import pytest

from elit_train.errors import TrainingError
from elit_train.extras import add_extras, extras, main, write_facts

METRICS = {"samples": 10, "runs": [], "weights": "here"}
FACTS = {"name": "é", "files": {"elit.safetensors": {"sha256": "here"}}}


def put(folder: Path, metrics: dict = METRICS) -> None:
    (folder / "metrics.json").write_text(json.dumps(metrics))
    (folder / "styles.png").write_bytes(b"")


def test_nothing_is_said_of_what_is_not_there(tmp_path: Path) -> None:
    assert extras(tmp_path, "here") == {}


def test_pictures_of_styles_and_metrics_are_spoken_of(tmp_path: Path) -> None:
    put(tmp_path)
    assert extras(tmp_path, "here") == {"style_pictures": "styles.png", "metrics": METRICS}


def test_figures_of_other_weights_are_left_out_aloud(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path)
    assert extras(tmp_path, "elsewhere") == {"style_pictures": "styles.png"}
    assert "is of other weights" in capsys.readouterr().err


def test_figures_that_do_not_say_whose_they_are_are_taken(tmp_path: Path) -> None:
    put(tmp_path, {"samples": 10, "runs": []})
    assert "metrics" in extras(tmp_path, "elsewhere")


def test_a_model_json_is_brought_up_to_the_folder_and_changed_in_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_facts(tmp_path, FACTS)
    put(tmp_path)
    main(["--model", str(tmp_path)])
    assert "has: style_pictures, metrics" in capsys.readouterr().out
    assert json.loads((tmp_path / "model.json").read_text()) == {
        **FACTS,
        "style_pictures": "styles.png",
        "metrics": METRICS,
    }
    for name in ("metrics.json", "styles.png"):
        (tmp_path / name).unlink()
    add_extras(tmp_path)
    assert json.loads((tmp_path / "model.json").read_text()) == FACTS


def test_a_model_json_that_is_missing_is_not_artwork(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"model\.json is missing; check --model, or export the folder again"):
        main(["--model", str(tmp_path)])


@pytest.mark.parametrize("is_escaped", [True, False])
def test_a_model_json_keeps_the_way_that_it_writes_letters(tmp_path: Path, is_escaped: bool) -> None:
    (tmp_path / "model.json").write_text(json.dumps(FACTS, ensure_ascii=is_escaped))
    add_extras(tmp_path)
    assert (tmp_path / "model.json").read_text().isascii() is is_escaped
