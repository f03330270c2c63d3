"""Reading verdicts; giving one is in `serve.agents.service`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from serve.agents.models import Verdict


def select_judged() -> Select[uuid.UUID]:
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
