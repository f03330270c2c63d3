"""Sample pictures as phones would take them: each one new, with the time it was taken."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from PIL import Image, ImageEnhance, ImageOps

from serve.agents.schemas import BoxIn, LabelIn
from serve.samples import Sample, read_samples

_QUALITY = 90
_UTC_OFFSET_H = 8
_EXIF_IFD, _TAKEN, _UTC_OFFSET = 0x8769, 0x9003, 0x9011

_FRACTION = {"minor": 0.2, "moderate": 0.5, "severe": 1.0, "none": 0.0}
_GRADES = {"hair": "moderate", "paper": "moderate"}
_MODERATE_SPOILAGE, _SEVERE_SPOILAGE = 0.1, 1 / 3
_MODERATE_SHORT, _SEVERE_SHORT = 0.1, 0.3
_SHORT_FRACTION = {"moderate": 0.2, "severe": 0.5}


@dataclass(frozen=True)
class Truth:
    """What is on a picture, as an agent sees it: grade, share of the price, and labels."""

    severity: str
    fraction: float
    label: dict[str, Any]


class Pictures:
    """The sample pictures of a folder."""

    def __init__(self, folder: Path) -> None:
        self._samples = {sample.photo.stem: sample for sample in read_samples(folder)}

    def reason_of(self, stem: str) -> str:
        """Returns what a customer would pick on seeing it."""
        return self._samples[stem].reason

    def packing_of(self, stem: str) -> bytes | None:
        """Returns the kitchen's picture of the same meal, if there is one."""
        packing = self._samples[stem].packing
        return packing.read_bytes() if packing else None

    def take(self, stem: str, at: datetime, seed: int) -> bytes:
        """Returns a picture as one more phone would take it: other light, maybe mirrored."""
        with Image.open(self._samples[stem].photo) as file:
            picture = file.convert("RGB")
        if _is_mirrored(seed):
            picture = ImageOps.mirror(picture)
        picture = ImageEnhance.Brightness(picture).enhance(0.96 + 0.02 * (seed % 5))
        exif = Image.Exif()
        local = timezone(timedelta(hours=_UTC_OFFSET_H))
        taken = at.astimezone(local).strftime("%Y:%m:%d %H:%M:%S")
        exif[_EXIF_IFD] = {_TAKEN: taken, _UTC_OFFSET: f"+{_UTC_OFFSET_H:02}:00"}
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=_QUALITY, exif=exif)
        return data.getvalue()

    def judge(self, stem: str, seed: int) -> Truth:
        """Returns what an agent finds on a picture that was taken so."""
        sample = self._samples[stem]
        severity, fraction = _grade(sample)
        boxes = []
        if sample.box_px:
            with Image.open(sample.photo) as picture:
                width = picture.width
            x0, y0, x1, y1 = sample.box_px
            if _is_mirrored(seed):
                x0, x1 = width - x1, width - x0
            boxes = [BoxIn.model_validate({"kind": sample.kind, "box_px": (x0, y0, x1, y1)})]
        spoiled = sample.spoiled_fraction > 0
        label = LabelIn(
            spoilage=spoiled,
            spoilage_severity=severity if spoiled else "none",
            foreign_objects=[box.kind for box in boxes],
            boxes=boxes,
        )
        return Truth(severity, fraction, label.model_dump(exclude={"photo"}))


def _is_mirrored(seed: int) -> bool:
    return seed % 2 == 1


def _grade(sample: Sample) -> tuple[Any, float]:
    if sample.box_px:
        severity = _GRADES.get(sample.kind, "severe")
        return severity, _FRACTION[severity]
    if sample.spoiled_fraction:
        severity = _step(sample.spoiled_fraction, _MODERATE_SPOILAGE, _SEVERE_SPOILAGE, "minor")
        severity = "severe" if sample.kind == "mould" else severity
        return severity, _FRACTION[severity]
    severity = _step(1 - sample.filled_fraction, _MODERATE_SHORT, _SEVERE_SHORT, "none")
    return severity, _SHORT_FRACTION.get(severity, 0.0)


def _step(share: float, moderate: float, severe: float, below: str) -> str:
    return "severe" if share > severe else "moderate" if share > moderate else below
