"""The network as an ONNX graph without weights: its tensors are pieces of `elit.safetensors`, named by offset.

Inputs `x [B, C, S, S]`, `t [B]`, and in int32 `y [B]` (class numbers) and `k [1]` (latents a group that are kept; not
for plain SiT); output `velocity`. A network that reads text takes `y` as float32 [B, D] instead: text_proj(e) plus the
style's row, or null_text plus that of "any", which whoever calls it adds up once a run. Float16 weights are widened as
they are read, so the arithmetic is float32. The steps are those of `model/elit.py`, in the same order.
"""

import json
import math
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnx import TensorProto
from torch import Tensor

from elit_train.errors import TrainingError
from elit_train.model.blocks import RMS_EPSILON, TimestepEmbedder
from elit_train.model.config import NetworkConfig
from elit_train.model.elit import Network
from elit_train.onnx_graph import Graph, floats, integers
from elit_train.text_labels import TextLabels

READ, WRITE = "input_token_editor.adapters.0", "output_token_editor.adapters.0"
KINDS = {"F16": TensorProto.FLOAT16, "F32": TensorProto.FLOAT}
LAST = 2**63 - 1


def save_network(config: NetworkConfig, weights: Path, path: Path) -> None:
    """Writes the graph beside the safetensors file `weights`, which must stay in the same folder."""
    graph = NetworkGraph(config, weights)
    velocity = graph.velocity()
    inputs = [floats("x", "B", config.in_channels, config.side, config.side), floats("t", "B")]
    inputs += [
        integers("y", "B") if config.num_classes else floats("y", "B", config.hidden),
        *([integers("k", 1)] if config.group else []),
    ]
    graph.save(
        path, "network", inputs, {velocity: floats("velocity", "B", config.in_channels, config.side, config.side)}
    )


@torch.no_grad()
def compare_network(path: Path, network: Network, x: Tensor, y: Tensor) -> float:
    """The largest relative difference between the file's velocities and the network's, at budget 1 and the full one.

    `x` [B, C, S, S] is noised to t = 0.5; `y` are the labels that the network takes.
    """
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    half = torch.full((len(x),), 0.5)
    label = network.y_embedder(y) if isinstance(network.y_embedder, TextLabels) else y.int()
    inputs = {"x": x.numpy(), "t": half.numpy(), "y": label.numpy()}
    differences = []
    for budget in {1, network.config.budgets}:
        k = {"k": np.array([budget], np.int32)} if network.config.group else {}
        velocity = torch.from_numpy(np.asarray(session.run(None, {**inputs, **k})[0]))
        differences.append(relative(velocity, network(x, half, y, budget)))
    return max(differences)


def relative(a: Tensor, b: Tensor) -> float:
    """Norm of the difference over the norm."""
    return ((a - b).norm() / b.norm().clamp_min(1e-12)).item()


