from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray

from model.layout import prepare_input
from model.network import Ensemble, Network
from model.weights import WEIGHTS, Session
from training.build import DATASETS
from training.candidates import CHECKPOINT
from training.checkpoints import load_members
from training.export import OUTPUTS, export_fp32, load_network

PHOTOS = DATASETS / "rendered" / "photos"


def read_inputs(names: list[str]) -> list[NDArray[np.float32]]:
    pictures = [cv2.imread(str(PHOTOS / f"{name}.jpg")) for name in names]
    return [prepare_input(np.asarray(picture, np.uint8))[0] for picture in pictures]


@pytest.fixture(scope="module")
def network() -> Network | Ensemble:
    return load_network(WEIGHTS / CHECKPOINT)


@pytest.fixture(scope="module")
def fp32(network: Network | Ensemble, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_fp32(network, tmp_path_factory.mktemp("export") / "fp32.onnx")


@pytest.mark.parametrize("size", [(448, 448), (448, 352), (352, 448)])
def test_the_graph_answers_as_the_network_does(
    network: Network | Ensemble, fp32: Path, size: tuple[int, int]
) -> None:
    image = np.random.default_rng(0).uniform(-1, 1, (1, 3, *size)).astype(np.float32)
    with torch.no_grad():
        wanted = [output[0].numpy() for output in network.describe(torch.from_numpy(image))]
    for got, expected in zip(Session(fp32.read_bytes(), 1).run(image), wanted, strict=True):
        assert got is not None
        assert got.shape == expected.shape
        assert np.abs(got - expected).max() < 1e-3


def test_the_embedding_is_the_mean_that_the_scene_is_read_from() -> None:
    network = load_members(WEIGHTS / CHECKPOINT)[0]
    [image] = (torch.from_numpy(image) for image in read_inputs(["salad_clean_oak"]))
    with torch.no_grad():
        *logits, embedding = network.describe(image)
        assert torch.equal(embedding, network.backbone(image)[3].mean((2, 3)))
        assert torch.equal(network.scene(embedding), logits[2])
        assert all(map(torch.equal, network(image), logits))


def test_the_graph_of_a_fresh_network_has_all_outputs(tmp_path: Path) -> None:
    graph = export_fp32(Network().eval(), tmp_path / "fresh.onnx")
    assert [output.name for output in onnx.load(graph).graph.output] == OUTPUTS
    assert OUTPUTS[-1] == "embedding"


def test_the_graph_holds_no_padding_of_its_own_and_standard_operators_alone(fp32: Path) -> None:
    model = onnx.load(fp32)
    kinds = {node.op_type for node in model.graph.node}
    assert "Conv" in kinds
    assert not kinds & {"Pad", "Constant", "ConstantOfShape", "BatchNormalization"}
    assert [opset.domain for opset in model.opset_import] == [""]
    assert not {node.domain for node in model.graph.node} - {""}
    read = {name for node in model.graph.node for name in node.input}
    assert {tensor.name for tensor in model.graph.initializer} <= read


def test_the_same_weights_give_the_same_bytes(
    network: Network | Ensemble, fp32: Path, tmp_path: Path
) -> None:
    assert export_fp32(network, tmp_path / "again.onnx").read_bytes() == fp32.read_bytes()
