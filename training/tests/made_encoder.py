"""A sentence encoder of one layer with random weights, in the files of the real one."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from elit_train.text_labels import TEXT_WIDTH

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def make_encoder(folder: Path, seed: int = 0) -> Path:
    """Writes `config.json`, `model.safetensors` and `tokenizer.json`; words are spelt letter by letter."""
    folder.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    tokenizer = Tokenizer(models.WordPiece({word: row for row, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", None, [("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"num_attention_heads": 12, "num_hidden_layers": 1, "hidden_size": TEXT_WIDTH, "layer_norm_eps": 1e-12}
    (folder / "config.json").write_text(json.dumps(config))
    save_file(weights(len(words), torch.Generator().manual_seed(seed)), folder / "model.safetensors")
    return folder


def weights(words: int, random: torch.Generator) -> dict[str, torch.Tensor]:
    def normal(*shape: int, std: float = 0.05) -> torch.Tensor:
        return std * torch.randn(shape, generator=random)

    tensors = {
        "embeddings.word_embeddings.weight": normal(words, TEXT_WIDTH, std=1.0),
        "embeddings.position_embeddings.weight": normal(64, TEXT_WIDTH),
        "embeddings.token_type_embeddings.weight": normal(2, TEXT_WIDTH),
    }
    layer, inner = "encoder.layer.0", 2 * TEXT_WIDTH
    shapes = {f"{layer}.attention.self.{part}": (TEXT_WIDTH, TEXT_WIDTH) for part in ("query", "key", "value")}
    shapes[f"{layer}.attention.output.dense"] = (TEXT_WIDTH, TEXT_WIDTH)
    shapes[f"{layer}.intermediate.dense"] = (inner, TEXT_WIDTH)
    shapes[f"{layer}.output.dense"] = (TEXT_WIDTH, inner)
    for name, shape in shapes.items():
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = normal(*shape), normal(shape[0])
    for name in ("embeddings", f"{layer}.attention.output", f"{layer}.output"):
        tensors[f"{name}.LayerNorm.weight"] = 1 + normal(TEXT_WIDTH)
        tensors[f"{name}.LayerNorm.bias"] = normal(TEXT_WIDTH)
    return tensors
