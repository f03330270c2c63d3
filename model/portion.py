"""How much is missing: the filled share of a container, alone or against a packing photo.

The container's opening is the yardstick, so that the distance of the camera drops out. Where the
container is not seen whole, the network cannot tell food from wall, the two containers or views
differ, or both are covered from wall to wall, there is no estimate
(`docs/decisions/0009-volume-from-area.md`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from model.calibration import Calibration
from model.compartments import Compartment, list_compartments, match_compartments
from model.scores import NO_PORTION, Interval, Portion

_LEAST_OPENING = 0.06
"""Share of the picture that a container's opening must cover to be measured."""
_MOST_ON_BORDER = 0.12
"""Share of the opening's outline that may run along the picture's border."""
_ASPECT_TOLERANCE = 0.3
"""Relative difference of aspect ratios up to which two openings may be of one container."""
_UNDECIDED = (0.25, 0.75)
"""Probability of food between which a cell may be food or the container's wall."""
_DIVIDER_CELLS = 4
"""Cells between two compartments of one container; even, so that they are joined evenly."""
_RIVAL = 0.4
"""Share of the fullest container's food from which another one is a meal of its own."""
_LEAST_PACKED = 0.2
"""Filled share below which a packing photo shows no packed meal."""
_MOST_GAINED = 1.1
"""How many times fuller than it was packed a container may look before one photo was misread."""

_LEAST_RECORD = 3
"""Packing photos of other orders below which how much they differ cannot be told."""


class Filling(NamedTuple):
    """How a container is filled.

    Attributes:
        share: part of the opening that shows food, in [0, 1].
        undecided: part of the opening that may or may not be food, in [0, 1].
        aspect: long side over short side of the opening's smallest rectangle.
        opening: uint8 (rows, columns), 1 inside the opening.
        compartments: the opening's parts.
    """

    share: float
    undecided: float
    aspect: float
    opening: NDArray[np.uint8]
    compartments: tuple[Compartment, ...]


def measure_filling(
    container: NDArray[np.float32], food: NDArray[np.float32], calibration: Calibration
) -> Filling | None:
    """Measures the container in a picture.

    Args:
        container: (rows, columns) probability of lying in the opening.
        food: (rows, columns) probability of food.
        calibration: thresholds.

    Returns:
        None where no container is seen whole.
    """
    kernel = np.ones((3, 3), np.uint8)
    seen = (container >= calibration.container_cell).astype(np.uint8)
    whole = cv2.morphologyEx(
        cv2.morphologyEx(seen, cv2.MORPH_OPEN, kernel), cv2.MORPH_CLOSE, kernel
    )
    filled = food >= calibration.food_cell
    opening = _keep_large_parts(_find_container(np.asarray(whole, np.uint8), filled))
    if opening.mean() < _LEAST_OPENING or _runs_out_of_picture(opening):
        return None
    _, (width, height), _ = cv2.minAreaRect(cv2.findNonZero(opening))
    inside, (low, high) = opening > 0, _UNDECIDED
    return Filling(
        share=float(filled[inside].mean()),
        undecided=float(((food >= low) & (food < high))[inside].mean()),
        aspect=(max(width, height) + 1) / (min(width, height) + 1),
        opening=opening,
        compartments=list_compartments(opening, filled),
    )


