"""From a checkpoint to the fp32 graph that serves, written so that it runs fast everywhere."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from model.layout import LONG_SIDE_PX
from model.network import Ensemble, Network
from training.checkpoints import load_members

INPUT, OUTPUTS = "image", ["maps", "kinds", "scene", "embedding"]
_OPSET = 18


class _Described(nn.Module):
    """The network with all outputs that serve; learning needs the logits alone."""

    def __init__(self, network: Network | Ensemble) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        return self.network.describe(image)


def load_network(checkpoint: Path) -> Network | Ensemble:
    """Reads a checkpoint, ready to infer; of several networks, as one that answers for all."""
    members = load_members(checkpoint)
    return members[0] if len(members) == 1 else Ensemble(members).eval()


def export_fp32(network: Network | Ensemble, path: Path) -> Path:
    """Writes the graph with free height and width (multiples of 32), one photo at a time.

    Constants are folded and padding is part of the convolutions: a Pad of its own copies the widest
    maps and takes them out of the layout that convolutions are fast in.
    """
    with tempfile.TemporaryDirectory() as folder:
        traced, folded = Path(folder) / "traced.onnx", Path(folder) / "folded.onnx"
        _trace(network, traced)
        _fold_constants(traced, folded)
        model = onnx.load(folded)
    _fold_padding(model.graph)
    # The optimiser lists all operator sets that it knows; a reader should need the standard one.
    kept = [opset for opset in model.opset_import if opset.domain == ""]
    del model.opset_import[:]
    model.opset_import.extend(kept)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return path


def _trace(network: Network | Ensemble, path: Path) -> None:
    example = torch.zeros(1, 3, LONG_SIDE_PX, LONG_SIDE_PX - 32)
    with warnings.catch_warnings():
        # The older exporter writes the graph that the quantiser knows how to fuse.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.filterwarnings("ignore", "Constant folding", UserWarning)
        torch.onnx.export(
            _Described(network).eval(),
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


def _fold_constants(traced: Path, folded: Path) -> None:
    """Computes what depends on no input; the basic level writes standard operators alone."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(folded)
    onnxruntime.InferenceSession(str(traced), options, providers=["CPUExecutionProvider"])


def _fold_padding(graph: onnx.GraphProto) -> None:
    """Moves each Pad with zeros into the `pads` of the convolutions, which alone read it."""
    stored = {tensor.name: tensor for tensor in graph.initializer}
    for pad in [node for node in graph.node if node.op_type == "Pad"]:
        # Eight numbers: before and after, each for photo, channel, row and column.
        added = numpy_helper.to_array(stored[pad.input[1]]).reshape(2, 4)[:, 2:].ravel()
        for conv in [node for node in graph.node if pad.output[0] in node.input]:
            [given] = [attribute for attribute in conv.attribute if attribute.name == "pads"]
            given.ints[:] = [int(a + b) for a, b in zip(given.ints, added, strict=True)]
            conv.input[0] = pad.input[0]
        graph.node.remove(pad)
    read = {name for node in graph.node for name in node.input}
    for name, tensor in stored.items():
        if name not in read:
            graph.initializer.remove(tensor)
