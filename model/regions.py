"""From dense maps to what is said: objects with boxes, shares of area, scores of the picture."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from model.layout import KINDS, OTHER

_NEAR_FOOD_CELLS = 5
"""Cells around the food (20 px of the network's input) in which an object counts as in the food."""
_MOST_OBJECTS = 12
_TOP_CELLS = {"foreign": 10, "spoiled": 24, "mould": 24}
"""Cells whose mean logit speaks for the picture, as in training."""


class Region(NamedTuple):
    """An object on the map.

    Attributes:
        kind: most likely kind.
        score: mean logit of its strongest cells.
        box: x0, y0, x1, y1 in cells, exclusive.
        kind_share: probability of the likeliest kind, named or not.
    """

    kind: str
    score: float
    box: tuple[int, int, int, int]
    kind_share: float


def sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns probabilities of logits."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), np.float32)


def find_place_of_food(food: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Returns the food and a margin around it: what lies beside the meal is not in it."""
    size = 2 * _NEAR_FOOD_CELLS + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    closed = cv2.morphologyEx(food.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    return np.asarray(cv2.dilate(closed, kernel) > 0)


def find_place(food: NDArray[np.float32], spoiled: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Returns where an object counts, from the logits of food and of spoiled food."""
    return find_place_of_food((food >= 0) | (spoiled >= 0))


def score_picture(logits: NDArray[np.float32], place: NDArray[np.bool_], name: str) -> float:
    """Returns the mean logit of the strongest cells within a place; -20 where there is none."""
    inside = logits[place]
    if not inside.size:
        return -20.0
    count = min(_TOP_CELLS[name], inside.size)
    return float(np.partition(inside, -count)[-count:].mean())


def find_objects(
    logits: NDArray[np.float32],
    kinds: NDArray[np.float32],
    place: NDArray[np.bool_],
    least_probability: float,
    least_kind_share: float,
) -> list[Region]:
    """Finds foreign objects.

    Args:
        logits: (rows, columns) of the foreign map.
        kinds: (8, rows, columns) logits of the kinds.
        place: where an object counts.
        least_probability: of a cell to belong to an object.
        least_kind_share: probability of a kind to be named; below, the kind is `other`.

    Returns:
        Objects, surest first.
    """
    inside = ((sigmoid(logits) >= least_probability) & place).astype(np.uint8)
    joined = cv2.morphologyEx(inside, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    regions = []
    for number in range(1, count):
        x, y, width, height, area = (int(v) for v in stats[number])
        if area < 2:
            continue
        member = labels == number
        strongest = np.sort(logits[member])[-_TOP_CELLS["foreign"] :]
        shares = average_kinds(kinds, member)
        sure = shares.max() >= least_kind_share
        kind = KINDS[int(shares.argmax())] if sure else OTHER
        box = (x, y, x + width, y + height)
        regions.append(Region(kind, float(strongest.mean()), box, float(shares.max())))
    return sorted(regions, key=lambda region: -region.score)[:_MOST_OBJECTS]


def average_kinds(kinds: NDArray[np.float32], member: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Returns the kinds' probabilities (8,), averaged over the cells of an object.

    Args:
        kinds: (8, rows, columns) logits.
        member: bool (rows, columns), at least one cell.
    """
    logits = kinds[:, member]
    powers = np.exp(logits - logits.max(0, keepdims=True))
    return np.asarray((powers / powers.sum(0, keepdims=True)).mean(1), np.float32)
