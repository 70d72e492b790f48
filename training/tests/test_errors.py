"""How a command ends when a person can mend what went wrong."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from elit_train.errors import TrainingError, run_command


def fail(error: Exception) -> None:
    raise error


@pytest.mark.parametrize("error", [TrainingError("no pictures"), OSError(28, "No space left on device")])
def test_a_command_ends_with_one_line_and_a_status(error: Exception) -> None:
    with pytest.raises(SystemExit, match=rf"^elit_train\.latents: .*{error.args[-1]}"):
        run_command("elit_train.latents", lambda: fail(error))


def test_a_safetensors_file_that_cannot_be_written_is_one_line_too(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"^elit_train\.latents: .*No such file"):
        run_command("elit_train.latents", lambda: save_file({"a": torch.zeros(1)}, tmp_path / "none" / "a"))


def test_a_mistake_in_the_program_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        run_command("elit_train.latents", lambda: fail(ZeroDivisionError()))
