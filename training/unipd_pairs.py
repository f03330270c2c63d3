"""Real pairs: canteen trays before and after eating, with masks of the food drawn by hand.

Their licence is unclear, so they measure and fit nothing (`datasets/unipd_trays/card.md`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.build import Index
from training.manifests import Row, select
from training.portion_pairs import REAL_SORT, PortionPair

_SOURCE = "unipd_trays"
_BEFORE = "food_image"
"""What the photo of a tray before the meal is called; the others are leftovers."""


def tray_pairs(index: Index) -> Iterator[PortionPair]:
    """Yields each tray before the meal with each photo of what was left of it.

    The truth is an area: 1 - food after / food before, both as shares of the picture, for nobody
    measured the trays. The camera came closer now and then, so it may be off by a third, and a
    leftover that fills more of its picture than the meal did counts as nothing missing.
    """
    trays: dict[str, list[Row]] = defaultdict(list)
    for row in select(index.rows, role="portion"):
        if row.source == _SOURCE and row.mask:
            trays[row.group].append(row)
    for rows in trays.values():
        before = [row for row in rows if Path(row.path).stem.endswith(_BEFORE)]
        after = sorted((row for row in rows if row not in before), key=lambda row: row.path)
        for left in after if before else []:
            share, rest = (_share_of_food(index.read_bgr(row.mask)) for row in (before[0], left))
            yield PortionPair(
                REAL_SORT,
                index.read_bgr(before[0].path),
                index.read_bgr(left.path),
                max(0.0, 1 - rest / share),
            )


def _share_of_food(mask: NDArray[np.uint8]) -> float:
    return float((mask[:, :, 0] > 0).mean())
