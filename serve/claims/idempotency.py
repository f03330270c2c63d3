"""Idempotency keys: the same key with the same body gets the same answer."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from model.errors import InvalidInput
from serve.accounts.service import Caller
from serve.claims.models import IdempotencyRecord
from serve.times import utc_now


def find_record(
    session: Session, caller: Caller, key: str | None, body_sha256: str
) -> IdempotencyRecord | None:
    """Returns the record of an earlier request with this key.

    Raises:
        InvalidInput: that request had another body.
    """
    if not key:
        return None
    record = session.scalars(
        select(IdempotencyRecord).where(
            IdempotencyRecord.owner == caller.name, IdempotencyRecord.key == key
        )
    ).first()
    if record is not None and record.body_sha256 != body_sha256:
        raise _reused(key)
    return record


def keep_record(
    session: Session, caller: Caller, key: str, body_sha256: str, claim_id: uuid.UUID
) -> None:
    """Binds the key to the claim in the caller's transaction.

    Raises:
        InvalidInput: another request took the key at the same time, for another claim.
    """
    taken = session.scalar(
        insert(IdempotencyRecord)
        .values(
            owner=caller.name,
            key=key,
            body_sha256=body_sha256,
            claim_id=claim_id,
            created_at=utc_now(),
        )
        .on_conflict_do_nothing()
        .returning(IdempotencyRecord.claim_id)
    )
    if taken is None:
        raise _reused(key)


def keep_answer(session: Session, claim_id: uuid.UUID, answer: dict[str, Any]) -> None:
    """Keeps the first decided answer for all requests of this claim that have none yet."""
    session.execute(
        update(IdempotencyRecord)
        .where(IdempotencyRecord.claim_id == claim_id, IdempotencyRecord.answered_at.is_(None))
        .values(answer=answer, answered_at=utc_now())
    )


def _reused(key: str) -> InvalidInput:
    return InvalidInput(
        "An Idempotency-Key belongs to one request body",
        f"key {key} with a body other than before",
        "Use a new key for another request",
        code="idempotency_key_reused",
    )
