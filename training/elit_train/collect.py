"""Other pictures than emoji: `python -m elit_train.collect SOURCE... --out training/data/NAME --side 128`.

A source is a folder, `SUBJECT/picture.png` or `STYLE/SUBJECT/picture.png`, or WebDataset shards: tar files in which
`key.png` (or .webp, .jpg) stands beside `key.json` with `subject` and, if there are any, `style` and `category`.
What comes out is a data folder like the emoji's, and everything else works on it.
"""

import argparse
import io
import json
import math
import os
import struct
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from elit_train.catalogue import slug, squash
from elit_train.data import new_folder, premultiply
from elit_train.errors import TrainingError, run_command
from elit_train.splits import split_of

PICTURES = (".png", ".webp", ".jpg", ".jpeg")
ONE_STYLE = "default"
ONE_CATEGORY = "everything"
LARGEST_PIXELS = 64_000_000
SIDES = 64  # a side is a multiple of this: 8 of the autoencoder, times 2 of the patches, times 4 of the windows
BROKEN = (OSError, SyntaxError, ValueError, EOFError, LookupError, ArithmeticError, struct.error)  # all from Pillow


@dataclass(frozen=True)
class Sample:
    """One picture that has not been read yet; `name` is for messages."""

    name: str
    subject: str
    style: str
    category: str
    read: Callable[[], bytes]


def samples_of(source: Path) -> Iterator[Sample]:
    """The pictures of a folder or of one tar shard, in name order."""
    if source.is_dir():
        return folder_samples(source)
    if source.suffix == ".tar":
        return shard_samples(source)
    raise TrainingError(f"{source} is neither a folder of pictures nor a .tar shard")


def folder_samples(folder: Path) -> Iterator[Sample]:
    """`SUBJECT/picture` or `STYLE/SUBJECT/picture`; a subject's folder without a picture is refused."""
    for subject in sorted(path for path in folder.rglob("*") if path.is_dir()):
        pictures = sorted(path for path in subject.iterdir() if path.suffix.lower() in PICTURES)
        depth = len(subject.relative_to(folder).parts)
        if not pictures and not any(path.is_dir() for path in subject.iterdir()):
            raise TrainingError(f"{subject} has no pictures ({', '.join(PICTURES)}); fill it or remove it")
        if pictures and depth > 2:
            raise TrainingError(f"{subject} is too deep; pictures belong in SUBJECT/ or STYLE/SUBJECT/")
        style = subject.parent.name if depth == 2 else ONE_STYLE
        for path in pictures:
            yield Sample(str(path), subject.name, style, ONE_CATEGORY, path.read_bytes)


def shard_samples(shard: Path) -> Iterator[Sample]:
    """Pictures of a shard with the JSON beside them; the tar is indexed first, pictures are read when asked for."""
    try:
        with tarfile.open(shard) as tar:
            members = {member.name: member for member in tar if member.isfile()}
            labels = {
                name.removesuffix(".json"): json.loads(content(shard, member))
                for name, member in members.items()
                if name.endswith(".json")
            }
    except (tarfile.TarError, EOFError, json.JSONDecodeError, UnicodeDecodeError) as cause:
        raise TrainingError(f"{shard} cannot be read as a shard ({cause})") from None
    for name, member in sorted(members.items()):
        key, dot, ending = name.rpartition(".")
        if dot + ending.lower() not in PICTURES:
            continue
        label = labels.get(key)
        if not isinstance(label, dict) or not isinstance(label.get("subject"), str):
            raise TrainingError(f"{shard}: {name} has no {key}.json with a “subject” beside it")
        style, category = str(label.get("style", ONE_STYLE)), str(label.get("category", ONE_CATEGORY))
        yield Sample(f"{shard}:{name}", label["subject"], style, category, lambda member=member: content(shard, member))


def content(shard: Path, member: tarfile.TarInfo) -> bytes:
    """A member's bytes, read from where the index says they are."""
    with shard.open("rb") as file:
        file.seek(member.offset_data)
        return file.read(member.size)


