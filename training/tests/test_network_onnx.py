"""The network's ONNX graph, run by onnxruntime from the safetensors file, against the recorded values."""

import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from recorded import assert_close, fixture, golden, network

from elit_train.errors import TrainingError
from elit_train.network_onnx import compare_network, save_network


def session(name: str, folder: Path) -> onnxruntime.InferenceSession:
    """The graph of a recorded network, written beside a copy of its weights."""
    weights = shutil.copy(fixture(f"{name}.safetensors"), folder / "weights.safetensors")
    save_network(network(name).config, Path(weights), folder / "network.onnx")
    return onnxruntime.InferenceSession(folder / "network.onnx", providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("name", ["elit-sit-a", "elit-sit-b", "elit-sit-e", "sit-a"])
def test_the_graph_gives_the_recorded_velocity_at_every_budget(name: str, tmp_path: Path) -> None:
    graph, want = session(name, tmp_path), golden(name)
    inputs = {key: want[key].numpy() for key in ("x", "t", "y")}
    assert compare_network(tmp_path / "network.onnx", network(name), want["x"], want["y"]) < 1e-4
    for key in (key for key in want if key.endswith("velocity")):
        budget = {} if name == "sit-a" else {"k": np.array([int(key.split("_")[1])], np.int32)}
        got = np.asarray(graph.run(None, {**inputs, **budget})[0])
        assert_close(torch.from_numpy(got), want[key])


def test_no_weight_is_inside_the_graph(tmp_path: Path) -> None:
    session("elit-sit-b", tmp_path)
    graph = onnx.load(tmp_path / "network.onnx", load_external_data=False).graph
    outside = [tensor for tensor in graph.initializer if tensor.data_location == onnx.TensorProto.EXTERNAL]
    assert len(outside) == len(network("elit-sit-b").state_dict())
    assert (tmp_path / "network.onnx").stat().st_size < 0.02 * (tmp_path / "weights.safetensors").stat().st_size


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    weights = shutil.copy(fixture("sit-a.safetensors"), tmp_path / "weights.safetensors")
    with pytest.raises(TrainingError, match="no float tensor input_token_editor"):
        save_network(network("elit-sit-a").config, Path(weights), tmp_path / "network.onnx")
