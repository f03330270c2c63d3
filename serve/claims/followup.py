"""What happens to claims by themselves: refunds settle, old claims close, stranded ones go on."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from serve.agents.records import verdicts_of
from serve.claims.clocks import settle_clocks
from serve.claims.models import Claim
from serve.claims.progress import CLOSED, RECEIVED
from serve.jobs.queue import JobQueue
from serve.ledger.refunds import find_refund, mark_paid, message_subject, sum_claim_fen
from serve.ledger.service import Entry, append_event
from serve.orders.service import get_order
from serve.runtime import Runtime
from serve.times import utc_now
from serve.webhooks.service import (
    CLAIM_RESOLVED,
    enqueue_message,
    has_endpoint,
    is_waiting,
    withdraw_message,
)

_BATCH = 100
_STRANDED_S = 120


def settle_refund(runtime: Runtime, refund_id: int) -> bool:
    """Releases a refund instruction to a shop that polls; one with an endpoint acknowledges it.

    Instructions from before there were webhooks have no message that could be acknowledged: they
    are released for polling, endpoint or not.

    Returns:
        Whether it is settled; False where its message waits for the shop's acknowledgement.
    """
    with runtime.transaction() as session:
        refund = find_refund(session, refund_id)
        if refund is None:
            return True
        claim = session.get_one(Claim, refund.claim_id, with_for_update=True)
        subject = message_subject(refund_id)
        if has_endpoint(session, claim.shop_id) and is_waiting(session, subject):
            return False
        # Told once: an endpoint that is set later must not hear of money that is paid.
        withdraw_message(session, subject)
        pay_refund(session, runtime.jobs, refund_id, by="api")
        return True


def pay_refund(session: Session, jobs: JobQueue, refund_id: int, by: str) -> None:
    """Marks a refund as paid, once, and its claim as resolved, in the caller's transaction.

    A claim that waits for an agent, after an appeal for one, is resolved by the verdict.

    Args:
        session: whose transaction it is.
        jobs: where a message's job goes.
        refund_id: which instruction.
        by: what makes it final: api, or the id of the message that was acknowledged.
    """
    refund = find_refund(session, refund_id)
    if refund is None:
        return
    # The claim before the ledger, as everywhere, so that no two transactions wait in a ring.
    claim = session.get_one(Claim, refund.claim_id, with_for_update=True, populate_existing=True)
    paid = mark_paid(session, refund_id, by)
    if paid is None:
        return
    if claim.agent_due_at is None and claim.resolved_at is None:
        claim.resolved_at = paid.released_at
        tell_resolved(session, jobs, claim)
    settle_clocks(session, claim, "service")


def tell_resolved(session: Session, jobs: JobQueue, claim: Claim) -> None:
    """Tells the shop that nobody waits for anything about the claim, once per round of verdicts."""
    subject = f"resolved:{claim.id}:{len(verdicts_of(session, claim.id))}"
    data = {
        "claim_id": str(claim.id),
        "order_id": get_order(session, claim.order_id).order_id,
        "status": claim.status,
        "amount_fen": sum_claim_fen(session, claim.id),
    }
    enqueue_message(session, jobs, claim.shop_id, CLAIM_RESOLVED, subject, data)


def close_followed_up(runtime: Runtime) -> int:
    """Closes claims whose follow-up time has passed and that nobody waits for; returns how many."""
    with runtime.transaction() as session:
        due = session.scalars(
            select(Claim)
            .where(
                Claim.resolved_at + Claim.follow_up_s * timedelta(seconds=1) < utc_now(),
                Claim.closed_at.is_(None),
                Claim.agent_due_at.is_(None),
            )
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for claim in due:
            claim.status, claim.closed_at = CLOSED, utc_now()
            append_event(session, Entry(claim.id, "closed", "service"))
            settle_clocks(session, claim, "service")
        return len(due)


def find_stranded(runtime: Runtime) -> list[uuid.UUID]:
    """Returns claims that were received a while ago and are still not decided."""
    before = utc_now() - timedelta(seconds=_STRANDED_S)
    with runtime.transaction() as session:
        return list(
            session.scalars(
                select(Claim.id)
                .where(Claim.status == RECEIVED, Claim.received_at < before)
                .order_by(Claim.received_at)
                .limit(_BATCH)
            )
        )
