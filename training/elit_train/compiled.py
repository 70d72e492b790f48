"""`--compile`: a network's blocks through torch.compile, in place and without a change of the names of its weights.

Block by block, so that the code is made once for all of them, and because processes share out the weights by blocks.
Every number of tokens, that is every budget, gets code of its own: code for any number would depend on which budget
came first, and a resumed run would then end elsewhere than an unbroken one.
"""

import os
import shutil

import torch
import torch._dynamo
from torch import Tensor, nn

from elit_train.errors import TrainingError
from elit_train.model.elit import Network

COMPILERS = ("g++", "clang++")


def compile_blocks(model: Network, device: torch.device) -> None:
    """Compiles the blocks for training on that device, when they are first called.

    Raises `TrainingError` on a processor without a C++ compiler.
    """
    if device.type == "cpu" and not compiler():
        raise TrainingError(
            f"--compile needs a C++ compiler ({' or '.join(COMPILERS)}, or CXX); train without it, or install one"
        )
    model.x_embedder.register_forward_hook(rows_of_tokens)
    shapes = 2 * (model.config.budgets + 1)  # with and without gradients; beyond the limit code would not be compiled
    torch._dynamo.config.recompile_limit = max(torch._dynamo.config.recompile_limit, shapes)
    for block in model.blocks:
        assert isinstance(block, nn.Module)
        block.compile(dynamic=False)


def rows_of_tokens(_module: nn.Module, _inputs: object, tokens: Tensor) -> Tensor:
    """The same tokens with their width side by side in memory, unlike what a convolution leaves.

    For the other order PyTorch 2.13's code for processors gives gradients that are wrong by some percent.
    """
    return tokens.contiguous()


def compiler() -> str | None:
    """The C++ compiler that torch.compile would find."""
    return next(filter(None, map(shutil.which, (os.environ.get("CXX", ""), *COMPILERS))), None)
