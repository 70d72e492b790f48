"""Writes a model folder for the page: `python -m elit_train.export --out public/models/NAME`.

`elit.safetensors` (float16, published tensor names, a label table written out), `network.onnx` (a graph whose
weights are in that file), `decoder.onnx`, `encoder.onnx`, `model.json` with hashes and licences, and
`samples.golden.safetensors` and `encoder.golden.safetensors`, what any other implementation must reproduce, and
`README.md`. What lies in the folder already and is not made here (`extras.py`) is kept and spoken of.
A network that reads text comes with `text-encoder.onnx` (int8), `tokenizer.json`, and `names.safetensors`, the
vectors of the names it knows, so that the encoder is needed for other prompts only.
All of it is written beside the folder, and takes the folder's place when every file has been read back and compared.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from elit_train import encoder_onnx, train, train_autoencoder
from elit_train.autoencoder import FACTOR, Autoencoder
from elit_train.data import file_facts
from elit_train.decoder_onnx import save_decoder
from elit_train.errors import TrainingError, run_command
from elit_train.extras import WEIGHTS, extras, write_facts
from elit_train.labels import FactoredLabels, Vocabulary
from elit_train.latents import quality_of, refuse_other_autoencoder
from elit_train.model.elit import Network
from elit_train.model_card import save_card
from elit_train.network_onnx import compare_network, relative, save_network
from elit_train.pictures import Pictures
from elit_train.published import LABEL_TABLE, NAME_VECTORS, NAMES, load_published
from elit_train.recorded_runs import QUICK_STEPS, record_runs, recorded_labels, usual_labels
from elit_train.replacing import in_place_of
from elit_train.sampling import sample
from elit_train.splits import TRAIN
from elit_train.text_encoder import LICENCE as ENCODER_LICENCE
from elit_train.text_encoder import LONGEST, SentenceEncoder, compare_tokenizer, installed_encoder
from elit_train.text_encoder_onnx import compare_text_encoder, save_text_encoder
from elit_train.text_labels import TEXT_WIDTH, TextLabels, TextVocabulary

DECODER, GRAPH = "decoder.onnx", "network.onnx"
GOLDEN, ENCODER_GOLDEN = "samples.golden.safetensors", "encoder.golden.safetensors"
WRITTEN = (WEIGHTS, DECODER, encoder_onnx.FILE, GRAPH)
ENCODER, TOKENIZER = "text-encoder.onnx", "tokenizer.json"
MADE = (*WRITTEN, GOLDEN, ENCODER_GOLDEN, ENCODER, TOKENIZER, NAMES)  # not taken over from the folder before
TEXT_FACTS = {
    "kind": "text",
    "encoder": ENCODER,
    "tokenizer": TOKENIZER,
    "longest": LONGEST,
    "width": TEXT_WIDTH,
    "names": NAMES,
}
COMPARED = ("cat face", "a picture of pizza", "flag Peru", "a red dragon asleep on a heap of gold", "naïve café!")
CLASS_RULE = "subject * (number of styles) + style; the last index (any, any) is the null class"
DEFAULTS = {"steps": 20, "solver": "euler", "guidance": 2.5, "budget": 16}
HALF_LIMIT = 65504.0


@dataclass(frozen=True)
class Words:
    """What a folder says of its model that follows from none of its files; empty where there is nothing to say."""

    description: str
    hardware: str = ""
    note: str = ""  # its limits, for README.md
    quality: dict | None = None  # the autoencoder's figures, for README.md


def weights_of(model: Network, vocabulary: Vocabulary) -> dict[str, Tensor]:
    """The network's tensors under their published names, in float16, learned label parts summed into a table."""
    tensors = model.state_dict()
    if not isinstance(model.y_embedder, TextLabels):
        tensors = {name: tensor for name, tensor in tensors.items() if not name.startswith("y_embedder.")}
        tensors[LABEL_TABLE] = label_table(model)
        rows = tensors[LABEL_TABLE].shape[0]
        if rows != vocabulary.null + 1:
            raise TrainingError(f"the label table has {rows} rows for {vocabulary.null + 1} classes")
    for name, tensor in tensors.items():
        if not tensor.isfinite().all() or tensor.abs().max() > HALF_LIMIT:
            raise TrainingError(f"{name} holds values that float16 cannot; train on, or with a lower rate")
    return {name: tensor.detach().half().contiguous() for name, tensor in tensors.items() if name != NAME_VECTORS}