def picture(sample: Sample, side: int, resize: bool) -> np.ndarray:
    """Straight RGBA uint8 [side, side, 4]; a picture without alpha is opaque. Raises for what cannot be used."""
    try:
        with Image.open(io.BytesIO(sample.read())) as image:
            if image.width * image.height > LARGEST_PIXELS:
                raise TrainingError(f"{sample.name} is {image.width}×{image.height} pixels, which is too large")
            image = eight_bit(ImageOps.exif_transpose(image), sample.name).convert("RGBA")
    except (*BROKEN, Image.DecompressionBombError) as cause:
        raise TrainingError(f"{sample.name} cannot be read as a picture ({cause}); mend or remove it") from None
    if image.size != (side, side):
        if not resize:
            size = f"{image.width}×{image.height}"
            raise TrainingError(f"{sample.name} is {size}, not {side}×{side}; --resize fits pictures into the square")
        image = fitted(image, side)
    return np.asarray(image)


def eight_bit(image: Image.Image, name: str) -> Image.Image:
    """16-bit grey brought to 8 bits, where Pillow would cut it off at 255; numbers of no known range are refused."""
    if image.mode in ("I", "F"):
        raise TrainingError(f"{name} has 32 bits a pixel of grey; save it with 8 or 16")
    if not image.mode.startswith("I;16"):
        return image
    grey = np.asarray(image).astype(np.uint32)
    return Image.fromarray(((grey + 128) // 257).astype(np.uint8))


def fitted(image: Image.Image, side: int) -> Image.Image:
    """The whole picture, as large as the square allows, centred on nothing."""
    scale = side / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    square = Image.new("RGBA", (side, side))
    # Colours are averaged weighted by alpha ("RGBa"): invisible pixels must not bleed into edges.
    small = image.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    square.paste(small, ((side - size[0]) // 2, (side - size[1]) // 2))
    return square


def collect(sources: list[Path], out: Path, side: int, resize: bool, licence: dict[str, str]) -> Counter:
    """Writes the data folder, a picture at a time; returns how many pictures each split got.

    A data folder that is there stays as it is until all pictures have been read.
    """
    samples = [sample for source in sources for sample in samples_of(source)]
    if not samples:
        raise TrainingError("there are no pictures in the sources")
    categories = {sample.subject: sample.category for sample in samples}
    for sample in samples:
        if categories[sample.subject] != sample.category:
            raise TrainingError(f"“{sample.subject}” is in two categories; {sample.name} says {sample.category}")
        if "any" in (squash(slug(name)) for name in (sample.subject, sample.style, sample.category)):
            raise TrainingError(f"{sample.name}: “any” stands for what is left open; give it another name")
    styles = sorted({sample.style for sample in samples})
    entries = [
        {
            "subject": sample.subject,
            "style": sample.style,
            "icon": sample.name,
            "split": split_of(sample.subject, f"{sample.style}/{Path(sample.name).name}"),
        }
        for sample in samples
    ]
    manifest = {
        "side": side,
        "channels": "RGBA, premultiplied, uint8",
        "styles": styles,
        "sources": dict.fromkeys(styles, licence),
        "subjects": [
            {"name": name, "group": ONE_CATEGORY, "category": category, "tags": []}
            for name, category in sorted(categories.items())
        ],
        "pictures": entries,
    }
    with new_folder(out, manifest) as path:
        write_images(path, samples, side, resize)
    return Counter(entry["split"] for entry in entries)


def write_images(path: Path, samples: list[Sample], side: int, resize: bool) -> None:
    """Writes the pictures as an .npy file; a disk without room for them is noticed before the first is read."""
    shape = (len(samples), side, side, 4)
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
        whole = file.tell() + math.prod(shape)
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, whole)
        except OSError as cause:
            raise TrainingError(f"{path.parent} has no room for {whole / 1e6:.0f} MB of pictures ({cause})") from None
        for sample in samples:
            file.write(premultiply(picture(sample, side, resize)[None].copy()).tobytes())


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="elit_train.collect", description="Make a data folder from pictures.")
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--resize", action="store_true", help="fit pictures of other sizes into the square")
    parser.add_argument("--title", required=True, help="what the pictures are called")
    parser.add_argument("--author", required=True)
    parser.add_argument("--licence", required=True, help="SPDX identifier")
    parser.add_argument("--url", required=True, help="where they come from, https")
    options = parser.parse_args(arguments)
    if options.side < SIDES or options.side % SIDES:
        raise TrainingError(f"--side {options.side} cannot be encoded and cut into windows; give a multiple of {SIDES}")
    licence = {key: getattr(options, key) for key in ("title", "author", "licence", "url")}
    splits = collect(options.sources, options.out, options.side, options.resize, licence)
    print(f"{splits.total()} pictures, splits: {dict(sorted(splits.items()))}")


if __name__ == "__main__":
    run_command("elit_train.collect", main)
