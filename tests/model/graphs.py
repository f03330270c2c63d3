"""Graphs as earlier versions exported them."""

from pathlib import Path

import onnx

from model.weights import GRAPH
from training.candidates import sign


def leave_out_embedding(folder: Path) -> None:
    """Makes a release one of the time before graphs told the embedding."""
    model = onnx.load(folder / GRAPH)
    del model.graph.output[3]
    onnx.save(model, folder / GRAPH)
    sign(folder)
