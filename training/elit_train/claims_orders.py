"""Which latents of a group are kept: not the first k, but those that another order puts first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from elit_train.model.elit import Network

ORDERS: dict[str, Callable[[int], Tensor]] = {
    "first": lambda latents: torch.arange(latents),
    "last": lambda latents: torch.arange(latents).flip(0),
    "random": lambda latents: torch.randperm(latents, generator=torch.Generator().manual_seed(0)),
}
"""By name, the order of a group's n latents: the tail is dropped, the head is dropped, or whichever."""


@contextmanager
def latents_in_order(network: Network, order: Tensor) -> Iterator[None]:
    """Within it, "the first k latents" of a group are those of `order` [n]; the rest of the network sees no order."""

    def reorder(_module: object, _inputs: object, output: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        latents, patches = output
        return latents[:, :, order], patches

    handle = network.input_token_editor.register_forward_hook(reorder)
    try:
        yield
    finally:
        handle.remove()
