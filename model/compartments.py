"""The compartments of a container, and which of them are the same in two photos."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

_MOST_APART = 0.15
"""How far the centre of a compartment may move from photo to photo, in sides of the container."""
_MOST_UNLIKE = 1.6
"""How many times larger a compartment's share of the opening may look in one of the photos."""


class Compartment(NamedTuple):
    """A connected part of the opening.

    Attributes:
        x: of its centre from the container's, in long sides of the container, -0.5 to 0.5.
        y: the same along the short side.
        size: its share of the opening's area, in (0, 1].
        filled: share of it that shows food, in [0, 1].
    """

    x: float
    y: float
    size: float
    filled: float


def list_compartments(
    opening: NDArray[np.uint8], food: NDArray[np.bool_]
) -> tuple[Compartment, ...]:
    """Lists the connected parts of an opening.

    Args:
        opening: (rows, columns), 1 inside the opening; not empty.
        food: (rows, columns), whether a cell shows food.
    """
    count, labels, stats, centres = cv2.connectedComponentsWithStats(opening, connectivity=4)
    middle, (width, height), angle_deg = cv2.minAreaRect(cv2.findNonZero(opening))
    angle = np.radians(angle_deg)
    axes = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    places = (centres - np.array(middle)) @ axes.T / (width + 1, height + 1)
    if width < height:
        places = np.stack([places[:, 1], -places[:, 0]], 1)
    areas = stats[:, cv2.CC_STAT_AREA]
    return tuple(
        Compartment(
            float(places[n, 0]),
            float(places[n, 1]),
            float(areas[n] / areas[1:].sum()),
            float(food[labels == n].mean()),
        )
        for n in range(1, count)
    )


def match_compartments(
    ours: Sequence[Compartment], theirs: Sequence[Compartment]
) -> list[tuple[Compartment, Compartment]]:
    """Pairs the compartments of one container in two photos, whichever side each was taken from.

    Returns:
        Pairs that lie alike and are alike in size; empty where not all of them can be paired.
    """
    if len(ours) != len(theirs):
        return []
    fits = [fit for turned in _turn(theirs) if (fit := _match(ours, turned)) is not None]
    if not fits:
        return []
    _, order = min(fits)
    return [(one, theirs[n]) for one, n in zip(ours, order, strict=True)]


def _turn(parts: Sequence[Compartment]) -> Iterator[list[Compartment]]:
    """The same compartments with the container turned by 0, 90, 180 and 270 degrees."""
    turned = list(parts)
    for _ in range(4):
        yield turned
        turned = [part._replace(x=part.y, y=-part.x) for part in turned]


def _match(
    ours: Sequence[Compartment], theirs: Sequence[Compartment]
) -> tuple[float, list[int]] | None:
    """The sum of distances and, for each of ours, the number of the nearest of theirs."""
    far = np.array([[np.hypot(a.x - b.x, a.y - b.y) for b in theirs] for a in ours])
    order = [int(n) for n in far.argmin(axis=1)]
    alike = all(
        max(one.size, theirs[n].size) <= _MOST_UNLIKE * min(one.size, theirs[n].size)
        for one, n in zip(ours, order, strict=True)
    )
    if len(set(order)) < len(order) or far.min(axis=1).max() > _MOST_APART or not alike:
        return None
    return float(far.min(axis=1).sum()), order
