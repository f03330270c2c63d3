"""What one photo was found to show, in the shape that is stored, answered and replayed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.scores import (
    Box,
    ForeignObjectFinding,
    ForeignObjects,
    Interval,
    Portion,
    Scene,
    Scores,
    Spoilage,
)
from model.severity import Grade, default_rules, grade


@dataclass(frozen=True)
class ModelIdentity:
    """Which weights produced an assessment."""

    version: str
    sha256: str


@dataclass(frozen=True)
class Evidence:
    """The pixels behind an assessment; kept in memory only.

    Attributes:
        bgr: uint8 (height, width, 3), the upright photo at reduced scale.
        spoiled: float32 (rows, columns), probability of spoilage by cell.
        spoiled_cell: probability from which a cell counts as spoiled.
        mould: float32 (rows, columns), probability of mould by cell.
        scale: pixels of `bgr` per pixel of the upright original.
        container: uint8 (rows, columns), 1 inside the container's opening; None when none is seen.
        embedding: float32 (320,), see `model.layout`; None where the weights give none.
    """

    bgr: NDArray[np.uint8]
    spoiled: NDArray[np.float32]
    spoiled_cell: float
    mould: NDArray[np.float32]
    scale: float
    container: NDArray[np.uint8] | None
    embedding: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Assessment:
    """Everything that is said about one photo. `to_dict` is the published JSON object."""

    photo: str
    sha256: str
    width_px: int
    height_px: int
    usable: bool
    problems: tuple[str, ...]
    scores: Scores
    grade: Grade
    model: ModelIdentity
    evidence: Evidence | None = field(default=None, compare=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Returns the JSON object of the command line and the API; same bytes, same object."""
        return {
            "photo": self.photo,
            "sha256": self.sha256,
            "width_px": self.width_px,
            "height_px": self.height_px,
            "usable": self.usable,
            "problems": list(self.problems),
            "scene": _scene_dict(self.scores.scene),
            "spoilage": _spoilage_dict(self.scores.spoilage),
            "foreign_object": _foreign_dict(self.scores.foreign_object),
            "portion": _portion_dict(self.scores.portion),
            "severity": self.grade.severity,
            "reasons": [reason.text_en for reason in self.grade.reasons],
            "model": {"version": self.model.version, "sha256": self.model.sha256},
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Assessment:
        """Rebuilds an assessment from `to_dict`, graded under the rules in force by default."""
        problems = tuple(stored["problems"])
        scores = _read_scores(stored)
        return cls(
            photo=stored["photo"],
            sha256=stored["sha256"],
            width_px=stored["width_px"],
            height_px=stored["height_px"],
            usable=stored["usable"],
            problems=problems,
            scores=scores,
            grade=grade(scores, default_rules(), problems),
            model=ModelIdentity(**stored["model"]),
        )


def _read_scores(stored: dict[str, Any]) -> Scores:
    scene, spoilage, foreign = stored["scene"], stored["spoilage"], stored["foreign_object"]
    portion = stored["portion"]
    interval = portion["interval"]
    return Scores(
        Scene(**scene) if scene else None,
        Spoilage(**{**spoilage, "interval": _pair(spoilage["interval"])}) if spoilage else None,
        _read_foreign(foreign) if foreign else None,
        Portion(
            portion["shortfall_fraction"], _pair(interval) if interval else None, portion["basis"]
        ),
    )


def _read_foreign(stored: dict[str, Any]) -> ForeignObjects:
    objects = (
        ForeignObjectFinding(o["kind"], o["probability"], _box(o["box_px"]))
        for o in stored["objects"]
    )
    return ForeignObjects(stored["probability"], tuple(objects))


def _pair(values: list[float]) -> Interval:
    low, high = values
    return float(low), float(high)


def _box(values: list[int]) -> Box:
    x0, y0, x1, y1 = values
    return x0, y0, x1, y1


def _scene_dict(scene: Scene | None) -> dict[str, Any] | None:
    return None if scene is None else {"label": scene.label, "probability": scene.probability}


def _spoilage_dict(spoilage: Spoilage | None) -> dict[str, Any] | None:
    return (
        None
        if spoilage is None
        else {
            "probability": spoilage.probability,
            "area_fraction": spoilage.area_fraction,
            "interval": list(spoilage.interval),
            "mould_probability": spoilage.mould_probability,
        }
    )


def _foreign_dict(foreign: ForeignObjects | None) -> dict[str, Any] | None:
    return (
        None
        if foreign is None
        else {
            "probability": foreign.probability,
            "objects": [
                {"kind": o.kind, "probability": o.probability, "box_px": list(o.box_px)}
                for o in foreign.objects
            ],
        }
    )


def _portion_dict(portion: Portion) -> dict[str, Any]:
    return {
        "shortfall_fraction": portion.shortfall_fraction,
        "interval": list(portion.interval) if portion.interval else None,
        "basis": portion.basis,
    }
