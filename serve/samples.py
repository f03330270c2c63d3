"""The rendered sample pictures that ship, to make claims with."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from serve.policy.table import PHOTO_PROBLEMS

MANIFEST = "manifest.csv"
_DEFAULT_REASON = "spoilage"


@dataclass(frozen=True)
class Sample:
    """One picture to claim with.

    Attributes:
        photo: the picture.
        reason: what a customer would pick on seeing it.
        product: names the meal, so that meals of one kind share a record.
        packing: the kitchen's picture of the same meal, if there is one.
        kind: of the defect, such as mould or glass.
        box_px: where the foreign object is, x0, y0, x1, y1.
        spoiled_fraction: spoiled share of the food, in [0, 1].
        filled_fraction: how much of the portion is there, in [0, 1].
    """

    photo: Path
    reason: str
    product: str
    packing: Path | None
    kind: str = ""
    box_px: tuple[int, ...] = ()
    spoiled_fraction: float = 0.0
    filled_fraction: float = 1.0


def read_samples(folder: Path) -> list[Sample]:
    """Returns the pictures of a folder's manifest, without those of the packing camera."""
    with (folder / MANIFEST).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    packed = {row["packing"] for row in rows}
    return [
        Sample(
            photo=folder / row["path"],
            reason=row["defect"] if row["defect"] in PHOTO_PROBLEMS else _DEFAULT_REASON,
            product=f"rendered {row['class']}",
            packing=folder / row["packing"] if row["packing"] else None,
            kind=row["kind"],
            box_px=tuple(map(int, row["box_px"].split())),
            spoiled_fraction=float(row["spoiled_fraction"]),
            filled_fraction=float(row["filled_fraction"]),
        )
        for row in rows
        if row["path"] not in packed
    ]
