"""How fast, how satisfying and how much by itself claims are answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Subquery, and_, func, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from serve.claims.facts import CLOCKS, missed_clocks
from serve.claims.progress import ACKNOWLEDGED, FIRST_ANSWER, FOOD_SAFETY, RESOLVED, VERIFIED

MIDDLE, SLOW = 0.5, 0.95
SCORES = (1, 2, 3, 4, 5)

Facts = ReadOnlyColumnCollection[str, Any]


@dataclass(frozen=True)
class Clock:
    """How many claims kept a clock, and how many missed it; one that still runs is neither."""

    clock: str
    kept: int
    missed: int

    @property
    def kept_share(self) -> float | None:
        """Share that kept it, of all for which it has ended; None where there is none."""
        return share_of(self.kept, self.kept + self.missed)


@dataclass(frozen=True)
class Duration:
    """How long something took: its median and 95th percentile; None where it never happened."""

    count: int
    median_s: float | None
    p95_s: float | None
    clock: Clock


@dataclass(frozen=True)
class Satisfaction:
    """Customers' scores.

    Attributes:
        count: claims with a score.
        mean: None without any.
        scores: how many gave 1, 2, 3, 4 and 5.
        settled: claims that were resolved.
        settled_scored: with a score among them.
    """

    count: int
    mean: float | None
    scores: tuple[int, ...]
    settled: int
    settled_scored: int

    @property
    def answered_share(self) -> float | None:
        return share_of(self.settled_scored, self.settled)


@dataclass(frozen=True)
class Automation:
    """Claims that the machine answered alone, of those that machine or agent have answered."""

    decided: int
    alone: int

    @property
    def share(self) -> float | None:
        return share_of(self.alone, self.decided)


@dataclass(frozen=True)
class Answers:
    """The figures of this room.

    Attributes:
        received: all claims of the period.
        held_back: blind cases among them that still wait: nothing here but `received` counts them.
        first_response: from receipt to the machine's first decision.
        resolution: from receipt to the (last) resolution.
        satisfaction: of customers.
        automation: how much the machine does alone.
        clocks: all five, in the order of a claim's life.
    """

    received: int
    held_back: int
    first_response: Duration
    resolution: Duration
    satisfaction: Satisfaction
    automation: Automation
    clocks: tuple[Clock, ...]


def share_of(part: int, whole: int) -> float | None:
    """Returns the share, None where there is no whole to have one of."""
    return part / whole if whole else None


def measure_answers(session: Session, cohort: Subquery, now: datetime) -> Answers:
    """Computes the figures in one pass over the claims.

    Args:
        session: to read with.
        cohort: the claims.
        now: by which clocks that still run are judged.
    """
    # Not merged into what reads it, which would compute anew for every figure.
    claims = select(cohort).cte("claims_of_period").prefix_with("MATERIALIZED")
    columns = [column.label(name) for name, column in _figures(claims.c, now)]
    row = session.execute(select(*columns)).one()._mapping
    clocks = {
        name: Clock(name, kept=row[f"kept_{name}"], missed=row[f"missed_{name}"]) for name in CLOCKS
    }
    scores = tuple(row[f"score_{score}"] for score in SCORES)
    count = sum(scores)
    weighed = sum(score * given for score, given in zip(SCORES, scores, strict=True))
    return Answers(
        received=row["received"],
        held_back=row["held_back"],
        first_response=_duration(row, "answer_s", clocks[FIRST_ANSWER]),
        resolution=_duration(row, "resolution_s", clocks[RESOLVED]),
        satisfaction=Satisfaction(
            count=count,
            mean=share_of(weighed, count),
            scores=scores,
            settled=row["settled"],
            settled_scored=row["settled_scored"],
        ),
        automation=Automation(decided=row["decided"], alone=row["alone"]),
        clocks=tuple(clocks.values()),
    )


def _duration(row: RowMapping, name: str, clock: Clock) -> Duration:
    median_s, p95_s = row[name] or (None, None)
    return Duration(row[f"count_{name}"], median_s, p95_s, clock)


def _figures(c: Facts, now: datetime) -> Iterator[tuple[str, ColumnElement[Any]]]:
    yield "received", func.count(c.id)
    yield "held_back", _count(c, c.held_back)
    for name, moment in {"answer_s": c.answered_at, "resolution_s": c.resolved_at}.items():
        took_s = func.date_part("epoch", moment - c.received_at)
        yield name, func.percentile_cont([MIDDLE, SLOW]).within_group(took_s).filter(c.shown)
        yield f"count_{name}", _count(c, c.shown, moment.is_not(None))
    for score in SCORES:
        yield f"score_{score}", _count(c, c.shown, c.score == score)
    yield "settled", _count(c, c.shown, c.settled)
    yield "settled_scored", _count(c, c.shown, c.settled, c.score.is_not(None))
    yield "decided", _count(c, c.shown, or_(c.decided, c.judged))
    yield "alone", _count(c, c.shown, c.alone)
    done = {
        ACKNOWLEDGED: true(),
        FIRST_ANSWER: c.answered_at.is_not(None),
        FOOD_SAFETY: and_(c.judged, c.food_safety, ~c.waiting),
        VERIFIED: and_(c.judged, ~c.food_safety, ~c.waiting),
        RESOLVED: c.settled,
    }
    for clock, missed in missed_clocks(c, now).items():
        yield f"missed_{clock}", _count(c, c.shown, missed)
        yield f"kept_{clock}", _count(c, c.shown, done[clock], ~missed)


def _count(c: Facts, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(c.id).filter(*conditions)
