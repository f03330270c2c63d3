"""What happens to claims by themselves: refunds settle, old claims close, stranded ones go on."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import select

from serve.claims.clocks import settle_clocks
from serve.claims.models import Claim
from serve.claims.progress import CLOSED, RECEIVED
from serve.ledger.refunds import find_refund, release_refund
from serve.ledger.service import Entry, append_event
from serve.runtime import Runtime
from serve.times import utc_now

_BATCH = 100
_STRANDED_S = 120


def settle_refund(runtime: Runtime, refund_id: int) -> None:
    """Releases a refund instruction, once, and marks its claim as resolved.

    A claim that waits for an agent, after an appeal for one, is resolved by the verdict.
    """
    with runtime.transaction() as session:
        refund = find_refund(session, refund_id)
        if refund is None:
            return
        # The claim before the ledger, as everywhere, so that no two transactions wait in a ring.
        claim = session.get_one(Claim, refund.claim_id, with_for_update=True)
        released = release_refund(session, refund_id)
        if released is None:
            return
        if claim.agent_due_at is None:
            claim.resolved_at = claim.resolved_at or released.released_at
        settle_clocks(session, claim, "service")


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
