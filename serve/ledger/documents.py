"""Compares published policies and loaded certificates with their hashes and the ledger."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import AwareDatetime, TypeAdapter
from sqlalchemy.orm import Session

from model.canonical import hash_text
from serve.ledger.models import LedgerEvent
from serve.ledger.service import events_of_kind
from serve.ledger.standing import told
from serve.policy.records import read_certificates, read_policies

if TYPE_CHECKING:
    from serve.policy.models import CertificateRecord, PolicyText


def compare_documents(session: Session) -> Iterator[str]:
    """Yields what differs, in words."""
    for policy in read_policies(session):
        yield from _compare_policy(policy)
    yield from _compare_certificates(
        read_certificates(session),
        events_of_kind(session, "certificate_loaded"),
        events_of_kind(session, "certificate_frozen"),
    )


def _compare_policy(policy: PolicyText) -> Iterator[str]:
    what = f"policy {policy.sha256[:12]}"
    if hash_text(policy.text) != policy.sha256:
        yield f"{what}: its text is not the one of its hash"
        return
    table = tomllib.loads(policy.text)
    if policy.version != table.get("version"):
        yield f"{what}: its version is {policy.version}, its text says {table.get('version')}"
    since = TypeAdapter(AwareDatetime).validate_python(table.get("effective_from"))
    if policy.effective_from != since:
        yield f"{what}: holds from {policy.effective_from}, its text says otherwise"


def _compare_certificates(
    records: Sequence[CertificateRecord],
    loaded: Sequence[LedgerEvent],
    frozen: Sequence[LedgerEvent],
) -> Iterator[str]:
    """Compares the rows, in the order of loading, with what was loaded and what was frozen."""
    named = [_name(event) for event in loaded]
    because = {_name(event): told(event).get("because") for event in frozen}
    for record in records:
        what = f"certificate {record.sha256[:12]}"
        if hash_text(record.text) != record.sha256:
            yield f"{what}: its text is not the one of its hash"
        if record.sha256 not in named:
            yield f"{what}: the ledger has not loaded it"
        yield from _compare_freeze(record, because)
    for sha256 in sorted({*named, *because} - {record.sha256 for record in records}):
        yield f"certificate {sha256[:12]}: is in the ledger and is gone"
    if records and named and records[-1].sha256 != named[-1]:
        yield f"certificate {records[-1].sha256[:12]}: counts, the ledger loaded another one last"


def _compare_freeze(record: CertificateRecord, because: dict[str, Any]) -> Iterator[str]:
    what = f"certificate {record.sha256[:12]}"
    if (record.frozen_at is not None) != (record.sha256 in because):
        state = "is not frozen" if record.frozen_at is None else "is frozen"
        yield f"{what}: {state}, the ledger says otherwise"
    elif record.frozen_because != because.get(record.sha256):
        yield f"{what}: why it is frozen is not what the ledger says"


def _name(event: LedgerEvent) -> str:
    return str(told(event).get("certificate_sha256"))
