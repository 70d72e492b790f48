"""The README.md of a model folder: what it is, how it was made, whose work it learned from."""

from pathlib import Path

from elit_train.extras import STYLE_PICTURES
from elit_train.files import write_whole

CARD = "README.md"
FILES = {
    "elit.safetensors": "the network, float16, tensor names of the published checkpoints",
    "decoder.onnx": "the image decoder, float32: `latents [B, {c}, {h}, {w}]` as the network makes them -> "
    "`image [B, 4, {height}, {width}]`, RGBA, premultiplied, 0..1",
    "encoder.onnx": "the way back, for drawings that begin with a picture, float16; fetched when it is needed",
    "network.onnx": "the network's graph for other runtimes: its weights are pieces of `elit.safetensors`",
    "text-encoder.onnx": "the sentence encoder, int8",
    "tokenizer.json": "its tokenizer",
    "names.safetensors": "a learned vector of every name that the model knows, in place of a sentence vector",
}

BUTTONS = "one subject in each style, for the page's buttons; `npm run style-pictures` draws it"


def save_card(folder: Path, facts: dict, quality: dict | None, note: str) -> None:
    """Writes it from a model.json, the autoencoder's quality.json where there is one, and a note on its limits."""
    config, latent, image = facts["config"], facts["latent"], facts["image"]
    concepts = sum(subject["kind"] == "concept" for subject in facts["subjects"])
    categories = sum(subject["kind"] == "category" for subject in facts["subjects"])
    shape = {"c": latent["channels"], "h": latent["height"], "w": latent["width"], **image}
    named = len(facts["styles"]) - 1
    lines = [
        f"# {facts['name']}",
        "",
        f"{facts['description']}. {concepts:,} subjects of {categories} categories, {named} styles.",
        "",
        "| file | what |",
        "| --- | --- |",
        "| `model.json` | configuration, subjects, styles, default settings, hashes of the other files, licences |",
        *(f"| `{name}` | {FILES[name].format(**shape)} |" for name in facts["files"]),
        *([f"| `{STYLE_PICTURES}` | {BUTTONS} |"] if (folder / STYLE_PICTURES).exists() else []),
        "",
        network_line(config),
        "",
        "## How it was made",
        "",
        *training_lines(facts["training"]),
        *(quality_lines(quality) if quality else []),
        "",
        *(["## Limits", "", note, ""] if note else []),
        "## Artwork and names it was trained on",
        "",
        "Whoever passes these weights on passes these attributions on.",
        "",
        "| work | by | licence |",
        "| --- | --- | --- |",
        *(f"| [{one['work']}]({one['url']}) | {one['by']} | {one['licence']} |" for one in facts["licences"]),
        "",
        f"The pictures were drawn at {image['width']} × {image['height']} pixels and a network was trained on them; "
        "what it draws can resemble them closely.",
    ]
    write_whole(folder / CARD, "\n".join(lines) + "\n")


def network_line(config: dict) -> str:
    """Width, heads, blocks and tokens in a sentence."""
    tokens = config["grid"] ** 2
    shape = f"The network has width {config['hidden']}, {config['heads']} heads, {tokens} tokens"
    if not config.get("group"):
        return f"{shape} and {config['depth']} blocks."
    blocks = f"{config['head_blocks']} / {config['core_blocks']} / {config['tail_blocks']}"
    groups, latents = (config["grid"] // config["group"]) ** 2, config["group"] ** 2
    return f"{shape}, {blocks} blocks (head, core, tail) and {groups} groups of {latents} latents."


def training_lines(training: dict) -> list[str]:
    """How much it has seen, and on what."""
    hardware = f", on {training['hardware']}" if "hardware" in training else ""
    return [
        f"Trained by `elit_train` on {training['images']:,} pictures of {training['subjects']:,} subjects{hardware}: "
        f"{training['samples']:,} samples seen, those of the model that it began from counted."
    ]


def quality_lines(quality: dict) -> list[str]:
    """What encoder and decoder make of pictures together, in decibels."""
    parts = {"train": "training", "held-out-subject": "held-out subjects", "held-out-pair": "held-out styles"}
    shown = [
        f"{quality[key]['psnr_rgba']['median']:.1f} dB ({words}, {quality[key]['pictures']} pictures)"
        for key, words in parts.items()
        if quality.get(key)
    ]
    return ["", f"Through encoder and decoder, median PSNR over RGBA: {', '.join(shown)}."] if shown else []
