"""The encoder of pictures as an ONNX file: a page that has it can begin a drawing with a picture of the user's.

The weights are float16, widened as the file is loaded: the arithmetic is float32.
"""

from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnx import TensorProto
from torch import Tensor, nn

from elit_train.autoencoder import FACTOR, Autoencoder
from elit_train.decoder_onnx import DecoderGraph
from elit_train.errors import TrainingError
from elit_train.onnx_graph import floats

FILE = "encoder.onnx"
HALF_BOUND = 2e-2  # of a latent, whose scale is 1: float16 weights make 6e-4 of a fitted encoder, 5e-3 of a random one


class EncoderGraph(DecoderGraph):
    """The layers that the encoder is made of, with weights in float16; `side` is that of what the next one takes."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self.side = side

    def constant(self, name: str, values: np.ndarray | Tensor, kind: type = np.float32) -> str:
        """A stored tensor; floats are stored as float16 and widened."""
        if kind != np.float32:
            return super().constant(name, values, kind)
        if f"{name}.half" in self.initializers:
            return name
        self.node("Cast", super().constant(f"{name}.half", values, np.float16), to=TensorProto.FLOAT)
        self.nodes[-1].output[:] = [name]
        return name

    def layer(self, x: str, layer: nn.Module, name: str) -> str:
        """Any of them, by its type."""
        if not isinstance(layer, nn.PixelUnshuffle):
            return super().layer(x, layer, name)
        # SpaceToDepth would put the channels of a place first; PyTorch puts the places of a channel first.
        factor, side = layer.downscale_factor, self.side // layer.downscale_factor
        split = self.node("Reshape", x, self.integers(0, -1, side, factor, side, factor))
        moved = self.node("Transpose", split, perm=[0, 1, 3, 5, 2, 4])
        self.side = side
        return self.node("Reshape", moved, self.integers(0, -1, side, side))


def save_encoder(model: Autoencoder, side: int, path: Path) -> None:
    """Writes `image [B, 4, 8·side, 8·side]` (premultiplied RGBA, 0..1) -> `latents [B, C, side, side]`, normalised.

    They are `Autoencoder.encode`'s, the Gaussian's mean; the normalisation is in the last layer's weights.
    """
    channels = model.config.channels
    *layers, last = model.encoder.layers
    assert isinstance(last, nn.Conv2d)
    assert last.bias is not None
    graph = EncoderGraph(side * FACTOR)
    x = graph.node("Mul", "image", graph.constant("two", np.array(2)))
    x = graph.node("Sub", x, graph.constant("one", np.array(1)))
    for index, layer in enumerate(layers):
        x = graph.layer(x, layer, f"enc.{index}")
    mean = nn.Conv2d(last.in_channels, channels, last.kernel_size[0], padding=int(last.padding[0]))
    assert mean.bias is not None
    with torch.no_grad():
        mean.weight.copy_(last.weight[:channels] / model.latent_std[..., None])
        mean.bias.copy_((last.bias[:channels] - model.latent_mean.flatten()) / model.latent_std.flatten())
    x = graph.layer(x, mean, "enc.mean")
    image = floats("image", "B", 4, side * FACTOR, side * FACTOR)
    graph.save(path, "encoder", [image], {x: floats("latents", "B", channels, side, side)})


def encode_there(path: Path, images: Tensor) -> Tensor:
    """What an exported encoder makes of premultiplied RGBA [B, 4, H, W]: latents [B, C, H/8, W/8]."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return torch.from_numpy(np.asarray(session.run(None, {"image": images.detach().numpy()})[0]))


def compare_encoder(path: Path, model: Autoencoder, images: Tensor) -> float:
    """The largest difference between the latents of the file and the model's; raises where it is above the bound."""
    with torch.no_grad():
        difference = (encode_there(path, images) - model.encode(images)).abs().max().item()
    if not difference <= HALF_BOUND:
        raise TrainingError(f"{path}: latents differ by {difference:.3g}, more than {HALF_BOUND:g}")
    return difference


def recorded(model: Autoencoder, image: Tensor) -> dict[str, Tensor]:
    """What the page's engine is held to: a picture, its latents, and the picture that they give.

    The picture is straight RGBA, 0..255 [H, W, 4]. `image` is premultiplied, [1, 4, H, W]; it is first rounded to what
    a file can hold.
    """
    alpha = (image[:, 3:] * 255).round() / 255
    colour = torch.where(alpha > 0, (image[:, :3] / alpha.clamp_min(1e-6)).clamp(0, 1), 0)
    straight = (torch.cat([colour, alpha], 1) * 255).round()
    whole = straight / 255
    premultiplied = torch.cat([whole[:, :3] * whole[:, 3:], whole[:, 3:]], 1)
    with torch.no_grad():
        latents = model.encode(premultiplied)
        back = model.decode(latents)
    return {"pixels": straight[0].permute(1, 2, 0).half().contiguous(), "latents": latents, "image": back}
