"""Claims that turn out to concern a person's safety after they were decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from serve.batches.watch import watch_food_safety
from serve.ledger.service import Entry, append_event
from serve.policy.evidence import CaseFile, OrderFacts
from serve.policy.findings import collect_findings
from serve.times import after, utc_now

if TYPE_CHECKING:
    from serve.claims.models import Claim
    from serve.jobs.queue import JobQueue
    from serve.policy.rules import Policy
    from serve.policy.table import Clocks


def look_for_harm(session: Session, jobs: JobQueue, claim: Claim, policy: Policy) -> None:
    """Calls an agent at once where a photo that came after the decision shows what may harm."""
    if claim.food_safety or claim.agent_due_at is None:
        return
    seen = tuple(photo.assessment for photo in claim.photos if photo.assessment is not None)
    # What the photos show is asked for, and no history: its lock comes before the ledger's.
    case = CaseFile(str(claim.id), claim.reason, OrderFacts(price_fen=0), assessments=seen)
    findings = collect_findings(case, policy)
    if findings.food_safety:
        codes = ["food_safety", *(why["code"] for why in findings.grade_reasons)]
        raise_food_safety(session, jobs, claim, policy.table.clocks, codes)


def raise_food_safety(
    session: Session,
    jobs: JobQueue,
    claim: Claim,
    clocks: Clocks,
    reasons: Sequence[str],
) -> None:
    """Calls an agent within the clock of food safety; such a case is not judged blind.

    Args:
        session: whose transaction it is; the claim's row is locked in it.
        jobs: where the job of the shop's message goes.
        claim: the claim.
        clocks: of its policy.
        reasons: codes of what was found.
    """
    due_at = after(utc_now(), clocks.food_safety_s)
    claim.agent_due_at = min(claim.agent_due_at or due_at, due_at)
    claim.food_safety, claim.blind = True, False
    payload = {"reasons": list(reasons)}
    append_event(session, Entry(claim.id, "food_safety_raised", "machine", payload=payload))
    watch_food_safety(session, jobs, claim, reasons)
