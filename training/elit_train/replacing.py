"""A folder that is made anew is whole or not there: written beside the old one, then put in its place."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from elit_train.errors import TrainingError


@contextmanager
def in_place_of(folder: Path, made: tuple[str, ...]) -> Iterator[Path]:
    """A folder to write to, which takes the place of `folder` at the end.

    It begins with what lies in `folder` but for the files in `made`. When anything goes wrong it is removed, and
    `folder` is as it was.
    """
    folder = folder.resolve()
    beside, old = (folder.with_name(folder.name + end) for end in (".writing", ".replaced"))
    if old.exists():
        raise TrainingError(f"{old} is left of an export that was cut off; call it {folder.name} again, or remove it")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        if folder.exists():
            shutil.copytree(folder, beside, ignore=shutil.ignore_patterns(*made))
        else:
            beside.mkdir(parents=True)
        yield beside
        if folder.exists():
            folder.rename(old)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
