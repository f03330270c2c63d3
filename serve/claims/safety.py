"""Claims that turn out to concern a person's safety after they were decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from serve.batches.watch import watch_food_safety
from serve.ledger.service import Entry, append_event
from serve.times import after, utc_now

if TYPE_CHECKING:
    from serve.claims.models import Claim
    from serve.jobs.queue import JobQueue
    from serve.policy.table import Clocks


def raise_food_safety(
    session: Session,
    jobs: JobQueue,
    claim: Claim,
    clocks: Clocks,
    reasons: Sequence[str],
    urgent: Sequence[str] = (),
) -> None:
    """Calls an agent within the clock of food safety; such a case is not judged blind.

    Args:
        session: whose transaction it is; the claim's row is locked in it.
        jobs: where the job of the shop's message goes.
        claim: the claim.
        clocks: of its policy.
        reasons: codes of what was found.
        urgent: words of harm that were found.
    """
    due_at = after(utc_now(), clocks.food_safety_s)
    claim.agent_due_at = min(claim.agent_due_at or due_at, due_at)
    claim.food_safety, claim.blind = True, False
    payload = {"reasons": list(reasons), "urgent_words": list(urgent)}
    append_event(session, Entry(claim.id, "food_safety_raised", "machine", payload=payload))
    watch_food_safety(session, jobs, claim, reasons, urgent)
