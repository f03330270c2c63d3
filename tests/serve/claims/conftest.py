from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from model.weights import CALIBRATION, GRAPH, WEIGHTS
from serve.assessments.gate import ScoringGate
from serve.runtime import Runtime


@pytest.fixture(scope="session")
def describing_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped weights in a graph that tells the embedding."""
    pytest.importorskip("torch")
    from training.candidates import CHECKPOINT, sign
    from training.export import export_fp32, load_network

    folder = tmp_path_factory.mktemp("describing")
    export_fp32(load_network(WEIGHTS / CHECKPOINT), folder / GRAPH)
    shutil.copy(WEIGHTS / CALIBRATION, folder)
    sign(folder)
    return folder


@pytest.fixture
def describing(runtime: Runtime, describing_weights: Path) -> Runtime:
    """A service whose model tells the embedding of a photo."""
    return replace(runtime, scoring=ScoringGate(1, describing_weights))
