from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from model.layout import MAPS
from model.weights import WEIGHTS, Session
from tests.training.test_export import read_inputs
from training.candidates import CHECKPOINT
from training.convolutions import list_convolutions, measure_moments
from training.export import export_fp32, load_network
from training.quantise import export_int8, round_to_grid

SHOWN = ["salad_clean_oak", "bento_stone"]
UNSEEN = ["salad_clean_top"]
"""Rendered photos that the quantiser is shown, and those it is judged by."""

Graphs = tuple[Path, Path]


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Graphs:
    folder = tmp_path_factory.mktemp("quantise")
    fp32 = export_fp32(load_network(WEIGHTS / CHECKPOINT), folder / "fp32.onnx")
    return fp32, export_int8(fp32, folder / "int8.onnx", read_inputs(SHOWN))


def run_plainly(graph: Path, image: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Runs a graph node by node: int8 in floating point, where no sum can overflow."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    return [output[0] for output in session.run(["maps", "kinds", "scene"], {"image": image})]


def test_int8_answers_nearly_as_fp32_does_on_other_photos(graphs: Graphs) -> None:
    fp32, int8 = (Session(path.read_bytes(), 1) for path in graphs)
    for image in read_inputs(UNSEEN):
        wanted, got = fp32.run(image)[0], int8.run(image)[0]
        for name, expected, value in zip(MAPS, wanted, got, strict=True):
            error = np.sqrt(((value - expected) ** 2).mean())
            assert error < 0.15 * expected.std(), name


def test_the_int8_graph_describes_a_photo_nearly_as_fp32_does(graphs: Graphs) -> None:
    [image] = read_inputs(UNSEEN)
    wanted, got = (Session(path.read_bytes(), 1).run(image).embedding for path in graphs)
    assert wanted is not None
    assert got is not None
    assert got @ wanted > 0.95 * np.linalg.norm(got) * np.linalg.norm(wanted)


def test_no_sum_of_products_overflows_on_this_processor(graphs: Graphs) -> None:
    [image] = read_inputs(UNSEEN)
    fused, plain = (
        Session(graphs[1].read_bytes(), 1).run(image)[0],
        run_plainly(graphs[1], image)[0],
    )
    assert np.sqrt(((fused - plain) ** 2).mean()) < 0.05 * plain.std()


def test_the_int8_graph_takes_a_third_of_the_room(graphs: Graphs) -> None:
    assert 3 * graphs[1].stat().st_size < graphs[0].stat().st_size


def test_rounding_keeps_the_sum_over_inputs_that_go_together() -> None:
    # Nine equal taps over a plain region: by itself each tap would lose 0.4 of a step.
    weights = np.full((1, 1, 9), 10.4)
    alike = np.ones((1, 9, 9))
    [[levels]] = round_to_grid(weights, np.ones((1, 1)), alike)
    assert set(levels) <= {10.0, 11.0}
    assert abs(levels.sum() - weights.sum()) < 1


def test_rounding_of_inputs_that_do_not_go_together_is_plain() -> None:
    weights = np.random.default_rng(0).uniform(-127, 127, (2, 3, 8))
    apart = np.stack([np.eye(8)] * 2)
    levels = round_to_grid(weights, np.ones((2, 3)), apart)
    assert np.array_equal(levels, weights.round())


def test_moments_are_those_of_the_pixels_under_the_weights(tmp_path: Path) -> None:
    # The only output pixel of a 2 x 2 filter over two rows and columns meets all four values.
    weights = numpy_helper.from_array(np.ones((1, 1, 2, 2), np.float32), "weights")
    bias = numpy_helper.from_array(np.zeros(1, np.float32), "bias")
    node = helper.make_node(
        "Conv",
        ["image", "weights", "bias"],
        ["out"],
        name="conv",
        pads=[0, 0, 0, 0],
        strides=[2, 2],
        group=1,
    )
    ends = [
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, 1, side, side])
        for name, side in (("image", 2), ("out", 1))
    ]
    model = helper.make_model(
        helper.make_graph([node], "one", ends[:1], ends[1:], [weights, bias]),
        opset_imports=[helper.make_opsetid("", 18)],
        ir_version=10,
    )
    low, high = (np.full((1, 1, 2, 2), v, np.float32) for v in (0, 2))
    high[0, 0, 0, 1] = 6
    [found] = measure_moments(model, [low, high]).values()
    assert [conv.name for conv in list_convolutions(model)] == ["conv"]
    assert np.allclose(found.mean, [[1, 3, 1, 1]])
    assert np.allclose(found.covariance[0, 1], [3, 9, 3, 3])
