"""A model folder as the page loads it: `model.json` and its safetensors file, read into a network."""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from elit_train.errors import TrainingError, first_line
from elit_train.extras import AGAIN, WEIGHTS
from elit_train.files import read_json
from elit_train.labels import Vocabulary
from elit_train.model.config import NetworkConfig
from elit_train.model.elit import Network
from elit_train.text_labels import TextLabels, TextVocabulary

LABEL_TABLE = "y_embedder.embedding_table.weight"
NAMES = "names.safetensors"
NAME_VECTORS = "y_embedder.names"  # in a checkpoint; in a folder they have a file of their own


@dataclass(frozen=True)
class PublishedModel:
    """The configuration, labels and weights of a model folder; `facts` is the whole model.json.

    `names` are the vectors [names, 384] of a text model's subjects and categories.
    """

    config: NetworkConfig
    vocabulary: Vocabulary
    weights: dict[str, Tensor]
    facts: dict
    names: Tensor | None = None

    def network(self) -> Network:
        """The network with a written-out label table, or reading text, in float32, ready to sample."""
        model = Network(self.config, self._text_labels())
        try:
            model.load_state_dict(self.weights if self.names is None else {**self.weights, NAME_VECTORS: self.names})
        except RuntimeError as cause:
            what = f"the weights of {self.facts.get('name')} are not those of its model.json"
            raise TrainingError(f"{what} ({first_line(cause)}); {AGAIN}") from None
        return model.eval()

    def _text_labels(self) -> TextLabels | None:
        if self.names is None or not isinstance(self.vocabulary, TextVocabulary):
            return None
        nothing = torch.zeros(1, self.names.shape[1])  # the null's place
        return TextLabels(self.vocabulary, torch.cat([self.names, nothing]), self.config.hidden)


def load_published(folder: Path) -> PublishedModel:
    """Reads a model folder; `TrainingError` says which file is wrong."""
    facts = read_json(folder / "model.json", AGAIN)
    try:
        tensors = {name: tensor.to(torch.float32) for name, tensor in load_file(folder / WEIGHTS).items()}
        vocabulary = vocabulary_of(facts)
        config = NetworkConfig.from_json(facts["config"])
        reads_text = isinstance(vocabulary, TextVocabulary)
        names = load_file(folder / NAMES)["names"].float() if reads_text else None
    except FileNotFoundError as cause:
        raise TrainingError(f"{cause.filename or folder / WEIGHTS} is missing") from None
    except (SafetensorError, KeyError, ValueError, TypeError, AttributeError) as cause:
        raise TrainingError(f"{folder} is not a model folder this package wrote ({cause!r})") from None
    return PublishedModel(config, vocabulary, tensors, facts, names)


def vocabulary_of(facts: dict) -> Vocabulary:
    """The vocabulary from the `subjects` and `styles` of a model.json."""
    by_kind: dict[str, list[dict]] = {"concept": [], "category": [], "any": []}
    for subject in facts["subjects"]:
        by_kind[subject["kind"]].append(subject)
    categories = tuple(subject["name"] for subject in by_kind["category"])
    kind = TextVocabulary if facts.get("conditioning", {}).get("kind") == "text" else Vocabulary
    return kind(
        tuple(subject["name"] for subject in by_kind["concept"]),
        categories,
        tuple(categories.index(subject["category"]) for subject in by_kind["concept"]),
        tuple(style for style in facts["styles"] if style != "any"),
    )
