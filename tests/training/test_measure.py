"""What counts as a box on an object."""

import time
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.outputs import Outputs
from tests.model.conftest import PLAIN
from training.cases import Case
from training.measure import cover_object, map_many, measure_cases

SIDE_PX, CELL_PX = 448, 4
Spot = tuple[int, int, float]
"""Column and row of a cell, and the logit of the foreign map around it."""


def draw_ring() -> NDArray[np.bool_]:
    mask = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    cv2.circle(mask, (200, 200), 40, 1, 2)
    return mask > 0


def draw_block() -> NDArray[np.bool_]:
    mask = np.zeros((SIDE_PX, SIDE_PX), bool)
    mask[100:140, 100:160] = True
    return mask


def answer(spots: list[Spot]) -> Outputs:
    cells = SIDE_PX // CELL_PX
    maps = np.full((5, cells, cells), -9.0, np.float32)
    maps[0] = 9.0
    for column, row, logit in spots:
        maps[4, row - 2 : row + 2, column - 2 : column + 2] = logit
    kinds = np.zeros((8, cells, cells), np.float32)
    return Outputs(maps, kinds, np.array([9.0, 0, 0, 0], np.float32))


def measure(mask: NDArray[np.bool_], spots: list[Spot]) -> tuple[bool | None, bool | None]:
    """Whether any box, and whether the surest one, lies on the object."""
    rng = np.random.default_rng(0)
    bgr = rng.integers(60, 200, (SIDE_PX, SIDE_PX, 3), np.uint8)
    case = Case(bgr, "foreign/x", True, "", 0, True, False, mask, "metal")
    (one,) = measure_cases(lambda _: answer(spots), [case], PLAIN)
    assert len(one.boxes) == len(spots)
    return one.box_hit, one.surest_box_hit


ON_BLOCK, BESIDE = (32, 30), (80, 80)


@pytest.mark.parametrize(
    ("spots", "hits"),
    [
        ([(*ON_BLOCK, 5.0)], (True, True)),
        ([(*BESIDE, 5.0)], (False, False)),
        ([(*ON_BLOCK, 3.0), (*BESIDE, 6.0)], (True, False)),
        ([(*ON_BLOCK, 6.0), (*BESIDE, 3.0)], (True, True)),
        ([], (False, False)),
    ],
)
def test_the_surest_box_alone_decides_whether_an_object_is_found(
    spots: list[Spot], hits: tuple[bool, bool]
) -> None:
    assert measure(draw_block(), spots) == hits


def test_many_are_worked_on_and_come_in_their_order() -> None:
    taken: list[int] = []

    def count() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    def work(number: int) -> int:
        time.sleep(0.002 * (number % 3 == 0))
        return number * number

    results = map_many(work, count(), "test")
    assert next(results) == 0
    assert len(taken) <= 32
    assert list(results) == [number * number for number in range(1, 100)]


def test_a_box_may_miss_an_object_by_a_cell_and_no_more() -> None:
    near = cover_object(draw_block())
    assert near[120, 160 + CELL_PX - 1]
    assert not near[120, 160 + CELL_PX]
    assert not near[120, 180]


def test_a_thin_curve_is_as_wide_as_its_hull() -> None:
    near = cover_object(draw_ring())
    assert near[200, 200]
    assert not near[200, 250]


def test_a_broad_object_is_no_wider_than_it_is() -> None:
    bitten = draw_block()
    bitten[100:120, 130:160] = False
    near = cover_object(bitten)
    assert near[130, 150]
    assert not near[105, 150]


def test_an_object_that_does_not_show_covers_nothing() -> None:
    assert not cover_object(np.zeros((20, 20), bool)).any()
