"""The clocks of a claim: what has happened when, and what is due when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from serve.claims.models import Claim
from serve.policy.table import Clocks
from serve.times import after, to_iso

RECEIVED, RESOLVED, CLOSED = "received", "resolved", "closed"


def list_progress(claim: Claim, clocks: Clocks) -> list[dict[str, Any]]:
    """Returns the six steps with the time of each and when it is due."""
    start = claim.received_at
    verified_s = clocks.food_safety_s if claim.food_safety else clocks.verified_s
    follow_up = after(claim.resolved_at or claim.resolve_due_at, claim.follow_up_s)
    steps: list[tuple[str, datetime | None, datetime]] = [
        ("received", claim.acknowledged_at, after(start, clocks.acknowledged_s)),
        ("assessed", claim.assessed_at, claim.answer_due_at),
        ("decided", claim.decided_at, claim.answer_due_at),
        ("verified", claim.verified_at, claim.agent_due_at or after(start, verified_s)),
        ("resolved", claim.resolved_at, claim.resolve_due_at),
        ("closed", claim.closed_at, follow_up),
    ]
    return [{"step": step, "at": to_iso(at), "due": to_iso(due)} for step, at, due in steps]
