"""From scores to a severity grade, by the evidence rules of the published policy.

The rules are data (`[grades]` in policy.toml). A grade is `unknown` where the evidence does not
carry one: the machine abstains and says why.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from model.errors import InvalidInput
from model.reasons import Reason, reason
from model.scores import ForeignObjects, Portion, Scores, Spoilage

NONE, MINOR, MODERATE, SEVERE, UNKNOWN = "none", "minor", "moderate", "severe", "unknown"
ORDER = (NONE, MINOR, MODERATE, SEVERE)
POLICY_PATH = Path(__file__).resolve().parent.parent / "policy.toml"


@dataclass(frozen=True)
class GradeRules:
    """Thresholds from evidence to grade; shares and probabilities in [0, 1]."""

    spoilage_min_probability: float
    spoilage_unsure_from: float
    severe_area_fraction: float
    moderate_area_fraction: float
    mould_is_severe: bool
    foreign_min_probability: float
    foreign_unsure_from: float
    severe_kinds: frozenset[str]
    moderate_kinds: frozenset[str]
    moderate_shortfall_fraction: float
    severe_shortfall_fraction: float

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> GradeRules:
        """Reads the `[grades]` table of a policy.

        Raises:
            InvalidInput: an entry is missing.
        """
        try:
            spoilage, foreign = table["spoilage"], table["foreign_object"]
            portion = table["portion"]
            return cls(
                spoilage_min_probability=spoilage["min_probability"],
                spoilage_unsure_from=spoilage["unsure_from"],
                severe_area_fraction=spoilage["severe_area_fraction"],
                moderate_area_fraction=spoilage["moderate_area_fraction"],
                mould_is_severe=spoilage["mould_is_severe"],
                foreign_min_probability=foreign["min_probability"],
                foreign_unsure_from=foreign["unsure_from"],
                severe_kinds=frozenset(foreign["severe_kinds"]),
                moderate_kinds=frozenset(foreign["moderate_kinds"]),
                moderate_shortfall_fraction=portion["moderate_shortfall_fraction"],
                severe_shortfall_fraction=portion["severe_shortfall_fraction"],
            )
        except KeyError as error:
            raise InvalidInput(
                "A policy's [grades] table names every threshold",
                f"no {error}",
                "Add the entry to policy.toml",
                code="incomplete_policy",
            ) from error


@dataclass(frozen=True)
class Grade:
    """A severity and why.

    Attributes:
        severity: none, minor, moderate, severe or unknown.
        reasons: what led to it, most serious first.
        problems: severity by problem: spoilage, foreign_object, portion.
    """

    severity: str
    reasons: tuple[Reason, ...]
    problems: Mapping[str, str] = field(default_factory=dict)


@cache
def default_rules() -> GradeRules:
    """Returns the evidence rules of the policy in force in this checkout."""
    return GradeRules.from_table(tomllib.loads(POLICY_PATH.read_text("utf-8"))["grades"])


def grade(scores: Scores, rules: GradeRules, problems: tuple[str, ...] = ()) -> Grade:
    """Grades one photo's scores.

    Args:
        scores: what was measured.
        rules: evidence thresholds.
        problems: why the photo cannot be used, if it cannot.

    Returns:
        The grade; `unknown` with a reason where the evidence does not carry one.
    """
    if scores.spoilage is None or scores.foreign_object is None:
        return Grade(UNKNOWN, tuple(reason(f"photo_{problem}") for problem in problems))
    found = {
        "spoilage": _grade_spoilage(scores.spoilage, rules),
        "foreign_object": _grade_foreign(scores.foreign_object, rules),
        "portion": _grade_portion(scores.portion, rules),
    }
    ranked = sorted(found.values(), key=lambda pair: _rank(pair[0]), reverse=True)
    reasons = tuple(why for _, why in ranked if why is not None)
    by_problem = {problem: severity for problem, (severity, _) in found.items()}
    return Grade(ranked[0][0], reasons or (reason("nothing_found"),), by_problem)


def _rank(severity: str) -> float:
    """Severe outranks unknown, which outranks the rest: an agent looks before a small refund."""
    return 2.5 if severity == UNKNOWN else ORDER.index(severity)


def _grade_spoilage(spoilage: Spoilage, rules: GradeRules) -> tuple[str, Reason | None]:
    if rules.mould_is_severe and spoilage.mould_probability >= rules.spoilage_min_probability:
        return SEVERE, reason("mould")
    doubtful_mould = spoilage.mould_probability >= rules.spoilage_unsure_from
    if rules.mould_is_severe and doubtful_mould:
        return UNKNOWN, reason("mould_unsure")
    if spoilage.probability < rules.spoilage_unsure_from:
        return NONE, None
    if spoilage.probability < rules.spoilage_min_probability:
        return UNKNOWN, reason("spoilage_unsure")
    low, high = (grade_area(share, rules) for share in spoilage.interval)
    if low != high:
        return UNKNOWN, reason("spoiled_area_straddles")
    return low, reason(f"spoiled_area_{low}")


def grade_area(share: float, rules: GradeRules) -> str:
    """Returns the grade of food of which this share is spoiled."""
    if share > rules.severe_area_fraction:
        return SEVERE
    return MODERATE if share >= rules.moderate_area_fraction else MINOR


def _grade_foreign(foreign: ForeignObjects, rules: GradeRules) -> tuple[str, Reason | None]:
    """Graded by the gravest sure object; one that may be graver still leaves it unknown."""
    if foreign.probability < rules.foreign_unsure_from:
        return NONE, None
    sure = [o.kind for o in foreign.objects if o.probability >= rules.foreign_min_probability]
    maybe = [o.kind for o in foreign.objects if o.probability >= rules.foreign_unsure_from]
    for kind in sure:
        if kind in rules.severe_kinds:
            return SEVERE, reason(f"foreign_{kind}")
    if any(kind not in rules.moderate_kinds for kind in maybe):
        return UNKNOWN, reason(
            "foreign_other" if set(sure) - rules.moderate_kinds else "foreign_unsure"
        )
    if sure:
        return MODERATE, reason(f"foreign_{sure[0]}")
    return UNKNOWN, reason("foreign_unsure")


def _grade_portion(portion: Portion, rules: GradeRules) -> tuple[str, Reason | None]:
    if not portion.is_comparison:
        return NONE, None
    if portion.interval is None:
        return UNKNOWN, reason("shortfall_not_comparable")
    surely = portion.interval[0]
    if surely > rules.severe_shortfall_fraction:
        return SEVERE, reason("shortfall_severe")
    if surely > rules.moderate_shortfall_fraction:
        return MODERATE, reason("shortfall_moderate")
    if portion.interval[1] > rules.moderate_shortfall_fraction:
        return UNKNOWN, reason("shortfall_unsure")
    return NONE, None
