"""The risk certificate in force: loading it, what it covers, and what breaks it.

Whoever changes certificates or audits takes a turn of the ledger first: that keeps them in order.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from model.certificate import Certificate, is_wrong
from model.errors import Conflict, InvalidInput
from model.risk import is_kept, measure_wealth
from serve.alerts.service import Notice, raise_alert
from serve.claims.service import get_claim
from serve.ledger.service import Entry, append_event, take_turn
from serve.policy.audited import models_of, saw_the_same, thin_draw
from serve.policy.decision import PROCEDURE
from serve.policy.digest import digest_rules
from serve.policy.models import CertificateAudit, CertificateRecord
from serve.policy.service import load_policy
from serve.times import to_iso, utc_now

if TYPE_CHECKING:
    from serve.agents.models import Verdict
    from serve.claims.models import DecisionRecord
    from serve.policy.rules import Policy

log = logging.getLogger(__name__)

CERTIFICATE_FROZEN = "certificate_frozen"
"""Kind of the alert, and of the entry of the ledger, that a certificate is frozen."""

_TICK = timedelta(milliseconds=1)
_BY_FACTS = "delivery"
"""The one problem that no model judges: its threshold holds whatever model looked at photos."""


@dataclass(frozen=True)
class Standing:
    """How a problem stands by the audits since its certificate was loaded.

    Attributes:
        audited: blind verdicts that count.
        wrong: those which did not confirm the machine.
        wealth: what betting against the promise has come to; the certificate freezes at `limit`.
        limit: one over the chance of freezing although the promise holds.
    """

    audited: int
    wrong: int
    wealth: float
    limit: float

    @property
    def broken(self) -> bool:
        return self.wealth >= self.limit


def load_certificate(session: Session, text: str, policy: Policy, actor: str) -> Certificate:
    """Puts a certificate in force, in place of any other; the one in force is left as it is.

    Args:
        session: of the caller's transaction.
        text: the file's content.
        policy: the one in force, which says what has to be promised.
        actor: who loads it.

    Raises:
        InvalidInput: it is malformed, promises too little, or proves nothing.
        Conflict: it was frozen.
    """
    certificate = Certificate.from_text(text)
    _check_promise(certificate, policy)
    take_turn(session)
    known = session.get(CertificateRecord, certificate.sha256)
    latest = find_latest(session)
    if known is not None and known.frozen_at is not None:
        raise Conflict(
            "A frozen certificate never counts again",
            f"one frozen at {to_iso(known.frozen_at)}: {known.frozen_because}",
            "Make a new one from an export of today with `python -m training certify`",
            code="certificate_frozen",
        )
    if known is not None and known is latest:
        return certificate
    payload = {"certificate_sha256": certificate.sha256, "thresholds": certificate.thresholds}
    append_event(session, Entry(None, "certificate_loaded", actor, payload=payload))
    record = known or CertificateRecord(sha256=certificate.sha256, text=text)
    # Of two, the one loaded later counts, even where the clock went back meanwhile.
    record.loaded_at = max(utc_now(), latest.loaded_at + _TICK) if latest else utc_now()
    session.add(record)
    session.flush()
    return certificate


def find_latest(session: Session) -> CertificateRecord | None:
    """Returns the certificate loaded last, frozen or not."""
    query = select(CertificateRecord).order_by(CertificateRecord.loaded_at.desc()).limit(1)
    return session.scalar(query)


def freeze_certificate(
    session: Session, because: str, actor: str, claim_id: uuid.UUID | None = None
) -> str:
    """Takes the certificate in force out of force for good, and calls a person.

    Returns:
        Its sha256.

    Raises:
        Conflict: none is in force.
    """
    take_turn(session)
    record = find_latest(session)
    if record is None or record.frozen_at is not None:
        raise Conflict(
            "A certificate that is in force can be frozen",
            "none is in force" if record is None else "it is frozen already",
            code="no_certificate",
        )
    payload = {"certificate_sha256": record.sha256, "because": because}
    append_event(session, Entry(claim_id, CERTIFICATE_FROZEN, actor, payload=payload))
    record.frozen_at, record.frozen_because = utc_now(), because
    details = {"because": because, "remedy": "docs/certificate.md"}
    raise_alert(session, Notice(CERTIFICATE_FROZEN, record.sha256, details, claim_id))
    return record.sha256


def cover(
    session: Session, policy: Policy, models: Collection[str], of_sha256: str | None = None
) -> dict[str, Any] | None:
    """Returns what a case file says of the certificate: `sha256` and `thresholds`, or None.

    Args:
        session: to read the certificate in force.
        policy: the claim's.
        models: sha256 of the models that assessed its photos.
        of_sha256: of the certificate to speak of, in force or not; by default the one in force.
    """
    certificate = _in_force(session) if of_sha256 is None else _load(session, of_sha256)
    if certificate is None:
        return None
    thresholds = cover_by(certificate, policy, models)
    return {"sha256": certificate.sha256, "thresholds": thresholds} if thresholds else None


def cover_by(
    certificate: Certificate, policy: Policy, models: Collection[str], procedure: int = PROCEDURE
) -> dict[str, float]:
    """Returns a certificate's thresholds that hold for claims under a policy, judged by models."""
    rates = policy.table.audit
    # Of claims that are never judged blind no audit speaks.
    if (
        not _promises_enough(certificate, policy)
        or certificate.rules_sha256 != digest_rules(policy, procedure)
        or 0 in (rates.propensity, rates.blind_propensity)
    ):
        return {}
    if set(models) == {certificate.model.sha256}:
        return certificate.thresholds
    return {p: t for p, t in certificate.thresholds.items() if p == _BY_FACTS}


