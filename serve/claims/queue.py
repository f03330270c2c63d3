"""What waits for agents, most urgent first."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from serve.claims.models import Claim
from serve.claims.schemas import QueueQuery


def list_claims(session: Session, query: QueueQuery) -> tuple[Sequence[Claim], int]:
    """Returns a page of claims, most urgent first, and how many there are in all."""
    conditions: list[ColumnElement[bool]] = []
    if query.status is not None:
        # What a blind case came to is not to be found out by asking for it either.
        hidden = Claim.blind & Claim.agent_due_at.is_not(None)
        conditions.append(case((hidden, "needs_agent"), else_=Claim.status) == query.status)
    if query.waiting is not None:
        waits = Claim.agent_due_at.is_not(None)
        conditions.append(waits if query.waiting else ~waits)
    if query.food_safety is not None:
        conditions.append(Claim.food_safety == query.food_safety)
    page = (
        select(Claim)
        .where(*conditions)
        .order_by(
            Claim.agent_due_at.is_(None),
            Claim.food_safety.desc(),
            Claim.agent_due_at,
            Claim.received_at.desc(),
            Claim.id,
        )
        .limit(query.limit)
        .offset(query.offset)
    )
    total = session.scalar(select(func.count()).select_from(Claim).where(*conditions))
    return session.scalars(page).all(), int(total or 0)
