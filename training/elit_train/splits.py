"""Which pictures a model never sees, fixed by names alone: adding an artwork set moves nobody else's picture."""

import hashlib

TRAIN = "train"
SUBJECT = "held-out-subject"  # no style of this subject is trained on
PAIR = "held-out-pair"  # the subject is trained on in other styles, the style with other subjects
HELD_OUT_SUBJECTS = 0.03
HELD_OUT_PAIRS = 0.03


def split_of(subject: str, style: str) -> str:
    """`TRAIN`, `SUBJECT` or `PAIR` for one picture; the same on every machine and for every data set."""
    if _fraction(f"subject/{subject}") < HELD_OUT_SUBJECTS:
        return SUBJECT
    return PAIR if _fraction(f"pair/{subject}/{style}") < HELD_OUT_PAIRS else TRAIN


def _fraction(text: str) -> float:
    """A number in [0, 1) that depends on nothing but the text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48
