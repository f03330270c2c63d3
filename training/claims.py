"""Labelled claims: what agents said about customers' photos, read from the service's export."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from model.errors import FreshclaimError, InvalidInput
from model.layout import KINDS, SCENES
from model.photo import digest, read_photo
from training.manifests import TEST, TRAIN
from training.scene import ANY_FOOD, IGNORE, Canvas, start_canvas
from training.views import PAD_GREY

_COLUMNS = {"path", "class", "group", "spoilage", "foreign_object_kinds", "boxes"}
_CORE = 0.7
"""Part of a box's sides that surely shows the object: agents draw boxes with room to spare."""

_RIM = 0.01
"""Of the picture's side: so near to an outline it is not known on which side of it a pixel is."""

_LEAST_POINTS = 3

Box = tuple[int, int, int, int, str]
Region = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class ClaimPhoto:
    """One labelled photo.

    Attributes:
        path: of the photo.
        group: shop and order; photos of one order stay on one side of every split.
        scene: scene label, ANY_FOOD where the kind is not known.
        spoiled: the agent's word; None where not labelled.
        kinds: foreign objects seen; empty for none, None where not labelled.
        boxes: x0, y0, x1, y1, kind in pixels of the upright original.
        regions: outlines of spoiled food, of points x, y in pixels of the upright original.
    """

    path: Path
    group: str
    scene: int
    spoiled: bool | None
    kinds: tuple[str, ...] | None
    boxes: tuple[Box, ...]
    regions: tuple[Region, ...] = ()

    @property
    def split(self) -> str:
        """The side of the split; claims are few, so half of them measure."""
        return TEST if digest(self.group.encode())[0] in "01234567" else TRAIN

    @property
    def foreign(self) -> bool | None:
        """Whether a foreign object was seen; None where not labelled."""
        return None if self.kinds is None else bool(self.kinds)


def read_claims(folder: Path) -> list[ClaimPhoto]:
    """Reads what `python -m serve export` wrote.

    Raises:
        InvalidInput: a column is missing or a row is malformed.
    """
    manifest = folder / "manifest.csv"
    if not manifest.is_file():
        raise InvalidInput(
            "An export holds a manifest.csv",
            manifest,
            "Write one with `python -m serve export`",
            code="no_manifest",
        )
    with manifest.open(newline="", encoding="utf-8") as lines:
        reader = csv.DictReader(lines)
        if missing := _COLUMNS - set(reader.fieldnames or ()):
            raise InvalidInput(
                "Labelled claims have the columns " + ", ".join(sorted(_COLUMNS)),
                f"{manifest} without {', '.join(sorted(missing))}",
                code="bad_manifest",
            )
        return [_read_row(folder, row) for row in reader]


def _read_row(folder: Path, row: dict[str, str]) -> ClaimPhoto:
    try:
        kinds = row["foreign_object_kinds"]
        boxes = tuple(
            (int(b[0]), int(b[1]), int(b[2]), int(b[3]), str(b[4]))
            for b in json.loads(row["boxes"] or "[]")
        )
        named = () if kinds == "none" else tuple(kinds.split("|"))
        if unknown := ({*named} | {box[4] for box in boxes}) - {"", *KINDS}:
            raise ValueError(f"unknown kind {', '.join(sorted(unknown))}")
        return ClaimPhoto(
            path=folder / row["path"],
            group=row["group"],
            scene=SCENES.index(row["class"]) if row["class"] in SCENES else ANY_FOOD,
            spoiled={"yes": True, "no": False, "": None}[row["spoilage"]],
            kinds=None if kinds == "" else named,
            boxes=boxes,
            regions=_read_regions(row.get("spoiled_regions") or "[]"),
        )
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise InvalidInput(
            "A row of labelled claims is as docs/manifest.md describes it",
            f"{row['path']}: {error}",
            code="bad_manifest",
        ) from error


def _read_regions(text: str) -> tuple[Region, ...]:
    """Raises ValueError or TypeError where an outline is none."""
    regions = tuple(tuple((int(x), int(y)) for x, y in region) for region in json.loads(text))
    if any(len(region) < _LEAST_POINTS for region in regions):
        raise ValueError(f"an outline has at least {_LEAST_POINTS} points")
    return regions


def read_picture(claim: ClaimPhoto) -> tuple[NDArray[np.uint8], float]:
    """Returns the upright photo (BGR) and its pixels per pixel of the original.

    Raises:
        InvalidInput: the photo is missing or damaged.
    """
    try:
        photo = read_photo(claim.path.read_bytes())
    except (OSError, FreshclaimError) as error:
        raise InvalidInput(
            "Every labelled photo can be read", f"{claim.path}: {error}", code="bad_photo"
        ) from error
    return photo.bgr, photo.scale


def view_claim(claim: ClaimPhoto, side_px: int) -> Canvas:
    """The whole photo with what the agent's word says about its pixels and about all of it."""
    bgr, scale = read_picture(claim)
    shrink = side_px / max(bgr.shape[:2])
    size = (max(1, round(bgr.shape[1] * shrink)), max(1, round(bgr.shape[0] * shrink)))
    picture = np.full((side_px, side_px, 3), PAD_GREY, np.uint8)
    picture[: size[1], : size[0]] = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
    canvas = start_canvas(picture, claim.scene, side_px)
    for name, said in (("foreign", claim.foreign), ("spoiled", claim.spoiled)):
        canvas.label(name)[:] = 0 if said is False else IGNORE
        if said is not None:
            canvas.verdicts[name] = said
    canvas.label("mould")[:] = 0 if claim.spoiled is False else IGNORE
    if claim.regions:
        _mark_regions(canvas, [np.array(region) * scale * shrink for region in claim.regions])
    if claim.boxes:
        canvas.label("foreign")[:] = 0
    for x0, y0, x1, y1, kind in claim.boxes:
        corners = np.array([x0, y0, x1, y1]) * scale * shrink
        _mark_box(canvas, corners, KINDS.index(kind))
    return canvas


def _mark_regions(canvas: Canvas, outlines: Sequence[NDArray[np.float64]]) -> None:
    """Within an outline food is spoiled, outside of all it is not; along it nothing is known."""
    spoiled, corners = (
        canvas.label("spoiled"),
        [np.rint(line).astype(np.int32) for line in outlines],
    )
    spoiled[:] = 0
    for line in corners:
        # One by one: drawn together, what two of them share would count as outside.
        cv2.fillPoly(spoiled, [line], 1)
    rim_px = max(1, round(2 * _RIM * max(canvas.shape)))
    cv2.polylines(spoiled, corners, True, IGNORE, rim_px)


def _mark_box(canvas: Canvas, corners: NDArray[np.float64], kind: int) -> None:
    """The core of a box is the object, a thing; between core and edge nothing is known."""
    x0, y0, x1, y1 = corners
    outer = np.s_[int(y0) : int(np.ceil(y1)), int(x0) : int(np.ceil(x1))]
    middle, half = ((x0 + x1) / 2, (y0 + y1) / 2), (_CORE * (x1 - x0) / 2, _CORE * (y1 - y0) / 2)
    canvas.label("foreign")[outer] = IGNORE
    core = np.zeros(canvas.shape, np.uint8)
    axes = (max(1, round(half[0])), max(1, round(half[1])))
    cv2.ellipse(core, (round(middle[0]), round(middle[1])), axes, 0, 0, 360, 1, -1)
    canvas.label("foreign")[core > 0] = 1
    canvas.kinds[core > 0] = kind
    canvas.things[core > 0] = min(int(canvas.things.max()) + 1, 255)
