"""Moving averages of the weights, at several rates, so that the best can be chosen after training."""

import torch
from torch import Tensor, nn

from elit_train.processes import like, whole


class Averages:
    """One copy of the trainable weights a rate; young averages follow faster, `min(rate, (1 + step) / (10 + step))`."""

    def __init__(self, model: nn.Module, rates: tuple[float, ...]) -> None:
        self.rates = rates
        self.age = 0  # optimizer steps that they have been through before step 0 of this run
        self._live = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
        self.weights = {rate: {name: weight.detach().clone() for name, weight in self._live.items()} for rate in rates}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Moves every average towards the weights after optimizer step `step` (0, 1, ...)."""
        steps = self.age + step
        for rate, average in self.weights.items():
            decay = min(rate, (1 + steps) / (10 + steps))
            for name, weight in self._live.items():
                average[name].lerp_(weight, 1 - decay)

    @torch.no_grad()
    def begin(self, start: dict[str, Tensor], age: int) -> None:
        """Begins every average from these weights, the average of `age` optimizer steps, instead of the model's."""
        self.age = age
        for average in self.weights.values():
            for name, weight in average.items():
                weight.copy_(like(start[name].to(weight.device), weight))

    def state_dict(self) -> dict[str, dict[str, Tensor]]:
        """Averages by rate; keys are text because that is what checkpoints hold."""
        return {
            str(rate): {name: whole(weight) for name, weight in weights.items()}
            for rate, weights in self.weights.items()
        }

    @torch.no_grad()
    def load_state_dict(self, state: dict[str, dict[str, Tensor]]) -> None:
        """Takes over the averages of a checkpoint, rate by rate; both must keep the same rates."""
        for rate, average in self.weights.items():
            for name, weight in average.items():
                weight.copy_(like(state[str(rate)][name], weight))
