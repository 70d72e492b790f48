"""The sentence encoder as an ONNX file whose matrices are int8 (about 22 MB of MiniLM's 90), for the page.

Inputs `ids` and `mask`, int32 [B, L]; output `embedding`, unit vectors [B, width]. Weights are quantised by
onnxruntime's own tool, a scale an output channel; activations are quantised as they come.
"""

import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic

from elit_train.errors import TrainingError
from elit_train.onnx_graph import Graph, floats, integers
from elit_train.text_encoder import SentenceEncoder

LEAST_COSINE = 0.97  # of an int8 embedding with the float32 one
FAR_AWAY = -1e9  # a masked key's score: softmax makes it exactly 0


def save_text_encoder(encoder: SentenceEncoder, path: Path) -> None:
    """Writes the quantised graph."""
    graph = EncoderGraph(encoder)
    embedding = graph.embedding()
    inputs = [integers("ids", "B", "L"), integers("mask", "B", "L")]
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "float32.onnx"
        graph.save(whole, "sentence-encoder", inputs, {embedding: floats("embedding", "B", encoder.shape.width)})
        quantize_dynamic(whole, path, weight_type=QuantType.QInt8, per_channel=True)


def compare_text_encoder(encoder: SentenceEncoder, path: Path, texts: list[str]) -> float:
    """The smallest cosine between the file's embeddings and the original's; raises when it is too small."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    smallest = 1.0
    for text in texts:
        ids, mask = encoder.tokens([text])
        made = session.run(None, {"ids": ids.int().numpy(), "mask": mask.int().numpy()})[0]
        smallest = min(smallest, (torch.from_numpy(np.asarray(made)) @ encoder(ids, mask).T).item())
    if not smallest >= LEAST_COSINE:
        raise TrainingError(f"{path}: an embedding has cosine {smallest:.4f} with the original, below {LEAST_COSINE}")
    return smallest


class EncoderGraph(Graph):
    """The steps of `SentenceEncoder`, in the same order."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        super().__init__()
        self.shape, self._weights = encoder.shape, encoder.weights

    def weight(self, name: str) -> str:
        """A tensor of the encoder."""
        return self.constant(name, self._weights[name])

    def linear(self, x: str, name: str) -> str:
        """x·Wᵀ + b; the matrix is stored transposed, which is how it can be quantised."""
        product = self.node("MatMul", x, self.constant(f"{name}.weight", self._weights[f"{name}.weight"].T))
        return self.node("Add", product, self.weight(f"{name}.bias"))

    def norm(self, x: str, name: str) -> str:
        """Layer norm with weights."""
        scale, shift = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.node("LayerNormalization", x, scale, shift, axis=-1, epsilon=self.shape.epsilon)

    def gelu(self, x: str) -> str:
        """The exact form, by the error function."""
        wave = self.node("Erf", self.node("Mul", x, self.constant("root_half", np.array(0.5**0.5))))
        half = self.node("Mul", x, self.constant("half", np.array(0.5)))
        return self.node("Mul", half, self.node("Add", wave, self.constant("one", np.array(1.0))))

    def heads(self, x: str, perm: list[int]) -> str:
        """[B, L, width] -> [B, L, H, d], its axes in the order of `perm`."""
        shape = self.integers(0, 0, self.shape.heads, self.shape.width // self.shape.heads)
        return self.node("Transpose", self.node("Reshape", x, shape), perm=perm)

    def layer(self, x: str, blocked: str, name: str) -> str:
        """Attention and feed-forward, each followed by its norm."""
        part = f"{name}.attention.self"
        q = self.heads(self.linear(x, f"{part}.query"), [0, 2, 1, 3])
        k = self.heads(self.linear(x, f"{part}.key"), [0, 2, 3, 1])
        v = self.heads(self.linear(x, f"{part}.value"), [0, 2, 1, 3])
        scale = self.constant("scale", np.array((self.shape.width // self.shape.heads) ** -0.5))
        scores = self.node("Add", self.node("Mul", self.node("MatMul", q, k), scale), blocked)
        mixed = self.node("MatMul", self.node("Softmax", scores, axis=-1), v)  # [B, H, L, d]
        joined = self.node("Transpose", mixed, perm=[0, 2, 1, 3])
        joined = self.node("Reshape", joined, self.integers(0, 0, self.shape.width))
        x = self.node("Add", x, self.linear(joined, f"{name}.attention.output.dense"))
        x = self.norm(x, f"{name}.attention.output.LayerNorm")
        hidden = self.gelu(self.linear(x, f"{name}.intermediate.dense"))
        x = self.node("Add", x, self.linear(hidden, f"{name}.output.dense"))
        return self.norm(x, f"{name}.output.LayerNorm")

    def embedding(self) -> str:
        """The whole encoder."""
        mask = self.node("Cast", "mask", to=TensorProto.FLOAT)
        x = self.node("Gather", self.weight("embeddings.word_embeddings.weight"), "ids", axis=0)
        length = self.node("Slice", self.node("Shape", "ids"), self.integers(1), self.integers(2))
        places = self.weight("embeddings.position_embeddings.weight")
        x = self.node("Add", x, self.node("Slice", places, self.integers(0), length, self.integers(0)))
        kind = self.constant("first_type", self._weights["embeddings.token_type_embeddings.weight"][0])
        x = self.norm(self.node("Add", x, kind), "embeddings.LayerNorm")
        missing = self.node("Sub", mask, self.constant("one", np.array(1.0)))
        blocked = self.node("Mul", missing, self.constant("far", np.array(-FAR_AWAY)))
        blocked = self.node("Unsqueeze", blocked, self.integers(1, 2))  # [B, 1, 1, L]
        for layer in range(self.shape.layers):
            x = self.layer(x, blocked, f"encoder.layer.{layer}")
        counted = self.node("Mul", x, self.node("Unsqueeze", mask, self.integers(2)))
        total = self.node("ReduceSum", counted, self.integers(1), keepdims=0)  # its direction is the mean's
        length = self.node("ReduceL2", total, self.integers(1), keepdims=1)
        return self.node("Div", total, length)
