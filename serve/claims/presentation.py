"""A claim as its owner or an agent sees it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from serve.accounts.service import Caller
from serve.agents.desk import describe_desk
from serve.agents.records import verdicts_of
from serve.claims.batches import count_others
from serve.claims.feedback import present_feedback
from serve.claims.models import Claim, ClaimPhoto, DecisionRecord
from serve.claims.progress import list_overdue, list_progress
from serve.claims.service import policy_of
from serve.ledger.refunds import refunds_of
from serve.orders.service import get_order
from serve.policy.rules import Policy
from serve.runtime import Runtime
from serve.times import to_iso

if TYPE_CHECKING:
    from serve.agents.models import Verdict
    from serve.ledger.models import Refund


def is_hidden(claim: Claim) -> bool:
    """Whether an agent must not see the machine's finding yet."""
    return claim.blind and claim.agent_due_at is not None


def shown_status(claim: Claim, for_agent: bool) -> str:
    """Returns the status as that reader may see it."""
    return "needs_agent" if for_agent and is_hidden(claim) else claim.status


def summarise_claim(session: Session, claim: Claim) -> dict[str, Any]:
    """Returns what an agent sees of a claim beside others: no finding of a blind case."""
    severity = None
    verdicts = verdicts_of(session, claim.id)
    if verdicts:
        severity = verdicts[-1].severity
    elif claim.decisions and not is_hidden(claim):
        severity = claim.decisions[-1].outcome["severity"]
    return {
        "id": str(claim.id),
        "reason": claim.reason,
        "status": shown_status(claim, for_agent=True),
        "severity": severity,
        "food_safety": claim.food_safety,
        "received_at": to_iso(claim.received_at),
    }


def present_claim(
    session: Session,
    runtime: Runtime,
    claim: Claim,
    *,
    for_agent: bool = False,
    reader: Caller | None = None,
) -> dict[str, Any]:
    """Returns the claim as JSON values, in the shape of `serve.claims.schemas.ClaimOut`.

    Args:
        session: to read what belongs to the claim.
        runtime: for the policy's wording and the address of pictures.
        claim: the claim.
        for_agent: add what only agents see, and hide the machine's finding in blind cases.
        reader: which agent, for what is theirs: their hold, their verdict, their authority.
    """
    order = get_order(session, claim.order_id)
    hidden = for_agent and is_hidden(claim)
    refunds = refunds_of(session, claim.id)
    verdicts = verdicts_of(session, claim.id)
    policy = policy_of(session, claim)
    unpaid = any(refund.released_at is None for refund in refunds)
    answer: dict[str, Any] = {
        "id": str(claim.id),
        "order_id": order.order_id,
        "reason": claim.reason,
        "description": claim.description,
        "status": claim.status,
        "amount_fen": sum(refund.amount_fen for refund in refunds),
        "price_fen": order.price_fen,
        "food_safety": claim.food_safety,
        "received_at": to_iso(claim.received_at),
        "decision": None if hidden else _decision(claim, policy, for_agent),
        "photos": [_photo(claim, photo, hidden) for photo in claim.photos],
        "refunds": [] if hidden else [_refund(refund, policy) for refund in refunds],
        "verdict": _verdict(verdicts[-1], for_agent) if verdicts else None,
        "appeal": claim.appeal,
        "progress": list_progress(claim, policy.table.clocks, unpaid=unpaid),
        **present_feedback(session, claim),
    }
    if hidden:
        # Granted money and status would tell an agent what the machine found.
        answer |= {"amount_fen": 0, "status": "needs_agent", "feedback": None, "may_rate": False}
        for step in answer["progress"]:
            step["at"] = step["at"] if step["step"] in ("received", "assessed") else None
    if for_agent:
        answer |= _for_agents(session, claim, unpaid) | describe_desk(session, claim, reader)
    return answer


def _for_agents(session: Session, claim: Claim, unpaid: bool) -> dict[str, Any]:
    return {
        "audit": None if is_hidden(claim) else claim.audit,
        "blind": claim.blind,
        "for_lead": claim.for_lead,
        "agent_due_at": to_iso(claim.agent_due_at),
        "overdue": list(list_overdue(claim, unpaid=unpaid)),
        "escalated_at": to_iso(claim.escalated_at),
        "shop_id": str(claim.shop_id),
        "batch": claim.batch,
        "batch_claims": count_others(session, claim),
    }


def _decision(claim: Claim, policy: Policy, for_agent: bool) -> dict[str, Any] | None:
    if not claim.decisions:
        return None
    record = claim.decisions[-1]
    outcome = record.outcome
    shown = {
        **{key: outcome[key] for key in ("outcome", "problem", "severity", "percent")},
        "amount_fen": outcome["amount_fen"],
        "extras": _extras(outcome["extras"], policy),
        "reasons": outcome["reasons"],
        "policy": {"version": record.policy_version, "sha256": record.policy_sha256},
        "model": _model(record),
        "decided_at": to_iso(record.decided_at),
    }
    if for_agent:
        shown |= {key: outcome[key] for key in ("proposed_fen", "audit_propensity")}
    return shown


def _model(record: DecisionRecord) -> dict[str, str] | None:
    if not record.model_sha256:
        return None
    return {"version": record.model_version, "sha256": record.model_sha256}


def _photo(claim: Claim, photo: ClaimPhoto, hidden: bool) -> dict[str, Any]:
    url = f"/v1/claims/{claim.id}/photos/{photo.sha256}"
    usable = bool(photo.assessment and photo.assessment["usable"])
    return {
        "sha256": photo.sha256,
        "name": photo.name,
        "added_at": to_iso(photo.added_at),
        "url": url,
        "overlay_url": f"{url}/overlay" if usable and not hidden else None,
        "marks": photo.marks or [] if usable and not hidden else [],
        "assessment": None if hidden else photo.assessment,
    }


def _refund(refund: Refund, policy: Policy) -> dict[str, Any]:
    return {
        "kind": refund.kind,
        "amount_fen": refund.amount_fen,
        "extras": _extras(refund.extras, policy),
        "created_at": to_iso(refund.created_at),
        "released_at": to_iso(refund.released_at),
    }


def _extras(codes: Iterable[str], policy: Policy) -> list[dict[str, str]]:
    wording = policy.table.wording.extras
    return [
        {"code": code, "zh": wording[code].zh, "en": wording[code].en}
        if code in wording
        else {"code": code, "zh": code, "en": code}
        for code in codes
    ]


def _verdict(verdict: Verdict, for_agent: bool) -> dict[str, Any]:
    return {
        "decision": verdict.decision,
        "severity": verdict.severity,
        "amount_fen": verdict.amount_fen,
        "note": verdict.note,
        "at": to_iso(verdict.at),
        "labels": verdict.labels if for_agent else None,
    }
