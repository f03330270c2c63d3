"""The ledger: events that are only ever added, each bound to the one before by its hash."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from serve.canonical import hash_canonical
from serve.ledger.models import LedgerEvent
from serve.times import to_iso, utc_now

GENESIS = "0" * 64
_LOCK = 0x6C656467
_BATCH = 1000


@dataclass(frozen=True)
class Entry:
    """What is written: which claim, what happened, who did it, with what money and details.

    What concerns no single claim, such as a recall of a batch, has no claim.
    """

    claim_id: uuid.UUID | None
    kind: str
    actor: str
    amount_fen: int = 0
    payload: dict[str, Any] | None = None


@dataclass(frozen=True)
class Check:
    """Outcome of a check of the whole chain; `broken_at` is the first position that is wrong."""

    events: int
    broken_at: int | None

    @property
    def intact(self) -> bool:
        return self.broken_at is None


def append_event(session: Session, entry: Entry, at: datetime | None = None) -> LedgerEvent:
    """Adds an event in the caller's transaction.

    Writers take turns from here to the end of their transaction, which is what makes the chain one
    chain: take row locks before, and commit soon after.
    """
    take_turn(session)
    last = session.execute(
        select(LedgerEvent.position, LedgerEvent.hash)
        .order_by(LedgerEvent.position.desc())
        .limit(1)
    ).first()
    event = LedgerEvent(
        position=last.position + 1 if last else 1,
        claim_id=entry.claim_id,
        kind=entry.kind,
        amount_fen=entry.amount_fen,
        actor=entry.actor,
        payload=entry.payload or {},
        at=at or utc_now(),
        previous_hash=last.hash if last else GENESIS,
    )
    event.hash = _hash_event(event)
    session.add(event)
    session.flush()
    return event


def take_turn(session: Session) -> None:
    """Waits for the ledger until the end of the transaction, for those who look before they write.

    Once taken, nothing that others write together with an event changes.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def verify_chain(session: Session) -> Check:
    """Recomputes every hash of the ledger, in order."""
    previous_hash, count = GENESIS, 0
    for event in _read_all(session):
        count += 1
        sound = (
            event.position == count
            and event.previous_hash == previous_hash
            and event.hash == _hash_event(event)
        )
        if not sound:
            return Check(count, event.position)
        previous_hash = event.hash
    return Check(count, None)


def events_of(session: Session, claim_id: uuid.UUID) -> list[LedgerEvent]:
    """Returns a claim's events, oldest first."""
    query = select(LedgerEvent).where(LedgerEvent.claim_id == claim_id)
    return list(session.scalars(query.order_by(LedgerEvent.position)))


def _read_all(session: Session) -> Iterator[LedgerEvent]:
    """Yields every event in order, a batch in memory at a time."""
    position = 0
    while True:
        query = select(LedgerEvent).where(LedgerEvent.position > position)
        batch = session.scalars(query.order_by(LedgerEvent.position).limit(_BATCH)).all()
        if not batch:
            return
        yield from batch
        position = batch[-1].position


def _hash_event(event: LedgerEvent) -> str:
    return hash_canonical(
        {
            "position": event.position,
            "claim_id": event.claim_id and str(event.claim_id),
            "kind": event.kind,
            "amount_fen": event.amount_fen,
            "actor": event.actor,
            "payload": event.payload,
            "at": to_iso(event.at),
            "previous_hash": event.previous_hash,
        }
    )
