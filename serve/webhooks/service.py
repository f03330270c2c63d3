"""The outbox: what a shop's backend is told, written with what it tells of."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from serve.jobs.queue import DELIVER_MESSAGE, JobQueue
from serve.times import utc_now
from serve.webhooks.models import Endpoint, Message

REFUND_INSTRUCTED = "refund.instructed"
CLAIM_DECIDED = "claim.decided"
CLAIM_RESOLVED = "claim.resolved"
FOOD_SAFETY_RAISED = "food_safety.raised"
KINDS = (REFUND_INSTRUCTED, CLAIM_DECIDED, CLAIM_RESOLVED, FOOD_SAFETY_RAISED)

YOUNG = timedelta(days=3)
"""Of what a shop read by polling, a first endpoint is told what is younger."""

_LOCK = "SELECT pg_advisory_xact_lock{}(hashtextextended(:name, 0))"


def enqueue_message(
    session: Session,
    jobs: JobQueue,
    shop_id: uuid.UUID,
    kind: str,
    subject: str,
    data: dict[str, Any],
) -> None:
    """Writes a message and its job in the caller's transaction; one per subject, ever.

    A shop without an endpoint gets its messages when it has one.

    Until the transaction ends the shop's endpoint stays as it is. Callers hold the claim's lock and
    may hold their turn of the ledger: this waits for nobody but an operator who changes that
    endpoint. Should that one wait behind a caller who waits for the ledger, PostgreSQL lets this
    call past the operator after its deadlock timeout, a second.

    Args:
        session: whose transaction it is.
        jobs: where the job goes.
        shop_id: who is told.
        kind: one of `KINDS`.
        subject: names what is told, such as `refund:12`; the same thing is told once.
        data: JSON values.
    """
    message_id = session.scalar(
        insert(Message)
        .values(
            id=uuid.uuid4(),
            shop_id=shop_id,
            kind=kind,
            subject=subject,
            data=data,
            created_at=utc_now(),
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=["subject"])
        .returning(Message.id)
    )
    if message_id is not None and has_endpoint(session, shop_id):
        jobs.defer(session, DELIVER_MESSAGE, message_id=str(message_id))


def has_endpoint(session: Session, shop_id: uuid.UUID) -> bool:
    """Whether the shop takes webhooks; the answer holds until the end of the transaction."""
    hold_endpoint(session, shop_id, change=False)
    return bool(session.scalar(select(exists().where(Endpoint.shop_id == shop_id))))


def hold_endpoint(session: Session, shop_id: uuid.UUID, *, change: bool) -> None:
    """Keeps an endpoint from being changed by others, and with `change` from being asked for.

    A row that is not there yet cannot be locked: without this a message written while the first
    endpoint is set would have no job.
    """
    lock = text(_LOCK.format("" if change else "_shared"))
    session.execute(lock, {"name": f"webhooks:{shop_id}"})


def find_endpoint(session: Session, shop_id: uuid.UUID) -> Endpoint | None:
    """Returns where the shop takes webhooks."""
    return session.get(Endpoint, shop_id, populate_existing=True)


def withdraw_message(session: Session, subject: str) -> None:
    """Takes back an undelivered message, of what the shop has learned another way."""
    session.execute(
        update(Message)
        .where(Message.subject == subject, Message.delivered_at.is_(None))
        .values(withdrawn_at=utc_now())
    )


def is_waiting(session: Session, subject: str) -> bool:
    """Returns whether there is a message of that subject that waits for its acknowledgement."""
    waiting = Message.delivered_at.is_(None) & Message.withdrawn_at.is_(None)
    return bool(session.scalar(select(exists().where(Message.subject == subject, waiting))))


def messages_by_subject(session: Session, subjects: Sequence[str]) -> dict[str, Message]:
    """Returns the messages of several subjects; one that was never told is left out."""
    query = select(Message).where(Message.subject.in_(subjects))
    return {message.subject: message for message in session.scalars(query)}


def withdraw_old(session: Session, shop_id: uuid.UUID) -> None:
    """Takes back what a shop without an endpoint has read by polling; money owed stays."""
    session.execute(
        update(Message)
        .where(
            undelivered(shop_id),
            Message.kind != REFUND_INSTRUCTED,
            Message.created_at < utc_now() - YOUNG,
        )
        .values(withdrawn_at=utc_now())
    )


def undelivered(shop_id: uuid.UUID) -> Any:  # noqa: ANN401 - an SQL condition
    """Returns the condition that a message waits for its delivery to the shop."""
    return (
        (Message.shop_id == shop_id)
        & Message.delivered_at.is_(None)
        & Message.withdrawn_at.is_(None)
    )


def list_undelivered(session: Session, shop_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Returns the messages that wait for their delivery to the shop, oldest first."""
    query = select(Message.id).where(undelivered(shop_id))
    return session.scalars(query.order_by(Message.created_at, Message.id)).all()


def count_undelivered(session: Session, shop_id: uuid.UUID) -> int:
    """Returns how many messages wait for their delivery to the shop."""
    return int(session.scalar(select(func.count()).where(undelivered(shop_id))) or 0)


def find_last_failure(session: Session, shop_id: uuid.UUID) -> Message | None:
    """Returns the waiting message that was tried most often in vain."""
    query = select(Message).where(undelivered(shop_id), Message.last_error.is_not(None))
    return session.scalars(query.order_by(Message.attempts.desc()).limit(1)).first()
