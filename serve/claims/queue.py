"""What waits for agents, most urgent first."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select
from sqlalchemy.orm import Session

from serve.agents.records import select_judged_by
from serve.claims.clocks import overdue_conditions
from serve.claims.models import Claim
from serve.claims.schemas import QueueQuery
from serve.times import utc_now


def list_claims(session: Session, query: QueueQuery) -> tuple[Sequence[Claim], int]:
    """Returns a page of claims, most urgent first, and how many there are in all."""
    conditions = list(_conditions(query))
    page = _most_urgent_first(select(Claim).where(*conditions))
    page = page.limit(query.limit).offset(query.offset)
    total = session.scalar(select(func.count()).select_from(Claim).where(*conditions))
    return session.scalars(page).all(), int(total or 0)


def list_free(
    session: Session,
    taken: Select[uuid.UUID],
    limit: int,
    *,
    for_leads: bool,
    but: Sequence[uuid.UUID] = (),
) -> Sequence[uuid.UUID]:
    """Returns claims that wait for an agent and are not among those taken, most urgent first.

    Args:
        session: to read with.
        taken: claims to leave out.
        limit: how many at most.
        for_leads: with those that were handed over to a lead.
        but: claims to leave out besides.
    """
    waits = Claim.agent_due_at.is_not(None)
    waiting = select(Claim.id).where(waits, Claim.id.not_in(taken), Claim.id.not_in(but))
    if not for_leads:
        waiting = waiting.where(~Claim.for_lead)
    return session.scalars(_most_urgent_first(waiting).limit(limit)).all()


def lock_if_free(session: Session, claim_id: uuid.UUID) -> bool:
    """Locks a claim's row, and returns whether that went without waiting for anybody."""
    query = select(Claim.id).where(Claim.id == claim_id).with_for_update(skip_locked=True)
    return session.scalar(query) is not None


@dataclass(frozen=True)
class Counts:
    """How much waits for agents: in all, of food safety, late, and handed over to a lead."""

    waiting: int
    food_safety: int
    overdue: int
    for_lead: int


def count_waiting(session: Session) -> Counts:
    """Returns how many claims wait for an agent."""
    found = session.execute(
        select(
            func.count(),
            func.count().filter(Claim.food_safety),
            func.count().filter(_is_overdue()),
            func.count().filter(Claim.for_lead),
        ).where(Claim.agent_due_at.is_not(None))
    ).one()
    return Counts(*found)


def _is_overdue() -> ColumnElement[bool]:
    # A clock that does not run compares to neither: that is not overdue.
    return func.coalesce(or_(*overdue_conditions(utc_now()).values()), false())


def _most_urgent_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(
        Claim.agent_due_at.is_(None),
        Claim.food_safety.desc(),
        Claim.escalated_at.is_(None),
        Claim.agent_due_at,
        Claim.received_at.desc(),
        Claim.id,
    )


def _conditions(query: QueueQuery) -> Iterator[ColumnElement[bool]]:
    if query.status is not None:
        # What a blind case came to is not to be found out by asking for it either.
        hidden = Claim.blind & Claim.agent_due_at.is_not(None)
        yield case((hidden, "needs_agent"), else_=Claim.status) == query.status
    if query.waiting is not None:
        waits = Claim.agent_due_at.is_not(None)
        yield waits if query.waiting else ~waits
    if query.food_safety is not None:
        yield Claim.food_safety == query.food_safety
    if query.overdue is not None:
        yield _is_overdue() if query.overdue else ~_is_overdue()
    if query.batch is not None:
        yield Claim.batch == query.batch
    if query.shop_id is not None:
        yield Claim.shop_id == query.shop_id
    if query.reason is not None:
        yield Claim.reason == query.reason
    if query.for_lead is not None:
        yield Claim.for_lead == query.for_lead
    if query.judged_by is not None:
        yield Claim.id.in_(select_judged_by(query.judged_by))
