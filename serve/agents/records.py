"""Reading verdicts; giving one is in `serve.agents.service`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, SQLColumnExpression, select
from sqlalchemy.orm import Session

from serve.agents.models import PendingVerdict, Verdict


def select_with_verdict() -> Select[uuid.UUID]:
    """Returns the query for claims that have a verdict."""
    return select(Verdict.claim_id)


def verdicts_of(session: Session, claim_id: uuid.UUID) -> list[Verdict]:
    """Returns a claim's verdicts, oldest first."""
    query = select(Verdict).where(Verdict.claim_id == claim_id).order_by(Verdict.round)
    return list(session.scalars(query))


def verdicts_by_claim(
    session: Session, claim_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[Verdict]]:
    """Returns the verdicts of several claims, each claim's oldest first."""
    found: dict[uuid.UUID, list[Verdict]] = {claim_id: [] for claim_id in claim_ids}
    query = select(Verdict).where(Verdict.claim_id.in_(claim_ids)).order_by(Verdict.round)
    for verdict in session.scalars(query):
        found[verdict.claim_id].append(verdict)
    return found


def pending_by_claim(
    session: Session, claim_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, PendingVerdict]:
    """Returns the verdicts on these claims that are entered and not given yet."""
    query = select(PendingVerdict).where(PendingVerdict.claim_id.in_(claim_ids))
    return {pending.claim_id: pending for pending in session.scalars(query)}


def select_entered_by(due_at: SQLColumnExpression[datetime | None]) -> Select[uuid.UUID]:
    """Returns the query for claims with a verdict that was entered by a time, and not given yet.

    Args:
        due_at: the time, a column of the query that asks.
    """
    return select(PendingVerdict.claim_id).where(PendingVerdict.entered_at <= due_at)


def latest_of(session: Session, agent_id: uuid.UUID, since: datetime, limit: int) -> list[Verdict]:
    """Returns the last verdicts that a person gave since a time, latest first."""
    query = select(Verdict).where(Verdict.agent_id == agent_id, Verdict.at >= since)
    return list(session.scalars(query.order_by(Verdict.id.desc()).limit(limit)))


def entered_by(session: Session, agent_id: uuid.UUID) -> list[PendingVerdict]:
    """Returns what a person has entered and can still undo, latest first."""
    query = select(PendingVerdict).where(PendingVerdict.agent_id == agent_id)
    return list(session.scalars(query.order_by(PendingVerdict.entered_at.desc())))


def select_judged_by(agent_id: uuid.UUID) -> Select[uuid.UUID]:
    """Returns the query for claims that a person gave a verdict on, or has entered one on."""
    given = select(Verdict.claim_id).where(Verdict.agent_id == agent_id)
    entered = select(PendingVerdict.claim_id).where(PendingVerdict.agent_id == agent_id)
    return select(given.union(entered).subquery().c.claim_id)
