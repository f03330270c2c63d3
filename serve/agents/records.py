"""Reading verdicts; giving one is in `serve.agents.service`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from serve.agents.models import PendingVerdict, Verdict


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


def select_judged(agent_id: uuid.UUID) -> Select[uuid.UUID]:
    """Returns the query for claims that a person gave a verdict on, or has entered one on."""
    given = select(Verdict.claim_id).where(Verdict.agent_id == agent_id)
    entered = select(PendingVerdict.claim_id).where(PendingVerdict.agent_id == agent_id)
    return select(given.union(entered).subquery().c.claim_id)
