"""What is drawn is likely, and a legend can name it."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from model.assessment import Assessment, Evidence
from model.overlay import draw_overlay, list_marks

LIKELY, UNLIKELY = 0.8, 0.1
NOTHING = {"probability": 0.0, "area_fraction": 0.0, "interval": [0, 0], "mould_probability": 0.0}
PLAIN = {
    "photo": "a.jpg",
    "sha256": "0" * 64,
    "width_px": 320,
    "height_px": 240,
    "usable": True,
    "problems": [],
    "scene": {"label": "salad", "probability": 0.9},
    "spoilage": NOTHING,
    "foreign_object": {"probability": 0.0, "objects": []},
    "portion": {"shortfall_fraction": None, "interval": None, "basis": None},
    "severity": "none",
    "reasons": [],
    "model": {"version": "test", "sha256": "0" * 64},
}


def show(mark: str | None, probability: float, cell: float = 0.9) -> Assessment:
    """An assessment of a grey photo with one kind of evidence."""
    stored = {**PLAIN}
    if mark in ("spoiled", "mould"):
        name = "probability" if mark == "spoiled" else "mould_probability"
        stored["spoilage"] = {**NOTHING, name: probability}
    if mark == "object":
        item = {"kind": "insect", "probability": probability, "box_px": [60, 60, 120, 110]}
        stored["foreign_object"] = {"probability": probability, "objects": [item]}
    patch = np.zeros((24, 32), np.float32)
    patch[8:16, 8:16] = cell
    evidence = Evidence(
        bgr=np.full((240, 320, 3), 128, np.uint8),
        spoiled=patch if mark == "spoiled" else np.zeros_like(patch),
        spoiled_cell=0.4,
        mould=patch if mark == "mould" else np.zeros_like(patch),
        scale=1.0,
        container=(patch > 0).astype(np.uint8) if mark == "container" else None,
    )
    return replace(Assessment.from_dict(stored), evidence=evidence)


@pytest.mark.parametrize("mark", ["spoiled", "mould", "object", "container"])
def test_what_is_likely_is_drawn_and_named(mark: str) -> None:
    found = show(mark, LIKELY)
    assert list_marks(found) == [mark]
    assert draw_overlay(found) != draw_overlay(show(None, 0))


@pytest.mark.parametrize("mark", ["spoiled", "mould", "object"])
def test_what_is_unlikely_is_neither_drawn_nor_named(mark: str) -> None:
    found = show(mark, UNLIKELY)
    assert list_marks(found) == []
    assert draw_overlay(found) == draw_overlay(show(None, 0))


def test_the_region_drawn_is_the_one_that_the_share_was_measured_on() -> None:
    assert list_marks(show("spoiled", LIKELY, cell=0.42)) == ["spoiled"]
    assert list_marks(show("spoiled", LIKELY, cell=0.38)) == []


def test_a_stored_assessment_has_no_marks() -> None:
    assert list_marks(Assessment.from_dict(PLAIN)) == []


def draw_outlined(opening: np.ndarray) -> np.ndarray:
    """Where the overlay differs from the photo; bool (height, width)."""
    assessment = show(None, UNLIKELY)
    assert assessment.evidence is not None
    pictures = [
        cv2.imdecode(
            np.frombuffer(
                draw_overlay(
                    replace(assessment, evidence=replace(assessment.evidence, container=container))
                ),
                np.uint8,
            ),
            cv2.IMREAD_COLOR,
        )
        for container in (None, opening)
    ]
    return np.asarray(np.abs(pictures[0].astype(int) - pictures[1]).max(2) > 60)


def test_single_cells_at_a_rim_do_not_make_the_outline_jagged() -> None:
    smooth = np.zeros((60, 80), np.uint8)
    smooth[15:45, 20:60] = 1
    jagged = smooth.copy()
    jagged[12:15, 20:60:2] = 1
    lengths = [int(draw_outlined(opening).sum()) for opening in (smooth, jagged)]
    assert lengths[0] > 100
    assert lengths[1] < 1.15 * lengths[0]
