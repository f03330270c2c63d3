"""Pairs of a packing photo and a customer's photo of one meal, with what is missing.

Three sorts, never averaged: drawn containers (the truth is an area), rendered ones (a volume, see
`datasets/portion_pairs/card.md`) and real trays (an area by masks).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from model.errors import InvalidInput
from training.cases import container_pairs
from training.stock import Stock

DRAWN_SORT, RENDERED_SORT, REAL_SORT = "drawn", "rendered", "real"
SORTS = (DRAWN_SORT, RENDERED_SORT, REAL_SORT)

RENDERED = Path("runs/portion_pairs")
"""Where `python datasets/portion_pairs/build.py` is told to render to."""
MANIFEST = "manifest.csv"
COLUMNS = (
    "pair",
    "split",
    "packing",
    "customer",
    "shortfall",
    "shape",
    "material",
    "rise_deg",
    "groups",
)


@dataclass(frozen=True)
class PortionPair:
    """Two pictures of one meal.

    Attributes:
        sort: drawn, rendered or real.
        packing: uint8 (height, width, 3) BGR, as packed.
        customer: uint8 (height, width, 3) BGR, as received.
        shortfall: missing share of what was packed, at most 1; a little below 0 where a rendered
            heap came out higher than the one it is compared with.
        shares: part of the opening that food covers in each picture; None where not exact.
    """

    sort: str
    packing: NDArray[np.uint8]
    customer: NDArray[np.uint8]
    shortfall: float
    shares: tuple[float, float] | None = None


def drawn_pairs(stock: Stock, seed: int, count: int) -> Iterator[PortionPair]:
    """Yields drawn containers with real food of the stock's split."""
    for packing, customer, full, left, shortfall in container_pairs(stock, seed, count):
        yield PortionPair(DRAWN_SORT, packing, customer, shortfall, (full, left))


def rendered_pairs(split: str, folder: Path = RENDERED) -> Iterator[PortionPair]:
    """Yields the rendered pairs of a split; none where they were not rendered.

    Raises:
        InvalidInput: the manifest lacks a column or names a picture that is not there.
    """
    if not (folder / MANIFEST).is_file():
        return
    with (folder / MANIFEST).open(newline="", encoding="utf-8") as lines:
        reader = csv.DictReader(lines)
        if missing := set(COLUMNS) - set(reader.fieldnames or ()):
            raise InvalidInput(
                "The manifest of rendered pairs has the columns " + ", ".join(COLUMNS),
                f"{folder / MANIFEST} without {', '.join(sorted(missing))}",
                "Render them again: python datasets/portion_pairs/build.py",
                code="bad_manifest",
            )
        rows = [row for row in reader if row["split"] == split]
    for row in rows:
        packing, customer = (_read(folder / row[side]) for side in ("packing", "customer"))
        yield PortionPair(RENDERED_SORT, packing, customer, float(row["shortfall"]))


def _read(path: Path) -> NDArray[np.uint8]:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise InvalidInput(
            "Every picture that a manifest of pairs names can be read",
            path,
            "Render it again: python datasets/portion_pairs/build.py",
            code="bad_manifest",
        )
    return np.asarray(picture, np.uint8)
