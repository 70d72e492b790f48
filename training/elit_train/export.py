"""Writes a model folder for the page: `python -m elit_train.export --out public/models/NAME`.

`elit.safetensors` (float16, published tensor names, a label table written out), `network.onnx` (a graph whose
weights are in that file), `decoder.onnx`, `encoder.onnx`, `model.json` with hashes and licences, and
`samples.golden.safetensors`, recorded runs that any other implementation must reproduce.
A network that reads text comes with `text-encoder.onnx` (int8), `tokenizer.json`, and `names.safetensors`, the
embeddings of the names it knows, so that the encoder is needed for other prompts only.
Every file is read back and compared before the command says that it is done.
"""

import argparse
import json
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
from elit_train.labels import FactoredLabels, Vocabulary
from elit_train.model.elit import Network
from elit_train.network_onnx import save_network
from elit_train.pictures import Pictures
from elit_train.published import LABEL_TABLE, NAMES, PublishedModel, load_published
from elit_train.sampling import Guidance, sample, start_noise
from elit_train.text_encoder import LICENCE as ENCODER_LICENCE
from elit_train.text_encoder import LONGEST, SentenceEncoder, installed_encoder
from elit_train.text_encoder_onnx import compare_text_encoder, save_text_encoder
from elit_train.text_labels import TEXT_WIDTH, TextLabels, TextVocabulary

WEIGHTS, DECODER, GRAPH = "elit.safetensors", "decoder.onnx", "network.onnx"
FACTS, GOLDEN = "model.json", "samples.golden.safetensors"
WRITTEN = (WEIGHTS, DECODER, encoder_onnx.FILE, GRAPH)
ENCODER, TOKENIZER = "text-encoder.onnx", "tokenizer.json"
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
QUICK_STEPS = 4
HALF_LIMIT = 65504.0


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
    return {name: tensor.detach().half().contiguous() for name, tensor in tensors.items()}


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


def facts_of(name: str, description: str, state: dict, model: Network, manifest: dict, files: dict) -> dict:
    """The model.json."""
    config, reads_text = model.config, isinstance(model.y_embedder, TextLabels)
    vocabulary = (TextVocabulary if reads_text else Vocabulary).from_json(state["about"]["labels"])
    defaults = {**DEFAULTS, "budget": config.budgets}
    return {
        "name": name,
        "description": description,
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
            "images": len(manifest["pictures"]),
            "subjects": len(vocabulary.subjects),
            "samples": state["samples_seen"],
        },
        "files": files,
        "licences": [*licences(manifest), *([ENCODER_LICENCE] if reads_text else [])],
    }


def save_text(out: Path, labels: TextLabels, encoder: SentenceEncoder | None) -> tuple[str, ...]:
    """Writes the sentence encoder, its tokenizer, and the embeddings of the known names; returns the files' names."""
    if encoder is None:
        raise TrainingError("a network that reads text is exported with its sentence encoder")
    save_text_encoder(encoder, out / ENCODER)
    encoder.tokenizer.save(str(out / TOKENIZER), pretty=False)
    save_file({"names": labels.phrases[: labels.null].half().contiguous()}, out / NAMES)
    return ENCODER, TOKENIZER, NAMES


