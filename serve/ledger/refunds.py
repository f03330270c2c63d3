"""Refund instructions: written with the decision that grants them, at most one of each kind."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from serve.jobs.queue import RELEASE_REFUND, JobQueue
from serve.ledger.models import Refund
from serve.ledger.service import Entry, append_event
from serve.times import utc_now


@dataclass(frozen=True)
class Grant:
    """Money and extras that a decision, verdict or appeal gives."""

    claim_id: uuid.UUID
    order_pk: uuid.UUID
    kind: str
    amount_fen: int
    extras: Sequence[str] = ()


def instruct_refund(session: Session, jobs: JobQueue, grant: Grant, actor: str) -> None:
    """Writes the instruction, its ledger event and its job in the caller's transaction.

    The database holds one instruction per claim and kind; a second one fails the transaction.
    """
    refund = Refund(
        claim_id=grant.claim_id,
        order_id=grant.order_pk,
        kind=grant.kind,
        amount_fen=grant.amount_fen,
        extras=list(grant.extras),
        created_at=utc_now(),
    )
    session.add(refund)
    session.flush()
    jobs.defer(session, RELEASE_REFUND, refund_id=refund.id)
    append_event(
        session,
        Entry(
            grant.claim_id,
            "refund_instructed",
            actor,
            grant.amount_fen,
            {"refund_id": refund.id, "granted_by": grant.kind, "extras": list(grant.extras)},
        ),
    )


def release_refund(session: Session, refund_id: int) -> Refund | None:
    """Marks an instruction as released and returns it; None where that has been done already."""
    refund = session.get(Refund, refund_id, with_for_update=True, populate_existing=True)
    if refund is None or refund.released_at is not None:
        return None
    refund.released_at = utc_now()
    append_event(
        session,
        Entry(
            refund.claim_id,
            "refund_released",
            "service",
            refund.amount_fen,
            {"refund_id": refund.id},
        ),
    )
    return refund


def find_refund(session: Session, refund_id: int) -> Refund | None:
    """Returns an instruction without locking it."""
    return session.get(Refund, refund_id)


def refunds_of(session: Session, claim_id: uuid.UUID) -> list[Refund]:
    """Returns a claim's instructions, oldest first."""
    query = select(Refund).where(Refund.claim_id == claim_id).order_by(Refund.id)
    return list(session.scalars(query))


def sum_granted_fen(session: Session, order_pk: uuid.UUID) -> int:
    """Returns what all claims of an order were granted, released or not."""
    query = select(func.coalesce(func.sum(Refund.amount_fen), 0)).where(Refund.order_id == order_pk)
    return int(session.scalar(query) or 0)


def sum_claim_fen(session: Session, claim_id: uuid.UUID) -> int:
    """Returns what one claim was granted so far."""
    return sum(refund.amount_fen for refund in refunds_of(session, claim_id))


def select_owing() -> Select[uuid.UUID]:
    """Returns the query for claims with an instruction that is not released yet."""
    return select(Refund.claim_id).where(Refund.released_at.is_(None))


def owes_refund(session: Session, claim_id: uuid.UUID) -> bool:
    """Returns whether an instruction of the claim is not released yet."""
    return any(refund.released_at is None for refund in refunds_of(session, claim_id))
