"""One way to hold a photo: the network sees it turned and mirrored by what it shows.

A meal seen from above has no upright. Of the eight ways to turn and mirror a photo one is chosen
from its light alone, so that the same photo sent turned or mirrored is the same input and gets the
same answer (canonicalisation; Kaba et al. 2023, with moments in place of a network).
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

_GRID = 64
"""Side of the small grey picture whose moments choose; a multiple of the sides that codecs use."""

Values = TypeVar("Values", NDArray[np.uint8], NDArray[np.float32])


class Turn(NamedTuple):
    """How a picture is held: first mirrored along its rows and columns, then transposed.

    Attributes:
        left_right: columns are mirrored.
        up_down: rows are mirrored.
        transposed: rows and columns change places.
    """

    left_right: bool = False
    up_down: bool = False
    transposed: bool = False


def find_turn(bgr: NDArray[np.uint8]) -> Turn:
    """Returns the turn after which a picture is lighter to the right, and less so downwards.

    Args:
        bgr: uint8 (height, width, 3).
    """
    small = cv2.resize(bgr, (_GRID, _GRID), interpolation=cv2.INTER_AREA)
    grey = small.astype(np.float64).sum(2)
    places = np.arange(_GRID) - (_GRID - 1) / 2
    right, down = float(grey.sum(0) @ places), float(grey.sum(1) @ places)
    return Turn(right < 0, down < 0, abs(down) > abs(right))


def apply_turn(values: Values, turn: Turn) -> Values:
    """Turns an array (height, width, …)."""
    if turn.left_right:
        values = values[:, ::-1]
    if turn.up_down:
        values = values[::-1]
    return np.ascontiguousarray(values.swapaxes(0, 1) if turn.transposed else values)


def undo_turn(maps: NDArray[np.float32], turn: Turn) -> NDArray[np.float32]:
    """Turns maps (…, rows, columns) of a turned picture back to the picture's own axes."""
    if turn.transposed:
        maps = maps.swapaxes(-1, -2)
    if turn.up_down:
        maps = maps[..., ::-1, :]
    if turn.left_right:
        maps = maps[..., ::-1]
    return np.ascontiguousarray(maps)
