"""A small data folder of made-up pictures: discs and squares in a few colours, with a manifest like the real one."""

import json
from pathlib import Path

import numpy as np

SIDE = 64
STYLES = ("flat", "soft", "line")
COLOURS = {"red": (220, 40, 40), "green": (40, 180, 60), "blue": (50, 80, 220), "gold": (230, 190, 40)}


def picture(shape: str, colour: str, style: str) -> np.ndarray:
    """Premultiplied RGBA uint8 [SIDE, SIDE, 4]."""
    rows, columns = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    distance = np.hypot(rows, columns) if shape == "disc" else np.maximum(abs(rows), abs(columns))
    radius = {"flat": 24, "soft": 20, "line": 28}[style]
    alpha = np.clip(radius - distance, 0, {"flat": 1, "soft": 8, "line": 1}[style])
    alpha = alpha / alpha.max()
    if style == "line":
        alpha *= distance > radius - 6
    straight = np.concatenate([np.full((SIDE, SIDE, 3), COLOURS[colour]) / 255, np.ones((SIDE, SIDE, 1))], axis=-1)
    return np.round(255 * straight * alpha[..., None]).astype(np.uint8)


def make_data(folder: Path, split: str | None = None) -> Path:
    """Writes `images.npy` and `manifest.json` for 8 subjects in 3 styles; 7 of the 24 pictures are held out.

    With `split`, all pictures are in that one.
    """
    subjects = [(f"{colour} {shape}", shape, colour) for shape in ("disc", "square") for colour in COLOURS]
    entries, images = [], []
    for style in STYLES:
        for name, shape, colour in subjects:
            pair = (name, style) == ("gold square", "soft")
            usual = "held-out-subject" if name in ("blue disc", "green disc") else "held-out-pair" if pair else "train"
            entries.append({"subject": name, "style": style, "icon": name, "split": split or usual})
            images.append(picture(shape, colour, style))
    folder.mkdir(parents=True)
    np.save(folder / "images.npy", np.stack(images))
    source = {"title": "Made up", "author": "nobody", "licence": "CC0-1.0", "url": "http://example.org"}
    manifest = {
        "side": SIDE,
        "styles": STYLES,
        "sources": dict.fromkeys(STYLES, source),
        "subjects": [{"name": name, "group": "g", "category": f"{shape}s", "tags": []} for name, shape, _ in subjects],
        "pictures": entries,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
