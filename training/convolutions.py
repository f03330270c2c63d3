"""The convolutions of a graph, and what flows into them on real photos."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from onnx import helper, numpy_helper

_PLACES = 100
"""Output pixels a photo at which the inputs of a convolution are looked at."""


@dataclass(frozen=True)
class Conv:
    """A convolution whose weights and bias are initializers.

    Attributes:
        name: of the node.
        source: tensor that it reads.
        weights: initializer (outputs, inputs a group, height, width).
        bias: initializer (outputs,).
        pads: rows and columns of zeros: top, left, bottom, right.
        stride: pixels, the same both ways.
        groups: 1, or the number of inputs where each has a filter of its own (depthwise).
    """

    name: str
    source: str
    weights: onnx.TensorProto
    bias: onnx.TensorProto
    pads: tuple[int, int, int, int]
    stride: int
    groups: int

    def read_weights(self) -> NDArray[np.float64]:
        """Returns the weights as (groups, outputs a group, weights an output)."""
        weights = numpy_helper.to_array(self.weights).astype(np.float64)
        return weights.reshape(self.groups, len(weights) // self.groups, -1)


@dataclass(frozen=True)
class Moments:
    """Inputs that the weights of a convolution meet.

    Attributes:
        mean: (groups, weights an output).
        covariance: (groups, weights an output, weights an output).
    """

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]


def list_convolutions(model: onnx.ModelProto) -> list[Conv]:
    """Returns the convolutions of a graph; changes to their initializers change the graph."""
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    convolutions = []
    for node in model.graph.node:
        if node.op_type == "Conv":
            given = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            source, weights, bias = node.input
            convolutions.append(
                Conv(
                    node.name,
                    source,
                    stored[weights],
                    stored[bias],
                    tuple(given["pads"]),
                    given["strides"][0],
                    given["group"],
                )
            )
    return convolutions


def measure_moments(
    model: onnx.ModelProto, inputs: Iterable[NDArray[np.float32]]
) -> dict[str, Moments]:
    """Runs a graph over prepared photos and measures the inputs of its convolutions, by node.

    Args:
        model: a graph of one input, written by `training.export.export_fp32`.
        inputs: prepared photos (1, 3, height, width), see `model.layout.prepare_input`.
    """
    convolutions = list_convolutions(model)
    entry = model.graph.input[0].name
    sources = sorted({conv.source for conv in convolutions} - {entry})
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(onnx.ValueInfoProto(name=name) for name in sources)
    session = onnxruntime.InferenceSession(
        watched.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    outputs = [output.name for output in watched.graph.output]
    rng = np.random.default_rng(0)
    count = 0
    sums = {conv.name: np.zeros(()) for conv in convolutions}
    products = dict(sums)
    for image in inputs:
        values = dict(zip(outputs, session.run(outputs, {entry: image}), strict=True))
        values[entry] = image
        count += _PLACES
        for conv in convolutions:
            seen = _look_at_places(values[conv.source][0], conv, rng)
            sums[conv.name] = sums[conv.name] + seen.sum(1)
            products[conv.name] = products[conv.name] + seen.transpose(0, 2, 1) @ seen
    means = {name: total / count for name, total in sums.items()}
    return {
        name: Moments(mean, products[name] / count - mean[:, :, None] * mean[:, None, :])
        for name, mean in means.items()
    }


def _look_at_places(
    values: NDArray[np.float32], conv: Conv, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Returns what the weights meet at random output pixels: (groups, places, weights)."""
    top, left, bottom, right = conv.pads
    padded = np.pad(values, ((0, 0), (top, bottom), (left, right)))
    windows = sliding_window_view(padded, tuple(conv.weights.dims[2:]), (1, 2))
    windows = windows[:, :: conv.stride, :: conv.stride]
    rows, columns = (rng.integers(side, size=_PLACES) for side in windows.shape[1:3])
    seen = windows[:, rows, columns].astype(np.float64).swapaxes(0, 1)
    return seen.reshape(_PLACES, conv.groups, -1).swapaxes(0, 1)
