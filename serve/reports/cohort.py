"""The claims that a report is about: those received in its period, each with all that is counted.

Queries here join what other subjects publish as facts; see `serve.claims.facts`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Subquery,
    and_,
    cast,
    func,
    literal,
    select,
)

from serve.agents.facts import select_verdicts
from serve.claims.facts import received_between, select_answers, select_facts
from serve.database import Rows
from serve.reports.periods import Period


@dataclass(frozen=True)
class Scope:
    """What a report covers.

    Attributes:
        period: its days.
        shop_id: the shop it is about; all shops if None.
        now: the time that it speaks of where clocks still run.
    """

    period: Period
    shop_id: uuid.UUID | None
    now: datetime


def gather(scope: Scope, only: Sequence[uuid.UUID] | None = None) -> Subquery:
    """Returns the claims of a report with the columns of `serve.claims.facts`, and more.

    - shown: not held back;
    - judged: an agent has given a verdict;
    - alone: the machine has answered, and no agent has looked or is about to;
    - settled: resolved, and nobody waits.

    Args:
        scope: what the report covers.
        only: ids of those of its claims that are wanted; all if None.
    """
    narrowed = narrow(scope)
    if only is not None:
        narrowed = narrowed.where(narrowed.selected_columns.id.in_(only))
    facts, first = narrowed.subquery(), verdict_of_round(1)
    c = facts.c
    judged = first.c.claim_id.is_not(None)
    query = select(
        facts,
        (~c.held_back).label("shown"),
        judged.label("judged"),
        and_(c.decided, c.pre_approved, ~c.waiting, ~judged).label("alone"),
        and_(c.resolved_at.is_not(None), ~c.waiting).label("settled"),
    ).outerjoin(first, first.c.claim_id == c.id)
    return query.subquery("cohort")


def narrow(scope: Scope) -> Rows:
    """Returns the facts of the claims of a report, and nothing else of them."""
    period = scope.period
    return received_between(select_facts(), period.since, period.until, scope.shop_id)


def verdict_of_round(number: int) -> Subquery:
    """Returns verdicts: of round 1 the first on each claim, of round 2 those on appeals."""
    verdicts = select_verdicts()
    return verdicts.where(verdicts.selected_columns.round == number).subquery(f"round_{number}")


def latest_answer(claims: Subquery) -> FromClause:
    """Returns, to be joined to each claim, the machine's decision that counts.

    It is the last one: the machine decides no more once an agent has judged.
    """
    answers = select_answers()
    columns = answers.selected_columns
    latest = answers.where(columns.claim_id == claims.c.id).order_by(columns.id.desc())
    return latest.limit(1).lateral("answer")


def day_of(moment: ColumnElement[datetime], period: Period) -> ColumnElement[int]:
    """Returns the number of the day, from 0, that a time within the period lies in.

    By where each day begins, so that the database needs to know no zones of its own.
    """
    starts = literal(period.starts, ARRAY(DateTime(timezone=True)))
    return cast(func.width_bucket(moment, starts) - 1, Integer)