def record_audit(session: Session, decided: DecisionRecord, verdict: Verdict) -> None:
    """Holds the certificate in force to a blind verdict, and freezes it where that breaks it.

    Only the first verdict on a claim counts; call it after the verdict's event in the ledger.

    Args:
        session: of the verdict's transaction.
        decided: the machine's decision that the verdict is held against.
        verdict: the agent's.
    """
    outcome = decided.outcome
    audited = verdict.round == 1 and verdict.blind and outcome.get("eligible", False)
    certificate = _in_force(session) if audited and not outcome["food_safety"] else None
    if certificate is None:
        return
    policy = load_policy(session, decided.policy_sha256)
    problem = outcome["problem"]
    covered = cover_by(certificate, policy, models_of(decided), outcome["procedure"])
    threshold = covered.get(problem)
    if threshold is None or outcome["confidence"] < threshold:
        return
    if not saw_the_same(get_claim(session, decided.claim_id), decided, verdict):
        return
    rates = policy.table.audit
    least = min(rates.propensity, rates.blind_propensity)
    if not is_kept(thin_draw(decided), outcome["blind_propensity"], least):
        return
    audit = CertificateAudit(
        claim_id=decided.claim_id,
        certificate_sha256=certificate.sha256,
        problem=problem,
        wrong=is_wrong(
            outcome["severity"],
            outcome["proposed_fen"],
            verdict.decision,
            verdict.severity,
            verdict.amount_fen,
        ),
        at=verdict.at,
    )
    session.add(audit)
    session.flush()
    standing = measure_standing(session, certificate, problem)
    if standing.broken:
        freeze_certificate(session, _word(problem, standing), "machine", decided.claim_id)


def measure_standing(session: Session, certificate: Certificate, problem: str) -> Standing:
    """Computes anew, from all its audits in order, how a problem stands."""
    query = (
        select(CertificateAudit.wrong)
        .where(
            CertificateAudit.certificate_sha256 == certificate.sha256,
            CertificateAudit.problem == problem,
        )
        .order_by(CertificateAudit.id)
    )
    wrongs = session.scalars(query).all()
    promise = certificate.promise
    wealth = measure_wealth(wrongs, promise.max_wrong_fraction)
    return Standing(len(wrongs), sum(wrongs), wealth, 1 / promise.level)


def _in_force(session: Session) -> Certificate | None:
    record = find_latest(session)
    if record is None or record.frozen_at is not None:
        return None
    return _read(record)


def _load(session: Session, sha256: str) -> Certificate | None:
    record = session.get(CertificateRecord, sha256)
    return _read(record) if record else None


def _read(record: CertificateRecord) -> Certificate | None:
    """Returns the certificate; one that an earlier version wrote is none, and agents decide."""
    try:
        return _parse(record.text)
    except InvalidInput:
        log.warning("certificate %s cannot be read any more: load a new one", record.sha256)
        return None


@lru_cache(maxsize=8)
def _parse(text: str) -> Certificate:
    return Certificate.from_text(text)


def _promises_enough(certificate: Certificate, policy: Policy) -> bool:
    wanted, promise = policy.table.certificate, certificate.promise
    return (
        promise.max_wrong_fraction <= wanted.max_wrong_fraction
        and promise.confidence >= wanted.confidence
    )


def _check_promise(certificate: Certificate, policy: Policy) -> None:
    wanted, promise = policy.table.certificate, certificate.promise
    if not _promises_enough(certificate, policy):
        raise InvalidInput(
            f"The policy wants at most {wanted.max_wrong_fraction:.2%} wrong pre-approvals"
            f" at {wanted.confidence:.2%} confidence",
            f"a promise of {promise.max_wrong_fraction:.2%} at {promise.confidence:.2%}",
            "Certify with the policy in force",
            code="certificate_too_lax",
        )
    if not certificate.thresholds:
        raise InvalidInput(
            "A certificate that counts proves its promise for a problem at least",
            "one that proves nothing",
            "Certify again when agents have judged more blind cases",
            code="certificate_empty",
        )


def _word(problem: str, standing: Standing) -> str:
    return f"{problem}: {standing.wrong} of {standing.audited} audited pre-approvals were wrong"
