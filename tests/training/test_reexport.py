import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from model.errors import Conflict
from model.layout import EMBEDDING_SIZE
from model.network import Network
from model.weights import CALIBRATION, GRAPH, WEIGHTS, Session, load_release
from tests.model.graphs import leave_out_embedding
from tests.training.test_export import PHOTOS, read_inputs
from training.candidates import CHECKPOINT, FIGURES, sign
from training.checkpoints import save_weights
from training.export import export_fp32
from training.reexport import export_again
from training.release import go_back


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    shutil.copy(PHOTOS / "salad_clean_oak.jpg", folder)
    return folder


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A release from the time before graphs told the embedding."""
    folder = tmp_path / "weights"
    folder.mkdir()
    torch.manual_seed(1)
    network = Network().eval()
    save_weights(network, folder / CHECKPOINT, {})
    export_fp32(network, folder / GRAPH)
    shutil.copy(WEIGHTS / CALIBRATION, folder / CALIBRATION)
    (folder / FIGURES).write_text('{"model": {"version": "old"}, "scope": {"each": 4}}', "utf-8")
    leave_out_embedding(folder)
    return folder


def test_the_same_weights_serve_on_with_the_output_that_was_missing(
    weights: Path, pictures: Path
) -> None:
    [image] = read_inputs(["salad_clean_top"])
    before = load_release(weights)
    old = before.open_session().run(image)
    assert old.embedding is None
    version = export_again(weights, pictures)
    after = load_release(weights)
    new = after.open_session().run(image)
    assert (after.version, after.calibration) == (version, before.calibration)
    assert all(map(np.array_equal, old[:3], new[:3]))
    assert new.embedding is not None
    assert new.embedding.shape == (EMBEDDING_SIZE,)
    figures = json.loads((weights / FIGURES).read_text("utf-8"))
    assert figures["model"] == {"version": version, "sha256": after.sha256}
    assert figures["scope"] == {"each": 4}
    assert export_again(weights, pictures) == version
    assert go_back(weights) == before.version


def test_a_graph_that_answers_otherwise_stays(weights: Path, pictures: Path) -> None:
    model = onnx.load(weights / GRAPH)
    bias = next(t for t in model.graph.initializer if t.name.endswith("scene.1.bias"))
    bias.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(bias) + 1e-4, bias.name))
    onnx.save(model, weights / GRAPH)
    sign(weights)
    kept = (weights / GRAPH).read_bytes()
    with pytest.raises(Conflict, match=r"salad_clean_oak\.jpg") as refused:
        export_again(weights, pictures)
    assert refused.value.code == "other_answers"
    assert (weights / GRAPH).read_bytes() == kept
    assert Session(kept, 1).run(read_inputs(["salad_clean_top"])[0]).embedding is None
