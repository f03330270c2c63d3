"""What reports count of agents' verdicts; a report reads these columns and never the table."""

from __future__ import annotations

from sqlalchemy import select

from serve.agents.models import Verdict
from serve.database import Rows


def select_verdicts() -> Rows:
    """Returns the query for verdicts: claim_id, round, blind, decision, severity, amount_fen, at.

    Narrow it to a round: 1 is the first on a claim, 2 one on an appeal against the first.
    """
    return select(
        Verdict.claim_id,
        Verdict.round,
        Verdict.blind,
        Verdict.decision,
        Verdict.severity,
        Verdict.amount_fen,
        Verdict.at,
    )
