"""Scores a model folder: `python -m elit_train.evaluate --model public/models/emoji-128`.

Draws the same labels with the same seeds at every budget, with every kind of guidance and over steps, and writes
`metrics.json`: Fréchet and kernel distance, precision, recall, density and coverage with bootstrap intervals, how often
the classifier sees the style and category that were asked for, how near the drawn pictures come to a training
picture, and the same figures for held-out real pictures as a scale to read them on. The distances are also in the
features of a network that was trained on ImageNet, where its packages are installed (`imagenet.py`); with
`--inception WEIGHTS`, FID, KID and Inception score stand beside them, as torch-fidelity computes them (`inception.py`).

What has been drawn and what has been scored is kept under the data folder: an evaluation that was stopped goes on with
the same command, one of more samples draws only those that are new, and one of other budgets scores only these.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from elit_train import features
from elit_train.data import sha256
from elit_train.decoder_onnx import load_decoder
from elit_train.drawing import BUDGETS, VARIANTS, Drawer, Request, Setting, request, settings
from elit_train.errors import TrainingError, run_command
from elit_train.export import DECODER
from elit_train.extras import METRICS, WEIGHTS, add_extras
from elit_train.files import read_json, write_whole
from elit_train.imagenet import INSTALL, ImageNet, installed
from elit_train.inception import Inception
from elit_train.judges import VERSION, ImageNetJudge, Reference, inception_judge, pair_distance, refer, score
from elit_train.pictures import Pictures
from elit_train.published import load_published
from elit_train.set_metrics import NEIGHBOURS
from elit_train.splits import PAIR, SUBJECT


class Evaluation:
    """A model folder, the real pictures, and all that judges drawn ones."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.inception = Inception(options.inception) if options.inception else None
        self.published, self.pictures = load_published(options.model), Pictures(options.data)
        model, images = sha256(options.model / WEIGHTS), sha256(options.data / "images.npy")
        work = options.work or options.data / "evaluation"
        decoder = load_decoder(options.model / DECODER).eval()
        self.drawer = Drawer(self.published.network(), decoder, model, work / model[:16], options.threads)
        self.classifier, self.accuracy = features.load(options.features)
        self.imagenet = (
            ImageNetJudge(ImageNet(), self.pictures, images, work, options.threads) if options.imagenet else None
        )
        self.wanted = request(self.published, self.pictures, options.samples, None, options.seed)
        count = options.samples if options.pairs is None else options.pairs
        none = Request(torch.empty(0, dtype=torch.long), torch.empty(0), torch.empty(0), "")
        if count and not len(self.pictures.rows(PAIR)):
            print("without pairs: the data has no held-out ones", file=sys.stderr)
            count = 0
        self.pairs = request(self.published, self.pictures, count, PAIR, options.seed) if count else none
        self.network_facts = {
            **({"imagenet": self.imagenet.facts} if self.imagenet else {}),
            **({"inception": self.inception.facts()} if self.inception else {}),
        }
        judged = {"version": VERSION, "features": sha256(options.features), "images": images, **self.network_facts}
        drawn = {name: [one.order, len(one.rows)] for name, one in (("samples", self.wanted), ("pairs", self.pairs))}
        self.of_real = KeptFigures(work, judged)
        self.of_drawn = KeptFigures(self.drawer.work, {**judged, **drawn, "decoder": sha256(options.model / DECODER)})

    @cached_property
    def reference(self) -> Reference:
        """The training pictures as the classifier sees them; not looked at when all has been scored before."""
        return refer(self.classifier, self.pictures)

    @cached_property
    def judged_by_inception(self) -> Callable[[Tensor], dict]:
        """See `inception_judge`."""
        return inception_judge(self.inception, self.pictures) if self.inception else lambda _images: {}

    def figures(self, images: Tensor, rows: Tensor) -> dict:
        """All that is said of pictures that were asked to be like those in `rows`."""
        found = {**score(self.classifier, images, rows, self.reference), **self.judged_by_inception(images)}
        return {**found, "imagenet": self.imagenet.figures(images)} if self.imagenet else found

    def held_out(self) -> dict:
        """The figures of real pictures that no model was trained on, by their name; nothing where they are too few."""
        rows = self.pictures.rows(SUBJECT, PAIR)
        if len(rows) <= NEIGHBOURS:
            print(f"without a scale to read the figures on: {len(rows)} pictures are held out", file=sys.stderr)
            return {}

        def figures() -> dict:
            return {"pictures": len(rows), **self.figures(self.pictures.batch(rows), rows)}

        return {"held_out_real_pictures": self.of_real.get("held-out", figures)}

    def run(self, setting: Setting) -> dict:
        """The figures of a way of drawing."""
        figures = self.figures(self.drawer.pictures(self.wanted, setting, "samples"), self.wanted.rows)
        if len(self.pairs.rows):
            images, rows = self.drawer.pictures(self.pairs, setting, "pairs"), self.pairs.rows
            figures["pairs_of_the_held_out_split"] = pair_distance(self.classifier, images, self.pictures, rows)
            if self.imagenet:
                figures["imagenet"]["pairs_of_the_held_out_split"] = self.imagenet.pairs(images, rows)
        return {**asdict(setting), **figures}


