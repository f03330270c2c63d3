"""Assessing and deciding a claim, once, whoever comes first: the request or the job."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from prometheus_client import Counter
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from model.overlay import list_marks
from serve.accounts.service import name_of_account
from serve.batches.watch import watch_decided
from serve.claims.clocks import settle_clocks
from serve.claims.embeddings import keep_embedding
from serve.claims.idempotency import keep_answer
from serve.claims.models import Claim, ClaimPhoto, DecisionRecord
from serve.claims.presentation import present_claim
from serve.claims.progress import RECEIVED
from serve.claims.safety import look_for_harm
from serve.claims.service import policy_of
from serve.ledger.refunds import Grant, instruct_refund, sum_granted_fen
from serve.ledger.service import Entry, append_event
from serve.orders.service import get_order, packing_record
from serve.policy.certificates import cover
from serve.policy.decision import NEEDS_AGENT, NEEDS_PHOTO, PRE_APPROVED, Decision, decide
from serve.policy.evidence import CaseFile, CustomerHistory, OrderFacts, keep_nonce
from serve.runtime import Runtime
from serve.times import after, to_iso, utc_now
from serve.webhooks.service import CLAIM_DECIDED, enqueue_message

if TYPE_CHECKING:
    from model.assessment import Assessment
    from serve.orders.models import Order
    from serve.policy.rules import Policy

_DECISIONS = Counter("freshclaim_decisions", "Decisions by outcome", ["outcome"])


def assess_claim(runtime: Runtime, claim_id: uuid.UUID, *, give_up: bool = False) -> None:
    """Assesses the claim's photos and decides it; does nothing when that is done.

    The claim's row stays locked meanwhile, so that of two attempts one works and one finds it done.

    Args:
        runtime: the parts to work with.
        claim_id: which claim.
        give_up: pass on to an agent without looking at the photos, after repeated failures.
    """
    with runtime.transaction() as session:
        claim = session.get(Claim, claim_id, with_for_update=True)
        if claim is None:
            return
        order, policy = get_order(session, claim.order_id), policy_of(session, claim)
        fresh = [] if give_up else assess_photos(runtime, session, claim, order, policy)
        if claim.status != RECEIVED:
            _record_assessed(session, claim, fresh)
            look_for_harm(session, runtime.jobs, claim, policy)
            return
        order = get_order(session, claim.order_id, lock=True)
        case = open_case(session, claim, order, policy, failed=give_up)
        decision = decide(case, policy)
        _record_assessed(session, claim, fresh)
        _record(session, runtime, claim, policy, case, decision)
        keep_answer(session, claim.id, present_claim(session, runtime, claim))
    _DECISIONS.labels(decision.outcome).inc()


def assess_photos(
    runtime: Runtime, session: Session, claim: Claim, order: Order, policy: Policy
) -> list[ClaimPhoto]:
    """Assesses the photos that have no assessment yet and returns them."""
    missing = [photo for photo in claim.photos if photo.assessment is None]
    if not missing:
        return []
    record = [] if order.packing_sha256 else packing_record(session, order)
    references = {"packing": order.packing_sha256, "record": record}
    for photo in missing:
        photo.references = references
        # Assessments stay in decisions for ever; the customer's own name for a file does not.
        name = f"photo-{photo.position + 1}"
        found = score_photo(runtime, photo.sha256, name, references, policy)
        photo.assessment, photo.marks = found.to_dict(), list_marks(found)
        keep_embedding(photo, found)
    claim.assessed_at = utc_now()
    session.flush()
    return missing


def score_photo(
    runtime: Runtime, sha256: str, name: str, references: dict[str, Any], policy: Policy
) -> Assessment:
    """Scores a stored photo against stored references; the same arguments, the same answer."""
    packing = references.get("packing")
    with runtime.scoring.slots:
        return runtime.scoring.assess(
            runtime.photos.get(sha256),
            name,
            policy.grade_rules,
            packing=runtime.photos.get(packing) if packing else None,
            record=tuple(map(runtime.photos.get, references.get("record", ()))),
        )


def open_case(
    session: Session, claim: Claim, order: Order, policy: Policy, *, failed: bool
) -> CaseFile:
    """Gathers what a decision looks at; takes the customer's lock, so that caps hold."""
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
    session.execute(lock, {"name": f"{claim.shop_id}:{claim.customer_id}"})
    assessments = () if failed else tuple(_stored(photo) for photo in claim.photos)
    models = {found["model"]["sha256"] for found in assessments}
    return CaseFile(
        claim_id=str(claim.id),
        reason=claim.reason,
        order=OrderFacts(
            price_fen=order.price_fen,
            refunded_fen=sum_granted_fen(session, order.id),
            promised_at=order.promised_at,
            delivered_at=order.delivered_at,
        ),
        customer=CustomerHistory() if failed else _read_history(session, claim, policy),
        assessments=assessments,
        references=() if failed else tuple(photo.references or {} for photo in claim.photos),
        assessment_failed=failed,
        shop=name_of_account(session, claim.shop_id),
        product=order.product,
        urgent=bool(policy.table.urgent.find(claim.description)),
        reused=() if failed else tuple(_find_reused(session, claim)),
        # The last resort of a claim that cannot be judged looks at nothing that could fail again.
        certificate=None if failed else cover(session, policy, models),
        nonce=keep_nonce(record.inputs for record in claim.decisions),
    )


