"""Checkpoints that are whole or not there: written beside the old one, then moved over it."""

import os
import pickle
from pathlib import Path
from typing import Any

import torch

from elit_train.errors import TrainingError


def save(path: Path, state: dict[str, Any]) -> None:
    """Writes `state` so that `path` holds either the old or the new checkpoint at every moment."""
    beside = path.with_suffix(".writing")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except (OSError, RuntimeError) as cause:
        beside.unlink(missing_ok=True)
        raise TrainingError(f"cannot write {path} ({cause}); the checkpoint before it, if any, is untouched") from cause


def load(path: Path, kind: str) -> dict[str, Any]:
    """Reads a checkpoint of that `kind` ("autoencoder", "elit-sit", ...); never runs code from the file."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise TrainingError(f"there is no checkpoint {path}") from None
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as cause:
        raise TrainingError(f"{path} is not a checkpoint that can be read ({cause})") from None
    if not isinstance(state, dict) or state.get("kind") != kind:
        found = state.get("kind") if isinstance(state, dict) else type(state).__name__
        raise TrainingError(f"{path} holds {found!r}, not {kind!r}; give the checkpoint of the right command")
    return state
