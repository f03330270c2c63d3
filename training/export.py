"""From a checkpoint to the graphs that serve: fp32 ONNX, and int8 by calibrated quantisation."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from model.layout import LONG_SIDE_PX
from model.network import Network

INPUT, OUTPUTS = "image", ["maps", "kinds", "scene"]
_OPSET = 18


def load_network(checkpoint: Path) -> Network:
    """Reads a checkpoint, ready to infer."""
    network = Network()
    network.load_state_dict(torch.load(checkpoint, weights_only=True)["weights"])
    return network.eval()


def export_fp32(network: Network, path: Path) -> Path:
    """Writes the graph with free height and width (multiples of 32), one photo at a time."""
    example = torch.zeros(1, 3, LONG_SIDE_PX, LONG_SIDE_PX - 32)
    with warnings.catch_warnings():
        # The older exporter writes the graph that the quantiser knows how to fuse.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.filterwarnings("ignore", "Constant folding", UserWarning)
        torch.onnx.export(
            network,
            (example,),
            str(path),
            input_names=[INPUT],
            output_names=OUTPUTS,
            dynamic_axes={
                INPUT: {2: "height", 3: "width"},
                "maps": {2: "rows", 3: "columns"},
                "kinds": {2: "rows", 3: "columns"},
            },
            opset_version=_OPSET,
            dynamo=False,
        )
    onnx.checker.check_model(str(path))
    return path


class _Inputs(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime ships no types
    """Feeds prepared photos to the quantiser."""

    def __init__(self, inputs: Iterable[NDArray[np.float32]]) -> None:
        self._inputs: Iterator[NDArray[np.float32]] = iter(inputs)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        image = next(self._inputs, None)
        return None if image is None else {INPUT: image}


def export_int8(fp32: Path, path: Path, inputs: Iterable[NDArray[np.float32]]) -> Path:
    """Quantises the graph: int8 weights a channel, uint8 activations calibrated on real photos.

    Weights use 7 bits: without VNNI the 16-bit sums of AVX2's u8 x s8 multiply would saturate.

    Args:
        fp32: graph written by `export_fp32`.
        path: where to write.
        inputs: prepared photos (1, 3, height, width), see `model.layout.prepare_input`.
    """
    prepared = path.with_suffix(".prepared.onnx")
    quant_pre_process(str(fp32), str(prepared), skip_symbolic_shape=True)
    quantize_static(
        str(prepared),
        str(path),
        _Inputs(inputs),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        calibrate_method=CalibrationMethod.MinMax,
    )
    prepared.unlink()
    return path
