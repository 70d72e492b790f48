"""A model folder as the page loads it: `model.json` and its safetensors file, read into a network."""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from elit_train.catalogue import read_json
from elit_train.errors import TrainingError
from elit_train.labels import Vocabulary
from elit_train.model.config import NetworkConfig
from elit_train.model.elit import Network

LABEL_TABLE = "y_embedder.embedding_table.weight"


@dataclass(frozen=True)
class PublishedModel:
    """The configuration, labels and weights of a model folder; `facts` is the whole model.json."""

    config: NetworkConfig
    vocabulary: Vocabulary
    weights: dict[str, Tensor]
    facts: dict

    def network(self) -> Network:
        """The network with a written-out label table, in float32, ready to sample."""
        model = Network(self.config)
        model.load_state_dict(self.weights)
        return model.eval()


def load_published(folder: Path, weights: str = "elit.safetensors") -> PublishedModel:
    """Reads a model folder; `TrainingError` says which file is wrong."""
    facts = read_json(folder / "model.json")
    try:
        tensors = {name: tensor.to(torch.float32) for name, tensor in load_file(folder / weights).items()}
        vocabulary = vocabulary_of(facts)
        config = NetworkConfig.from_json(facts["config"])
    except FileNotFoundError:
        raise TrainingError(f"{folder / weights} is missing") from None
    except (SafetensorError, KeyError, ValueError) as cause:
        raise TrainingError(f"{folder} is not a model folder this package wrote ({cause!r})") from None
    return PublishedModel(config, vocabulary, tensors, facts)


def vocabulary_of(facts: dict) -> Vocabulary:
    """The vocabulary from the `subjects` and `styles` of a model.json."""
    by_kind: dict[str, list[dict]] = {"concept": [], "category": [], "any": []}
    for subject in facts["subjects"]:
        by_kind[subject["kind"]].append(subject)
    categories = tuple(subject["name"] for subject in by_kind["category"])
    return Vocabulary(
        tuple(subject["name"] for subject in by_kind["concept"]),
        categories,
        tuple(categories.index(subject["category"]) for subject in by_kind["concept"]),
        tuple(style for style in facts["styles"] if style != "any"),
    )
