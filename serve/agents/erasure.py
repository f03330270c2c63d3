"""What erasure needs of agents' desks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from serve.agents.models import CaseHold, PendingVerdict


def select_pending() -> Select[uuid.UUID]:
    """Returns the query of claims with a verdict that is not given yet."""
    return select(PendingVerdict.claim_id)


def erase_holds(session: Session, claim_ids: Sequence[uuid.UUID]) -> None:
    """Deletes who has these cases open."""
    session.execute(delete(CaseHold).where(CaseHold.claim_id.in_(claim_ids)))
