"""Integrating the learned flow from noise to latents: Euler, Heun and SDE steps, and the four kinds of guidance.

The path is x_t = (1 - t)·x + t·noise and the network predicts v = noise - x, so time runs from 1 down to 0. The
state is kept in float64: rounding it at every step would be a noise of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from elit_train.errors import TrainingError
from elit_train.model.elit import Network
from elit_train.noise import gaussian_noise

Velocity = Callable[[Tensor, float], Tensor]
"""(state [B, C, H, W] in float64, t) -> velocity of the same shape in float64."""

SOLVERS = ("euler", "heun", "sde")
GUIDANCE_KINDS = ("none", "cfg", "ccfg", "autoguidance")
SDE_LAST_TIME = 0.04  # below it the score term -v/t grows without use; one plain drift step covers the rest


@dataclass(frozen=True)
class Guidance:
    """v = v_guide + scale·(v_cond - v_guide) where low ≤ t ≤ high and scale > 1.

    `budget` is the latents a group of the guiding call: the null class for "ccfg", the same class for
    "autoguidance"; "cfg" guides with the null class at the conditional budget.
    """

    kind: str = "none"
    scale: float = 1.0
    budget: int = 1
    interval: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        if self.kind not in GUIDANCE_KINDS:
            raise TrainingError(f"guidance {self.kind!r} is none of {', '.join(GUIDANCE_KINDS)}")


@torch.no_grad()
def sample(
    model: Network,
    noise: Tensor,
    y: Tensor,
    null: Tensor,
    *,
    steps: int = 20,
    solver: str = "euler",
    budget: int | None = None,
    guidance: Guidance = Guidance(),
    step_noise: Sequence[Tensor] = (),
) -> Tensor:
    """Latents [B, C, H, W] in float64 from `noise` of that shape.

    `y` is what the model's label embedder takes for the B images, `null` the same for the null class. `budget` is
    the latents a group of the conditional call (all unless given). The SDE needs `steps - 1` tensors of
    `step_noise`. Raises `TrainingError` for settings that make no run.
    """
    if steps < 1:
        raise TrainingError(f"{steps} steps draw nothing; take at least 1")
    velocity = guided_velocity(model, y, null, budget, guidance)
    x = noise.double()
    if solver == "sde":
        return integrate_sde(velocity, x, steps, step_noise)
    if solver not in SOLVERS:
        raise TrainingError(f"the solver {solver!r} is none of {', '.join(SOLVERS)}")
    times = torch.linspace(1, 0, steps + 1, dtype=torch.float64).tolist()
    for step, (now, then) in enumerate(pairwise(times)):
        v = velocity(x, now)
        if solver == "heun" and step < steps - 1:
            v = (v + velocity(x + (then - now) * v, then)) / 2
        x = x + (then - now) * v
    return x


def guided_velocity(model: Network, y: Tensor, null: Tensor, budget: int | None, guidance: Guidance) -> Velocity:
    """The network's velocity under guidance, as a function of the float64 state and the time."""
    low, high = guidance.interval
    guide_y = y if guidance.kind == "autoguidance" else null
    guide_budget = budget if guidance.kind == "cfg" else guidance.budget

    def call(x: Tensor, t: float, labels: Tensor, k: int | None) -> Tensor:
        return model(x.float(), torch.full((len(x),), t), labels, k).double()

    def velocity(x: Tensor, t: float) -> Tensor:
        conditional = call(x, t, y, budget)
        if guidance.kind == "none" or guidance.scale <= 1 or not low <= t <= high:
            return conditional
        guide = call(x, t, guide_y, guide_budget)
        return guide + guidance.scale * (conditional - guide)

    return velocity


def integrate_sde(velocity: Velocity, x: Tensor, steps: int, step_noise: Sequence[Tensor]) -> Tensor:
    """Euler-Maruyama with diffusion w(t) = 2t; the score on the linear path is -((1 - t)·v + x)/t."""
    if len(step_noise) != steps - 1:
        raise TrainingError(f"an SDE run of {steps} steps draws {steps - 1} times, but {len(step_noise)} were given")
    times = [*torch.linspace(1, SDE_LAST_TIME, steps, dtype=torch.float64).tolist(), 0.0]
    for step, (now, then) in enumerate(pairwise(times)):
        v = velocity(x, now)
        diffusion = 2 * now
        score = -((1 - now) * v + x) / now
        x = x + (then - now) * (v - diffusion / 2 * score)
        if step < steps - 1:
            x = x + (diffusion * (now - then)) ** 0.5 * step_noise[step].double()
    return x


def start_noise(seed: int, model: Network) -> Tensor:
    """The noise that this seed has everywhere, [1, C, H, W]."""
    channels, side = model.config.in_channels, model.config.side
    noise = gaussian_noise(seed, channels * side * side)
    return torch.from_numpy(noise).reshape(1, channels, side, side)
