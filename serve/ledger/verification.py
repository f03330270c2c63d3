"""Verifying the ledger: its own chain, and the tables against what it says of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import CompoundSelect, select, union
from sqlalchemy.orm import Session

from serve.agents.records import pending_by_claim, verdicts_by_claim
from serve.claims.records import missing_claims, read_claims
from serve.ledger.comparison import ClaimFile, compare_claim
from serve.ledger.documents import compare_documents
from serve.ledger.models import LedgerEvent, Refund
from serve.ledger.refunds import message_subject, refunds_by_claim
from serve.ledger.service import GENESIS, Head, events_by_claim, hash_event, read_events
from serve.orders.service import orders_by_id
from serve.policy.records import read_policies
from serve.webhooks.service import messages_by_subject

if TYPE_CHECKING:
    from serve.runtime import Runtime

SHOWN = 20
"""Findings that are kept; the others are counted."""

_BATCH = 1000


@dataclass
class Report:
    """Outcome of a verification.

    Attributes:
        events: how many the ledger has.
        claims: how many were compared with it.
        head: the last event, to be kept elsewhere and expected next time.
        findings: the first findings, in words.
        count: how many there are in all.
    """

    events: int = 0
    claims: int = 0
    head: Head = field(default_factory=lambda: Head(0, GENESIS))
    findings: list[str] = field(default_factory=list)
    count: int = 0

    @property
    def intact(self) -> bool:
        return self.count == 0

    def note(self, finding: str) -> None:
        """Adds a finding."""
        self.count += 1
        if len(self.findings) < SHOWN:
            self.findings.append(finding)


def verify_ledger(runtime: Runtime, expected: Head | None = None) -> Report:
    """Recomputes the chain and compares every claim with its events, as of one moment.

    A service that goes on writing meanwhile differs from nothing; memory stays bounded.

    Args:
        runtime: the parts to work with.
        expected: a head that was kept elsewhere. Without it nobody can tell a ledger that was cut
            short, or written anew from some event on, from one that never had more.
    """
    with runtime.transaction() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return check_ledger(session, expected)


def check_ledger(session: Session, expected: Head | None = None) -> Report:
    """Does what `verify_ledger` does on what the session's transaction sees."""
    report = Report()
    for finding in _check_chain(session, report, expected):
        report.note(finding)
    for finding in compare_documents(session):
        report.note(finding)
    for finding in _check_claims(session, report):
        report.note(finding)
    for claim_id in _find_missing(session):
        report.note(f"claim {claim_id}: is in the ledger and is gone")
    return report


def _check_chain(session: Session, report: Report, expected: Head | None) -> Iterator[str]:
    previous, kept = report.head, {report.head.position: report.head.hash}
    for event in read_events(session):
        what = f"event {event.position}"
        if event.position != previous.position + 1:
            yield f"{what}: follows event {previous.position}, those between are gone"
        if event.previous_hash != previous.hash:
            yield f"{what}: is not bound to the event before"
        if event.hash != _hash(event):
            yield f"{what}: its hash is not that of its content"
        previous = Head(event.position, event.hash)
        if expected and event.position == expected.position:
            kept[event.position] = event.hash
        report.events += 1
    report.head = previous
    if expected and expected.position not in kept:
        yield f"event {expected.position}: is expected, the ledger ends at {previous.position}"
    elif expected and kept[expected.position] != expected.hash:
        yield f"event {expected.position}: is not the one expected, the ledger was written anew"


def _hash(event: LedgerEvent) -> str:
    try:
        return hash_event(event)
    except (TypeError, ValueError):
        return "no hash: the content cannot be written down"


def _find_missing(session: Session) -> Iterator[uuid.UUID]:
    """Yields the claims that events or refunds name and that are not there."""
    named: CompoundSelect[Any] = union(
        select(LedgerEvent.claim_id).where(LedgerEvent.claim_id.is_not(None)),
        select(Refund.claim_id),
    )
    for ids in session.scalars(named).yield_per(_BATCH).partitions():
        yield from missing_claims(session, list(ids))


def _check_claims(session: Session, report: Report) -> Iterator[str]:
    versions = {policy.sha256: policy.version for policy in read_policies(session)}
    for claims in read_claims(session):
        ids = [claim.id for claim in claims]
        orders = orders_by_id(session, [claim.order_id for claim in claims])
        verdicts, pending = verdicts_by_claim(session, ids), pending_by_claim(session, ids)
        refunds, events = refunds_by_claim(session, ids), events_by_claim(session, ids)
        subjects = [message_subject(r.id) for found in refunds.values() for r in found]
        messages = messages_by_subject(session, subjects)
        for claim in claims:
            file = ClaimFile(
                claim,
                orders.get(claim.order_id),
                verdicts[claim.id],
                refunds[claim.id],
                events[claim.id],
                messages,
                versions.get(claim.policy_sha256 or ""),
                pending.get(claim.id),
            )
            for finding in compare_claim(file):
                yield f"claim {claim.id}: {finding}"
        report.claims += len(claims)
