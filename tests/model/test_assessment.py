import json
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.assessment import Assessment
from model.errors import InvalidInput
from model.layout import EMBEDDING_SIZE
from model.overlay import draw_overlay
from model.scorer import Scorer
from model.scores import ForeignObjectFinding, ForeignObjects, Portion, Scene, Spoilage
from model.severity import default_rules, grade
from tests.model.graphs import leave_out_embedding

KEYS = [
    *("photo", "sha256", "width_px", "height_px", "usable", "problems", "scene", "spoilage"),
    *("foreign_object", "portion", "severity", "reasons", "model"),
]


@pytest.fixture(scope="module")
def fresh(scorer: Scorer, photo_bytes: bytes) -> Assessment:
    return scorer.assess(photo_bytes, "a.jpg")


def fill(assessment: Assessment) -> Assessment:
    """The same assessment with something in every field."""
    found = ForeignObjectFinding("insect", 0.88, (300, 200, 340, 250))
    scores = replace(
        assessment.scores,
        scene=Scene("salad", 0.97),
        spoilage=Spoilage(0.93, 0.41, (0.36, 0.5), 0.2),
        foreign_object=ForeignObjects(0.88, (found,)),
        portion=Portion(0.22, (0.08, 0.35), "packing_photo"),
    )
    return replace(assessment, scores=scores, grade=grade(scores, default_rules()))


def test_the_object_has_the_published_keys(fresh: Assessment) -> None:
    told = fill(fresh).to_dict()
    assert list(told) == KEYS
    assert list(told["scene"]) == ["label", "probability"]
    assert {"probability", "area_fraction", "interval"} <= set(told["spoilage"])
    assert list(told["foreign_object"]["objects"][0]) == ["kind", "probability", "box_px"]
    assert list(told["portion"]) == ["shortfall_fraction", "interval", "basis"]
    assert list(told["model"]) == ["version", "sha256"]
    assert told["severity"] == "severe"
    assert (told["width_px"], told["height_px"], told["usable"]) == (640, 480, True)


def test_what_was_stored_is_read_back_the_same(fresh: Assessment) -> None:
    for assessment in (fresh, fill(fresh)):
        stored = json.loads(json.dumps(assessment.to_dict(), allow_nan=False))
        assert Assessment.from_dict(stored) == assessment
        assert Assessment.from_dict(stored).to_dict() == stored


def test_the_same_bytes_give_the_same_line(
    scorer: Scorer, fresh: Assessment, photo_bytes: bytes
) -> None:
    assert scorer.assess(photo_bytes, "a.jpg").to_dict() == fresh.to_dict()


def test_the_same_bytes_give_the_same_embedding_which_no_line_tells(
    scorer: Scorer, fresh: Assessment, photo_bytes: bytes
) -> None:
    again = scorer.assess(photo_bytes, "a.jpg")
    assert fresh.evidence is not None
    assert again.evidence is not None
    assert fresh.evidence.embedding is not None
    assert fresh.evidence.embedding.shape == (EMBEDDING_SIZE,)
    assert np.array_equal(fresh.evidence.embedding, again.evidence.embedding)
    alone = scorer.describe(photo_bytes)
    assert alone is not None
    assert np.array_equal(fresh.evidence.embedding, alone)
    assert "embedding" not in json.dumps(fresh.to_dict())


def test_weights_whose_graph_tells_no_embedding_still_assess(
    release: Path, fresh: Assessment, photo_bytes: bytes, tmp_path: Path
) -> None:
    shutil.copytree(release, tmp_path, dirs_exist_ok=True)
    leave_out_embedding(tmp_path)
    found = Scorer(tmp_path).assess(photo_bytes, "a.jpg")
    assert found.evidence is not None
    assert found.evidence.embedding is None
    assert found.scores == fresh.scores


def test_a_file_that_is_no_photo_is_told_and_not_raised(scorer: Scorer) -> None:
    for data in (b"", b"no photo", b"\xff\xd8\xff\xe0"):
        assessment = scorer.assess(data, "b.jpg")
        assert not assessment.usable
        assert assessment.problems == ("unreadable",)
        assert assessment.grade.severity == "unknown"
        stored = json.loads(json.dumps(assessment.to_dict()))
        assert Assessment.from_dict(stored) == assessment


def test_an_overlay_shows_the_box_and_what_is_spoiled(fresh: Assessment) -> None:
    assert fresh.evidence is not None
    spoiled = np.zeros_like(fresh.evidence.spoiled)
    spoiled[: spoiled.shape[0] // 2] = 1.0
    evidence = replace(fresh.evidence, spoiled=spoiled, container=None)
    drawn = draw_overlay(replace(fill(fresh), evidence=evidence))
    picture = cv2.imdecode(np.frombuffer(drawn, np.uint8), cv2.IMREAD_COLOR).astype(int)
    assert picture.shape == fresh.evidence.bgr.shape
    changed = np.abs(picture - fresh.evidence.bgr).mean(2)
    assert changed[20:180, 20:].mean() > 2 * changed[400:, 20:].mean()
    edge = picture[225, 285:301]
    assert ((edge[:, 2] > 180) & (edge[:, 1] < 120)).any()


def test_a_stored_assessment_has_nothing_to_draw(fresh: Assessment, scorer: Scorer) -> None:
    with pytest.raises(InvalidInput, match="stored"):
        draw_overlay(Assessment.from_dict(fresh.to_dict()))
    with pytest.raises(InvalidInput, match="unreadable"):
        draw_overlay(scorer.assess(b"no photo"))
