"""Manifests: one row a photo, and which side of the split it is on."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from model.errors import InvalidInput, NotFound

TRAIN, CALIBRATION, TEST = "train", "calibration", "test"
OPEN, RESEARCH, UNCLEAR = "open", "research", "unclear"


@dataclass(frozen=True)
class Row:
    """One photo of a manifest.

    Attributes:
        path: relative to the photos root.
        role: meal, not_food, cutout, decay, …
        source: where it comes from; a folder of that name in datasets/ describes it.
        label: the source's own class.
        licence: open, research or unclear.
        group: photos of one group show the same thing.
        mask: relative path of its mask, or "".
    """

    path: str
    role: str
    source: str
    label: str
    licence: str
    group: str
    mask: str

    @property
    def split(self) -> str:
        """The side of the split, drawn from the group's name: 80 : 10 : 10."""
        return split_of(self.group)


def split_of(group: str) -> str:
    """Returns train, calibration or test for a group, by a hash of its name."""
    bucket = int.from_bytes(hashlib.sha256(group.encode()).digest()[:4], "big") % 10
    return {0: CALIBRATION, 1: TEST}.get(bucket, TRAIN)


def photos_root() -> Path:
    """Returns the folder of the training photos: FRESHCLAIM_PHOTOS or ../shared/photos.

    Raises:
        NotFound: there is no manifest in it.
    """
    root = Path(os.environ.get("FRESHCLAIM_PHOTOS", "../shared/photos"))
    if not (root / "manifest.csv").is_file():
        raise NotFound(
            "The photos root holds a manifest.csv",
            root,
            "Set FRESHCLAIM_PHOTOS to the folder of the training photos",
            code="no_photos",
        )
    return root


def read_rows(manifest: Path) -> list[Row]:
    """Reads a manifest.

    Raises:
        InvalidInput: a column is missing.
    """
    with manifest.open(newline="", encoding="utf-8") as lines:
        reader = csv.DictReader(lines)
        wanted = {"path", "role", "source", "class", "licence", "group", "mask"}
        if missing := wanted - set(reader.fieldnames or ()):
            raise InvalidInput(
                "A manifest has the columns " + ", ".join(sorted(wanted)),
                f"{manifest} without {', '.join(sorted(missing))}",
                code="bad_manifest",
            )
        return [
            Row(
                r["path"],
                r["role"],
                r["source"],
                r["class"],
                r["licence"].split(":")[0],
                r["group"],
                r["mask"],
            )
            for r in reader
        ]


def select(
    rows: Iterable[Row], *, role: str, split: str | None = None, licences: Iterable[str] = ()
) -> list[Row]:
    """Returns the rows of a role, optionally of one split and of the given licences only."""
    allowed = set(licences)
    return [
        row
        for row in rows
        if row.role == role
        and (split is None or row.split == split)
        and (not allowed or row.licence in allowed)
    ]
