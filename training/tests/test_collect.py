"""Data folders from folders of pictures and from shards, and every picture that cannot be used."""

import io
import json
import struct
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from elit_train import collect
from elit_train.errors import TrainingError
from elit_train.labels import Vocabulary
from elit_train.pictures import Pictures

LICENCE = {"title": "Mine", "author": "me", "licence": "CC0-1.0", "url": "https://example.org"}


def png(size: tuple[int, int] = (8, 8), mode: str = "RGBA", colour: tuple[int, ...] = (200, 100, 0, 128)) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, colour).save(buffer, "png")
    return buffer.getvalue()


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def shard(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def run(*sources: Path, out: Path, resize: bool = False) -> Pictures:
    collect.collect(list(sources), out, 8, resize, LICENCE)
    return Pictures(out)


def test_a_folder_of_subjects_in_styles_becomes_a_data_folder(tmp_path: Path) -> None:
    put(tmp_path / "in/ink/cat/1.png", png())
    put(tmp_path / "in/ink/dog/1.png", png(mode="RGB", colour=(10, 20, 30)))
    put(tmp_path / "in/oil/cat/2.PNG", png())
    pictures = run(tmp_path / "in", out=tmp_path / "out")
    assert [(one["subject"], one["style"]) for one in pictures.pictures] == [
        ("cat", "ink"),
        ("dog", "ink"),
        ("cat", "oil"),
    ]
    stored = np.load(tmp_path / "out" / "images.npy")
    assert stored[0, 0, 0].tolist() == [100, 50, 0, 128]
    assert stored[1, 0, 0].tolist() == [10, 20, 30, 255]
    assert Vocabulary.from_manifest(pictures.manifest).class_of("dog", "oil") == 1 * 3 + 1


def test_shards_bring_their_labels_and_join_with_folders(tmp_path: Path) -> None:
    label = {"subject": "cat", "style": "ink", "category": "animal"}
    files = {"a.json": json.dumps(label).encode(), "a.png": png(), "readme.txt": b"hello"}
    first = shard(tmp_path / "0.tar", files)
    second = shard(tmp_path / "1.tar", {"b.png": png(), "b.json": b'{"subject": "tree"}'})
    pictures = run(first, second, out=tmp_path / "out")
    assert [(one["subject"], one["style"]) for one in pictures.pictures] == [("cat", "ink"), ("tree", "default")]
    assert Vocabulary.from_manifest(pictures.manifest).categories == ("animal", "everything")


def test_other_sizes_are_fitted_only_when_asked(tmp_path: Path) -> None:
    put(tmp_path / "in/cat/wide.png", png((16, 4)))
    with pytest.raises(TrainingError, match=r"wide\.png is 16×4, not 8×8; --resize"):
        run(tmp_path / "in", out=tmp_path / "a")
    run(tmp_path / "in", out=tmp_path / "b", resize=True)
    alpha = np.load(tmp_path / "b" / "images.npy")[0, :, :, 3]
    assert (alpha > 0).any(axis=1).tolist() == [False] * 3 + [True] * 2 + [False] * 3


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"cat/a.png": b"no picture"}, r"a\.png cannot be read as a picture"),
        ({"cat/a.png": png()[:-30]}, r"a\.png cannot be read as a picture"),
        ({"cat/a.png": png(), "dog/notes.txt": b""}, "dog has no pictures"),
        ({"a/b/c/d.png": png()}, "too deep"),
        ({"readme.txt": b""}, "no pictures in the sources"),
    ],
)
def test_folders_that_cannot_be_used_are_refused(tmp_path: Path, files: dict[str, bytes], message: str) -> None:
    for name, content in files.items():
        put(tmp_path / "in" / name, content)
    with pytest.raises(TrainingError, match=message):
        run(tmp_path / "in", out=tmp_path / "out")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.png": png()}, r"a\.png has no a\.json"),
        ({"a.png": png(), "a.json": b"{}"}, "“subject”"),
        ({"a.png": png(), "a.json": b"{"}, "cannot be read as a shard"),
    ],
)
def test_shards_that_cannot_be_used_are_refused(tmp_path: Path, files: dict[str, bytes], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        run(shard(tmp_path / "0.tar", files), out=tmp_path / "out")


def test_a_bad_picture_leaves_the_data_folder_as_it_was(tmp_path: Path) -> None:
    put(tmp_path / "in/cat/1.png", png())
    run(tmp_path / "in", out=tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert sorted(before) == ["SHA256SUMS", "images.npy", "manifest.json"]
    put(tmp_path / "in/cat/2.png", b"no picture")
    with pytest.raises(TrainingError, match="cannot be read"):
        run(tmp_path / "in", out=tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_sixteen_bits_of_grey_become_eight_and_wider_numbers_are_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.full((8, 8), 30_000, np.uint16)).save(buffer, "png")
    put(tmp_path / "in/cat/1.png", buffer.getvalue())
    run(tmp_path / "in", out=tmp_path / "out")
    assert np.load(tmp_path / "out" / "images.npy")[0, 0, 0].tolist() == [117, 117, 117, 255]
    Image.new("F", (8, 8)).save(tmp_path / "in/cat/1.png", "tiff")
    with pytest.raises(TrainingError, match=r"1\.png has 32 bits a pixel"):
        run(tmp_path / "in", out=tmp_path / "out")


def test_a_camera_s_note_on_what_is_up_is_followed(tmp_path: Path) -> None:
    image = Image.new("RGB", (8, 8))
    image.paste((255, 255, 255), (0, 0, 8, 4))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 3  # upside down
    (tmp_path / "in/cat").mkdir(parents=True)
    image.save(tmp_path / "in/cat/1.png", exif=exif)
    run(tmp_path / "in", out=tmp_path / "out")
    assert np.load(tmp_path / "out" / "images.npy")[0, :, 0, 0].tolist() == [0] * 4 + [255] * 4


@pytest.mark.parametrize("error", [Image.DecompressionBombError("bomb"), ValueError("bad"), struct.error("short")])
def test_whatever_pillow_stumbles_over_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(_file: object) -> None:
        raise error

    put(tmp_path / "in/cat/1.png", png())
    monkeypatch.setattr(Image, "open", fails)
    with pytest.raises(TrainingError, match=r"1\.png cannot be read as a picture"):
        run(tmp_path / "in", out=tmp_path / "out")


def test_any_is_no_name(tmp_path: Path) -> None:
    for number, label in enumerate(({"subject": "Any!"}, {"subject": "cat", "style": "any"})):
        files = {"a.png": png(), "a.json": json.dumps(label).encode()}
        with pytest.raises(TrainingError, match="“any” stands for"):
            run(shard(tmp_path / f"{number}.tar", files), out=tmp_path / "out")


@pytest.mark.parametrize("side", ["0", "96", "-64"])
def test_a_side_that_no_model_can_use_is_refused_first(tmp_path: Path, side: str) -> None:
    about = [part for key, value in LICENCE.items() for part in (f"--{key}", value)]
    with pytest.raises(TrainingError, match="multiple of 64"):
        collect.main([str(tmp_path / "none"), "--out", str(tmp_path / "out"), "--side", side, *about])


def test_sources_of_no_kind_and_torn_shards_and_two_categories_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="neither a folder"):
        run(put(tmp_path / "list.csv", b""), out=tmp_path / "out")
    with pytest.raises(TrainingError, match="cannot be read as a shard"):
        run(put(tmp_path / "torn.tar", b"not a tar"), out=tmp_path / "out")
    files = {f"{name}.json": json.dumps({"subject": "cat", "category": name}).encode() for name in "ab"}
    both = shard(tmp_path / "0.tar", {**files, "a.png": png(), "b.png": png()})
    with pytest.raises(TrainingError, match="“cat” is in two categories"):
        run(both, out=tmp_path / "out")
