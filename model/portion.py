"""How much is missing: the filled share of a container, alone or against a packing photo.

The container's opening is the yardstick, so that the distance of the camera drops out. Where the
container is not seen whole, or the two containers differ, there is no estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from model.calibration import Calibration
from model.scores import NO_PORTION, Interval, Portion

_LEAST_OPENING = 0.06
"""Share of the picture that a container's opening must cover to be measured."""
_MOST_ON_BORDER = 0.12
"""Share of the opening's outline that may run along the picture's border."""
_ASPECT_TOLERANCE = 0.3
"""Relative difference of aspect ratios up to which two openings may be of one container."""

_LEAST_RECORD = 3
"""Packing photos of other orders below which how much they differ cannot be told."""


class Filling(NamedTuple):
    """How a container is filled.

    Attributes:
        share: part of the opening that shows food, in [0, 1].
        aspect: long side over short side of the opening's smallest rectangle.
        opening: uint8 (rows, columns), 1 inside the opening.
    """

    share: float
    aspect: float
    opening: NDArray[np.uint8]


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
    opening = _keep_large_parts(np.asarray(whole, np.uint8))
    if opening.mean() < _LEAST_OPENING or _runs_out_of_picture(opening):
        return None
    points = cv2.findNonZero(opening)
    _, (width, height), _ = cv2.minAreaRect(points)
    filled = (food >= calibration.food_cell) & (opening > 0)
    share = float(filled.sum() / opening.sum())
    return Filling(share, (max(width, height) + 1) / (min(width, height) + 1), opening)


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
) -> Portion:
    """Estimates the shortfall from the best evidence there is.

    Args:
        filling: of the customer's photo.
        packing: of the order's packing photo.
        record: of the product's earlier packing photos.
        calibration: widths of the intervals.

    Returns:
        The portion; without an estimate where there is nothing sound to compare.
    """
    if filling is None:
        return NO_PORTION
    if packing is not None:
        return _compare_one(filling, packing, "packing_photo", calibration.shortfall_margin)
    alike = [full for full in record if _same_container(filling, full)]
    if len(alike) >= _LEAST_RECORD:
        typical = alike[int(np.argsort([full.share for full in alike])[len(alike) // 2])]
        spread = float(np.std([full.share for full in alike], ddof=1))
        margin = calibration.shortfall_margin + 1.645 * spread
        return _compare_one(filling, typical, "product_record", margin)
    shortfall = 1 - filling.share
    return Portion(round(shortfall, 4), _interval(shortfall, calibration.fill_margin), "container")


def _compare_one(filling: Filling, full: Filling, basis: str, margin: float) -> Portion:
    if not _same_container(filling, full) or full.share < 0.2:
        return NO_PORTION
    shortfall = max(0.0, 1 - filling.share / full.share)
    return Portion(round(shortfall, 4), _interval(shortfall, margin), basis)


def _same_container(one: Filling, other: Filling) -> bool:
    return abs(one.aspect - other.aspect) <= _ASPECT_TOLERANCE * max(one.aspect, other.aspect)


def _interval(value: float, margin: float) -> Interval:
    return round(max(0.0, value - margin), 4), round(min(1.0, value + margin), 4)
