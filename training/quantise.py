"""From the fp32 graph to int8: weights rounded to what photos show, activations calibrated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

from training.convolutions import Conv, Moments, list_convolutions, measure_moments
from training.export import INPUT

_GREATEST = 127
_GREATEST_PAIR = 128
"""AVX2 without VNNI adds two products of uint8 and int8 in 16 bits: 255 x 128 still fits."""
_DAMPING = 0.01
"""Share of the mean variance that is added to the covariance, as in Frantar et al. 2023."""
_WIDER = 1.01


class _Inputs(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime ships no types
    """Feeds prepared photos to the quantiser."""

    def __init__(self, inputs: Iterable[NDArray[np.float32]]) -> None:
        self._inputs: Iterator[NDArray[np.float32]] = iter(inputs)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        image = next(self._inputs, None)
        return None if image is None else {INPUT: image}


def export_int8(fp32: Path, path: Path, inputs: list[NDArray[np.float32]]) -> Path:
    """Quantises the graph: int8 weights a channel, uint8 activations calibrated on real photos.

    Args:
        fp32: graph written by `export_fp32`.
        path: where to write.
        inputs: prepared photos (1, 3, height, width), see `model.layout.prepare_input`.
    """
    model = onnx.load(fp32)
    moments = measure_moments(model, inputs)
    scales = {
        conv.weights.name: _round_convolution(conv, moments[conv.name])
        for conv in list_convolutions(model)
    }
    rounded = path.with_suffix(".rounded.onnx")
    onnx.save(model, rounded)
    quantize_static(
        str(rounded),
        str(path),
        _Inputs(inputs),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
        calibrate_method=CalibrationMethod.MinMax,
        extra_options={"TensorQuantOverrides": {n: _override(s) for n, s in scales.items()}},
    )
    rounded.unlink()
    return path


def _override(scales: NDArray[np.float32]) -> list[dict[str, Any]]:
    return [{"axis": 0, "scale": scale, "zero_point": np.int8(0)} for scale in scales]


def _round_convolution(conv: Conv, moments: Moments) -> NDArray[np.float32]:
    """Puts weights on the grid of int8 and takes from the bias what that adds on average.

    Returns:
        The scale of each output (outputs,).
    """
    weights = conv.read_weights()
    scales = np.maximum(np.abs(weights).max(2), 1e-8) / _GREATEST
    if conv.groups == 1:
        pairs = _measure_pairs(weights[0], conv)
        scales[0] = np.maximum(scales[0], pairs / (_GREATEST_PAIR - 0.5))
    scales = scales.astype(np.float32).astype(np.float64)
    factor = _factorise(moments.covariance)
    levels = _round_in_turn(weights, scales, factor)
    # Rounding may lift a pair again: these outputs get a coarser grid until none is too great.
    while conv.groups == 1:
        over = _measure_pairs(levels[0], conv) > _GREATEST_PAIR
        if not over.any():
            break
        scales[0, over] = (scales[0, over] * _WIDER).astype(np.float32)
        levels[:, over] = _round_in_turn(weights[:, over], scales[:, over], factor)
    rounded = levels * scales[:, :, None]
    shift = ((rounded - weights) * moments.mean[:, None]).sum(2).ravel()
    _store(conv.bias, numpy_helper.to_array(conv.bias) - shift)
    _store(conv.weights, rounded)
    return np.asarray(scales.ravel(), np.float32)


def _store(tensor: onnx.TensorProto, values: NDArray[np.float64]) -> None:
    stored = values.reshape(tuple(tensor.dims)).astype(np.float32)
    tensor.CopyFrom(numpy_helper.from_array(stored, tensor.name))


def _measure_pairs(weights: NDArray[np.float64], conv: Conv) -> NDArray[np.float64]:
    """Greatest sum, of one sign, of two weights that the processor adds up in 16 bits.

    Args:
        weights: (outputs, weights an output) of a convolution that is not depthwise; depthwise
            kernels multiply in 32 bits.
        conv: the convolution. Its inputs come pixel by pixel, channel after channel.
    """
    shape = (len(weights), *conv.weights.dims[1:])
    ordered = weights.reshape(shape).transpose(0, 2, 3, 1).reshape(len(weights), -1)
    ordered = np.pad(ordered, ((0, 0), (0, ordered.shape[1] % 2)))
    pairs = ordered.reshape(len(weights), -1, 2)
    above, below = pairs.clip(min=0).sum(2), -pairs.clip(max=0).sum(2)
    return np.asarray(np.maximum(above, below).max(1), np.float64)


def round_to_grid(
    weights: NDArray[np.float64], scales: NDArray[np.float64], covariance: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Rounds weights one by one; those still to come make up for the error of each.

    GPTQ (Frantar et al. 2023, https://arxiv.org/abs/2210.17323): the output over photos, not each
    weight, stays as near as can be to what it was.

    Args:
        weights: (groups, outputs, size).
        scales: step of the grid, (groups, outputs).
        covariance: of the inputs, (groups, size, size).

    Returns:
        Whole numbers from -127 to 127, (groups, outputs, size).
    """
    return _round_in_turn(weights, scales, _factorise(covariance))


def _factorise(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the upper triangular factor of the inverse: how each error is to be made up for."""
    size = covariance.shape[1]
    variance = np.trace(covariance, axis1=1, axis2=2)[:, None, None] / size
    damped = covariance + np.eye(size) * (_DAMPING * variance + 1e-12)
    return np.linalg.cholesky(np.linalg.inv(damped)).swapaxes(1, 2)


def _round_in_turn(
    weights: NDArray[np.float64], scales: NDArray[np.float64], factor: NDArray[np.float64]
) -> NDArray[np.float64]:
    left = weights.copy()
    levels = np.zeros_like(weights)
    for k in range(weights.shape[2]):
        levels[:, :, k] = np.round(left[:, :, k] / scales).clip(-_GREATEST, _GREATEST)
        error = (left[:, :, k] - levels[:, :, k] * scales) / factor[:, k, k, None]
        left[:, :, k:] -= error[:, :, None] * factor[:, None, k, k:]
    return levels
