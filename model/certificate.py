"""The risk certificate: above which confidence pre-approvals are wrong seldom enough, and proof.

A file that `python -m training certify` writes and the service loads; see docs/certificate.md.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError

from model.canonical import dump_canonical, hash_text
from model.errors import InvalidInput
from model.risk import compute_p_value, count_needed, reject_holm
from model.severity import ORDER

FORMAT: Final = 2
GRID: Mapping[str, tuple[float, ...]] = {
    "spoilage": (0.70, 0.75, 0.80, 0.85, 0.90, 0.95),
    "foreign_object": (0.70, 0.75, 0.80, 0.85, 0.90, 0.95),
    "portion": (0.10, 0.15, 0.20, 0.30),
    "delivery": (1.0,),
}
"""Thresholds of confidence that are tested, by problem; never chosen by looking at the data.

The confidence of a short portion is the lower end of its shortfall's interval, that of a late
delivery is 1: the order's facts tell it. Another grid is another `FORMAT`.
"""

Share = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=0)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Counts = tuple[int, int]
"""Audited ones, and wrong ones among them."""


@dataclass(frozen=True)
class Promise:
    """At most this share of wrong pre-approvals, at this confidence, for each problem."""

    max_wrong_fraction: Share
    confidence: Share

    @property
    def level(self) -> float:
        """The chance, at most, that a certificate is issued although its promise does not hold."""
        return round(1 - self.confidence, 12)


@dataclass(frozen=True)
class Tested:
    """One threshold: how many audited claims reached it, how many were wrong, and the p-value."""

    threshold: float
    audited: Count
    wrong: Count
    p_value: Annotated[float, Field(ge=0, le=1)]
    holds: bool


@dataclass(frozen=True)
class Proof:
    """What the audits prove for one problem.

    Attributes:
        threshold: lowest confidence from which the promise holds; None where for none it does.
        audited: audited claims that reach it, or the lowest threshold tested.
        wrong: wrong ones among these.
        needed: so many audits without a wrong one are the least that prove anything.
        grid: every threshold tested, lowest first.
    """

    threshold: float | None
    audited: Count
    wrong: Count
    needed: Count
    grid: tuple[Tested, ...]


@dataclass(frozen=True)
class Model:
    """The model whose decisions were audited; empty where no photo was among them."""

    version: str
    sha256: Sha256 | Literal[""]


@dataclass(frozen=True)
class Source:
    """The audits.

    Attributes:
        sha256: of their file.
        rows: in it.
        used: how many of them count.
        left_out: how many could not, by the reason why.
    """

    sha256: Sha256
    rows: Count
    used: Count
    left_out: dict[str, Count] = field(default_factory=dict)


@dataclass(frozen=True)
class Certificate:
    """A risk certificate.

    Attributes:
        format: of the file.
        promise: what it promises.
        model: it speaks of decisions by this model.
        rules_sha256: and by these rules, see `serve.policy.digest.digest_rules`.
        problems: what is proved, by problem.
        source: what it was made from.
    """

    format: Literal[2]
    promise: Promise
    model: Model
    rules_sha256: Sha256
    problems: dict[str, Proof]
    source: Source

    @property
    def thresholds(self) -> dict[str, float]:
        """Lowest certified confidence by problem; a problem without one is not there."""
        return {p: t for p, proof in self.problems.items() if (t := proof.threshold) is not None}

    @property
    def sha256(self) -> str:
        """Digest of the file, by which decisions name the certificate."""
        return hash_text(self.to_text())

    def to_text(self) -> str:
        """Returns the file's content: canonical JSON, so that equal content has equal bytes."""
        return dump_canonical(asdict(self)) + "\n"

    @classmethod
    def from_text(cls, text: str) -> Certificate:
        """Reads a certificate, and proves anew what it says from the counts in it.

        Raises:
            InvalidInput: it is malformed, or says what its counts do not prove.
        """
        try:
            found = TypeAdapter(cls).validate_json(text)
        except ValidationError as error:
            raise _refuse("; ".join(_word(why) for why in error.errors()[:5])) from error
        # Floats are written in one way alone, and nothing else may stand in the file.
        if found.to_text() != text:
            raise _refuse("other bytes than certify writes for this content")
        for problem, proof in found.problems.items():
            _check(problem, proof, found.promise)
        return found


