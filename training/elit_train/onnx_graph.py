"""ONNX graphs written node by node: the same file for the same network, whatever the version of any exporter."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, ValueInfoProto, helper, numpy_helper
from torch import Tensor

OPSET = 18
IR_VERSION = 8


class Graph:
    """Nodes and stored tensors as they are added; every method returns the name of the tensor it made."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, values: np.ndarray | Tensor, kind: type = np.float32) -> str:
        """A stored tensor; a name that is there already keeps what it has."""
        if name not in self.initializers:
            array = values.detach().numpy() if isinstance(values, Tensor) else np.asarray(values)
            self.initializers[name] = numpy_helper.from_array(array.astype(kind), name)
        return name

    def integers(self, *values: int) -> str:
        """A stored list of int64, shared by all who use it."""
        return self.constant("int_" + "_".join(map(str, values)), np.array(values), np.int64)

    def node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """An operator with one output."""
        return self.nodes_of(operator, inputs, 1, **attributes)[0]

    def nodes_of(self, operator: str, inputs: tuple[str, ...], outputs: int, **attributes: Any) -> list[str]:
        """An operator with several outputs."""
        names = [f"{operator}_{len(self.nodes)}_{index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, **attributes))
        return names

    def silu(self, x: str) -> str:
        """x·sigmoid(x)."""
        return self.node("Mul", x, self.node("Sigmoid", x))

    def save(self, path: Path, name: str, inputs: list[ValueInfoProto], outputs: dict[str, ValueInfoProto]) -> None:
        """Writes the graph; `outputs` says what the results, by the names they were made under, are to be called."""
        for node in self.nodes:
            node.output[:] = [outputs[made].name if made in outputs else made for made in node.output]
        graph = helper.make_graph(self.nodes, name, inputs, list(outputs.values()), list(self.initializers.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        onnx.save(model, path)
        onnx.checker.check_model(str(path), full_check=True)


def floats(name: str, *shape: int | str) -> ValueInfoProto:
    """A float32 input or output."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def integers(name: str, *shape: int | str) -> ValueInfoProto:
    """An int32 input: what every language has, JavaScript too."""
    return helper.make_tensor_value_info(name, TensorProto.INT32, shape)
