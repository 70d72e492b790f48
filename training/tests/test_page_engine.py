"""A model folder written here, drawn by the page's own engine in Node: the same seed is the same picture."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from made_pictures import make_data
from PIL import Image
from safetensors.torch import load_file

from elit_train import export
from elit_train.autoencoder import Autoencoder, AutoencoderConfig
from elit_train.labels import FactoredLabels, Vocabulary
from elit_train.model.elit import Network
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
    export.export(root / "made-up", "Random weights", network, vocabulary, state, decoder, manifest)
    return root / "made-up"


@pytest.mark.parametrize("budget", [1, 16])
def test_the_engine_draws_what_was_recorded_here(model_folder: Path, budget: int) -> None:
    golden = load_file(model_folder / "samples.golden.safetensors")
    facts = json.loads((model_folder / "model.json").read_text())
    png = model_folder.parent / f"{budget}.png"
    command = ["node", "scripts/run.mjs", "src/cli/generate.ts", "--model", str(model_folder), "--out", str(png)]
    asked = ["--subject", facts["subjects"][0]["name"], "--style", facts["styles"][0], "--seed", "0"]
    done = subprocess.run([*command, *asked, "--budget", str(budget)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"`npm ci` must have been run in {ROOT}: {done.stderr}"
    straight = np.asarray(Image.open(png).convert("RGBA")).astype(float)
    drawn = np.concatenate([straight[..., :3] * straight[..., 3:] / 255, straight[..., 3:]], axis=-1)
    want = golden[f"0.budget_{budget}.image"][0].permute(1, 2, 0).numpy() * 255
    want[..., :3] = np.minimum(want[..., :3], want[..., 3:])  # a PNG cannot hold more colour than alpha
    assert want.std() > 10
    assert np.abs(drawn - want).max() <= LARGEST_DIFFERENCE
