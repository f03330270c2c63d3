"""How often the graded severity is the true one, where composing makes the true one known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from model.severity import MODERATE, NONE, ORDER, SEVERE, UNKNOWN, GradeRules, grade_area
from training.cases import Case
from training.measure import Measured


def grade_truth(case: Case, rules: GradeRules) -> str:
    """Returns the severity that the rules give to what a composite shows.

    `unknown` for an object of a kind that the rules leave to an agent.
    """
    if case.foreign:
        if case.kind in rules.severe_kinds:
            return SEVERE
        return MODERATE if case.kind in rules.moderate_kinds else UNKNOWN
    if case.spoiled_share is None:
        return NONE
    if case.mould and rules.mould_is_severe:
        return SEVERE
    return grade_area(case.spoiled_share, rules)


def judge_grades(measured: Sequence[Measured], rules: GradeRules) -> dict[str, Any]:
    """Returns how composites were graded, by problem, and whether graver or milder than true.

    A compensation follows from minor, moderate and severe; of `unknown` an agent decides; `none`
    means that the defect was missed.
    """
    return {
        name: _count([m for m in measured if m.case.slice.startswith(prefix)], name, rules)
        for name, prefix in (("foreign_object", "foreign/"), ("spoilage", "spoiled/"))
    }


def _count(items: Sequence[Measured], problem: str, rules: GradeRules) -> dict[str, int]:
    """Counts the grades of the problem itself; another one's false alarm is no find."""
    said = [m.problems.get(problem, UNKNOWN) for m in items]
    graded = [(m, s) for m, s in zip(items, said, strict=True) if s not in (NONE, UNKNOWN)]
    steps = [
        ORDER.index(severity) - ORDER.index(truth)
        for m, severity in graded
        if (truth := grade_truth(m.case, rules)) != UNKNOWN
    ]
    return {
        "composites": len(items),
        "left_unknown": said.count(UNKNOWN),
        "missed": said.count(NONE),
        "graded": len(graded),
        "graded_right": sum(step == 0 for step in steps),
        "graded_too_grave": sum(step > 0 for step in steps),
        "graded_too_mild": sum(step < 0 for step in steps),
        "graded_though_an_agents": len(graded) - len(steps),
    }
