"""The sheet of budgets, of a model folder and of a run."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from recorded import assert_close, fixture
from safetensors.torch import load_file

from elit_train import sheet
from elit_train.contact_sheet import over_white
from elit_train.errors import TrainingError
from elit_train.published import load_published
from elit_train.recorded_runs import recorded_labels
from elit_train.sampling import sample

MODEL = Path(__file__).resolve().parents[2] / "public" / "models" / "emoji-128"


def test_colours_lie_over_white() -> None:
    half_red = torch.tensor([0.5, 0, 0, 0.5]).reshape(1, 4, 1, 1)
    assert over_white(half_red).flatten().tolist() == [255, 128, 128]


def test_the_page_s_model_gives_its_recorded_latents_here() -> None:
    recorded = fixture("samples.golden.safetensors")
    golden, published = load_file(recorded), load_published(MODEL)
    y, null = published.vocabulary.labels(recorded_labels(recorded)[:1]), published.vocabulary.nulls(1)
    for budget in (1, 16):
        got = sample(published.network(), golden["0.noise"], y, null, steps=4, budget=budget)
        assert_close(got, golden[f"0.quick_budget_{budget}.latents"], tolerance=1e-4)


def test_a_sheet_of_the_page_s_model_has_a_row_a_label_and_a_column_a_budget(tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    labels = ["--label", "cat face", "noto", "--label", "pizza", "any"]
    sheet.main(["--model", str(MODEL), *labels, "--steps", "1", "--out", str(out)])
    assert Image.open(out).size == (5 * 128, 2 * 128)
    with pytest.raises(TrainingError, match="no subject 'dragonfruit'"):
        sheet.main(["--model", str(MODEL), "--label", "dragonfruit", "noto", "--out", str(out)])
