"""Pictures beside each other: a row a label, a column a budget; also drawn while a network trains."""

import copy
import time
from collections.abc import Callable
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from elit_train.autoencoder import Autoencoder
from elit_train.labels import Vocabulary
from elit_train.loop import Trainer
from elit_train.model.elit import Network
from elit_train.sampling import Guidance, sample, start_noise

BUDGETS = (1, 2, 4, 8, 16)


def over_white(images: Tensor) -> Tensor:
    """Premultiplied RGBA [N, 4, S, S] -> RGB uint8 [N, S, S, 3]."""
    colour = images[:, :3] + 1 - images[:, 3:]
    return (colour.clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1)


def sheet(
    network: Network,
    vocabulary: Vocabulary,
    decoder: Autoencoder,
    labels: list[tuple[str, str]],
    steps: int,
    scale: float,
) -> Image.Image:
    """Rows are `labels` (subject, style) with the seed of their number; columns the budgets (one for plain SiT)."""
    classes = vocabulary.labels(labels)
    noise = torch.cat([start_noise(seed, network) for seed in range(len(labels))])
    null = vocabulary.nulls(len(labels))
    budgets = [k for k in BUDGETS if k <= network.config.budgets]
    columns = []
    for budget in budgets:
        drawn = sample(network, noise, classes, null, steps=steps, budget=budget, guidance=Guidance("cfg", scale))
        with torch.no_grad():
            columns.append(torch.cat(list(over_white(decoder.decode(drawn.float())))))  # [rows·S, S, 3]
    return Image.fromarray(torch.cat(columns, dim=1).numpy())


def some_labels(vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """A label a style, spread over the subjects."""
    apart = max(1, len(vocabulary.subjects) // len(vocabulary.styles))
    return list(zip(vocabulary.subjects[::apart], vocabulary.styles, strict=False))


def sheets_while_training(
    vocabulary: Vocabulary, decoder: Autoencoder, minutes: float, steps: int = 10, scale: float = 2.5
) -> Callable[[Trainer], None]:
    """What a trainer calls after it has saved: draws `sheets/STEP.png` with its fastest average, not more often than
    `minutes`. The network that is trained, and its random numbers, are left alone.
    """
    drawn = -float("inf")

    def after_save(trainer: Trainer) -> None:
        nonlocal drawn
        if trainer.processes.count > 1 or time.monotonic() - drawn < 60 * minutes:
            return
        drawn = time.monotonic()
        network = copy.deepcopy(trainer.model).cpu().eval()
        assert isinstance(network, Network)
        average = trainer.averages.weights[min(trainer.averages.rates)]
        network.load_state_dict({**network.state_dict(), **average})
        path: Path = trainer.folder / "sheets" / f"{trainer.step:07}.png"
        path.parent.mkdir(exist_ok=True)
        sheet(network, vocabulary, decoder, some_labels(vocabulary), steps, scale).save(path)

    return after_save
