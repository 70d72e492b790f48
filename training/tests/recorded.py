"""Recorded inputs and outputs that every implementation of the network is held to; see test/fixtures."""

import json
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor

from elit_train.model.config import NetworkConfig
from elit_train.model.elit import Network

FIXTURES = Path(__file__).resolve().parents[2] / "test" / "fixtures"


def fixture(name: str) -> Path:
    """The file of that name, in whichever folder of the fixtures it is kept."""
    found = sorted(FIXTURES.rglob(name))
    if not found:
        raise FileNotFoundError(f"{name} is not under {FIXTURES}")
    return found[0]


def network(name: str) -> Network:
    """A recorded network with its weights."""
    model = Network(NetworkConfig.from_json(json.loads(fixture(f"{name}.json").read_text())))
    model.load_state_dict(load_file(fixture(f"{name}.safetensors")))
    return model.eval()


def golden(name: str) -> dict[str, Tensor]:
    """Its recorded tensors."""
    return load_file(fixture(f"{name}.golden.safetensors"))


def samplers(name: str) -> dict[str, dict]:
    """The settings of its recorded sampling runs."""
    with safe_open(fixture(f"{name}.golden.safetensors"), "pt") as file:
        return json.loads(file.metadata()["samplers"])


def assert_close(got: Tensor, want: Tensor, tolerance: float = 1e-5) -> None:
    """Relative error of the whole tensor, which an erf in place of a tanh does not pass."""
    error = ((got.double() - want.double()).norm() / want.double().norm()).item()
    worst = (got.double() - want.double()).abs().max().item()
    assert error < tolerance, f"relative error {error:.3g} (limit {tolerance:g}), largest difference {worst:.3g}"
