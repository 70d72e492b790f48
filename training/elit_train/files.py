"""Files that are whole or as they were, written beside what they replace and moved over it; and JSON that is read."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from elit_train.errors import TrainingError


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to: moved over it at the end, removed after an error, so that no file is torn."""
    beside = path.with_name(f"{path.stem}.writing{path.suffix}")
    try:
        yield beside
        with beside.open("r+b") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Writes a text file in UTF-8 so that `path` holds either the old or the new text at every moment."""
    with written_whole(path) as beside:
        beside.write_text(text, encoding="utf-8")


def read_json(path: Path, hint: str = "check the path, or make the file again"):
    """The parsed file; a `TrainingError` that names it when it is missing or broken. `hint` says what to do then."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TrainingError(f"{path} is missing; {hint}") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as cause:
        raise TrainingError(f"{path} is not JSON ({cause}); {hint}") from None
