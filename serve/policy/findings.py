"""What the photos of one claim show, taken together."""

from __future__ import annotations

from dataclasses import dataclass

from model.assessment import Assessment
from model.scores import Scores
from model.severity import Grade, grade
from serve.policy.evidence import CaseFile
from serve.policy.rules import Policy
from serve.policy.table import PHOTO_PROBLEMS, SEVERITIES

UNKNOWN = "unknown"
_NEIGHBOURS = 1
"""Photos of one meal may differ by one grade: the angle and the framing change the shares."""

_PROBLEM_OF = {
    "spoil": "spoilage",
    "mould": "spoilage",
    "foreign": "foreign_object",
    "shortfall": "portion",
}
"""How codes of `model.reasons` begin, and the problem they speak of."""


@dataclass(frozen=True)
class Findings:
    """The worst grade of each problem over all usable photos.

    Attributes:
        severities: by problem, one of none, minor, moderate, severe, unknown.
        disagreeing: problems on which usable photos are further apart than framing explains.
        grade_reasons: code, zh, en of what led to those grades: first of the problem that was
            claimed, then of the worst. What a photo shows that did not lead to a grade stays out:
            it would contradict what did.
        photo_problems: why unusable photos are unusable, in the order found.
        usable: how many photos are usable.
        confidence: by problem, how strongly the photos speak for it, in [0, 1]; what a risk
            certificate sets its thresholds on.
    """

    severities: dict[str, str]
    disagreeing: frozenset[str]
    grade_reasons: tuple[dict[str, str], ...]
    photo_problems: tuple[str, ...]
    usable: int
    confidence: dict[str, float]

    @property
    def food_safety(self) -> bool:
        """Whether any photo shows a severe foreign object."""
        return self.severities["foreign_object"] == "severe"


def collect_findings(case: CaseFile, policy: Policy) -> Findings:
    """Grades every photo under the policy and keeps the worst of each problem."""
    photos = [Assessment.from_dict(stored) for stored in case.assessments]
    usable = [photo for photo in photos if photo.usable]
    grades = [grade(photo.scores, policy.grade_rules, photo.problems) for photo in usable]
    by_problem = {
        problem: [found.problems.get(problem, UNKNOWN) for found in grades]
        for problem in PHOTO_PROBLEMS
    }
    # A photo that is held against nothing says nothing about the portion, not that it is fine.
    by_problem["portion"] = [
        found.problems.get("portion", UNKNOWN)
        for photo, found in zip(usable, grades, strict=True)
        if photo.scores.portion.is_comparison
    ]
    severities = {problem: _worst(found) for problem, found in by_problem.items()}
    return Findings(
        severities=severities,
        disagreeing=frozenset(p for p, found in by_problem.items() if _apart(p, found)),
        grade_reasons=_explain(case.reason, severities, grades),
        photo_problems=tuple(dict.fromkeys(p for photo in photos for p in photo.problems)),
        usable=len(usable),
        confidence=_measure_confidence([photo.scores for photo in usable]),
    )


def _measure_confidence(photos: list[Scores]) -> dict[str, float]:
    """Returns the strongest evidence of each problem over all photos."""
    spoilage = [scores.spoilage for scores in photos if scores.spoilage]
    foreign = [scores.foreign_object for scores in photos if scores.foreign_object]
    short = [scores.portion.interval for scores in photos if scores.portion.is_comparison]
    strengths = {
        "spoilage": [max(seen.probability, seen.mould_probability) for seen in spoilage],
        "foreign_object": [found.probability for seen in foreign for found in seen.objects],
        "portion": [interval[0] for interval in short if interval],
    }
    return {problem: max(found, default=0.0) for problem, found in strengths.items()}


def _explain(
    claimed: str, severities: dict[str, str], grades: list[Grade]
) -> tuple[dict[str, str], ...]:
    """Returns the reasons of the photos that each problem's worst grade comes from."""
    order = sorted(severities, key=lambda p: (p != claimed, -_rank(severities[p])))
    reasons = {
        why.code: {"code": why.code, "zh": why.text_zh, "en": why.text_en}
        for problem in order
        for found in grades
        for why in found.reasons
        if problem_of(why.code) == problem and found.problems.get(problem) == severities[problem]
        if problem == claimed or why.code != "shortfall_not_comparable"
    }
    return tuple(reasons.values())


def problem_of(code: str) -> str | None:
    """Returns the problem that a reason of the model speaks of; None where of no single one."""
    return next((problem for begin, problem in _PROBLEM_OF.items() if code.startswith(begin)), None)


def _worst(severities: list[str]) -> str:
    if not severities:
        return UNKNOWN
    known = [severity for severity in severities if severity != UNKNOWN]
    if UNKNOWN in severities and "severe" not in known:
        return UNKNOWN
    return max(known, key=SEVERITIES.index)


def _apart(problem: str, severities: list[str]) -> bool:
    if problem == "foreign_object":
        # One object lies in one place: a photo that does not show it says nothing against it.
        return False
    ranks = [SEVERITIES.index(severity) for severity in severities if severity != UNKNOWN]
    return bool(ranks) and max(ranks) - min(ranks) > _NEIGHBOURS


def _rank(severity: str) -> float:
    return 2.5 if severity == UNKNOWN else SEVERITIES.index(severity)
