"""What is said of drawn pictures: in the features of the package's own classifier, in ImageNet's, in Inception's."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from elit_train.features import Classifier, answers, features_of
from elit_train.imagenet import ImageNet
from elit_train.inception import PUBLISHED, Inception, inception_figures
from elit_train.pictures import Pictures
from elit_train.real_set import RealSet, compare, estimate, share
from elit_train.row_store import RowStore, in_batches

VERSION = 2  # of the figures: one more when what is computed from the same pictures changes
THUMBNAIL = 16  # side of the pictures that are compared with training pictures pixel by pixel
BATCH = 32


@dataclass(frozen=True)
class Reference:
    """The real pictures: features and thumbnails of the training ones, and what they are answers to."""

    train: RealSet
    thumbnails: Tensor
    styles: Tensor
    categories: Tensor


def thumbnails(images: Tensor) -> Tensor:
    """[N, 4·16·16], for comparing pictures pixel by pixel."""
    return adaptive_avg_pool2d(images, THUMBNAIL).flatten(1)


@torch.no_grad()
def score(classifier: Classifier, images: Tensor, rows: Tensor, reference: Reference) -> dict:
    """All figures of a set of pictures that were asked to be like the real ones in `rows`."""
    found = torch.cat([classifier(part) for part in images.split(128)])
    nearest = torch.cdist(thumbnails(images), reference.thumbnails).min(dim=1).values
    return {
        **compare(found, reference.train),
        "style_agreement": share(classifier.style(found).argmax(dim=1) == reference.styles[rows]),
        "category_agreement": share(classifier.category(found).argmax(dim=1) == reference.categories[rows]),
        "nearest_training_picture_rms": spread_of(nearest / reference.thumbnails.shape[1] ** 0.5),
    }


@torch.no_grad()
def refer(classifier: Classifier, pictures: Pictures) -> Reference:
    """The real pictures that drawn ones are compared with."""
    rows = pictures.rows()
    small = torch.cat([thumbnails(pictures.batch(part)) for part in rows.split(128)])
    return Reference(RealSet(features_of(classifier, pictures, rows)), small, *answers(pictures))


@torch.no_grad()
def pair_distance(classifier: Classifier, images: Tensor, pictures: Pictures, rows: Tensor) -> dict[str, dict]:
    """How much nearer a drawn picture is to the true one than to that of another label, in features."""
    return pairs(classifier(images), features_of(classifier, pictures, rows))


def pairs(found: Tensor, true: Tensor) -> dict[str, dict]:
    """Of features [N, F]: `matched` and `mismatched` are mean distances to the picture's own true one and to another's;
    `won` is the share of pictures that are nearer to their own.
    """
    matched, mismatched = (found - true).norm(dim=1), (found - true.roll(1, dims=0)).norm(dim=1)
    return {
        "matched": estimate(matched),
        "mismatched": estimate(mismatched),
        "won": share(matched < mismatched),
    }


def spread_of(distances: Tensor) -> dict[str, dict]:
    """The middle of distances to the nearest training picture, and where copies would show."""
    return {
        "median": estimate(distances, Tensor.median),
        "closest_hundredth": estimate(distances, lambda resampled: resampled.quantile(0.01)),
    }


class ImageNetJudge:
    """Figures in ImageNet's features. Those of the real pictures are made once and kept in `work`."""

    def __init__(self, network: ImageNet, pictures: Pictures, images: str, work: Path, threads: int = 1) -> None:
        self._network, self._threads, self.facts = network, threads, network.facts()
        kept = RowStore(work / "real-pictures.imagenet.pt", {"images": images, **self.facts})

        def features(rows: Tensor) -> Tensor:
            return network.features(pictures.batch(rows))

        self._known = kept.rows(len(pictures), features, BATCH, threads)
        self._train = RealSet(self._known[pictures.rows()])

    def figures(self, images: Tensor) -> dict:
        """Of drawn pictures [N, 4, side, side]."""
        found = self._see(images)
        return {**compare(found, self._train), "nearest_training_picture": spread_of(self._train.nearest(found))}

    def pairs(self, images: Tensor, rows: Tensor) -> dict[str, dict]:
        """See `pairs`; `rows` are the true pictures."""
        return pairs(self._see(images), self._known[rows])

    def _see(self, images: Tensor) -> Tensor:
        parts = in_batches(
            lambda rows: self._network.features(images[rows]), torch.arange(len(images)), BATCH, self._threads
        )
        return torch.cat([*parts])


def inception_judge(inception: Inception, pictures: Pictures, batch: int = 32) -> Callable[[Tensor], dict]:
    """What Inception says of pictures [N, 4, side, side] beside all training pictures, under the key `inception`."""
    if not inception.facts()["published_weights"]:
        print(f"these are not the weights {PUBLISHED}: the numbers compare with no others", file=sys.stderr)
    rows = pictures.rows()
    print(f"Inception looks at {len(rows)} training pictures", file=sys.stderr)
    real = inception.see(pictures.batch(part) for part in rows.split(batch))
    return lambda images: {"inception": inception_figures(inception.see(images.split(batch)), real)}
