"""The feature space of the evaluation: a small classifier of style and category, `python -m elit_train.features`.

It is trained here, on the training pictures, so the numbers can be made again by anyone; and they only compare
models of the same pictures with each other. Its penultimate layer, 128 numbers, is the feature vector.
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, cross_entropy

from elit_train import checkpoint
from elit_train.autoencoder import NORM_GROUPS
from elit_train.errors import run_command
from elit_train.labels import Vocabulary
from elit_train.loop import LoopConfig, Trainer
from elit_train.pictures import Pictures
from elit_train.processes import training_device

KIND = "features"
RUN_KIND = "features-run"
FILE = "features.pt"
WIDTHS = (32, 64, 96, 128)
INPUT_SIDE = 64


class Classifier(nn.Module):
    """Premultiplied RGBA to features, and from them to a style and a category."""

    def __init__(self, styles: int, categories: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, width in zip((4, *WIDTHS), WIDTHS, strict=False):
            layers += [nn.Conv2d(before, width, 3, stride=2, padding=1), nn.GroupNorm(NORM_GROUPS, width), nn.SiLU()]
            layers += [nn.Conv2d(width, width, 3, padding=1), nn.GroupNorm(NORM_GROUPS, width), nn.SiLU()]
        self.layers = nn.Sequential(*layers)
        self.style = nn.Linear(WIDTHS[-1], styles)
        self.category = nn.Linear(WIDTHS[-1], categories)

    def forward(self, images: Tensor) -> Tensor:
        """[B, 4, side, side] in 0..1, side a multiple of 64 -> features [B, 128]."""
        small = avg_pool2d(images, images.shape[-1] // INPUT_SIDE)
        return self.layers(small * 2 - 1).mean(dim=(2, 3))


class ClassifierLoss:
    """Cross-entropy of style and category; pictures are moved by a few pixels so that places are not learned."""

    def __init__(self, model: Classifier, pictures: Pictures, rows: Tensor) -> None:
        self._model, self._pictures, self._rows = model, pictures, rows
        self._styles, self._categories = answers(pictures)

    def __call__(self, indices: Tensor, random: torch.Generator, share: slice) -> tuple[Tensor, dict[str, float]]:
        """See `loop.Loss`."""
        rows = self._rows[indices[share]]
        moves = torch.randint(-6, 7, (2,), generator=random).tolist()
        device = self._model.style.weight.device
        features = self._model(self._pictures.batch(rows).to(device).roll(moves, dims=(2, 3)))
        style, category = self._model.style(features), self._model.category(features)
        right_style, right_category = self._styles[rows].to(device), self._categories[rows].to(device)
        loss = cross_entropy(style, right_style) + cross_entropy(category, right_category)
        return loss, {
            "style": agreement(style, right_style),
            "category": agreement(category, right_category),
        }


def answers(pictures: Pictures) -> tuple[Tensor, Tensor]:
    """Style and category numbers of every picture."""
    vocabulary = Vocabulary.from_manifest(pictures.manifest)
    number = {name: index for index, name in enumerate(vocabulary.subjects)}
    styles = [vocabulary.styles.index(picture["style"]) for picture in pictures.pictures]
    categories = [vocabulary.category_of[number[picture["subject"]]] for picture in pictures.pictures]
    return torch.tensor(styles), torch.tensor(categories)


def agreement(scores: Tensor, wanted: Tensor) -> float:
    """Share of rows whose highest score is the wanted one."""
    return (scores.argmax(dim=1) == wanted).float().mean().item()


@torch.no_grad()
def features_of(model: Classifier, pictures: Pictures, rows: Tensor, batch: int = 128) -> Tensor:
    """Features [N, 128] of those pictures."""
    return torch.cat([model(pictures.batch(part)) for part in rows.split(batch)])


def load(path: Path) -> tuple[Classifier, dict]:
    """The classifier of a finished run, and what is known of it (its held-out accuracy)."""
    state = checkpoint.load(path, KIND)
    model = Classifier(**state["about"])
    model.load_state_dict(state["model"])
    return model.eval(), state["accuracy"]


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="elit_train.features", description="Train the evaluation's classifier.")
    parser.add_argument("--data", type=Path, default=Path("training/data/emoji-128"))
    parser.add_argument("--out", type=Path, default=Path("training/runs/features"))
    parser.add_argument("--steps", type=int, default=3_000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    pictures = Pictures(options.data)
    vocabulary = Vocabulary.from_manifest(pictures.manifest)
    about = {"styles": len(vocabulary.styles), "categories": len(vocabulary.categories)}
    model, rows = Classifier(**about).to(training_device()), pictures.rows()
    config = LoopConfig(
        steps=options.steps,
        batch=options.batch,
        learning_rate=2e-3,
        cooldown=options.steps // 3,
        weight_decay=0.02,
        seed=options.seed,
    )
    trainer = Trainer(model, ClassifierLoss(model, pictures, rows), len(rows), config, options.out, RUN_KIND, about)
    trainer.resume()
    trainer.run()
    if trainer.step < config.steps:
        return  # half a classifier would be taken for a whole one
    model.cpu().load_state_dict(trainer.averages.weights[config.averages[0]])
    accuracy = held_out_accuracy(model, pictures)
    checkpoint.save(
        options.out / FILE, {"kind": KIND, "about": about, "accuracy": accuracy, "model": model.state_dict()}
    )
    print(f"on held-out subjects: {accuracy or 'there are none'}")


@torch.no_grad()
def held_out_accuracy(model: Classifier, pictures: Pictures) -> dict[str, float]:
    """How often style and category are right on pictures of subjects that were never trained on, if there are any."""
    rows = pictures.rows("held-out-subject")
    if not len(rows):
        return {}
    styles, categories = answers(pictures)
    features = features_of(model, pictures, rows)
    return {
        "style": agreement(model.style(features), styles[rows]),
        "category": agreement(model.category(features), categories[rows]),
    }


if __name__ == "__main__":
    run_command("elit_train.features", main)
