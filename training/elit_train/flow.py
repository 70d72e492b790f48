"""The rectified-flow loss: x_t = (1 - t)·x + t·noise, and the network learns v = noise - x."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from elit_train.errors import TrainingError
from elit_train.model.elit import Network

Draw = Callable[[Tensor, torch.Generator], Tensor]
"""(sample numbers [B], the step's generator) -> what the label embedder takes for them, some parts dropped."""


@dataclass(frozen=True)
class Budgets:
    """Which budgets training draws: uniform over `smallest`..`largest` latents a group, one for the whole batch.

    `largest_share` of the steps keep `largest` whatever is drawn (the paper: none). Dropped latents reach Write as Read
    made them, so that only a step without any trains Write for the full budget.
    """

    smallest: int
    largest: int
    largest_share: float = 0

    def __post_init__(self) -> None:
        if not 1 <= self.smallest <= self.largest:
            raise TrainingError(f"budgets from {self.smallest} to {self.largest} latents a group make no range")
        if not 0 <= self.largest_share <= 1:
            raise TrainingError(f"a share of {self.largest_share} of the steps is not between 0 and 1")

    def draw(self, random: torch.Generator) -> int:
        """The budget of a step."""
        if self.largest_share and torch.rand((), generator=random) < self.largest_share:
            return self.largest
        return int(torch.randint(self.smallest, self.largest + 1, (), generator=random))


class FlowLoss:
    """Mean squared error of the velocity on a batch of latents; see `loop.Loss`.

    `latents` [N, C, H, W] are the training samples; `labels` draws their labels. `budgets` is None for plain SiT.
    """

    def __init__(self, model: Network, latents: Tensor, labels: Draw, budgets: Budgets | None) -> None:
        self._model, self._latents, self._labels, self._budgets = model, latents, labels, budgets

    def __call__(self, indices: Tensor, random: torch.Generator, share: slice) -> tuple[Tensor, dict[str, float]]:
        """The loss of this process's `share` of the batch; t is logit-normal, labels lose parts at random."""
        budget = self._budgets.draw(random) if self._budgets else None
        latents = self._latents[indices]
        noise = torch.randn(latents.shape, generator=random)
        t = torch.randn(len(latents), generator=random).sigmoid()
        labels = self._labels(indices, random)
        device = self._model.pos_embed.device
        latents, noise, t, labels = (whole[share].to(device) for whole in (latents, noise, t, labels))
        mixed = torch.lerp(latents, noise, t[:, None, None, None])
        velocity = self._model(mixed, t, labels, budget)
        return (velocity.float() - (noise - latents)).square().mean(), {}


@torch.no_grad()
def validation_losses(
    model: Network, latents: Tensor, labels: Tensor, budget: int | None, seed: int = 0, batch: int = 64
) -> Tensor:
    """The loss of every given sample [N] with its whole label, times spread evenly over the logit-normal.

    `labels` are what the label embedder takes, [N] or [N, 2]. The same times and noise for every model and budget that
    is asked with one `seed`, so differences are paired.
    """
    random = torch.Generator().manual_seed(seed)
    noise = torch.randn(latents.shape, generator=random)
    even = (torch.arange(len(latents)) + 0.5) / len(latents)
    t = torch.special.ndtri(even)[torch.randperm(len(latents), generator=random)].sigmoid()
    losses = []
    for part in torch.arange(len(latents)).split(batch):
        mixed = torch.lerp(latents[part], noise[part], t[part, None, None, None])
        velocity = model(mixed, t[part], labels[part], budget)
        losses.append((velocity - (noise[part] - latents[part])).square().mean(dim=(1, 2, 3)))
    return torch.cat(losses)