def label_table(model: Network) -> Tensor:
    """Every class's label vector, [classes + 1, D]."""
    if not isinstance(model.y_embedder, FactoredLabels):
        raise TrainingError("only a network with subject and style labels, or with text, can be exported")
    return model.y_embedder.table()


def licences(manifest: dict) -> list[dict[str, str]]:
    """Whose work the pictures are, as the page shows it."""
    return [
        {
            "work": source["title"],
            "by": source["author"],
            "licence": source["licence"],
            "url": source["url"].replace("http://", "https://"),
        }
        for source in (*manifest["sources"].values(), *manifest.get("names", ()))
    ]


def conditioning_of(vocabulary: Vocabulary) -> dict:
    """What a network is told, as model.json says it; see docs/decisions."""
    if isinstance(vocabulary, TextVocabulary):
        return {"conditioning": TEXT_FACTS}
    return {"class_index": CLASS_RULE, "null_class": vocabulary.null}


def trained_on(state: dict, manifest: dict) -> list[dict]:
    """The manifest's entries that a checkpoint's network has learned from: those of the training split, or all.

    A checkpoint that does not say how many they were has learned from the training split.
    """
    entries = manifest["pictures"]
    return entries if state.get("samples") == len(entries) else [one for one in entries if one["split"] == TRAIN]


def facts_of(name: str, words: Words, state: dict, model: Network, manifest: dict, files: dict) -> dict:
    """The model.json, without what may lie beside it."""
    config, reads_text = model.config, isinstance(model.y_embedder, TextLabels)
    vocabulary = (TextVocabulary if reads_text else Vocabulary).from_json(state["about"]["labels"])
    defaults, seen = {**DEFAULTS, "budget": config.budgets}, trained_on(state, manifest)
    return {
        "name": name,
        "description": words.description,
        "architecture": "elit-sit" if config.group else "sit",
        "config": config.to_json(),
        "image": {
            "width": config.side * FACTOR,
            "height": config.side * FACTOR,
            "channels": "RGBA, premultiplied, 0..1",
        },
        "latent": {"channels": config.in_channels, "height": config.side, "width": config.side},
        "subjects": vocabulary.subjects_json(),
        "styles": [*vocabulary.styles, "any"],
        **conditioning_of(vocabulary),
        "defaults": defaults,
        "training": {
            "images": len(seen),
            "subjects": len({one["subject"] for one in seen}),
            "samples": state["samples_seen"],
            **({"hardware": words.hardware} if words.hardware else {}),
        },
        "files": files,
        "licences": [*licences(manifest), *([ENCODER_LICENCE] if reads_text else [])],
    }


def save_text(out: Path, labels: TextLabels, encoder: SentenceEncoder | None) -> tuple[str, ...]:
    """Writes the sentence encoder, its tokenizer, and the vectors of the known names; returns the files' names."""
    if encoder is None:
        raise TrainingError("a network that reads text is exported with its sentence encoder")
    save_text_encoder(encoder, out / ENCODER)
    encoder.tokenizer.save(str(out / TOKENIZER), pretty=False)
    save_file({"names": labels.names.detach().half().contiguous()}, out / NAMES)
    return ENCODER, TOKENIZER, NAMES


