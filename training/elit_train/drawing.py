"""What an evaluation draws, and drawing it: labels, ways of drawing, and the latents, which are kept on disk."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from elit_train.autoencoder import Autoencoder
from elit_train.catalogue import KnownNames
from elit_train.errors import TrainingError
from elit_train.model.elit import Network
from elit_train.pictures import Pictures
from elit_train.published import PublishedModel
from elit_train.row_store import RowStore, in_batches
from elit_train.sampling import Guidance, sample, start_noise
from elit_train.splits import TRAIN

BUDGETS = (1, 2, 4, 8, 16)
STEPS = (4, 8, 16, 32)  # at which the page draws a seed, too (`STEPS` of src/ui/trade-off/strip.ts), and plots these
VARIANTS = ("budgets", "guidance", "steps")
BATCH = 32
VERSION = 1  # one more when the same request draws other latents


@dataclass(frozen=True)
class Setting:
    """One way of drawing."""

    budget: int
    steps: int
    guidance: Guidance

    @property
    def name(self) -> str:
        """For people and files."""
        guidance = self.guidance
        kind = guidance.kind if guidance.kind == "none" else f"{guidance.kind}-{guidance.scale:g}"
        by = f"-of-{guidance.budget}" if guidance.kind in ("ccfg", "autoguidance") else ""
        return f"budget-{self.budget}.{kind}{by}.{self.steps}-steps"


@dataclass(frozen=True)
class Request:
    """What is drawn: rows of real pictures, what the model takes for their labels, and for the null.

    `order` is the hash of all labels in this order, of which `rows` are the first.
    """

    rows: Tensor
    labels: Tensor
    nulls: Tensor
    order: str


def settings(
    model: Network, scale: float, steps: int, variants: tuple[str, ...] = VARIANTS, budgets: tuple[int, ...] = BUDGETS
) -> list[Setting]:
    """Those budgets as the page draws; at full budget, the kinds of guidance and numbers of steps, if asked for."""
    full = model.config.budgets
    chosen = []
    if "budgets" in variants:
        chosen += [Setting(k, steps, Guidance("cfg", scale)) for k in budgets if k <= full]
    if "guidance" in variants:
        kinds = (Guidance("none"), Guidance("ccfg", scale, budget=1), Guidance("autoguidance", scale, budget=1))
        chosen += [Setting(full, steps, guidance) for guidance in kinds]
    if "steps" in variants:
        chosen += [Setting(full, other, Guidance("cfg", scale)) for other in STEPS if other != steps]
    return chosen


def request(model: PublishedModel, pictures: Pictures, count: int, split: str | None, seed: int) -> Request:
    """`count` labels as often as the pictures of that split (default: training) have them and the model knows them.

    A smaller count asks for the first of a larger one's.
    """
    known = KnownNames(model.vocabulary.subjects)
    rows = pictures.rows(split) if split else pictures.rows()
    if not len(rows):
        raise TrainingError(f"the data has no pictures of the split {split or TRAIN}; collect more")
    names = {row: known.find(pictures.pictures[row]["subject"]) for row in rows.tolist()}
    found = [(row, name) for row, name in names.items() if name is not None]
    if not found:
        raise TrainingError("the model knows none of the pictures' subjects; it was made from other data")
    shuffled = torch.randperm(len(found), generator=torch.Generator().manual_seed(seed)).tolist()
    chosen = [found[place][0] for place in shuffled]
    asked = [(found[place][1], pictures.pictures[found[place][0]]["style"]) for place in shuffled]
    labels = model.vocabulary.labels(asked)
    order = hashlib.sha256(labels.numpy().tobytes()).hexdigest()
    return Request(torch.tensor(chosen)[:count], labels[:count], model.vocabulary.nulls(len(chosen[:count])), order)


@dataclass(frozen=True)
class Drawer:
    """Draws with a network and a decoder; `model` is the hash of the network's weights, and `work` a folder."""

    network: Network
    decoder: Autoencoder
    model: str
    work: Path
    threads: int = 1

    def latents(self, wanted: Request, setting: Setting, of: str) -> Tensor:
        """[N, C, H, W]; the i-th has the noise of seed i, so that settings differ in nothing else.

        They are kept under the setting's name and `of`: given again, or asked for more, it goes on from those.
        """

        def draw(places: Tensor) -> Tensor:
            noise = torch.cat([start_noise(seed, self.network) for seed in places.tolist()])
            labels, nulls = wanted.labels[places], wanted.nulls[places]
            options = {"steps": setting.steps, "budget": setting.budget, "guidance": setting.guidance}
            return sample(self.network, noise, labels, nulls, **options).float()

        about = {"version": VERSION, "model": self.model, "setting": setting.name, "order": wanted.order}
        kept = RowStore(self.work / f"{setting.name}.{of}.pt", about)
        return kept.rows(len(wanted.rows), draw, BATCH, self.threads)

    def pictures(self, wanted: Request, setting: Setting, of: str) -> Tensor:
        """Premultiplied RGBA [N, 4, side, side] in 0..1 of those latents."""
        latents = self.latents(wanted, setting, of)
        rows = torch.arange(len(latents))
        return torch.cat([*in_batches(lambda part: self.decoder.decode(latents[part]), rows, BATCH, self.threads)])
