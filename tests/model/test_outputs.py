from typing import cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.layout import EMBEDDING_SIZE, FINE_SIDE_PX, KINDS, LONG_SIDE_PX, MAPS, SCENES, STRIDE
from model.outputs import Outputs, run_network
from model.weights import Answer, Session


class Eye:
    """Stands in for the network: each cell answers with the redness of its own pixels."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, ...]] = []

    def run(self, image: NDArray[np.float32]) -> Answer:
        self.seen.append(image.shape[2:])
        red = image[0, 0] - image[0, 2]
        size = (red.shape[1] // STRIDE, red.shape[0] // STRIDE)
        cells = cv2.resize(red, size, interpolation=cv2.INTER_AREA)
        sides = len(MAPS), len(KINDS)
        maps, kinds = (np.repeat(cells[None], count, 0) for count in sides)
        return Answer(maps, kinds, np.full(len(SCENES), float(len(self.seen)), np.float32), None)


class Scale:
    """Stands in for the network: answers 2 where the whole photo is seen and 8 closer by."""

    def run(self, image: NDArray[np.float32]) -> Answer:
        shape = (image.shape[2] // STRIDE, image.shape[3] // STRIDE)
        said = 2.0 if max(image.shape[2:]) == LONG_SIDE_PX and min(shape) > 80 else 8.0
        maps, kinds = (
            np.full((count, *shape), said, np.float32) for count in (len(MAPS), len(KINDS))
        )
        values = (np.full(size, said, np.float32) for size in (len(SCENES), EMBEDDING_SIZE))
        return Answer(maps, kinds, *values)


def run(eye: object, bgr: NDArray[np.uint8]) -> Outputs:
    return run_network(cast(Session, eye), bgr)


def draw(shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Light to the right, with red spots near the middle and the corners."""
    picture = np.zeros((*shape, 3), np.uint8)
    picture[:] = np.linspace(60, 140, shape[1]).astype(np.uint8)[None, :, None]
    for y, x in ((0.1, 0.1), (0.45, 0.52), (0.55, 0.3), (0.9, 0.85)):
        cv2.circle(picture, (int(x * shape[1]), int(y * shape[0])), 14, (20, 20, 230), -1)
    return picture


SHAPES = [(768, 1024), (1024, 768), (900, 900), (200, 260), (1200, 300)]


@pytest.mark.parametrize("shape", SHAPES)
def test_both_views_lie_on_each_other(shape: tuple[int, int]) -> None:
    outputs = run(Eye(), draw(shape))
    whole = outputs.maps["food"]
    assert outputs.kinds.shape == (len(KINDS), *whole.shape)
    for seen in (outputs.maps["foreign"], *outputs.kinds):
        assert np.abs(seen - whole).max() < 0.35
        assert seen.max() > 1


@pytest.mark.parametrize("shape", SHAPES)
def test_the_larger_view_is_seen_in_halves_that_reach_into_each_other(
    shape: tuple[int, int],
) -> None:
    eye = Eye()
    run(eye, draw(shape))
    whole, *halves = eye.seen
    assert max(whole) == LONG_SIDE_PX
    assert len(halves) == 2
    assert halves[0] == halves[1]
    long, short = (448, min(halves[0])) if 448 in halves[0] else (0, 0)
    assert long - FINE_SIDE_PX // 2 == 64
    assert short % 32 == 0


def test_foreign_objects_are_judged_by_both_views_and_the_rest_by_the_whole() -> None:
    outputs = run(Scale(), draw((1024, 1024)))
    said = {name: float(values.mean()) for name, values in outputs.maps.items()}
    expected = {"food": 2, "container": 2, "spoiled": 2, "mould": 2, "foreign": 5}
    assert said == pytest.approx(expected)
    assert np.allclose(outputs.kinds, 5)
    assert (outputs.scene == 2).all()
    assert outputs.embedding is not None
    assert (outputs.embedding == 2).all()


def test_a_photo_sent_turned_or_mirrored_gets_the_same_maps() -> None:
    upright = run(Eye(), draw((600, 800))).maps["foreign"]
    turned = run(Eye(), np.ascontiguousarray(np.rot90(draw((600, 800))))).maps["foreign"]
    mirrored = run(Eye(), np.ascontiguousarray(draw((600, 800))[:, ::-1])).maps["foreign"]
    assert np.abs(np.rot90(upright) - turned).max() < 0.05
    assert np.abs(upright[:, ::-1] - mirrored).max() < 0.05