def check(folder: Path, model: Network, decoder: Autoencoder) -> dict[str, float]:
    """Reads every file back and compares it with what was trained; returns the differences it found.

    Velocities are compared by their root mean square difference, to be read against 1, the scale of the noise in them;
    latents by relative error, pixels by the largest difference.
    """
    import onnxruntime

    published = load_published(folder)
    for name, facts in published.facts["files"].items():
        if file_facts(folder / name) != facts:
            raise TrainingError(f"{name} on disk is not the file that model.json describes")
    stored, golden = published.network(), load_file(folder / GOLDEN)
    noise = golden["0.noise"]
    y = published.vocabulary.labels(recorded_labels(folder / GOLDEN)[:1])
    null = published.vocabulary.nulls(1)
    with torch.no_grad():
        halved = stored(noise, torch.tensor([0.5]), y) - model(noise, torch.tensor([0.5]), y)
    budget = published.config.budgets
    key = f"0.quick_budget_{budget}.latents"
    again = sample(stored, noise, y, null, steps=QUICK_STEPS, budget=budget).float()
    session = onnxruntime.InferenceSession(folder / DECODER, providers=["CPUExecutionProvider"])
    decoded = np.asarray(session.run(None, {"latents": again.numpy()})[0])
    found = {
        "network_onnx": compare_network(folder / GRAPH, stored, noise, y),
        "float16_velocity": halved.square().mean().sqrt().item(),
        "recorded_run": relative(again, golden[key]),
        "encoder_onnx": encoder_onnx.compare_encoder(folder / encoder_onnx.FILE, decoder, decoder.decode(again)),
        "decoder_onnx": float(np.abs(decoded - decoder.decode(again).detach().numpy()).max()),
    }
    limits = {"network_onnx": 1e-4, "float16_velocity": 1e-2, "recorded_run": 1e-5, "decoder_onnx": 1e-4}
    for name, limit in limits.items():
        if not found[name] <= limit:
            raise TrainingError(f"{name} differs by {found[name]:.3g}, more than {limit:g}; nothing is exported")
    return found


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="elit_train.export", description="Write a model folder for the page.")
    parser.add_argument("--data", type=Path, default=Path("training/data/emoji-128"))
    parser.add_argument("--network", type=Path, default=Path("training/runs/network/last.pt"))
    parser.add_argument("--autoencoder", type=Path, default=Path("training/runs/autoencoder/autoencoder.pt"))
    parser.add_argument("--average", type=float, help="the rate of the averaged weights to take (default: slowest)")
    parser.add_argument("--text-encoder", type=Path, help="another BERT folder than the installed package's")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--description", default="Emoji in seven styles, 128 x 128 with transparency")
    parser.add_argument("--hardware", default="", help="what it was trained on, as in “2 CPU cores”")
    parser.add_argument("--note", default="", help="what not to expect of it, for README.md")
    parser.add_argument(
        "--record", nargs=2, action="append", metavar=("SUBJECT", "STYLE"), help="draw and record this; may be repeated"
    )
    options = parser.parse_args(arguments)
    model, vocabulary, state = train.load(options.network, options.data, options.average)
    decoder, manifest = train_autoencoder.load(options.autoencoder), Pictures(options.data).manifest
    refuse_other_autoencoder(state.get("autoencoder"), options.network, options.autoencoder)
    encoder = None
    if isinstance(vocabulary, TextVocabulary):
        encoder = SentenceEncoder(options.text_encoder or installed_encoder())
        if encoder.sha256 != state["about"]["text_encoder"]:
            raise TrainingError("the network was trained with another sentence encoder; give it as --text-encoder")
    words = Words(options.description, options.hardware, options.note, quality_of(options.data, options.autoencoder))
    labels = [(subject, style) for subject, style in options.record or usual_labels(vocabulary)]
    vocabulary.labels(labels)  # a name that is not there is said before anything is written
    export(options.out, words, model, vocabulary, state, decoder, manifest, encoder, labels)
    print(f"{options.out}: written, read back and compared")


def export(
    out: Path,
    words: Words,
    model: Network,
    vocabulary: Vocabulary,
    state: dict,
    decoder: Autoencoder,
    manifest: dict,
    encoder: SentenceEncoder | None = None,
    labels: list[tuple[str, str]] | None = None,
) -> None:
    """Writes the folder, checks it, and puts it in the place of what was there; see the module.

    A network that reads text needs its sentence `encoder`. `labels` (subject, style) are what the recorded runs draw.
    """
    with in_place_of(out, MADE) as folder:
        save_file(weights_of(model, vocabulary), folder / WEIGHTS)
        save_decoder(decoder, model.config.side, folder / DECODER)
        encoder_onnx.save_encoder(decoder, model.config.side, folder / encoder_onnx.FILE)
        save_network(model.config, folder / WEIGHTS, folder / GRAPH)
        found = save_text(folder, model.y_embedder, encoder) if isinstance(model.y_embedder, TextLabels) else ()
        files = {name: file_facts(folder / name) for name in (*WRITTEN, *found)}
        facts = facts_of(out.name, words, state, model, manifest, files)
        facts |= extras(folder, files[WEIGHTS]["sha256"])
        write_facts(folder, facts)
        tensors, metadata = record_runs(load_published(folder), decoder, labels or usual_labels(vocabulary))
        save_file(tensors, folder / GOLDEN, metadata)
        picture = tensors[f"0.budget_{model.config.budgets}.image"]
        save_file(encoder_onnx.recorded(decoder, picture), folder / ENCODER_GOLDEN)
        save_card(folder, facts, words.quality, words.note)
        for name, difference in check(folder, model, decoder).items():
            print(f"{name}: {difference:.3g}")
        if encoder:
            compare_tokenizer(encoder, folder / TOKENIZER, list(COMPARED))
            cosine = compare_text_encoder(encoder, folder / ENCODER, list(COMPARED))
            print(f"text_encoder: smallest cosine {cosine:.4f}")


if __name__ == "__main__":
    run_command("elit_train.export", main)
