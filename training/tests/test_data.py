"""Joining the artwork sets' names, the splits, and what the drawn pictures are checked for."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from elit_train import data
from elit_train.catalogue import STYLES, KnownNames, Picture, join
from elit_train.errors import TrainingError
from elit_train.pictures import Pictures
from elit_train.splits import PAIR, SUBJECT, TRAIN, split_of

EMOJI = [
    {"label": "cat face", "hexcode": "1F431", "tags": ["pet"], "group": 3, "subgroup": 34},
    {"label": "cat", "hexcode": "1F408", "group": 3, "subgroup": 34},
    {"label": "flag: St. Lucia", "hexcode": "1F1F1-1F1E8", "group": 9, "subgroup": 99},
    {"label": "red heart", "hexcode": "2764-FE0F", "group": 0, "subgroup": 1},
    {"label": "dark skin tone", "hexcode": "1F3FF", "group": 2, "subgroup": 32},
]
NAMES = {
    "groups": {"0": "smileys", "3": "animals", "9": "flags"},
    "subgroups": {"34": "mammal", "99": "flag", "1": "heart"},
}
# Icons of each set; the first three say code points.
CODED = {"noto": {"1f431": "cat-face", "2764": "red-heart", "1f3ff": "dark"}, "twemoji": {"1f1f1-1f1e8": "lc"}}
NAMED = {
    "fluent-emoji": ["cat", "red-heart", "red-heart-dark"],
    "noto-v1": ["kitty-cat"],
    "emojione": ["flag-for-st-lucia", "heart"],
    "fxemoji": ["catface", "mystery", "redheart"],
}
BODIES = {"redheart": '<path class="st0"/>'}  # its colour was in a style sheet: left out


def write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    base = tmp_path / "emojibase-data"
    write(base / "en" / "data.json", EMOJI)
    write(base / "meta" / "groups.json", NAMES)
    for vendor in ("cldr", "emojibase", "github", "iamcal", "joypixels"):
        write(base / "en" / "shortcodes" / f"{vendor}.json", {})
    write(
        base / "en" / "shortcodes" / "github.json", {"1F431": "kitty_cat", "1F408": ["cat2", "heart"], "2764": "heart"}
    )
    for style in STYLES:
        codes = CODED.get(style, {})
        icons = [*codes.values(), *NAMED.get(style, [])]
        bodies = {icon: {"body": BODIES.get(icon, "<path/>")} for icon in icons}
        write(tmp_path / "@iconify-json" / style / "icons.json", {"icons": bodies})
        if codes:
            write(tmp_path / "@iconify-json" / style / "chars.json", codes)
    return tmp_path


def test_sets_are_joined_by_code_points_then_names_then_squashed_and_short_names(packages: Path) -> None:
    subjects, pictures = join(packages)
    assert [(subject.name, subject.category) for subject in subjects] == [
        ("cat", "mammal"),
        ("cat face", "mammal"),
        ("flag: St. Lucia", "flag"),
        ("red heart", "heart"),
    ]
    assert subjects[1].tags == ("pet",)
    assert {(picture.style, picture.icon): picture.subject for picture in pictures} == {
        ("noto", "cat-face"): "cat face",
        ("noto", "red-heart"): "red heart",
        ("twemoji", "lc"): "flag: St. Lucia",
        ("fluent-emoji", "cat"): "cat",
        ("fluent-emoji", "red-heart"): "red heart",
        ("noto-v1", "kitty-cat"): "cat face",
        ("emojione", "flag-for-st-lucia"): "flag: St. Lucia",  # "heart" is two emoji's short code: neither
        ("fxemoji", "catface"): "cat face",
    }


def test_a_model_s_names_are_found_as_written_or_as_others_write_them_and_never_by_chance() -> None:
    known = KnownNames(["flag: St. Lucia", "cat face", "keycap: *", "keycap: #", "猫"])
    assert known.find("flag-for-st-lucia") == "flag: St. Lucia"
    assert known.find("Cat-Face") == "cat face"
    assert known.find("keycap: *") == "keycap: *"
    assert known.find("keycap") is None  # two names are left with that
    assert known.find("猫") == "猫"
    assert known.find("狗") is None


def test_missing_and_broken_packages_are_named(packages: Path) -> None:
    icons = packages / "@iconify-json" / "fxemoji" / "icons.json"
    icons.write_text("{")
    with pytest.raises(TrainingError, match=r"icons\.json is not JSON"):
        join(packages)
    icons.unlink()
    with pytest.raises(TrainingError, match=r"icons\.json is missing"):
        join(packages)


def test_splits_hold_out_whole_subjects_and_single_pairs_and_never_move() -> None:
    splits = {(f"subject {s}", style): split_of(f"subject {s}", style) for s in range(2_000) for style in "abcd"}
    shares = {split: sum(found == split for found in splits.values()) / len(splits) for split in (TRAIN, SUBJECT, PAIR)}
    assert shares[SUBJECT] == pytest.approx(0.03, abs=0.01)
    assert shares[PAIR] == pytest.approx(0.03, abs=0.01)
    for s in range(2_000):
        assert len({splits[f"subject {s}", style] == SUBJECT for style in "abcd"}) == 1
    assert split_of("bison", "noto") == split_of("bison", "any other set") == SUBJECT
    assert split_of("chicken", "noto") == PAIR
    assert split_of("chicken", "twemoji") == split_of("cat face", "noto") == TRAIN


def test_colour_is_multiplied_by_alpha_and_rounded() -> None:
    straight = np.array([[[[255, 128, 3, 128], [10, 20, 30, 0], [7, 8, 9, 255]]]], np.uint8)
    assert data.premultiply(straight).tolist() == [[[[128, 64, 2, 128], [0, 0, 0, 0], [7, 8, 9, 255]]]]


def test_an_empty_drawing_is_refused_by_name() -> None:
    images = np.zeros((2, 4, 4, 4), np.uint8)
    images[0, 1, 1, 3] = 9
    with pytest.raises(TrainingError, match="noto/ghost"):
        data.check_drawn(images, [Picture("a", "noto", "a"), Picture("ghost", "noto", "ghost")])


def test_a_command_that_is_missing_or_fails_says_so(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="`no-such-program` is not installed"):
        data.run(["no-such-program"], tmp_path)
    with pytest.raises(TrainingError, match="failed with status"):
        data.run(["ls", "--no-such-option"], tmp_path)


def test_a_command_ends_with_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "elit_train.data", "--no-install", "--artwork", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("elit_train.data: ")
    assert done.stderr.count("\n") == 1


def test_images_and_manifest_must_belong_together(tmp_path: Path) -> None:
    sums = data.write(tmp_path, np.zeros((3, 4, 4, 4), np.uint8), {"pictures": [{}] * 3})
    assert sums == (tmp_path / "SHA256SUMS").read_text()
    assert len(Pictures(tmp_path)) == 3
    data.write(tmp_path, np.zeros((3, 4, 4, 4), np.uint8), {"pictures": [{"split": SUBJECT}] * 3})
    assert Pictures(tmp_path).rows().dtype == torch.long
    data.write(tmp_path, np.zeros((2, 4, 4, 4), np.uint8), {"pictures": [{}] * 3})
    with pytest.raises(TrainingError, match="2 images for 3 manifest entries"):
        Pictures(tmp_path)
    for images in (np.zeros((3, 4, 4, 4)), np.zeros((3, 4, 5, 4), np.uint8), np.zeros(3, np.uint8)):
        np.save(tmp_path / "images.npy", images)
        with pytest.raises(TrainingError, match=r"not uint8 \(pictures, side, side, 4\)"):
            Pictures(tmp_path)
    (tmp_path / "images.npy").write_bytes(b"torn")
    with pytest.raises(TrainingError, match=r"images\.npy cannot be read"):
        Pictures(tmp_path)
