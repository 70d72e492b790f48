"""Checkpoints that are whole or not there, see `files.written_whole`."""

import shutil
from pathlib import Path
from typing import Any

import torch

from elit_train.errors import TrainingError, first_line
from elit_train.files import written_whole

WRITER_FAILED = ("inline_container", "unexpected pos")  # all that PyTorch says when it cannot write on


def save(path: Path, state: dict[str, Any]) -> None:
    """Writes `state` so that `path` holds either the old or the new checkpoint at every moment."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as beside, beside.open("wb") as file:
            torch.save(state, file)
    except (OSError, RuntimeError) as cause:
        why = first_line(cause)
        if any(words in why for words in WRITER_FAILED):
            why = f"the disk may be full: {shutil.disk_usage(path.parent).free / 1e6:.0f} MB are free"
        raise TrainingError(f"cannot write {path} ({why}); the checkpoint before it, if any, is untouched") from cause


def load(path: Path, kind: str) -> dict[str, Any]:
    """Reads a checkpoint of that `kind` ("autoencoder", "elit-sit", ...); never runs code from the file."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise TrainingError(f"there is no checkpoint {path}") from None
    except OSError as cause:
        raise TrainingError(f"{path} is not a checkpoint that can be read ({cause})") from None
    except Exception as cause:  # other files' bytes are taken for all sorts of things; no advice of PyTorch's fits
        kind_of = type(cause).__name__
        raise TrainingError(f"{path} is no checkpoint of this package, or a torn one ({kind_of})") from None
    if not isinstance(state, dict) or state.get("kind") != kind:
        found = state.get("kind") if isinstance(state, dict) else type(state).__name__
        raise TrainingError(f"{path} holds {found!r}, not {kind!r}; give the checkpoint of the right command")
    return state
