"""The clocks of a claim: what has happened when, what is due when, and what is overdue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from serve.claims.models import Claim
from serve.policy.table import Clocks
from serve.times import after, to_iso, utc_now

RECEIVED, RESOLVED, CLOSED = "received", "resolved", "closed"
NEEDS_PHOTO, NEEDS_AGENT = "needs_photo", "needs_agent"

ACKNOWLEDGED, FIRST_ANSWER = "acknowledged", "first_answer"
FOOD_SAFETY, VERIFIED = "food_safety", "verified"

_CLOCKS_OF = {
    "assessed": {FIRST_ANSWER},
    "decided": {FIRST_ANSWER},
    "verified": {FOOD_SAFETY, VERIFIED},
    "resolved": {RESOLVED},
}
"""The clocks that each step answers to, named as in the policy. The others run by themselves."""


def agent_clock(claim: Claim) -> str:
    """Returns which of an agent's two clocks runs for a claim."""
    return FOOD_SAFETY if claim.food_safety else VERIFIED


def list_overdue(claim: Claim, *, unpaid: bool) -> dict[str, datetime]:
    """Returns the clocks that have run out undone, by name, with the time each was due.

    Args:
        claim: the claim.
        unpaid: an instruction to pay is not released yet, so that money is still owed.
    """
    is_open = claim.closed_at is None
    unresolved = is_open and claim.resolved_at is None
    waiting = {
        FIRST_ANSWER: claim.answer_due_at if is_open and claim.decided_at is None else None,
        agent_clock(claim): claim.agent_due_at if is_open else None,
        RESOLVED: claim.resolve_due_at if unresolved or unpaid else None,
    }
    now = utc_now()
    return {clock: due for clock, due in waiting.items() if due is not None and due < now}


def list_progress(claim: Claim, clocks: Clocks, *, unpaid: bool = False) -> list[dict[str, Any]]:
    """Returns the six steps with the time of each, when it is due and whether that has passed."""
    start = claim.received_at
    verified_s = clocks.food_safety_s if claim.food_safety else clocks.verified_s
    follow_up = after(claim.resolved_at or claim.resolve_due_at, claim.follow_up_s)
    steps: list[tuple[str, datetime | None, datetime]] = [
        ("received", claim.acknowledged_at, claim.acknowledge_due_at),
        ("assessed", claim.assessed_at, claim.answer_due_at),
        ("decided", claim.decided_at, claim.answer_due_at),
        ("verified", claim.verified_at, claim.agent_due_at or after(start, verified_s)),
        ("resolved", claim.resolved_at, claim.resolve_due_at),
        ("closed", claim.closed_at, follow_up),
    ]
    late = set(list_overdue(claim, unpaid=unpaid))
    return [
        {
            "step": step,
            "at": to_iso(at),
            "due": to_iso(due),
            "overdue": bool(late & _CLOCKS_OF.get(step, set())),
        }
        for step, at, due in steps
    ]
