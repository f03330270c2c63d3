"""Clocks that ran out and whose due time is about to go: noted, so that reports still know."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from serve.claims.models import Claim, MissedClock
from serve.claims.progress import RESOLVED, agent_clock
from serve.times import utc_now


def note_late_verdict(session: Session, claim: Claim, judged_at: datetime) -> None:
    """Notes that an agent was late, before `agent_due_at` is cleared.

    Args:
        session: whose transaction it is.
        claim: as it waits for the verdict.
        judged_at: when the agent gave it; when they entered it, where it could be undone.
    """
    if claim.agent_due_at is not None and claim.agent_due_at < judged_at:
        _note(session, claim, agent_clock(claim), claim.agent_due_at)


def note_late_resolution(session: Session, claim: Claim) -> None:
    """Notes that a claim was resolved late or is not yet, before an appeal starts it anew."""
    if claim.resolve_due_at < (claim.resolved_at or utc_now()):
        _note(session, claim, RESOLVED, claim.resolve_due_at)


def _note(session: Session, claim: Claim, clock: str, due_at: datetime) -> None:
    """Stores it without an alert: there is nothing left to do; no row where it was told before."""
    row = {"claim_id": claim.id, "clock": clock, "due_at": due_at, "noticed_at": utc_now()}
    session.execute(insert(MissedClock).values(row).on_conflict_do_nothing())
