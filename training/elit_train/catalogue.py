"""Which icon of which set shows which emoji: one subject name for the seven sets' many names.

Three sets say the code points of every icon (`chars.json`); that join is exact. The others only have names,
which are looked up among the names of the first three and Unicode's own, then among short codes and Unicode's
old character names; each time as written and, since one set squashes its words together, with everything but
letters and digits removed. A name that could mean two subjects joins neither. Skin-tone variants have code points
and names of their own that no subject has: they drop out. So do icons that point at a style sheet, which the packages
do not have: they would be drawn all black.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from elit_train.files import read_json

STYLES = ("noto", "twemoji", "fluent-emoji-flat", "fluent-emoji", "noto-v1", "emojione", "fxemoji")
SHORTCODES = ("cldr", "emojibase", "github", "iamcal", "joypixels")
COMPONENT_GROUP = 2  # bare skin tones and hair: parts of emoji, not emoji
INSTALL_AGAIN = "delete the artwork folder and run `python -m elit_train.data` without --no-install"
VARIATION = {"fe0f", "200d"}  # emoji presentation and the joiner: packages disagree on writing them


@dataclass(frozen=True)
class Subject:
    """An emoji: `name` as Unicode calls it, its `category` (Unicode's subgroup), `group`, and search `tags`."""

    name: str
    group: str
    category: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """One drawing: `icon` of the Iconify set `style` shows `subject`."""

    subject: str
    style: str
    icon: str


def read_artwork(path: Path):
    """A JSON file of an installed package."""
    return read_json(path, INSTALL_AGAIN)


def code_points(hexcode: str) -> str:
    """`1F574-FE0F-200D-2642` and `1f574-2642` are the same emoji: lower case, without invisible marks."""
    return "-".join(part for part in hexcode.lower().split("-") if part not in VARIATION)


def slug(name: str) -> str:
    """`flag: St. Lucia` -> `flag-st-lucia`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("’", "").replace("'", "")).strip("-")


def squash(name: str) -> str:
    """Letters and digits only, and `flag-for-flag-x` like `flag-for-x` as `flagx`: all that some sets leave."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"^flag-for-(flag-)?", "flag-", name.lower()))


class NameIndex:
    """Names to subjects, by the name as written or squashed; a name claimed by two subjects finds neither."""

    def __init__(self, claims: Iterable[tuple[str, str]]) -> None:
        self._subjects: dict[str, str | None] = {}
        for name, subject in claims:
            for key in (slug(name), squash(slug(name))):
                if self._subjects.setdefault(key, subject) != subject:
                    self._subjects[key] = None

    def find(self, name: str) -> str | None:
        """The only subject of that name, or None."""
        return self._subjects.get(name) or self._subjects.get(squash(name))


class KnownNames:
    """A model's names, found as they are written or, when there is no such name, as other data may write them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._written = frozenset(names)
        self._index = NameIndex((name, name) for name in self._written if slug(name))

    def find(self, name: str) -> str | None:
        """The model's name for it, or None. Names without a Latin letter or digit are found as written alone."""
        return name if name in self._written else self._index.find(slug(name))


def read_subjects(packages: Path) -> tuple[list[Subject], dict[str, str]]:
    """All emoji of `emojibase-data` in name order, and their names by code points."""
    base = packages / "emojibase-data"
    names = read_artwork(base / "meta" / "groups.json")
    subjects, by_code = [], {}
    for emoji in read_artwork(base / "en" / "data.json"):
        group = emoji.get("group")
        if group is None or group == COMPONENT_GROUP:
            continue
        tags = tuple(emoji.get("tags", ()))
        category = names["subgroups"][str(emoji["subgroup"])]
        subjects.append(Subject(emoji["label"], names["groups"][str(group)], category, tags))
        by_code[code_points(emoji["hexcode"])] = emoji["label"]
    return sorted(subjects, key=lambda subject: subject.name), by_code


def other_names(packages: Path, by_code: dict[str, str]) -> Iterator[tuple[str, str]]:
    """(name, subject name) of every vendor's short codes, and of Unicode's names of single characters."""
    for vendor in SHORTCODES:
        for hexcode, codes in read_artwork(
            packages / "emojibase-data" / "en" / "shortcodes" / f"{vendor}.json"
        ).items():
            subject = by_code.get(code_points(hexcode))
            if subject is not None:
                for code in [codes] if isinstance(codes, str) else codes:
                    yield code, subject
    for hexcode, subject in by_code.items():
        name = None if "-" in hexcode else unicodedata.name(chr(int(hexcode, 16)), None)
        if name:
            yield name, subject


def join(packages: Path) -> tuple[list[Subject], list[Picture]]:
    """Subjects that have a picture, and the pictures in (style, subject) order.

    `packages` is the `node_modules` folder with the sets and `emojibase-data`.
    """
    subjects, by_code = read_subjects(packages)
    icons = {style: _whole_icons(packages, style) for style in STYLES}
    exact = {style: _by_code_points(packages, style, by_code) for style in STYLES}
    official = [(icon, subject) for style in STYLES for icon, subject in exact[style].items()]
    official += [(subject.name, subject.name) for subject in subjects]
    first, second = NameIndex(official), NameIndex(other_names(packages, by_code))

    pictures = []
    for style in STYLES:
        chosen: dict[str, str] = {}
        for icon, subject in exact[style].items():
            if icon in icons[style]:
                chosen.setdefault(subject, icon)
        for icon in sorted(icons[style]):
            if icon not in exact[style]:
                subject = first.find(icon) or second.find(icon)
                if subject is not None:
                    chosen.setdefault(subject, icon)
        pictures += [Picture(subject, style, icon) for subject, icon in sorted(chosen.items())]
    shown = {picture.subject for picture in pictures}
    return [subject for subject in subjects if subject.name in shown], pictures


def _whole_icons(packages: Path, style: str) -> set[str]:
    """Names of the set's icons that carry their own colours."""
    icons = read_artwork(packages / "@iconify-json" / style / "icons.json")["icons"]
    return {name for name, icon in icons.items() if 'class="' not in icon["body"]}


def _by_code_points(packages: Path, style: str, by_code: dict[str, str]) -> dict[str, str]:
    """Icon name -> subject for a set that lists code points; empty for one that does not."""
    path = packages / "@iconify-json" / style / "chars.json"
    if not path.exists():
        return {}
    found = ((icon, by_code.get(code_points(hexcode))) for hexcode, icon in read_artwork(path).items())
    return {icon: subject for icon, subject in found if subject is not None}
