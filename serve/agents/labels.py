"""Agents' labels: bound to a photo of the claim, boxes inside its picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from model.errors import InvalidInput
from serve.agents.schemas import BoxIn, LabelIn

if TYPE_CHECKING:
    from serve.claims.models import ClaimPhoto


def check_labels(labels: Sequence[LabelIn], photos: Sequence[ClaimPhoto]) -> list[dict[str, Any]]:
    """Returns the labels as stored, each with the sha256 of its photo.

    Raises:
        InvalidInput: a label names no photo of the claim, or one twice, or a box or region leaves
            the picture, or its kinds contradict its boxes, its word on spoilage its regions.
    """
    by_hash = {photo.sha256: photo for photo in photos}
    checked: dict[str, dict[str, Any]] = {}
    for label in labels:
        photo = _find(label, by_hash)
        if photo.sha256 in checked:
            raise InvalidInput(
                "A verdict labels each photo once at most",
                f"two labels for photo {photo.sha256}",
                "Put everything about a photo into one label",
                code="label_repeated",
            )
        for box in label.boxes:
            _check_box(box, photo)
        for region in label.spoiled_regions:
            _check_region(region, photo)
        checked[photo.sha256] = _store(label, photo)
    return list(checked.values())


def _find(label: LabelIn, by_hash: dict[str, ClaimPhoto]) -> ClaimPhoto:
    if label.photo is None and len(by_hash) == 1:
        return next(iter(by_hash.values()))
    if label.photo not in by_hash:
        raise InvalidInput(
            "A label names a photo of the claim",
            "no photo" if label.photo is None else f"photo {label.photo}",
            "Send the sha256 of one of the claim's photos",
            code="label_without_photo",
        )
    return by_hash[label.photo]


def _size_of(photo: ClaimPhoto) -> tuple[int, int]:
    size = photo.assessment or {"width_px": 0, "height_px": 0}
    return size["width_px"], size["height_px"]


def _check_box(box: BoxIn, photo: ClaimPhoto) -> None:
    width_px, height_px = _size_of(photo)
    x0, y0, x1, y1 = box.box_px
    if not (x0 < x1 <= width_px and y0 < y1 <= height_px):
        raise InvalidInput(
            f"A box lies inside its picture of {width_px} x {height_px} px, x0 < x1 and y0 < y1",
            f"box_px {list(box.box_px)}",
            "Give x0, y0, x1, y1 in pixels of the upright original",
            code="box_outside",
        )


def _check_region(region: Sequence[tuple[int, int]], photo: ClaimPhoto) -> None:
    width_px, height_px = _size_of(photo)
    outside = [(x, y) for x, y in region if x > width_px or y > height_px]
    if outside:
        raise InvalidInput(
            f"A region lies inside its picture of {width_px} x {height_px} px",
            f"a point at {list(outside[0])}",
            "Give the outline's points as x, y in pixels of the upright original",
            code="region_outside",
        )


def _store(label: LabelIn, photo: ClaimPhoto) -> dict[str, Any]:
    boxed = {box.kind for box in label.boxes}
    if label.foreign_objects is not None and not boxed <= set(label.foreign_objects):
        raise InvalidInput(
            "Every kind that is boxed is among the label's foreign_objects",
            f"boxes of {', '.join(sorted(boxed - set(label.foreign_objects)))}",
            "Add the kind to foreign_objects, or leave out its box",
            code="label_contradicts_box",
        )
    if label.spoiled_regions and label.spoilage is not True:
        raise InvalidInput(
            "A photo with a spoiled region is labelled as showing spoilage",
            f"spoilage {label.spoilage} with {len(label.spoiled_regions)} regions",
            "Set spoilage to true, or leave out spoiled_regions",
            code="label_contradicts_region",
        )
    if label.spoilage is False and label.spoilage_severity not in (None, "none"):
        raise InvalidInput(
            "A photo labelled as without spoilage has no grade of spoilage",
            f"spoilage_severity {label.spoilage_severity}",
            "Set spoilage to true, or leave out spoilage_severity",
            code="label_contradicts_grade",
        )
    kinds = sorted(boxed) if label.foreign_objects is None and boxed else label.foreign_objects
    return {
        **label.model_dump(mode="json", exclude={"photo", "foreign_objects"}),
        "photo": photo.sha256,
        "foreign_objects": None if kinds is None else sorted(set(kinds)),
    }
