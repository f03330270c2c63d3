"""A legend names what is drawn on the evidence picture, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.assessment import Assessment, Evidence
from model.layout import MAPS
from model.overlay import draw_overlay
from serve.claims.marks import list_marks
from tests.serve import findings

LITTLE, MUCH = 0.45, 0.55


def fresh(mark: str, probability: float) -> Assessment:
    """Returns an assessment of a grey photo with one kind of evidence of that probability."""
    found = Assessment.from_dict(findings.assessment(kind="insect"))
    foreign = found.scores.foreign_object
    assert foreign is not None
    odds = probability - 0.2 if mark == "object" else 0.0
    objects = tuple(replace(item, probability=odds) for item in foreign.objects)
    maps = np.zeros((len(MAPS), 24, 32), np.float32)
    if mark in MAPS:
        maps[MAPS.index(mark), 8:16, 8:16] = probability
    opening = None
    if mark == "container" and probability > 0.5:
        opening = np.zeros((24, 32), np.uint8)
        opening[4:20, 4:28] = 1
    evidence = Evidence(np.full((240, 320, 3), 128, np.uint8), maps, 1.0, opening)
    scores = replace(found.scores, foreign_object=replace(foreign, objects=objects))
    return replace(found, scores=scores, evidence=evidence)


@pytest.mark.parametrize("mark", ["spoiled", "mould", "object", "container"])
@pytest.mark.parametrize("probability", [LITTLE, MUCH])
def test_what_is_drawn_is_named(mark: str, probability: float) -> None:
    found, plain = fresh(mark, probability), draw_overlay(fresh("", 0))
    assert (draw_overlay(found) != plain) == bool(list_marks(found))
    assert list_marks(found) == ([mark] if probability == MUCH else [])


def test_a_stored_assessment_has_no_marks() -> None:
    assert list_marks(Assessment.from_dict(findings.MODERATE_SPOILAGE)) == []
