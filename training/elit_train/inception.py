"""FID, KID and Inception score with torch-fidelity's numerics, from Inception weights that are on disk.

Pictures go over white into 8-bit RGB, and from there through torch-fidelity's own extractor (TensorFlow 1's bilinear
resize to 299 x 299, its InceptionV3). The figures have torch-fidelity's names, subsets, splits and seed. Only
the published weights give numbers that compare with others'; whether they are these is written beside the figures.
"""

import hashlib
import io
import pickle
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from elit_train.contact_sheet import over_white
from elit_train.errors import TrainingError, first_line
from elit_train.processes import training_device
from elit_train.set_metrics import frechet_distance, kernel_distance, needed

PACKAGE, DISTRIBUTION = "torch_fidelity", "torch-fidelity"
PUBLISHED = "weights-inception-2015-12-05-6726825d.pth"  # in torch-fidelity's release v0.2.0; ends in its SHA-256
LAYERS = ("2048", "logits_unbiased")
KID_SUBSETS, KID_SUBSET = 100, 1_000
SCORE_SPLITS = 10
SEED = 2020


@dataclass(frozen=True)
class Seen:
    """What Inception makes of N pictures: pooled features [N, 2048], and logits without the bias [N, 1008]."""

    features: Tensor
    logits: Tensor


class Inception:
    """torch-fidelity's extractor with the weights of a file. Raises `TrainingError` when either is missing or wrong."""

    def __init__(self, path: Path) -> None:
        made = extractor_class()
        try:
            content = path.read_bytes()
        except OSError as cause:
            raise TrainingError(
                f"the Inception weights {path} cannot be read ({cause.strerror}); give the path of {PUBLISHED}"
            ) from None
        self._sha256 = hashlib.sha256(content).hexdigest()
        self._device = training_device()
        self._network: nn.Module = filled(made, path, content).to(self._device)

    def facts(self) -> dict:
        """What the numbers were made with, for the report."""
        return {
            "numerics": f"torch-fidelity {version(DISTRIBUTION)}",
            "weights_sha256": self._sha256,
            "published_weights": self._sha256.startswith(PUBLISHED.removesuffix(".pth").rpartition("-")[2]),
            "background": "white",
            "reference": "training pictures",
        }

    @torch.no_grad()
    def see(self, parts: Iterable[Tensor]) -> Seen:
        """Batches of premultiplied RGBA [B, 4, side, side] in 0..1 -> what Inception makes of them all."""
        found = [self._network(rgb8(part).to(self._device)) for part in parts]
        features, logits = (torch.cat([layer.cpu() for layer in layers]) for layers in zip(*found, strict=True))
        return Seen(features, logits)


def rgb8(images: Tensor) -> Tensor:
    """Premultiplied RGBA [N, 4, S, S] -> RGB over white, uint8 [N, 3, S, S], rounded as a saved picture is."""
    return over_white(images).permute(0, 3, 1, 2)


def extractor_class() -> Any:
    """torch-fidelity's `FeatureExtractorInceptionV3`.

    Its module is imported without the package's own `__init__`, which wants torchvision for other extractors.
    """
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise TrainingError(
            "Inception's figures need torch-fidelity: pip install 'training[inception]' "
            "(or, where there is no torchvision, pip install --no-deps torch-fidelity)"
        )
    loaded = sys.modules.get(PACKAGE)
    if loaded is None:
        bare = ModuleType(PACKAGE)
        bare.__path__ = list(found.submodule_search_locations)
        sys.modules[PACKAGE] = bare
    try:
        return import_module(f"{PACKAGE}.feature_extractor_inceptionv3").FeatureExtractorInceptionV3
    except (ImportError, AttributeError) as cause:
        raise TrainingError(f"this torch-fidelity cannot be used ({cause}); install version 0.4.0") from None
    finally:
        if loaded is None:
            del sys.modules[PACKAGE]


def filled(made: Any, path: Path, content: bytes) -> nn.Module:
    """The extractor with the weights in a file's `content`, from which no code is run."""
    wrong = f"{path} does not hold torch-fidelity's Inception weights"
    try:
        weights = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as cause:
        raise TrainingError(f"{wrong} ({first_line(cause)}); give the path of {PUBLISHED}") from None
    checked = io.BytesIO()  # the extractor reads a file itself, and would run code that is in one
    torch.save(weights, checked)
    checked.seek(0)
    try:
        return made("inception", list(LAYERS), feature_extractor_weights_path=checked)
    except (RuntimeError, TypeError, AttributeError) as cause:
        raise TrainingError(f"{wrong} ({first_line(cause)}); give the path of {PUBLISHED}") from None


def inception_figures(drawn: Seen, real: Seen) -> dict[str, float]:
    """The figures under torch-fidelity's names; FID and KID are distances from `real`.

    Fewer pictures than torch-fidelity's subsets and splits ask for get smaller ones; both sizes are in the figures.
    """
    size = min(KID_SUBSET, len(drawn.features), len(real.features))
    splits = min(SCORE_SPLITS, len(drawn.logits))
    return {
        "frechet_inception_distance": frechet_distance(drawn.features, real.features),
        **kernel_inception_distance(drawn.features, real.features, size),
        "kid_subset_size": size,
        **inception_score(drawn.logits, splits),
        "isc_splits": splits,
    }


def kernel_inception_distance(drawn: Tensor, real: Tensor, size: int = KID_SUBSET) -> dict[str, float]:
    """Mean and deviation of the kernel distance over 100 pairs of random subsets of that size."""
    needed(drawn, real, size)
    random = np.random.RandomState(SEED)

    def subset(features: Tensor) -> Tensor:
        return features[torch.from_numpy(random.choice(len(features), size, replace=False))]

    found = [kernel_distance(subset(drawn), subset(real)) for _ in range(KID_SUBSETS)]
    return {
        "kernel_inception_distance_mean": float(np.mean(found)),
        "kernel_inception_distance_std": float(np.std(found)),
    }


def inception_score(logits: Tensor, splits: int = SCORE_SPLITS) -> dict[str, float]:
    """Mean and deviation over shuffled splits of exp(mean divergence of a picture's classes from all of the split's).

    Salimans et al. 2016, "Improved techniques for training GANs".
    """
    count = len(logits)
    logits = logits[torch.from_numpy(np.random.RandomState(SEED).permutation(count))].double()
    scores = []
    for split in range(splits):
        log_p = logits[split * count // splits : (split + 1) * count // splits].log_softmax(dim=1)
        p = log_p.exp()
        divergence = (p * (log_p - p.mean(dim=0, keepdim=True).log())).sum(dim=1)
        scores.append(divergence.mean().exp().item())
    return {"inception_score_mean": float(np.mean(scores)), "inception_score_std": float(np.std(scores))}
