"""The package's own error, and how a command ends when it meets one."""

import sys
from collections.abc import Callable

from safetensors import SafetensorError


class TrainingError(Exception):
    """Bad input or a state that cannot go on; the message says what was wrong with what, and what to do."""


def first_line(cause: Exception) -> str:
    """The beginning of a message that may list hundreds of tensors."""
    return " ".join(str(cause).split())[:160]


def run_command(name: str, main: Callable[[], None]) -> None:
    """Runs a command; an error that a person can mend (a full disk, too) ends it with one line and exit code 1."""
    try:
        main()
    except (TrainingError, OSError, SafetensorError) as error:
        sys.exit(f"{name}: {error}")
