"""The real sentence encoder, exported in int8 and read by the page's own tokenizer and runtime in Node.

`test_page_engine.py` draws with a made-up encoder of one layer; this one is MiniLM, as the page gets it.
"""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from torch import Tensor

from elit_train.text_encoder import LONGEST, SentenceEncoder, installed_encoder
from elit_train.text_encoder_onnx import LEAST_COSINE, save_text_encoder
from elit_train.text_labels import TEXT_WIDTH

ROOT = Path(__file__).resolve().parents[2]
PROMPTS = [
    "",
    "cat face",
    "a slice of pizza with extra cheese",
    "Naïve café, crème brûlée",
    "🐱",
    "👩🏽‍🚀 in space 🏳️‍🌈",
    "猫の顔",
    "김치찌개 한 그릇",
    "ΟΔΥΣΣΕΥΣ sails home",
    "  a   dragon\n\tasleep   on gold ",
    "!?…—[CLS] [SEP]",
    "supercalifragilisticexpialidocious" * 2,  # more than 100 letters would be one unknown word, as the cat above is
    "a very long story about a small red fox that walks through the snow and meets an owl " * 8,
]


@dataclass(frozen=True)
class Read:
    """What the page's code and PyTorch make of `PROMPTS`; `folder` has the exported encoder."""

    encoder: SentenceEncoder
    folder: Path
    ids: list[list[int]]
    page: Tensor
    torch: Tensor


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    folder, source = tmp_path_factory.mktemp("minilm"), installed_encoder()
    encoder = SentenceEncoder(source)
    save_text_encoder(encoder, folder / "text-encoder.onnx")
    shutil.copy(source / "tokenizer.json", folder)
    (folder / "texts.json").write_text(json.dumps(PROMPTS))
    command = ["node", "scripts/run.mjs", "test/support/embed-texts.ts", str(folder), str(LONGEST), str(TEXT_WIDTH)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"`npm ci` must have been run in {ROOT}: {done.stderr}"
    found = json.loads((folder / "embedded.json").read_text())
    page = torch.tensor([one["embedding"] for one in found])
    return Read(encoder, folder, [one["ids"] for one in found], page, encoder.embed(PROMPTS))


each_prompt = pytest.mark.parametrize("row", range(len(PROMPTS)), ids=[prompt[:20] or "empty" for prompt in PROMPTS])


@each_prompt
def test_the_page_reads_the_tokens_that_were_trained_with(read: Read, row: int) -> None:
    assert read.ids[row] == read.encoder.tokens([PROMPTS[row]])[0][0].tolist()


@each_prompt
def test_the_page_s_vector_is_that_of_pytorch(read: Read, row: int) -> None:
    torch.testing.assert_close(read.page[row].norm(), torch.tensor(1.0))
    assert read.page[row] @ read.torch[row] > LEAST_COSINE


def test_every_prompt_s_vector_is_nearest_to_its_own(read: Read) -> None:
    likeness = read.page @ read.torch.T
    assert likeness.argmax(dim=1).tolist() == list(range(len(PROMPTS)))


def test_the_file_is_a_quarter_of_the_weights(read: Read) -> None:
    assert (read.folder / "text-encoder.onnx").stat().st_size < 24e6