def is_wrong(
    machine_severity: str, proposed_fen: int, decision: str, severity: str, amount_fen: int
) -> bool:
    """Says whether a pre-approval was wrong, by the verdict of an agent who did not see it.

    It was where the agent did not approve, or graded lower than the machine, or gave no grade, or
    gave less money.

    Args:
        machine_severity: the machine's grade.
        proposed_fen: what the machine would have granted.
        decision: the agent's.
        severity: the agent's grade.
        amount_fen: what the agent granted.
    """
    if decision != "approve" or severity not in ORDER or amount_fen < proposed_fen:
        return True
    return ORDER.index(severity) < ORDER.index(machine_severity)


def count_audits(problem: str, audits: Sequence[tuple[float, bool]]) -> list[Counts]:
    """Counts audits, pairs of confidence and wrong, at every threshold of the problem's grid."""
    reached = [[wrong for sure, wrong in audits if sure >= least] for least in GRID[problem]]
    return [(len(wrongs), sum(wrongs)) for wrongs in reached]


def prove(problem: str, counts: Sequence[Counts], promise: Promise) -> Proof:
    """Tests every threshold of a problem's grid; the lowest that is proved counts.

    Args:
        problem: a key of `GRID`.
        counts: audited and wrong at each threshold, lowest threshold first.
        promise: what is to be proved.
    """
    thresholds = GRID[problem]
    share, level = promise.max_wrong_fraction, promise.level
    p_values = [compute_p_value(wrong, audited, share) for audited, wrong in counts]
    holds = reject_holm(p_values, level)
    grid = tuple(
        Tested(threshold, audited, wrong, float(f"{p:.6g}"), held)
        for threshold, (audited, wrong), p, held in zip(
            thresholds, counts, p_values, holds, strict=True
        )
    )
    chosen = next((tested for tested in grid if tested.holds), None)
    shown = chosen or grid[0]
    return Proof(
        threshold=chosen.threshold if chosen else None,
        audited=shown.audited,
        wrong=shown.wrong,
        needed=count_needed(share, level, len(thresholds)),
        grid=grid,
    )


def _check(problem: str, proof: Proof, promise: Promise) -> None:
    """Refuses a proof that does not follow from its counts."""
    if problem not in GRID:
        raise _refuse(f"the problem {problem}, known are {', '.join(GRID)}")
    counts = [(tested.audited, tested.wrong) for tested in proof.grid]
    if tuple(tested.threshold for tested in proof.grid) != GRID[problem]:
        raise _refuse(f"{problem}: thresholds other than {list(GRID[problem])}")
    ends = [*counts, (0, 0)]
    nested = all(
        more - less >= wrong - fewer >= 0
        for (more, wrong), (less, fewer) in itertools.pairwise(ends)
    )
    if not nested:
        raise _refuse(f"{problem}: counts that do not belong to nested sets of claims")
    again = prove(problem, counts, promise)
    same_p = all(
        math.isclose(a.p_value, b.p_value, rel_tol=1e-4, abs_tol=1e-300)
        for a, b in zip(again.grid, proof.grid, strict=True)
    )
    if not same_p or _strip(again) != _strip(proof):
        raise _refuse(f"{problem}: a threshold that its counts do not prove")


def _strip(proof: Proof) -> str:
    """All of a proof but the p-values, whose last digit may depend on the machine."""
    kept = json.loads(dump_canonical(asdict(proof)))
    for tested in kept["grid"]:
        del tested["p_value"]
    return dump_canonical(kept)


def _word(why: Mapping[str, object]) -> str:
    place = ".".join(map(str, why["loc"])) if isinstance(why["loc"], tuple) else ""
    return f"{place or 'the whole'}: {why['msg']}"


def _refuse(what: str) -> InvalidInput:
    return InvalidInput(
        "A risk certificate is a file that `python -m training certify` wrote, unchanged",
        what,
        "Write it anew from an export",
        code="invalid_certificate",
    )
