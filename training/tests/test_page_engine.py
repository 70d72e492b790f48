"""A model folder written here, drawn by the page's own engine in Node: the same seed is the same picture."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from made_encoder import make_encoder
from made_pictures import make_data
from PIL import Image
from safetensors.torch import load_file

from elit_train import data, export, latents, train, train_autoencoder
from elit_train.autoencoder import Autoencoder, AutoencoderConfig
from elit_train.labels import FactoredLabels, Vocabulary
from elit_train.model.elit import Network
from elit_train.published import load_published
from elit_train.sampling import Guidance, sample, start_noise
from elit_train.text_encoder import SentenceEncoder
from elit_train.text_labels import TEXT_WIDTH, TextLabels, TextVocabulary
from elit_train.train import shape

ROOT = Path(__file__).resolve().parents[2]
LARGEST_DIFFERENCE = 2  # of 255: pictures are rounded to bytes, with and without alpha multiplied in


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exported network and decoder with random weights: as wild a picture as any."""
    root = tmp_path_factory.mktemp("engine")
    manifest = json.loads((make_data(root / "data") / "manifest.json").read_text())
    vocabulary = Vocabulary.from_manifest(manifest)
    torch.manual_seed(0)
    config = shape("tiny", torch.zeros(1, 8, 8, 8), vocabulary.null, plain=False)
    network = Network(config, FactoredLabels(vocabulary, config.hidden)).eval()
    decoder = Autoencoder(AutoencoderConfig(channels=8, widths=(8, 16, 16))).eval()
    for weight in network.parameters():
        weight.data.normal_(std=0.15)
    state = {"about": {"labels": vars(vocabulary)}, "samples_seen": 0}
    export.export(root / "made-up", export.Words("Random weights"), network, vocabulary, state, decoder, manifest)
    return root / "made-up"


@pytest.fixture(scope="module")
def text_model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SentenceEncoder, Autoencoder]:
    """The same for a network that reads text, with the encoder and the decoder that its folder was made from."""
    root = tmp_path_factory.mktemp("text-engine")
    manifest = json.loads((make_data(root / "data") / "manifest.json").read_text())
    vocabulary, encoder = TextVocabulary.from_manifest(manifest), SentenceEncoder(make_encoder(root / "encoder"))
    torch.manual_seed(0)
    config = shape("tiny", torch.zeros(1, 8, 8, 8), 0, plain=False)
    phrases = encoder.embed([*vocabulary.subjects, *vocabulary.categories])
    phrases = torch.cat([phrases, torch.zeros(1, TEXT_WIDTH)])
    network = Network(config, TextLabels(vocabulary, phrases, config.hidden)).eval()
    decoder = Autoencoder(AutoencoderConfig(channels=8, widths=(8, 16, 16))).eval()
    for weight in (*network.parameters(), *decoder.parameters()):
        weight.data.normal_(std=0.15)
    network.y_embedder.text_proj.weight.data.normal_(std=1.0)  # texts are to be told apart
    state = {"about": {"labels": vars(vocabulary)}, "samples_seen": 0}
    export.export(
        root / "made-up", export.Words("Random weights"), network, vocabulary, state, decoder, manifest, encoder
    )
    return root / "made-up", encoder, decoder


