import cv2
import numpy as np
import pytest

from model.compartments import Compartment, list_compartments, match_compartments

TRAY = (
    Compartment(-0.25, 0.0, 0.55, 1.0),
    Compartment(0.28, -0.25, 0.2, 0.8),
    Compartment(0.28, 0.2, 0.25, 0.6),
)


def turn(parts: tuple[Compartment, ...]) -> list[Compartment]:
    """The same tray from the other side, its compartments found in another order."""
    return [part._replace(x=-part.x, y=-part.y) for part in reversed(parts)]


def test_compartments_are_placed_within_their_container() -> None:
    opening = np.zeros((112, 112), np.uint8)
    opening[30:70, 20:58] = 1
    opening[30:70, 62:84] = 1
    food = np.zeros(opening.shape, bool)
    food[30:70, 20:39] = True
    wide, narrow = list_compartments(opening, food)
    assert (wide.size, narrow.size) == pytest.approx((38 / 60, 22 / 60))
    assert (wide.filled, narrow.filled) == (0.5, 0.0)
    assert abs(wide.x) == pytest.approx((51.5 - 38.5) / 64, abs=0.02)
    assert wide.x * narrow.x < 0
    assert (wide.y, narrow.y) == pytest.approx((0, 0), abs=0.02)


def test_a_turned_container_has_its_compartments_in_the_same_places() -> None:
    opening = np.zeros((112, 112), np.uint8)
    opening[30:70, 20:58] = 1
    opening[30:70, 62:84] = 1
    matrix = cv2.getRotationMatrix2D((56, 56), 35, 1.0)
    turned = np.asarray(cv2.warpAffine(opening, matrix, (112, 112), flags=0), np.uint8)
    nothing = np.zeros(opening.shape, bool)
    pairs = match_compartments(
        list_compartments(turned, nothing), list_compartments(opening, nothing)
    )
    assert len(pairs) == 2
    for mine, theirs in pairs:
        assert mine.size == pytest.approx(theirs.size, abs=0.03)


def test_compartments_are_paired_whichever_side_the_photo_is_from() -> None:
    assert match_compartments(TRAY, TRAY) == [(part, part) for part in TRAY]
    pairs = match_compartments(TRAY, turn(TRAY))
    assert [(mine.filled, theirs.filled) for mine, theirs in pairs] == [
        (part.filled, part.filled) for part in TRAY
    ]


@pytest.mark.parametrize(
    "other",
    [
        TRAY[:2],
        (TRAY[0]._replace(x=-0.45), *TRAY[1:]),
        (TRAY[0], TRAY[1]._replace(size=0.4), TRAY[2]),
    ],
    ids=["fewer", "elsewhere", "larger"],
)
def test_unlike_compartments_are_not_paired(other: tuple[Compartment, ...]) -> None:
    assert match_compartments(TRAY, other) == []
