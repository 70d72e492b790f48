"""Rows on disk: what was made is not made again, in whatever way it was cut off."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from elit_train.row_store import RowStore


def recording(made: list[int], stop_at: int | None = None) -> Callable[[torch.Tensor], torch.Tensor]:
    """Rows that are the squares of their numbers; the numbers are put into `made`."""

    def make(rows: torch.Tensor) -> torch.Tensor:
        if stop_at in rows.tolist():
            raise KeyboardInterrupt
        made.extend(rows.tolist())
        return rows[:, None].square()

    return make


def squares(count: int) -> list[list[int]]:
    return [[row * row] for row in range(count)]


@pytest.mark.parametrize("threads", [1, 3])
def test_what_was_stopped_goes_on_and_more_is_added(tmp_path: Path, threads: int) -> None:
    path, made = tmp_path / "folder" / "rows.pt", []
    with pytest.raises(KeyboardInterrupt):
        RowStore(path, {"a": 1}).rows(10, recording(made, stop_at=7), batch=3, threads=threads)
    assert {0, 1, 2, 3, 4, 5} <= set(made)
    for count, new in ((10, [6, 7, 8, 9]), (10, []), (4, []), (12, [10, 11])):
        made = []
        rows = RowStore(path, {"a": 1}).rows(count, recording(made), batch=3, threads=threads)
        assert rows.tolist() == squares(count)
        assert sorted(made) == new


def test_rows_of_something_else_and_broken_files_are_made_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, made = tmp_path / "rows.pt", []
    RowStore(path, {"a": 1}).rows(3, recording([]))
    assert RowStore(path, {"a": 2}).rows(3, recording(made)).tolist() == squares(3)
    path.write_bytes(b"no rows")
    assert RowStore(path, {"a": 2}).rows(3, recording(made)).tolist() == squares(3)
    assert made == [0, 1, 2] * 2
    assert "made anew" in capsys.readouterr().err


def test_threads_compute_on_a_core_each_and_leave_the_number_as_it_was(tmp_path: Path) -> None:
    before, seen = torch.get_num_threads(), []
    torch.set_num_threads(2)

    def make(rows: torch.Tensor) -> torch.Tensor:
        seen.append(torch.get_num_threads())
        return torch.ones(len(rows), requires_grad=True) * 2

    rows = RowStore(tmp_path / "rows.pt", {}).rows(6, make, batch=2, threads=2)
    after = torch.get_num_threads()
    torch.set_num_threads(before)
    assert (seen, after, rows.requires_grad) == ([1, 1, 1], 2, False)
