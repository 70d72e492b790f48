"""The prompts that a text model learns from, embedded once: `python -m elit_train.prompts`.

Every subject and category is written in several ways: its name, the name with its tags, and paraphrases. Writes
`prompts.safetensors` into the data folder: `embeddings` float16 [P, 384] and `subject_of` int32 [P]; the first rows
are the names themselves in the order of the vocabulary, then comes an empty row for the null, then all other phrasings.
`prompts.json` holds the same as text, to read.
"""

import argparse
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from elit_train.errors import TrainingError, run_command
from elit_train.files import write_whole, written_whole
from elit_train.pictures import Pictures
from elit_train.text_encoder import SentenceEncoder, installed_encoder
from elit_train.text_labels import TEXT_WIDTH, TextVocabulary

FILE, READABLE = "prompts.safetensors", "prompts.json"
MOST_TAGS = 6


@dataclass(frozen=True)
class Prompts:
    """Embedded phrases [P, 384] and the subject row of each; `encoder` is the SHA-256 of the encoder's weights."""

    embeddings: Tensor
    subject_of: Tensor
    encoder: str


def spoken(name: str) -> str:
    """`food-fruit` -> `food fruit`, `flag: Peru` -> `flag Peru`."""
    return re.sub(r"[\s_:,-]+", " ", name).strip()


def phrasings(name: str, tags: list[str]) -> list[str]:
    """The ways of writing a subject; the first is its name as it is spoken. No phrase twice."""
    plain = spoken(name)
    other = [tag for tag in tags if tag.lower() != plain.lower()][:MOST_TAGS]
    phrases = [
        plain,
        f"a {plain}",
        f"{plain} emoji",
        f"a picture of {plain}",
        f"draw {plain}",
        *([f"{plain}, {', '.join(other)}", f"{' '.join(other[:3])} {plain}"] if other else []),
        *([" ".join(other)] if len(other) > 1 else []),
        *([" ".join(reversed(plain.split()))] if 1 < len(plain.split()) <= 3 else []),
    ]
    return list(dict.fromkeys(phrases))


def phrases_of(manifest: dict, vocabulary: TextVocabulary) -> tuple[list[str], list[int]]:
    """All phrases and the subject row of each, in the order of the file; the null's own phrase is empty."""
    tags = [subject["tags"] for subject in manifest["subjects"]] + [[] for _ in vocabulary.categories]
    written = [
        phrasings(name, own) for name, own in zip((*vocabulary.subjects, *vocabulary.categories), tags, strict=True)
    ]
    rows = list(range(len(written)))
    others = [(phrase, row) for row in rows for phrase in written[row][1:]]
    texts = [*(phrases[0] for phrases in written), "", *(phrase for phrase, _ in others)]
    return texts, [*rows, len(rows), *(row for _, row in others)]


def hash_of(vocabulary: TextVocabulary) -> str:
    """SHA-256 of the names in order: what the first rows of the file are."""
    return hashlib.sha256("\n".join((*vocabulary.subjects, *vocabulary.categories)).encode()).hexdigest()


def embed_prompts(data: Path, encoder: SentenceEncoder) -> int:
    """Writes both files into the data folder; returns how many phrases there are."""
    manifest = Pictures(data).manifest
    vocabulary = TextVocabulary.from_manifest(manifest)
    texts, subject_of = phrases_of(manifest, vocabulary)
    embeddings = encoder.embed(texts)
    embeddings[vocabulary.subject_rows - 1] = 0  # the null is learned, not read
    tensors = {"embeddings": embeddings.half(), "subject_of": torch.tensor(subject_of, dtype=torch.int32)}
    with written_whole(data / FILE) as beside:
        save_file(tensors, beside, {"encoder": encoder.sha256, "names": hash_of(vocabulary)})
    listed = json.dumps(texts, ensure_ascii=False, indent=0)
    write_whole(data / READABLE, listed + "\n")
    return len(texts)


def load_prompts(folder: Path, vocabulary: TextVocabulary) -> Prompts:
    """The prompts of a data folder; raises when they are missing or of other names."""
    path = folder / FILE
    try:
        with safe_open(path, "pt") as file:
            embeddings, subject_of = file.get_tensor("embeddings").float(), file.get_tensor("subject_of").long()
            encoder, names = file.metadata()["encoder"], file.metadata()["names"]
    except FileNotFoundError:
        raise TrainingError(f"{path} is missing; run `python -m elit_train.prompts` first") from None
    except (SafetensorError, KeyError, TypeError) as cause:
        raise TrainingError(f"{path} is not a prompts file ({cause}); run `python -m elit_train.prompts`") from None
    if embeddings.shape[1:] != (TEXT_WIDTH,) or names != hash_of(vocabulary):
        raise TrainingError(f"{path} was made for other subjects; run `python -m elit_train.prompts` again")
    return Prompts(embeddings, subject_of, encoder)


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="elit_train.prompts", description="Embed the prompts of a data folder.")
    parser.add_argument("--data", type=Path, default=Path("training/data/emoji-128"))
    parser.add_argument("--text-encoder", type=Path, help="another BERT folder than the installed package's")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    count = embed_prompts(options.data, SentenceEncoder(options.text_encoder or installed_encoder()))
    print(f"{count} phrases embedded into {options.data / FILE}")


if __name__ == "__main__":
    run_command("elit_train.prompts", main)
