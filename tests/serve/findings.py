"""Assessments as a model would give them, for tests of what is decided on them."""

from __future__ import annotations

from typing import Any

WIDTH_PX, HEIGHT_PX = 320, 240
MODEL = {"version": "test", "sha256": "0" * 64}


def assessment(
    *,
    spoiled_fraction: float | None = None,
    mould: bool = False,
    kind: str | None = None,
    shortfall: tuple[float, float] | None = None,
    basis: str | None = None,
    problems: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Returns the JSON object of a photo that surely shows these defects and no others.

    Args:
        spoiled_fraction: spoiled share of the food, None for none.
        mould: whether mould is seen.
        kind: kind of the one foreign object, None for none.
        shortfall: interval of the portion's shortfall; None where it is not known.
        basis: what the portion could not be compared with, where the shortfall is not known.
        problems: why the photo is unusable; then nothing else is known.
    """
    share = spoiled_fraction or 0.0
    sure = 0.95 if spoiled_fraction is not None or mould else 0.02
    found = [{"kind": kind, "probability": 0.9, "box_px": [10, 20, 60, 80]}] if kind else []
    usable = not problems
    return {
        "photo": "a.jpg",
        "sha256": "0" * 64,
        "width_px": WIDTH_PX,
        "height_px": HEIGHT_PX,
        "usable": usable,
        "problems": list(problems),
        "scene": {"label": "salad", "probability": 0.97} if usable else None,
        "spoilage": _tell_spoilage(sure, share, 0.95 if mould else 0.02) if usable else None,
        "foreign_object": {"probability": 0.9 if kind else 0.03, "objects": found}
        if usable
        else None,
        "portion": {
            "shortfall_fraction": sum(shortfall) / 2 if shortfall else None,
            "interval": list(shortfall) if shortfall else None,
            "basis": "packing_photo" if shortfall else basis,
        },
        "severity": "unknown",
        "reasons": [],
        "model": dict(MODEL),
    }


def _tell_spoilage(sure: float, share: float, mould: float) -> dict[str, Any]:
    told = {"probability": sure, "area_fraction": share, "interval": [share, share]}
    return {**told, "mould_probability": mould}


CLEAN = assessment(shortfall=(0.0, 0.05))
MINOR_SPOILAGE = assessment(spoiled_fraction=0.05)
MODERATE_SPOILAGE = assessment(spoiled_fraction=0.2)
SEVERE_SPOILAGE = assessment(spoiled_fraction=0.5)
INSECT = assessment(kind="insect")
HAIR = assessment(kind="hair")
BLURRED = assessment(problems=("blurred",))
