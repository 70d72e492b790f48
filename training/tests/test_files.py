"""Files that are written whole or not at all, and what is said of JSON that cannot be read."""

from pathlib import Path

import pytest

from elit_train.errors import TrainingError
from elit_train.files import read_json, write_whole, written_whole


def test_a_file_is_replaced_at_the_end_and_left_alone_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    write_whole(path, "é")

    def stopped() -> None:
        with written_whole(path) as beside:
            beside.write_text("half of")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert path.read_text(encoding="utf-8") == "é"
    assert [file.name for file in tmp_path.iterdir()] == ["model.json"]


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe"])
def test_json_that_is_missing_or_broken_is_named_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.json"
    with pytest.raises(TrainingError, match=r"model\.json is missing; check --model$"):
        read_json(path, "check --model")
    path.write_bytes(content)
    with pytest.raises(TrainingError, match=r"model\.json is not JSON .*; check --model$"):
        read_json(path, "check --model")
