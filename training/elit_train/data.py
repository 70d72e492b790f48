"""Makes the training pictures: `python -m elit_train.data --out training/data/emoji-128`.

Installs the artwork packages that `training/artwork/package.json` pins, joins their names into subjects, draws
every picture as RGBA and writes three files: `images.npy` (uint8 [N, side, side, 4], colour premultiplied by alpha),
`manifest.json` (subjects, styles, every picture's source and licence, the split of each) and `SHA256SUMS`.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from elit_train.catalogue import STYLES, Picture, Subject, join, read_artwork
from elit_train.errors import TrainingError, run_command
from elit_train.files import write_whole, written_whole
from elit_train.splits import split_of

ARTWORK = Path(__file__).resolve().parent.parent / "artwork"
SUMS = "SHA256SUMS"
SIDE = 128
CHUNK_BYTES = 4 * 2**20
NAMES = {
    "title": "emojibase (names and categories)",
    "author": "Miles Johnson",
    "licence": "MIT",
    "url": "https://github.com/milesj/emojibase",
}


def install_artwork(folder: Path) -> Path:
    """Runs npm in `folder` and returns its `node_modules`; raises when node is missing or the install fails."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ARTWORK / "package.json", folder)
    run(["npm", "install", "--omit=dev", "--no-audit", "--no-fund", "--no-package-lock"], folder)
    return folder / "node_modules"


def run(command: list[str], folder: Path) -> None:
    """Runs a command, its own messages shown; a `TrainingError` when it cannot start or fails."""
    try:
        subprocess.run(command, cwd=folder, check=True)
    except FileNotFoundError:
        raise TrainingError(f"`{command[0]}` is not installed; Node 20 or newer is needed to draw artwork") from None
    except subprocess.CalledProcessError as cause:
        raise TrainingError(f"`{' '.join(command)}` failed with status {cause.returncode}; see above") from None


def draw(pictures: list[Picture], artwork: Path, side: int = SIDE) -> np.ndarray:
    """Straight RGBA uint8 [N, side, side, 4] of the pictures, drawn by sharp in the folder the packages are in."""
    jobs, raw = artwork / "jobs.json", artwork / "drawn.raw"
    jobs.write_text(json.dumps([{"set": picture.style, "icon": picture.icon} for picture in pictures]))
    try:
        run(["node", str(ARTWORK / "draw.mjs"), str(jobs.resolve()), str(raw.resolve()), str(side)], artwork)
        return np.fromfile(raw, np.uint8).reshape(len(pictures), side, side, 4)
    finally:
        jobs.unlink()
        raw.unlink(missing_ok=True)


def premultiply(images: np.ndarray) -> np.ndarray:
    """Colour times alpha, rounded, for uint8 RGBA: what a blank background adds nothing to. Works in place."""
    for image in images:
        colour = image[..., :3].astype(np.uint16) * image[..., 3:]
        image[..., :3] = (colour + 127) // 255
    return images


def check_drawn(images: np.ndarray, pictures: list[Picture]) -> None:
    """Refuses pictures that came out empty (a broken drawing would teach the model blankness)."""
    empty = np.flatnonzero(images[..., 3].reshape(len(images), -1).max(axis=1) == 0)
    if len(empty):
        names = ", ".join(f"{pictures[i].style}/{pictures[i].icon}" for i in empty[:5])
        raise TrainingError(f"{len(empty)} pictures are empty, among them {names}; leave them out of the catalogue")


def manifest(subjects: list[Subject], pictures: list[Picture], packages: Path, side: int) -> dict:
    """Everything about the pictures but their pixels, ready for JSON."""
    sources = {}
    for style in STYLES:
        info = read_artwork(packages / "@iconify-json" / style / "info.json")
        version = read_artwork(packages / "@iconify-json" / style / "package.json")["version"]
        sources[style] = {
            "package": f"@iconify-json/{style}@{version}",
            "title": info["name"],
            "author": info["author"]["name"],
            "licence": info["license"]["spdx"],
            "url": info["author"].get("url", info["license"].get("url")),
        }
    return {
        "side": side,
        "channels": "RGBA, premultiplied, uint8",
        "styles": list(STYLES),
        "sources": sources,
        "names": [NAMES],
        "subjects": [vars(subject) for subject in subjects],
        "pictures": [{**vars(picture), "split": split_of(picture.subject, picture.style)} for picture in pictures],
    }


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_facts(path: Path) -> dict:
    """A file's length and hash, and the hash of every chunk, by which the page keeps, checks and resumes it."""
    chunks = []
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            chunks.append(hashlib.sha256(chunk).hexdigest())
    facts = {"bytes": path.stat().st_size, "sha256": sha256(path)}
    return {**facts, "chunks": {"bytes": CHUNK_BYTES, "sha256": chunks}}


@contextmanager
def new_folder(out: Path, facts: dict) -> Iterator[Path]:
    """A path to write the pictures to; `images.npy`, `manifest.json` (`facts`) and `SHA256SUMS` are new at the end.

    A data folder that is there stays as it is until then.
    """
    out.mkdir(parents=True, exist_ok=True)
    with written_whole(out / "images.npy") as beside:
        yield beside
        write_whole(out / "manifest.json", json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
    sums = (f"{sha256(out / name)}  {name}\n" for name in ("images.npy", "manifest.json"))
    write_whole(out / SUMS, "".join(sums))


def write(out: Path, images: np.ndarray, facts: dict) -> str:
    """Writes the three files and returns what `SHA256SUMS` says."""
    with new_folder(out, facts) as path:
        np.save(path, images)
    return (out / SUMS).read_text(encoding="utf-8")


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="elit_train.data", description="Draw the training pictures.")
    parser.add_argument("--out", type=Path, default=Path("training/data/emoji-128"))
    parser.add_argument("--artwork", type=Path, default=Path("training/data/artwork"), help="where npm installs")
    parser.add_argument("--no-install", action="store_true", help="use the packages that are there")
    parser.add_argument("--limit", type=int, help="only the first so many subjects (a small set for a trial)")
    options = parser.parse_args(arguments)
    packages = options.artwork / "node_modules" if options.no_install else install_artwork(options.artwork)
    subjects, pictures = join(packages)
    if options.limit:
        subjects = subjects[: options.limit]
        kept = {subject.name for subject in subjects}
        pictures = [picture for picture in pictures if picture.subject in kept]
    images = draw(pictures, options.artwork)
    check_drawn(images, pictures)
    facts = manifest(subjects, pictures, packages, SIDE)
    sums = write(options.out, premultiply(images), facts)
    splits = Counter(picture["split"] for picture in facts["pictures"])
    print(f"{len(pictures)} pictures of {len(subjects)} subjects in {len({s.category for s in subjects})} categories")
    print(f"splits: {dict(sorted(splits.items()))}\n{sums}", end="")


if __name__ == "__main__":
    run_command("elit_train.data", main)