class KeptFigures:
    """Figures that were made before, under all that they depend on, in a file of `folder`."""

    def __init__(self, folder: Path, about: dict) -> None:
        digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
        self._path = folder / f"figures.{digest[:16]}.json"
        self._figures: dict[str, dict] = self._read() if self._path.exists() else {}

    def get(self, name: str, make: Callable[[], dict]) -> dict:
        """Those of that name, made and kept if they are not there."""
        if name not in self._figures:
            self._figures[name] = make()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, json.dumps(self._figures))
        return self._figures[name]

    def all(self) -> list[dict]:
        """Everything that is kept, in the order in which it was made."""
        return list(self._figures.values())

    def _read(self) -> dict[str, dict]:
        try:
            return read_json(self._path, "it is made anew")
        except TrainingError as error:
            print(error, file=sys.stderr)
            return {}


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="elit_train.evaluate", description="Score a model folder.")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("training/data/emoji-128"))
    parser.add_argument("--features", type=Path, default=Path("training/runs/features/features.pt"))
    parser.add_argument(
        "--no-imagenet", dest="imagenet", action="store_false", help="no figures in ImageNet's features"
    )
    parser.add_argument("--inception", type=Path, metavar="WEIGHTS", help="also FID, KID and IS with these weights")
    parser.add_argument("--samples", type=int, default=1_000, help="pictures a way of drawing")
    parser.add_argument("--pairs", type=int, help="of them again, of held-out pairs; default: as many as there are")
    parser.add_argument("--budgets", type=int, nargs="+", default=BUDGETS)
    parser.add_argument("--variants", choices=VARIANTS, nargs="+", default=VARIANTS[:1], help="what is varied")
    parser.add_argument("--every", dest="variants", action="store_const", const=VARIANTS, help="all variants")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--work", type=Path, help="what is kept while it goes on; default: evaluation in the data folder"
    )
    parser.add_argument("--out", type=Path, help="default: metrics.json in the model folder, and its model.json")
    options = parser.parse_args(arguments)
    if options.samples < 1 or (options.pairs or 0) < 0:
        raise TrainingError(
            f"{options.samples} samples and {options.pairs} pairs cannot be drawn; ask for at least one"
        )
    if options.imagenet and not installed():
        print(f"without ImageNet's features, whose packages are not installed: {INSTALL}", file=sys.stderr)
        options.imagenet = False
    return options


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    options = parse(arguments)
    torch.set_num_threads(options.threads)
    evaluation = Evaluation(options)
    report = {
        "model": evaluation.published.facts["name"],
        "weights": evaluation.published.facts["files"][WEIGHTS]["sha256"],
        "samples": len(evaluation.wanted.rows),
        "seed": options.seed,
        "feature_accuracy_on_held_out_subjects": evaluation.accuracy,
        **evaluation.network_facts,
        **evaluation.held_out(),
    }
    scale = evaluation.published.facts["defaults"]["guidance"]
    network = evaluation.drawer.network
    for setting in settings(network, scale, options.steps, options.variants, options.budgets):
        figures = evaluation.of_drawn.get(setting.name, lambda setting=setting: evaluation.run(setting))
        print(f"{setting.name}: Fréchet {figures['frechet']['value']:.3f}", file=sys.stderr)
    report["runs"] = evaluation.of_drawn.all()
    out = options.out or options.model / METRICS
    write_whole(out, json.dumps(rounded(report), indent=1) + "\n")
    if not options.out:
        add_extras(options.model)
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
