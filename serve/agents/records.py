"""Reading verdicts; giving one is in `serve.agents.service`."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from serve.agents.models import Verdict


def verdicts_of(session: Session, claim_id: uuid.UUID) -> list[Verdict]:
    """Returns a claim's verdicts, oldest first."""
    query = select(Verdict).where(Verdict.claim_id == claim_id).order_by(Verdict.round)
    return list(session.scalars(query))
