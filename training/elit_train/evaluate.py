"""Scores a model folder: `python -m elit_train.evaluate --model public/models/emoji-128`.

Draws the same labels with the same seeds at every budget, with every kind of guidance and over steps, and writes
`metrics.json`: Fréchet and kernel distance with bootstrap intervals, precision, recall, density, coverage, how often
the classifier sees the style and category that were asked for, how near the drawn pictures come to a training
picture, and the same figures for held-out real pictures as a scale to read them on. With `--inception WEIGHTS`, FID,
KID and Inception score stand beside them, as torch-fidelity computes them (`inception.py`).
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from elit_train import features
from elit_train.autoencoder import Autoencoder
from elit_train.catalogue import slug, squash
from elit_train.decoder_onnx import load_decoder
from elit_train.errors import TrainingError, run_command
from elit_train.export import DECODER
from elit_train.features import Classifier, agreement, answers, features_of
from elit_train.inception import PUBLISHED, Inception, inception_figures
from elit_train.model.elit import Network
from elit_train.pictures import Pictures
from elit_train.published import PublishedModel, load_published
from elit_train.sampling import Guidance, sample, start_noise
from elit_train.set_metrics import frechet_distance, interval, kernel_distance, neighbourhoods
from elit_train.splits import PAIR, SUBJECT

BUDGETS = (1, 2, 4, 8, 16)
STEPS = (5, 10, 20, 40)
THUMBNAIL = 16  # side of the pictures that are compared with training pictures pixel by pixel


@dataclass(frozen=True)
class Setting:
    """One way of drawing."""

    budget: int
    steps: int
    guidance: Guidance


@dataclass(frozen=True)
class Request:
    """What is drawn: rows of real pictures, what the model takes for their labels, and for the null."""

    rows: Tensor
    labels: Tensor
    nulls: Tensor


@dataclass(frozen=True)
class Reference:
    """The real pictures: features and thumbnails of the training ones, and what they are answers to."""

    train: Tensor
    thumbnails: Tensor
    styles: Tensor
    categories: Tensor


def settings(model: Network, scale: float, steps: int, every: bool) -> list[Setting]:
    """All budgets as the page draws; with `every`, also the kinds of guidance and numbers of steps at full budget."""
    full = model.config.budgets
    chosen = [Setting(k, steps, Guidance("cfg", scale)) for k in BUDGETS if k <= full]
    if every:
        kinds = (Guidance("none"), Guidance("ccfg", scale, budget=1), Guidance("autoguidance", scale, budget=1))
        chosen += [Setting(full, steps, guidance) for guidance in kinds]
        chosen += [Setting(full, other, Guidance("cfg", scale)) for other in STEPS if other != steps]
    return chosen


def request(model: PublishedModel, pictures: Pictures, count: int, split: str | None, seed: int) -> Request:
    """`count` labels as often as the pictures of that split (default: training) have them and the model knows them."""
    names = {squash(slug(name)): name for name in model.vocabulary.subjects}
    rows = pictures.rows(split) if split else pictures.rows()
    known = [row for row in rows.tolist() if squash(slug(pictures.pictures[row]["subject"])) in names]
    if not known:
        raise TrainingError("the model knows none of the pictures' subjects; it was made from other data")
    order = torch.randperm(len(known), generator=torch.Generator().manual_seed(seed))[:count]
    chosen = [known[place] for place in order.tolist()]
    asked = [pictures.pictures[row] for row in chosen]
    labels = model.vocabulary.labels((names[squash(slug(one["subject"]))], one["style"]) for one in asked)
    return Request(torch.tensor(chosen), labels, model.vocabulary.nulls(len(chosen)))


def draw(network: Network, decoder: Autoencoder, wanted: Request, setting: Setting, batch: int = 32) -> Tensor:
    """Pictures [N, 4, side, side]; the i-th has the noise of seed i, so that settings differ in nothing else."""
    drawn = []
    for part in torch.arange(len(wanted.rows)).split(batch):
        noise = torch.cat([start_noise(seed, network) for seed in part.tolist()])
        latents = sample(
            network,
            noise,
            wanted.labels[part],
            wanted.nulls[part],
            steps=setting.steps,
            budget=setting.budget,
            guidance=setting.guidance,
        )
        with torch.no_grad():
            drawn.append(decoder.decode(latents.float()))
    return torch.cat(drawn)


def thumbnails(images: Tensor) -> Tensor:
    """[N, 4·16·16], for comparing pictures pixel by pixel."""
    return adaptive_avg_pool2d(images, THUMBNAIL).flatten(1)


@torch.no_grad()
def score(classifier: Classifier, images: Tensor, rows: Tensor, reference: Reference) -> dict:
    """All figures of a set of pictures that were asked to be like the real ones in `rows`."""
    found = torch.cat([classifier(part) for part in images.split(128)])
    nearest = (
        torch.cdist(thumbnails(images), reference.thumbnails).min(dim=1).values / reference.thumbnails.shape[1] ** 0.5
    )
    return {
        "frechet": interval(frechet_distance, found, reference.train),
        "kid": interval(kernel_distance, found, reference.train, draws=20),
        **neighbourhoods(found, reference.train),
        "style_agreement": agreement(classifier.style(found), reference.styles[rows]),
        "category_agreement": agreement(classifier.category(found), reference.categories[rows]),
        "nearest_training_picture_rms": {
            "median": nearest.median().item(),
            "closest_hundredth": nearest.quantile(0.01).item(),
        },
    }


@torch.no_grad()
def refer(classifier: Classifier, pictures: Pictures) -> Reference:
    """The real pictures that drawn ones are compared with."""
    rows = pictures.rows()
    small = torch.cat([thumbnails(pictures.batch(part)) for part in rows.split(128)])
    return Reference(features_of(classifier, pictures, rows), small, *answers(pictures))


@torch.no_grad()
def pair_distance(classifier: Classifier, images: Tensor, pictures: Pictures, rows: Tensor) -> dict[str, float]:
    """How much nearer a drawn picture is to the true one than to that of another label, in features.

    `matched` and `mismatched` are mean distances; `won` is the share of drawn pictures that are nearer to their own.
    """
    found, true = classifier(images), features_of(classifier, pictures, rows)
    matched, mismatched = (found - true).norm(dim=1), (found - true.roll(1, dims=0)).norm(dim=1)
    return {
        "matched": matched.mean().item(),
        "mismatched": mismatched.mean().item(),
        "won": (matched < mismatched).float().mean().item(),
    }


def inception_judge(inception: Inception, pictures: Pictures, batch: int = 32) -> Callable[[Tensor], dict]:
    """What Inception says of pictures [N, 4, side, side] beside all training pictures, under the key `inception`."""
    if not inception.facts()["published_weights"]:
        print(f"these are not the weights {PUBLISHED}: the numbers compare with no others", file=sys.stderr)
    rows = pictures.rows()
    print(f"Inception looks at {len(rows)} training pictures", file=sys.stderr)
    real = inception.see(pictures.batch(part) for part in rows.split(batch))
    return lambda images: {"inception": inception_figures(inception.see(images.split(batch)), real)}


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="elit_train.evaluate", description="Score a model folder.")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("training/data/emoji-128"))
    parser.add_argument("--features", type=Path, default=Path("training/runs/features/features.pt"))
    parser.add_argument("--inception", type=Path, metavar="WEIGHTS", help="also FID, KID and IS with these weights")
    parser.add_argument("--samples", type=int, default=1_000)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--every", action="store_true", help="also other guidance and other numbers of steps")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, help="default: metrics.json in the model folder")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    inception = Inception(options.inception) if options.inception else None
    published, pictures = load_published(options.model), Pictures(options.data)
    network, decoder = published.network(), load_decoder(options.model / DECODER).eval()
    classifier, accuracy = features.load(options.features)
    reference = refer(classifier, pictures)
    wanted = request(published, pictures, options.samples, None, options.seed)
    pairs = request(published, pictures, options.samples, PAIR, options.seed)
    scale = published.facts["defaults"]["guidance"]
    held_out = pictures.rows(SUBJECT, PAIR)
    judged = inception_judge(inception, pictures) if inception else lambda _images: {}
    report = {
        "model": published.facts["name"],
        "samples": len(wanted.rows),
        "seed": options.seed,
        "feature_accuracy_on_held_out_subjects": accuracy,
        "held_out_real_pictures": {
            "pictures": len(held_out),
            **score(classifier, pictures.batch(held_out), held_out, reference),
            **judged(pictures.batch(held_out)),
        },
        "runs": [],
    }
    if inception:
        report["inception"] = inception.facts()
    for setting in settings(network, scale, options.steps, options.every):
        images = draw(network, decoder, wanted, setting)
        figures = score(classifier, images, wanted.rows, reference) | judged(images)
        drawn_pairs = draw(network, decoder, pairs, setting)
        figures["pairs_of_the_held_out_split"] = pair_distance(classifier, drawn_pairs, pictures, pairs.rows)
        report["runs"].append({**asdict(setting), **figures})
        print(f"budget {setting.budget}, {setting.steps} steps, {setting.guidance.kind}: ", end="", file=sys.stderr)
        print(f"Fréchet {figures['frechet']['value']:.3f}", file=sys.stderr)
    out = options.out or options.model / "metrics.json"
    out.write_text(json.dumps(rounded(report), indent=1) + "\n")
    print(f"wrote {out}")


def rounded(value: object) -> object:
    """The same report with numbers of five digits: more would be noise."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(inner) for inner in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


if __name__ == "__main__":
    run_command("elit_train.evaluate", main)