class NetworkGraph(Graph):
    """Builds the forward pass; see `model/elit.py` and `model/blocks.py` for what each method computes."""

    def __init__(self, config: NetworkConfig, weights: Path) -> None:
        super().__init__()
        self.config = config
        self._file = weights.name
        with weights.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            self._tensors = json.loads(file.read(length))
        self._start = 8 + length
        self._widened: dict[str, str] = {}

    def weight(self, name: str) -> str:
        """A tensor of the safetensors file, as float32."""
        if name not in self._widened:
            self._widened[name] = self.node("Cast", self._stored(name), to=TensorProto.FLOAT)
        return self._widened[name]

    def _stored(self, name: str) -> str:
        facts = self._tensors.get(name)
        if facts is None or facts["dtype"] not in KINDS:
            raise TrainingError(f"{self._file} has no float tensor {name}")
        first, end = facts["data_offsets"]
        tensor = TensorProto(name=name, dims=facts["shape"], data_type=KINDS[facts["dtype"]])
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", self._file), ("offset", self._start + first), ("length", end - first)):
            tensor.external_data.add(key=key, value=str(value))
        self.initializers[name] = tensor
        return name

    def number(self, value: float) -> str:
        """A stored float."""
        return self.constant(f"number_{value!r}", np.array(value))

    def linear(self, x: str, name: str, bias: bool = True) -> str:
        """x·Wᵀ + b."""
        product = self.node("MatMul", x, self.node("Transpose", self.weight(f"{name}.weight"), perm=[1, 0]))
        return self.node("Add", product, self.weight(f"{name}.bias")) if bias else product

    def reshape(self, x: str, *shape: int) -> str:
        """0 keeps an axis, -1 takes what is left."""
        return self.node("Reshape", x, self.integers(*shape))

    def modulation(self, c: str, name: str, parts: int, axes: int) -> list[str]:
        """`parts` vectors [B, 1 (axes times), D]."""
        made = self.linear(self.silu(c), f"{name}.adaLN_modulation.1")
        spread = self.node("Unsqueeze", made, self.integers(*range(1, axes + 1)))
        return self.nodes_of("Split", (spread,), parts, axis=-1, num_outputs=parts)

    def modulated(self, x: str, shift: str, scale: str) -> str:
        """norm(x)·(1 + scale) + shift."""
        ones = self.constant("ones", np.ones(self.config.hidden))
        normal = self.node("LayerNormalization", x, ones, axis=-1, epsilon=1e-6)
        return self.node("Add", self.node("Mul", normal, self.node("Add", scale, self.number(1.0))), shift)

    def rms(self, x: str, name: str) -> str:
        """Full-width root mean square norm, the epsilon outside the root."""
        mean = self.node("ReduceMean", self.node("Mul", x, x), self.integers(-1), keepdims=1)
        root = self.node("Add", self.node("Sqrt", mean), self.number(RMS_EPSILON))
        return self.node("Mul", self.node("Div", x, root), self.weight(f"{name}.scale"))

    def heads(self, x: str, lead: int, swap: bool = False) -> str:
        """[lead axes, N, D] -> [lead axes, H, N, d], or with `swap` [lead axes, H, d, N]."""
        split = self.reshape(x, *[0] * (lead + 1), self.config.heads, self.config.hidden // self.config.heads)
        order = (lead + 1, lead + 2, lead) if swap else (lead + 1, lead, lead + 2)
        return self.node("Transpose", split, perm=[*range(lead), *order])

    def attend(self, q: str, k: str, v: str, lead: tuple[int, int]) -> str:
        """Softmax attention; `lead` counts the axes before [N, D] of the queries and of keys and values."""
        scale = self.number((self.config.hidden // self.config.heads) ** -0.5)
        q, k, v = self.heads(q, lead[0]), self.heads(k, lead[1], swap=True), self.heads(v, lead[1])
        weights = self.node("Softmax", self.node("MatMul", self.node("Mul", q, scale), k), axis=-1)
        mixed = self.node("MatMul", weights, v)  # [lead axes, H, N, d]
        lead_axes = lead[1]
        order = [*range(lead_axes), lead_axes + 1, lead_axes, lead_axes + 2]
        return self.reshape(self.node("Transpose", mixed, perm=order), *[0] * (lead_axes + 1), self.config.hidden)

    def gelu(self, x: str) -> str:
        """The tanh form: x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³)))."""
        cube = self.node("Mul", self.node("Mul", self.node("Mul", x, x), x), self.number(0.044715))
        inner = self.node("Mul", self.node("Add", x, cube), self.number(math.sqrt(2 / math.pi)))
        half = self.node("Mul", x, self.number(0.5))
        return self.node("Mul", half, self.node("Add", self.node("Tanh", inner), self.number(1.0)))

    def feed_forward(self, x: str, name: str, bias: bool) -> str:
        """fc2(gelu(fc1(x)))."""
        return self.linear(self.gelu(self.linear(x, f"{name}.fc1", bias)), f"{name}.fc2", bias)

    def add(self, x: str, gate: str, update: str) -> str:
        """x + gate·update."""
        return self.node("Add", x, self.node("Mul", gate, update))

    def block(self, x: str, c: str, name: str) -> str:
        """A transformer block on tokens [B, N, D]."""
        shift1, scale1, gate1, shift2, scale2, gate2 = self.modulation(c, name, 6, axes=1)
        qkv = self.linear(self.modulated(x, shift1, scale1), f"{name}.attn.qkv")
        q, k, v = self.nodes_of("Split", (qkv,), 3, axis=-1, num_outputs=3)
        x = self.add(x, gate1, self.linear(self.attend(q, k, v, (1, 1)), f"{name}.attn.proj"))
        return self.add(x, gate2, self.feed_forward(self.modulated(x, shift2, scale2), f"{name}.mlp", bias=True))

    def blocks(self, x: str, c: str, first: int, end: int) -> str:
        """Blocks first .. end-1."""
        for index in range(first, end):
            x = self.block(x, c, f"blocks.{index}")
        return x

    def cross(self, x: str, source: str, name: str, lead: int) -> str:
        """Cross-attention inside groups; the queries have `lead` axes before [n, D], the source has two."""
        k, v = self.nodes_of("Split", (self.linear(source, f"{name}.kv_proj"),), 2, axis=-1, num_outputs=2)
        q = self.rms(self.linear(x, f"{name}.q_proj"), f"{name}.q_norm")
        return self.linear(self.attend(q, self.rms(k, f"{name}.k_norm"), v, (lead, 2)), f"{name}.proj")

    def group(self, x: str) -> str:
        """[B, T, D] -> [B, G, n, D]."""
        c, across = self.config, self.config.grid // self.config.group
        windows = self.reshape(x, -1, across, c.group, across, c.group, c.hidden)
        return self.reshape(self.node("Transpose", windows, perm=[0, 1, 3, 2, 4, 5]), -1, c.groups, c.latents, c.hidden)

    def ungroup(self, x: str) -> str:
        """[B, G, n, D] -> [B, T, D]."""
        c, across = self.config, self.config.grid // self.config.group
        raster = self.reshape(x, -1, across, across, c.group, c.group, c.hidden)
        return self.reshape(self.node("Transpose", raster, perm=[0, 1, 3, 2, 4, 5]), -1, c.tokens, c.hidden)

    def read(self, tokens: str, c: str) -> tuple[str, str]:
        """Latents and patches, [B, G, n, D] each."""
        layer = f"{READ}.fit_layer"
        patches = self.node("Add", self.group(tokens), self.weight(f"{READ}.pos_embed"))
        shift1, scale1, gate1, shift2, scale2, gate2, _ = self.modulation(c, layer, 7, axes=2)
        queries = self.weight(f"{READ}.learned_query_embed")  # [n, D], the same in every group
        source = self.modulated(patches, shift1, scale1)
        latents = self.add(queries, gate1, self.cross(queries, source, f"{layer}.latents_attend_to_patches.0", 0))
        update = self.feed_forward(self.modulated(latents, shift2, scale2), f"{layer}.read_ff.0", bias=False)
        latents = self.add(latents, gate2, update)
        places = self.weight(f"{READ}.latent_pos_embed")
        here = self.node("Slice", places, self.integers(0), self.integers(self.config.tokens), self.integers(0))
        return self.node("Add", latents, self.group(self.node("Unsqueeze", here, self.integers(0)))), patches

    def write(self, patches: str, latents: str) -> str:
        """Tokens [B, T, D]."""
        patches = self.node("Add", patches, self.weight(f"{WRITE}.pos_embed"))
        update = self.cross(patches, latents, f"{WRITE}.patches_attend_to_latents.0", 2)
        patches = self.node("Add", patches, update)
        patches = self.node("Add", patches, self.feed_forward(patches, f"{WRITE}.write_ff.0", bias=False))
        return self.ungroup(patches)

    def conditioning(self) -> str:
        """Timestep plus label or text, [B, D]."""
        waves = TimestepEmbedder.WAVES
        frequencies = self.config.time_scale * np.exp(np.arange(waves) * (-math.log(10_000) / waves))
        angles = self.node("Mul", self.node("Unsqueeze", "t", self.integers(1)), self.constant("waves", frequencies))
        wave = self.node("Concat", self.node("Cos", angles), self.node("Sin", angles), axis=-1)
        time = self.linear(self.silu(self.linear(wave, "t_embedder.mlp.0")), "t_embedder.mlp.2")
        if not self.config.num_classes:
            return self.node("Add", time, "y")
        rows = self.node("Gather", self._stored("y_embedder.embedding_table.weight"), "y", axis=0)
        return self.node("Add", time, self.node("Cast", rows, to=TensorProto.FLOAT))

    def velocity(self) -> str:
        """The whole forward pass."""
        config = self.config
        c = self.conditioning()
        weights = (self.weight("x_embedder.proj.weight"), self.weight("x_embedder.proj.bias"))
        patched = self.node("Conv", "x", *weights, strides=[config.patch] * 2)  # [B, D, g, g]
        tokens = self.node("Transpose", self.reshape(patched, 0, config.hidden, -1), perm=[0, 2, 1])
        tokens = self.node("Add", tokens, self.weight("pos_embed"))
        if config.group:
            core_end = config.head_blocks + config.core_blocks
            tokens = self.blocks(tokens, c, 0, config.head_blocks)
            latents, patches = self.read(tokens, c)
            k = self.node("Cast", "k", to=TensorProto.INT64)
            kept = self.node("Slice", latents, self.integers(0), k, self.integers(2))
            dropped = self.node("Slice", latents, k, self.integers(LAST), self.integers(2))
            core = self.blocks(self.reshape(kept, 0, -1, config.hidden), c, config.head_blocks, core_end)
            full = self.node("Concat", self.reshape(core, 0, config.groups, -1, config.hidden), dropped, axis=2)
            tokens = self.blocks(self.write(patches, full), c, core_end, config.depth)
        else:
            tokens = self.blocks(tokens, c, 0, config.depth)
        shift, scale = self.modulation(c, "final_layer", 2, axes=1)
        values = self.linear(self.modulated(tokens, shift, scale), "final_layer.linear")
        g, p, channels = config.grid, config.patch, config.in_channels
        pixels = self.node("Transpose", self.reshape(values, -1, g, g, p, p, channels), perm=[0, 5, 1, 3, 2, 4])
        return self.reshape(pixels, -1, channels, config.side, config.side)
