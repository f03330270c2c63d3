from typing import Any

import pytest

from model.severity import default_rules
from tests.training.measures import make_measured
from training.grades import grade_truth, judge_grades

RULES = default_rules()


@pytest.mark.parametrize(
    ("known", "severity"),
    [
        ({"foreign": True, "kind": "glass"}, "severe"),
        ({"foreign": True, "kind": "hair"}, "moderate"),
        ({"foreign": True, "kind": "other"}, "unknown"),
        ({"spoiled": True, "truth": 0.4, "mould": False}, "severe"),
        ({"spoiled": True, "truth": 0.2, "mould": False}, "moderate"),
        ({"spoiled": True, "truth": 0.05, "mould": False}, "minor"),
        ({"spoiled": True, "truth": 0.05, "mould": True}, "severe"),
        ({}, "none"),
    ],
)
def test_the_true_grade_is_that_of_the_published_rules(
    known: dict[str, Any], severity: str
) -> None:
    assert grade_truth(make_measured("x", **known).case, RULES) == severity


def test_every_composite_is_counted_once_and_wrong_grades_by_their_direction() -> None:
    hair: dict[str, Any] = {"foreign": True, "kind": "hair"}
    other: dict[str, Any] = {"foreign": True, "kind": "other"}

    def grade(severity: str) -> dict[str, Any]:
        """The object's own grade; the photo is severe for another reason."""
        return {"severity": "severe", "problems": {"foreign_object": severity}}

    measured = [
        make_measured("foreign/hair", **grade("moderate"), **hair),
        make_measured("foreign/hair", **grade("severe"), **hair),
        make_measured("foreign/hair", **grade("minor"), **hair),
        make_measured("foreign/hair", **grade("unknown"), **hair),
        make_measured("foreign/hair", **grade("none"), **hair),
        make_measured("foreign/other", **grade("severe"), **other),
        make_measured("foreign/hair", severity="unknown", **hair),
        make_measured("spoiled/drawn", problems={"spoilage": "severe"}, spoiled=True, truth=0.1),
        make_measured("clean/a", severity="severe", problems={"spoilage": "severe"}),
    ]
    figures = judge_grades(measured, RULES)
    assert figures["foreign_object"] == {
        "composites": 7,
        "left_unknown": 2,
        "missed": 1,
        "graded": 4,
        "graded_right": 1,
        "graded_too_grave": 1,
        "graded_too_mild": 1,
        "graded_though_an_agents": 1,
    }
    assert figures["spoilage"]["graded_too_grave"] == figures["spoilage"]["composites"] == 1
