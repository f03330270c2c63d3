"""Refund instructions: written with the decision that grants them, at most one of each kind."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from serve.jobs.queue import RELEASE_REFUND, JobQueue
from serve.ledger.models import Refund
from serve.ledger.service import Entry, append_event
from serve.orders.service import get_order
from serve.times import to_iso, utc_now
from serve.webhooks.service import REFUND_INSTRUCTED, enqueue_message

if TYPE_CHECKING:
    from serve.orders.models import Order

CURRENCY = "CNY"


@dataclass(frozen=True)
class Grant:
    """Money and extras that a decision, verdict or appeal gives, under a version of the policy."""

    claim_id: uuid.UUID
    order_pk: uuid.UUID
    kind: str
    amount_fen: int
    policy_version: str
    extras: Sequence[str] = ()


def instruct_refund(session: Session, jobs: JobQueue, grant: Grant, actor: str) -> None:
    """Writes the instruction, its message, its job and its event in the caller's transaction.

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
    _tell_shop(session, jobs, refund, grant.policy_version)
    jobs.defer(session, RELEASE_REFUND, refund_id=refund.id)
    payload = {
        "refund_id": refund.id,
        "granted_by": grant.kind,
        "extras": list(grant.extras),
        "created_at": to_iso(refund.created_at),
    }
    append_event(
        session, Entry(grant.claim_id, "refund_instructed", actor, grant.amount_fen, payload)
    )


def message_subject(refund_id: int) -> str:
    """Returns what a refund's message is filed under; there is one."""
    return f"refund:{refund_id}"


def describe_refund(refund: Refund, order: Order, policy_version: str) -> dict[str, Any]:
    """Returns what the shop is told of an instruction."""
    return {
        "refund_id": refund.id,
        "idempotency_key": f"refund-{refund.id}",
        "claim_id": str(refund.claim_id),
        "order_id": order.order_id,
        "customer_id": order.customer_id,
        "amount_fen": refund.amount_fen,
        "currency": CURRENCY,
        "kind": refund.kind,
        "extras": refund.extras,
        "policy_version": policy_version,
    }


def _tell_shop(session: Session, jobs: JobQueue, refund: Refund, policy_version: str) -> None:
    order = get_order(session, refund.order_id)
    data = describe_refund(refund, order, policy_version)
    subject = message_subject(refund.id)
    enqueue_message(session, jobs, order.shop_id, REFUND_INSTRUCTED, subject, data)


def mark_paid(session: Session, refund_id: int, by: str) -> Refund | None:
    """Marks an instruction as paid and returns it; None where that has been done already.

    Args:
        session: whose transaction it is; the claim's row is locked in it.
        refund_id: which instruction.
        by: what makes it final: api, or the id of the message that was acknowledged.
    """
    refund = session.get(Refund, refund_id, with_for_update=True, populate_existing=True)
    if refund is None or refund.released_at is not None:
        return None
    # Not the event's own time, which a clock that once ran ahead keeps in the future.
    refund.released_at = utc_now()
    payload = {"refund_id": refund.id, "by": by, "paid_at": to_iso(refund.released_at)}
    append_event(session, Entry(refund.claim_id, "paid", "service", refund.amount_fen, payload))
    return refund


def find_refund(session: Session, refund_id: int) -> Refund | None:
    """Returns an instruction without locking it."""
    return session.get(Refund, refund_id)


def refunds_of(session: Session, claim_id: uuid.UUID) -> list[Refund]:
    """Returns a claim's instructions, oldest first."""
    query = select(Refund).where(Refund.claim_id == claim_id).order_by(Refund.id)
    return list(session.scalars(query))


def refunds_by_claim(
    session: Session, claim_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[Refund]]:
    """Returns the instructions of several claims."""
    found: dict[uuid.UUID, list[Refund]] = {claim_id: [] for claim_id in claim_ids}
    query = select(Refund).where(Refund.claim_id.in_(claim_ids)).order_by(Refund.id)
    for refund in session.scalars(query):
        found[refund.claim_id].append(refund)
    return found


def sum_granted_fen(session: Session, order_pk: uuid.UUID) -> int:
    """Returns what all claims of an order were granted, released or not."""
    query = select(func.coalesce(func.sum(Refund.amount_fen), 0)).where(Refund.order_id == order_pk)
    return int(session.scalar(query) or 0)


def sum_verdicts_fen(session: Session, order_pk: uuid.UUID, but: uuid.UUID) -> int:
    """Returns what people, not the machine, granted on an order's claims but one."""
    query = select(func.coalesce(func.sum(Refund.amount_fen), 0)).where(
        Refund.order_id == order_pk, Refund.claim_id != but, Refund.kind != "decision"
    )
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