def draw(model: Path, png: Path, *asked: str) -> np.ndarray:
    """What the engine draws with seed 0, premultiplied, 0..255, [H, W, 4]."""
    command = ["node", "scripts/run.mjs", "src/cli/generate.ts", "--model", str(model), "--out", str(png)]
    done = subprocess.run([*command, *asked, "--seed", "0"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"`npm ci` must have been run in {ROOT}: {done.stderr}"
    straight = np.asarray(Image.open(png).convert("RGBA")).astype(float)
    return np.concatenate([straight[..., :3] * straight[..., 3:] / 255, straight[..., 3:]], axis=-1)


def assert_drawn(drawn: np.ndarray, image: torch.Tensor, within: float = LARGEST_DIFFERENCE) -> None:
    """That it is the image [1, 4, H, W]."""
    want = image[0].permute(1, 2, 0).numpy() * 255
    want[..., :3] = np.minimum(want[..., :3], want[..., 3:])  # a PNG cannot hold more colour than alpha
    assert want.std() > 10
    assert np.abs(drawn - want).max() <= within


@pytest.mark.parametrize("budget", [1, 16])
def test_the_engine_draws_what_was_recorded_here(model_folder: Path, budget: int) -> None:
    golden = load_file(model_folder / "samples.golden.safetensors")
    facts = json.loads((model_folder / "model.json").read_text())
    asked = ["--subject", facts["subjects"][0]["name"], "--style", facts["styles"][0], "--budget", str(budget)]
    drawn = draw(model_folder, model_folder.parent / f"{budget}.png", *asked)
    assert_drawn(drawn, golden[f"0.budget_{budget}.image"])


@pytest.mark.parametrize("backend", ["webgpu", "wasm"])
def test_the_engine_draws_a_known_name_without_the_encoder(
    text_model: tuple[Path, SentenceEncoder, Autoencoder], tmp_path: Path, backend: str
) -> None:
    folder = tmp_path / "no-encoder"
    shutil.copytree(text_model[0], folder)
    (folder / "text-encoder.onnx").unlink()
    golden = load_file(folder / "samples.golden.safetensors")
    facts = json.loads((folder / "model.json").read_text())
    asked = ["--prompt", facts["subjects"][0]["name"].upper(), "--style", facts["styles"][0], "--backend", backend]
    drawn = draw(folder, tmp_path / "known.png", *asked, "--budget", "4")
    assert_drawn(drawn, golden["0.budget_4.image"])


@pytest.mark.parametrize("backend", ["webgpu", "wasm"])
def test_the_engine_reads_a_prompt_as_it_is_read_here(
    text_model: tuple[Path, SentenceEncoder, Autoencoder], tmp_path: Path, backend: str
) -> None:
    folder, encoder, decoder = text_model
    prompt = "A naïve dragon, asleep on a heap of gold"
    session = onnxruntime.InferenceSession(folder / "text-encoder.onnx", providers=["CPUExecutionProvider"])
    ids, mask = encoder.tokens([prompt])
    embedding = session.run(None, {"ids": ids.int().numpy(), "mask": mask.int().numpy()})[0]
    published = load_published(folder)
    network, vocabulary = published.network(), published.vocabulary
    row = network.y_embedder.add_prompts(torch.from_numpy(np.asarray(embedding)))[0]
    y = torch.tensor([[row, vocabulary.style_of("any")]])
    guidance = Guidance("cfg", published.facts["defaults"]["guidance"])
    steps = {"steps": 6, "budget": 4, "guidance": guidance}
    latents = sample(network, start_noise(0, network), y, vocabulary.nulls(1), **steps).float()
    drawn = draw(
        folder, tmp_path / "read.png", "--prompt", prompt, "--steps", "6", "--budget", "4", "--backend", backend
    )
    with torch.no_grad():  # the two runtimes round the encoder's int8 activations at other places
        assert_drawn(drawn, decoder.decode(latents), within=2 * LARGEST_DIFFERENCE)


def test_from_artwork_to_a_trained_model_that_the_engine_draws_with(tmp_path: Path) -> None:
    pictures, run = tmp_path / "pictures", tmp_path / "run"
    data.main(["--out", str(pictures), "--artwork", str(tmp_path / "artwork"), "--limit", "6"])  # npm installs the sets
    common = ["--data", str(pictures), "--threads", "1"]
    short = ["--steps", "2", "--batch", "4", "--float32"]
    train_autoencoder.main([*common, *short, "--widths", "8", "16", "16", "--out", str(tmp_path / "autoencoder")])
    autoencoder = ["--autoencoder", str(tmp_path / "autoencoder/autoencoder.pt")]
    latents.main([*common, *autoencoder])
    train.main([*common, *short, "--shape", "tiny", "--warmup", "1", "--out", str(run)])
    model = tmp_path / "model"
    export.main(["--data", str(pictures), "--network", str(run / "last.pt"), *autoencoder, "--out", str(model)])
    facts = json.loads((model / "model.json").read_text())
    assert facts["training"]["samples"] == 8
    golden = load_file(model / "samples.golden.safetensors")
    asked = ["--subject", facts["subjects"][0]["name"], "--style", facts["styles"][0], "--budget", "4"]
    assert_drawn(draw(model, tmp_path / "drawn.png", *asked), golden["0.budget_4.image"])
