"""How often an agent saw it otherwise: on an appeal, and beside the machine's grade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Subquery,
    and_,
    case,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from serve.policy.decision import PRE_APPROVED
from serve.policy.findings import UNKNOWN
from serve.reports.answers import share_of
from serve.reports.cohort import latest_answer, verdict_of_round


@dataclass(frozen=True)
class Changed:
    """Of so many judged claims, so many came out otherwise."""

    judged: int
    changed: int

    @property
    def share(self) -> float | None:
        return share_of(self.changed, self.judged)


@dataclass(frozen=True)
class Regrades:
    """What agents changed.

    Attributes:
        appeals: verdicts on appeals, and those of them that changed the money or the grade.
        asked_instead: verdicts on claims whose customer asked for a human before the machine had
            said yes, or an agent anything: there was nothing to overturn.
        grades: first verdicts of agents who saw the machine's grade, and those with another grade.
    """

    appeals: Changed
    asked_instead: int
    grades: Changed


def measure_regrades(session: Session, cohort: Subquery) -> Regrades:
    """Counts both.

    A claim is appealed once, and every verdict ends its waiting: where an appealed claim waits no
    more, its last verdict is the one on the appeal.
    """
    appeals, asked_instead = _count_appeals(session, cohort)
    return Regrades(appeals, asked_instead, _count_grades(session, cohort))


def _count_appeals(session: Session, cohort: Subquery) -> tuple[Changed, int]:
    first, second, answer = verdict_of_round(1), verdict_of_round(2), latest_answer(cohort)
    again = second.c.claim_id.is_not(None)

    def compare(name: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        before = case((again, first.c[name]), else_=answer.c[name])
        return before, func.coalesce(second.c[name], first.c[name])

    amounts, grades = compare("amount_fen"), compare("severity")
    # Where nobody had given a grade there was none to overturn.
    changed = or_(amounts[0] != amounts[1], and_(grades[0] != UNKNOWN, grades[0] != grades[1]))
    answered = or_(again, answer.c.outcome == PRE_APPROVED)
    counts = {
        "judged": func.count().filter(answered),
        "changed": func.count().filter(answered, changed),
        "instead": func.count().filter(~func.coalesce(answered, False)),
    }
    query = (
        select(*counts.values())
        .select_from(cohort)
        .join(first, first.c.claim_id == cohort.c.id)
        .outerjoin(second, second.c.claim_id == cohort.c.id)
        .outerjoin(answer, true())
        .where(cohort.c.shown, cohort.c.appealed, ~cohort.c.waiting)
    )
    row = session.execute(query).one()
    return Changed(row[0], row[1]), row[2]


def _count_grades(session: Session, cohort: Subquery) -> Changed:
    first, second, answer = verdict_of_round(1), verdict_of_round(2), latest_answer(cohort)
    c = cohort.c
    on_appeal = and_(c.appealed, ~c.waiting, second.c.claim_id.is_(None))
    query = (
        select(func.count(), func.count().filter(first.c.severity != answer.c.severity))
        .select_from(cohort)
        .join(first, first.c.claim_id == c.id)
        .outerjoin(second, second.c.claim_id == c.id)
        .join(answer, true())
        .where(c.shown, ~first.c.blind, ~on_appeal, answer.c.severity != UNKNOWN)
    )
    return Changed(*session.execute(query).one())