def record_runs(published: PublishedModel, decoder: Autoencoder) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Runs of the stored weights at several budgets: their tensors, and the settings as metadata."""
    model, vocabulary = published.network(), published.vocabulary
    defaults = published.facts["defaults"]
    budgets = [k for k in (1, 2, 4, 8, 16) if k <= model.config.budgets]
    categories = vocabulary.categories
    chosen = [
        (vocabulary.subjects[0], vocabulary.styles[0]),
        (categories[len(categories) // 2], vocabulary.styles[1 % len(vocabulary.styles)]),
        ("any", "any"),
    ]
    tensors, runs = {}, []
    for index, (subject, style) in enumerate(chosen):
        y, null = vocabulary.labels([(subject, style)]), vocabulary.nulls(1)
        noise = start_noise(index, model)
        tensors[f"{index}.noise"] = noise
        guidance = Guidance("cfg", defaults["guidance"])
        for budget in budgets:
            drawn = sample(model, noise, y, null, steps=defaults["steps"], budget=budget, guidance=guidance).float()
            tensors[f"{index}.budget_{budget}.latents"] = drawn
            tensors[f"{index}.budget_{budget}.image"] = decoder.decode(drawn)
            quick = sample(model, noise, y, null, steps=QUICK_STEPS, budget=budget).float()
            tensors[f"{index}.quick_budget_{budget}.latents"] = quick
        cheap = Guidance("ccfg", defaults["guidance"], budget=1)
        tensors[f"{index}.ccfg.latents"] = sample(
            model, noise, y, null, steps=defaults["steps"], budget=budgets[-1], guidance=cheap
        ).float()
        runs.append(
            {
                "index": index,
                "seed": index,
                "subject": subject,
                "style": style,
                **({"class_index": int(y)} if y.ndim == 1 else {}),
                "steps": defaults["steps"],
                "solver": "euler",
                "guidance": defaults["guidance"],
                "budgets": budgets,
                "ccfg_null_budget": 1,
                "quick": {"steps": QUICK_STEPS, "guidance": 1, "budgets": budgets},
            }
        )
    return {name: tensor.detach().contiguous() for name, tensor in tensors.items()}, {"runs": json.dumps(runs)}


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
    y = published.vocabulary.labels([(published.vocabulary.subjects[0], published.vocabulary.styles[0])])
    null = published.vocabulary.nulls(1)
    with torch.no_grad():
        halved = stored(noise, torch.tensor([0.5]), y) - model(noise, torch.tensor([0.5]), y)
    budget = published.config.budgets
    key = f"0.quick_budget_{budget}.latents"
    again = sample(stored, noise, y, null, steps=QUICK_STEPS, budget=budget).float()
    session = onnxruntime.InferenceSession(folder / DECODER, providers=["CPUExecutionProvider"])
    decoded = np.asarray(session.run(None, {"latents": again.numpy()})[0])
    graph = onnxruntime.InferenceSession(folder / GRAPH, providers=["CPUExecutionProvider"])
    label = stored.y_embedder(y).detach() if published.names is not None else y.int()
    inputs = {"x": noise.numpy(), "t": np.full(1, 0.5, np.float32), "y": label.numpy()}
    if published.config.group:
        inputs["k"] = np.array([1], np.int32)
    with torch.no_grad():
        smallest = stored(noise, torch.tensor([0.5]), y, 1)
    found = {
        "network_onnx": relative(torch.from_numpy(np.asarray(graph.run(None, inputs)[0])), smallest),
        "float16_velocity": halved.square().mean().sqrt().item(),
        "recorded_run": relative(again, golden[key]),
        "encoder_onnx": encoder_onnx.compare_encoder(folder / encoder_onnx.FILE, decoder, decoder.decode(again)),
        "decoder_onnx": float(np.abs(decoded - decoder.decode(again).detach().numpy()).max()),
    }
    limits = {"network_onnx": 1e-4, "float16_velocity": 1e-2, "recorded_run": 1e-5, "decoder_onnx": 1e-4}
    for name, limit in limits.items():
        if not found[name] <= limit:
            raise TrainingError(f"{folder}: {name} differs by {found[name]:.3g}, more than {limit:g}; nothing is done")
    return found


def relative(a: Tensor, b: Tensor) -> float:
    """Norm of the difference over the norm."""
    return ((a - b).norm() / b.norm().clamp_min(1e-12)).item()


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
    options = parser.parse_args(arguments)
    model, vocabulary, state = train.load(options.network, options.data, options.average)
    decoder, manifest = train_autoencoder.load(options.autoencoder), Pictures(options.data).manifest
    encoder = None
    if isinstance(vocabulary, TextVocabulary):
        encoder = SentenceEncoder(options.text_encoder or installed_encoder())
        if encoder.sha256 != state["about"]["text_encoder"]:
            raise TrainingError("the network was trained with another sentence encoder; give it as --text-encoder")
    export(options.out, options.description, model, vocabulary, state, decoder, manifest, encoder)


def export(
    out: Path,
    description: str,
    model: Network,
    vocabulary: Vocabulary,
    state: dict,
    decoder: Autoencoder,
    manifest: dict,
    encoder: SentenceEncoder | None = None,
) -> None:
    """Writes the folder, then checks it; see the module. A network that reads text needs its sentence `encoder`."""
    out.mkdir(parents=True, exist_ok=True)
    save_file(weights_of(model, vocabulary), out / WEIGHTS)
    save_decoder(decoder, model.config.side, out / DECODER)
    encoder_onnx.save_encoder(decoder, model.config.side, out / encoder_onnx.FILE)
    save_network(model.config, out / WEIGHTS, out / GRAPH)
    found = save_text(out, model.y_embedder, encoder) if isinstance(model.y_embedder, TextLabels) else ()
    files = {name: file_facts(out / name) for name in (*WRITTEN, *found)}
    facts = facts_of(out.name, description, state, model, manifest, files)
    (out / FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    tensors, metadata = record_runs(load_published(out), decoder)
    save_file(tensors, out / GOLDEN, metadata)
    for name, difference in check(out, model, decoder).items():
        print(f"{name}: {difference:.3g}")
    if encoder:
        print(f"text_encoder: smallest cosine {compare_text_encoder(encoder, out / ENCODER, list(COMPARED)):.4f}")
    print(f"{out}: written, read back and compared")


if __name__ == "__main__":
    run_command("elit_train.export", main)
