"""The ledger: events that are only ever added, each bound to the one before by its hash."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from model.canonical import hash_canonical
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
class Head:
    """The last event: whoever keeps it elsewhere can tell later that nothing before it changed."""

    position: int
    hash: str

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"


def append_event(session: Session, entry: Entry, at: datetime | None = None) -> LedgerEvent:
    """Adds an event in the caller's transaction.

    Writers take turns from here to the end of their transaction, which is what makes the chain one
    chain: take row locks before, and commit soon after.
    """
    take_turn(session)
    at = at or utc_now()
    last = _read_last(session)
    # Order is by position. Where the clock has jumped back, or this writer has waited for its turn,
    # the last event's time stands: read by time, the ledger tells the same story.
    event = LedgerEvent(
        position=last.position + 1 if last else 1,
        claim_id=entry.claim_id,
        kind=entry.kind,
        amount_fen=entry.amount_fen,
        actor=entry.actor,
        payload=entry.payload or {},
        at=max(at, last.at) if last else at,
        previous_hash=last.hash if last else GENESIS,
    )
    event.hash = hash_event(event)
    session.add(event)
    session.flush()
    return event


def take_turn(session: Session) -> None:
    """Waits for the ledger until the end of the transaction, for those who look before they write.

    Once taken, nothing that others write together with an event changes.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def read_head(session: Session) -> Head:
    """Returns the last event's position and hash; of an empty ledger 0 and zeros."""
    last = _read_last(session)
    return Head(last.position, last.hash) if last else Head(0, GENESIS)


def events_of(session: Session, claim_id: uuid.UUID) -> list[LedgerEvent]:
    """Returns a claim's events, oldest first."""
    query = select(LedgerEvent).where(LedgerEvent.claim_id == claim_id)
    return list(session.scalars(query.order_by(LedgerEvent.position)))


def events_by_claim(
    session: Session, claim_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, list[LedgerEvent]]:
    """Returns the events of several claims, each claim's oldest first."""
    query = select(LedgerEvent).where(LedgerEvent.claim_id.in_(claim_ids))
    found: dict[uuid.UUID, list[LedgerEvent]] = {claim_id: [] for claim_id in claim_ids}
    for event in session.scalars(query.order_by(LedgerEvent.position)):
        if event.claim_id is not None:
            found[event.claim_id].append(event)
    return found


def events_of_kind(session: Session, kind: str) -> list[LedgerEvent]:
    """Returns all events of a kind, oldest first; for kinds of which there are few."""
    query = select(LedgerEvent).where(LedgerEvent.kind == kind)
    return list(session.scalars(query.order_by(LedgerEvent.position)))


def events_of_account(session: Session, kind: str, account_id: uuid.UUID) -> list[LedgerEvent]:
    """Returns the events of a kind that name an account, oldest first."""
    query = select(LedgerEvent).where(
        LedgerEvent.claim_id.is_(None),
        LedgerEvent.kind == kind,
        LedgerEvent.payload["account"].as_string() == str(account_id),
    )
    return list(session.scalars(query.order_by(LedgerEvent.position)))


def read_events(session: Session) -> Iterator[LedgerEvent]:
    """Yields every event in order, a batch in memory at a time."""
    position = 0
    while True:
        query = select(LedgerEvent).where(LedgerEvent.position > position)
        batch = session.scalars(query.order_by(LedgerEvent.position).limit(_BATCH)).all()
        if not batch:
            return
        yield from batch
        position = batch[-1].position


def hash_event(event: LedgerEvent) -> str:
    """Returns the hash that the event's content and its predecessor's hash give."""
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


def _read_last(session: Session) -> LedgerEvent | None:
    return session.scalars(
        select(LedgerEvent).order_by(LedgerEvent.position.desc()).limit(1)
    ).first()
