"""Lists of what to cut out of photos: one row a rectangle, as somebody wrote it down."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2

from model.errors import InvalidInput
from training.sprites import FOOD, KINDS

COLUMNS = ("path", "mode", "kind", "x0", "y0", "x1", "y1", "seeds")
MODES = ("cutout", "texture")
"""A whole object along its own edge, or pieces of a material along random outlines."""


def read_listing(csv_path: Path) -> list[dict[str, str]]:
    """Returns the rows of a list of cutouts, each with the columns of COLUMNS.

    Raises:
        InvalidInput: a mode, kind, rectangle or seed is malformed.
    """
    with csv_path.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        try:
            x0, y0, x1, y1 = (int(row[name]) for name in ("x0", "y0", "x1", "y1"))
            known = row["mode"] in MODES and row["kind"] in (*KINDS, FOOD)
            good = known and 0 <= x0 < x1 and 0 <= y0 < y1 and parse_seeds(row["seeds"]) is not None
        except (KeyError, TypeError, ValueError):
            good = False
        if not good:
            raise InvalidInput(
                f"A row has {', '.join(COLUMNS)}: a known mode and kind, a rectangle, seeds",
                row,
                code="bad_cutout",
            )
    return rows


def parse_seeds(text: str) -> list[tuple[int, list[tuple[int, int]], int]]:
    """Returns each seed as its GrabCut value, its points (one or two) and its radius in pixels."""
    found = []
    for seed in filter(None, text.split(";")):
        value = {"b": cv2.GC_BGD, "f": cv2.GC_FGD}[seed[:1]]
        *places, radius = (int(number) for number in seed[2:].split(","))
        points = list(zip(places[::2], places[1::2], strict=True))
        if seed[1] != ":" or len(points) not in (1, 2):
            raise ValueError(seed)
        found.append((value, points, radius))
    return found