def _find_reused(session: Session, claim: Claim) -> list[str]:
    """Returns the hashes of the claim's photos that came with a claim on another order before."""
    earlier = (
        select(ClaimPhoto.sha256)
        .join(Claim, Claim.id == ClaimPhoto.claim_id)
        .where(
            ClaimPhoto.sha256.in_([photo.sha256 for photo in claim.photos]),
            Claim.order_id != claim.order_id,
            Claim.received_at <= claim.received_at,
        )
    )
    return sorted(set(session.scalars(earlier)))


def _stored(photo: ClaimPhoto) -> dict[str, Any]:
    return photo.assessment or {}


def _read_history(session: Session, claim: Claim, policy: Policy) -> CustomerHistory:
    since = utc_now() - timedelta(seconds=policy.table.zero_material.window_s)
    count, amount_fen = session.execute(
        select(func.count(), func.coalesce(func.sum(Claim.pre_approved_fen), 0)).where(
            Claim.shop_id == claim.shop_id,
            Claim.customer_id == claim.customer_id,
            Claim.decided_at > since,
            Claim.pre_approved_fen > 0,
        )
    ).one()
    return CustomerHistory(claims=count, amount_fen=int(amount_fen))


def _record(
    session: Session,
    runtime: Runtime,
    claim: Claim,
    policy: Policy,
    case: CaseFile,
    decision: Decision,
) -> None:
    """Writes the decision, the ledger event and the refund, all in the caller's transaction."""
    models = {(a["model"]["version"], a["model"]["sha256"]) for a in case.assessments}
    model_version, model_sha256 = max(models, default=("", ""))
    record = DecisionRecord(
        claim_id=claim.id,
        inputs=case.to_dict(),
        outcome=decision.to_dict(),
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        model_version=model_version,
        model_sha256=model_sha256,
        decided_at=utc_now(),
    )
    claim.decisions.append(record)
    _update_claim(claim, policy, decision)
    session.flush()
    _tell_decided(session, runtime, record, claim)
    payload = {
        "decision_id": record.id,
        "decided_at": to_iso(record.decided_at),
        "outcome": decision.outcome,
        "inputs_sha256": record.inputs_sha256,
        "outcome_sha256": record.outcome_sha256,
        "policy": {"version": policy.version, "sha256": policy.sha256},
        "model": {"version": model_version, "sha256": model_sha256},
    }
    entry = Entry(claim.id, "decided", "machine", decision.amount_fen, payload)
    append_event(session, entry, at=record.decided_at)
    if decision.outcome == PRE_APPROVED:
        grant = Grant(
            claim.id,
            claim.order_id,
            "decision",
            decision.amount_fen,
            policy.version,
            decision.extras,
        )
        instruct_refund(session, runtime.jobs, grant, actor="machine")
    settle_clocks(session, claim, "machine")
    codes = [why["code"] for why in decision.reasons] if decision.food_safety else []
    watch_decided(session, runtime.jobs, claim, policy.table.batches, codes)


def _tell_decided(session: Session, runtime: Runtime, record: DecisionRecord, claim: Claim) -> None:
    data = {
        "claim_id": str(claim.id),
        "order_id": get_order(session, claim.order_id).order_id,
        "status": claim.status,
        "food_safety": claim.food_safety,
        **{key: record.outcome[key] for key in ("problem", "severity", "amount_fen")},
        "policy_version": record.policy_version,
    }
    subject = f"decided:{record.id}"
    enqueue_message(session, runtime.jobs, claim.shop_id, CLAIM_DECIDED, subject, data)


def _record_assessed(session: Session, claim: Claim, photos: Sequence[ClaimPhoto]) -> None:
    """Writes what was found into the ledger; after the order's lock, as its writers take turns."""
    if not photos:
        return
    found = [
        {"photo": photo.sha256, "evidence_sha256": photo.evidence_sha256, "model": _model_of(photo)}
        for photo in photos
    ]
    append_event(session, Entry(claim.id, "assessed", "machine", payload={"photos": found}))


def _model_of(photo: ClaimPhoto) -> dict[str, str]:
    model: dict[str, str] = _stored(photo)["model"]
    return model


def _update_claim(claim: Claim, policy: Policy, decision: Decision) -> None:
    clocks, now = policy.table.clocks, utc_now()
    # What a customer took to send a better photo is no time that an agent had.
    start = claim.received_at if claim.decided_at is None else now
    claim.status = decision.outcome
    claim.food_safety = decision.food_safety
    claim.audit = decision.audit
    claim.blind = decision.blind
    claim.assessed_at = claim.assessed_at or now
    claim.decided_at = now
    claim.pre_approved_fen = decision.amount_fen
    if decision.food_safety:
        due_at = after(start, clocks.food_safety_s)
        claim.agent_due_at = min(claim.agent_due_at or due_at, due_at)
    elif decision.outcome == NEEDS_AGENT or decision.audit:
        # One clock for both: another one would tell an agent which blind case was approved.
        claim.agent_due_at = after(start, clocks.verified_s)
    elif decision.outcome != NEEDS_PHOTO:
        claim.verified_at = now