def _find_container(mask: NDArray[np.uint8], filled: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The parts that lie together and hold the most food; nothing where others hold as much.

    Which of two containers the other photo shows is not known; specks on a table hold no food.
    """
    joined = cv2.dilate(mask, np.ones((_DIVIDER_CELLS + 1, _DIVIDER_CELLS + 1), np.uint8))
    groups = np.where(mask > 0, cv2.connectedComponents(joined, connectivity=4)[1], 0)
    cells = np.bincount(groups.ravel())
    food = np.bincount(groups.ravel(), weights=filled.ravel())
    cells[0], food[0] = 0, 0
    main = int(np.lexsort((cells, food))[-1])
    if (np.delete(food, main) > _RIVAL * food[main]).any():
        return np.zeros_like(mask)
    return np.asarray((groups == main) & (mask > 0), np.uint8)


def _keep_large_parts(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Keeps compartments and drops specks: parts of at least a tenth of the largest."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    if count < 2:
        return mask
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = 1 + np.flatnonzero(areas >= 0.1 * areas.max())
    return np.isin(labels, kept).astype(np.uint8)


def _runs_out_of_picture(opening: NDArray[np.uint8]) -> bool:
    border = sum(
        int(side.sum()) for side in (opening[0], opening[-1], opening[:, 0], opening[:, -1])
    )
    edge = opening - cv2.erode(opening, np.ones((3, 3), np.uint8), borderValue=0)
    return border > _MOST_ON_BORDER * max(int(edge.sum()), 1)


def compare(
    filling: Filling | None,
    packing: Filling | None,
    record: Sequence[Filling],
    calibration: Calibration,
    *,
    was_packed: bool = False,
) -> Portion:
    """Estimates the shortfall from the best evidence there is.

    Args:
        filling: of the customer's photo.
        packing: of the order's packing photo; None where it shows none.
        record: of the product's earlier packing photos.
        calibration: curve and widths of the intervals.
        was_packed: whether the order has a packing photo, of use or not.

    Returns:
        The portion; without numbers where what there is cannot be compared.
    """
    if filling is None:
        return NO_PORTION
    if packing is not None:
        return _compare_one(filling, packing, "packing_photo", calibration)
    alike = [full for full in record if _same_container(filling, full)]
    if len(alike) >= _LEAST_RECORD:
        typical = alike[int(np.argsort([full.share for full in alike])[len(alike) // 2])]
        spread = float(np.std(np.log([max(full.share, _LEAST_PACKED) for full in alike]), ddof=1))
        more = 1.645 * calibration.left_power * spread
        return _compare_one(filling, typical, "product_record", calibration, more)
    if was_packed:
        return Portion(None, None, "packing_photo")
    shortfall = 1 - filling.share
    return Portion(round(shortfall, 4), _interval(shortfall, calibration.fill_margin), "container")


def _compare_one(
    filling: Filling, full: Filling, basis: str, calibration: Calibration, more: float = 0.0
) -> Portion:
    """The shortfall against one photo; `more` widens the interval on either side, in logarithms."""
    unsure = max(filling.undecided, full.undecided) > calibration.undecided_most
    brimful = min(filling.share, full.share) >= calibration.brimful_from
    if unsure or brimful or full.share < _LEAST_PACKED or not _same_container(filling, full):
        return Portion(None, None, basis)
    left = _measure_left(filling, full, calibration.left_power)
    if left > _MOST_GAINED:
        return Portion(None, None, basis)
    low, high = calibration.read_left(left, more)
    return Portion(round(max(0.0, 1 - left), 4), (_missing(high), _missing(low)), basis)


def _measure_left(filling: Filling, full: Filling, power: float) -> float:
    """What is left of the packed volume, compartment by compartment where they can be paired."""
    pairs = match_compartments(filling.compartments, full.compartments)
    whole = [(filling.share, full.share, 1.0)]
    parts = [(mine.filled, packed.filled, packed.size) for mine, packed in pairs]
    parts = [part for part in parts if part[1] >= _LEAST_PACKED]
    measured = [(packed * size, (mine / packed) ** power) for mine, packed, size in parts or whole]
    return float(np.average([left for _, left in measured], weights=[w for w, _ in measured]))


def _missing(left: float) -> float:
    return round(min(max(1 - left, 0.0), 1.0), 4)


def _same_container(one: Filling, other: Filling) -> bool:
    return abs(one.aspect - other.aspect) <= _ASPECT_TOLERANCE * max(one.aspect, other.aspect)


def _interval(value: float, margin: float) -> Interval:
    return round(max(0.0, value - margin), 4), round(min(1.0, value + margin), 4)
