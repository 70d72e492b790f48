"""The decoder as an ONNX file, and back: what the page runs, and what an encoder can be fitted to."""

from pathlib import Path

import numpy as np
import onnx
import torch
from google.protobuf.message import DecodeError
from onnx import numpy_helper
from onnx.checker import ValidationError
from torch import Tensor, nn

from elit_train.autoencoder import FACTOR, Autoencoder, AutoencoderConfig, ResidualBlock
from elit_train.errors import TrainingError, first_line
from elit_train.onnx_graph import Graph, floats


def load_decoder(path: Path) -> Autoencoder:
    """An autoencoder whose decoder and latent scaling come from an exported file; its encoder is untrained.

    Raises `TrainingError` when the file is not a decoder that `export` wrote.
    """
    try:
        weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer}
        channels = weights["m"].shape[1]
        half, quarter, eighth = (
            weights[name].shape[0] for name in ("dec.9.c1.weight", "dec.5.c1.weight", "dec.0.weight")
        )
        autoencoder = Autoencoder(AutoencoderConfig(channels, (half, quarter, eighth)))
        autoencoder.latent_mean.copy_(tensor(weights["m"][0]))
        autoencoder.latent_std.copy_(tensor(weights["s"][0]))
        autoencoder.decoder.load_state_dict(decoder_state(weights, autoencoder))
    except KeyError as cause:
        raise TrainingError(f"{path} has no tensor {cause}; expected a decoder that elit_train exported") from None
    except (DecodeError, ValidationError, LookupError, TypeError, ValueError, RuntimeError) as cause:
        raise TrainingError(f"{path} is torn or no decoder that elit_train exported ({first_line(cause)})") from None
    return autoencoder


def decoder_state(weights: dict[str, np.ndarray], autoencoder: Autoencoder) -> dict[str, torch.Tensor]:
    """The decoder's state from initialisers: convolutions by name, norms (which tracing renames) by their order."""
    renumbered = sorted(
        (name for name in weights if name.startswith("onnx::")), key=lambda name: int(name.rsplit("_", 1)[1])
    )
    norms = iter(renumbered)
    state = {}
    for name, like in autoencoder.decoder.state_dict().items():
        renamed = name.replace("layers.", "dec.", 1)
        source = renamed if renamed in weights else next(norms, renamed)
        state[name] = tensor(weights[source]).reshape(like.shape)
    return state


def save_decoder(model: Autoencoder, side: int, path: Path) -> None:
    """Writes the decoder as `latents [B, C, side, side]` (normalised) -> `image [B, 4, 8·side, 8·side]` in 0..1."""
    graph = DecoderGraph()
    x = graph.node("Mul", "latents", graph.constant("s", model.latent_std[None]))
    x = graph.node("Add", x, graph.constant("m", model.latent_mean[None]))
    for index, layer in enumerate(model.decoder.layers):
        x = graph.layer(x, layer, f"dec.{index}")
    x = graph.node("Add", x, graph.constant("one", np.array(1)))
    x = graph.node("Div", x, graph.constant("two", np.array(2)))
    x = graph.node("Clip", x, graph.constant("low", np.array(0)), graph.constant("high", np.array(1)))
    latents = floats("latents", "B", model.config.channels, side, side)
    graph.save(path, "decoder", [latents], {x: floats("image", "B", 4, side * FACTOR, side * FACTOR)})


class DecoderGraph(Graph):
    """The layers that the decoder is made of."""

    def layer(self, x: str, layer: nn.Module, name: str) -> str:
        """Any of them, by its type."""
        match layer:
            case nn.Conv2d(bias=Tensor() as bias):
                weights = self.constant(f"{name}.weight", layer.weight), self.constant(f"{name}.bias", bias)
                return self.node("Conv", x, *weights, pads=[layer.kernel_size[0] // 2] * 4)
            case nn.GroupNorm():
                return self.norm(x, layer, name)
            case nn.SiLU():
                return self.silu(x)
            case nn.PixelShuffle():
                return self.node("DepthToSpace", x, blocksize=layer.upscale_factor, mode="CRD")
            case ResidualBlock():
                hidden = self.layer(self.silu(self.norm(x, layer.n1, f"{name}.n1")), layer.c1, f"{name}.c1")
                hidden = self.layer(self.silu(self.norm(hidden, layer.n2, f"{name}.n2")), layer.c2, f"{name}.c2")
                return self.node("Add", hidden, x)
        raise TrainingError(f"the decoder's layer {name} is a {type(layer).__name__}, which has no ONNX form here")

    def norm(self, x: str, layer: nn.GroupNorm, name: str) -> str:
        """Group norm as instance norm of the groups, which every runtime has."""
        groups = layer.num_groups
        ones, zeros = self.constant("ones", np.ones(groups)), self.constant("zeros", np.zeros(groups))
        flat = self.node("Reshape", x, self.integers(0, groups, -1))
        normal = self.node("InstanceNormalization", flat, ones, zeros, epsilon=layer.eps)
        back = self.node("Reshape", normal, self.node("Shape", x))
        scaled = self.node("Mul", back, self.constant(f"{name}.weight", layer.weight[:, None, None]))
        return self.node("Add", scaled, self.constant(f"{name}.bias", layer.bias[:, None, None]))


def tensor(values: np.ndarray) -> torch.Tensor:
    """A float32 tensor of its own."""
    return torch.from_numpy(values.astype(np.float32))
