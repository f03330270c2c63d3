"""Agents' verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from model.errors import Conflict, InvalidInput
from serve.accounts.service import Caller
from serve.agents.labels import check_labels
from serve.agents.models import Verdict
from serve.agents.records import verdicts_of
from serve.agents.schemas import VerdictIn
from serve.alerts.service import close_alerts
from serve.batches.watch import FOOD_SAFETY_CASE
from serve.claims.clocks import settle_clocks
from serve.claims.followup import tell_resolved
from serve.claims.service import load_claim, policy_of
from serve.ledger.refunds import Grant, instruct_refund, sum_claim_fen, sum_granted_fen
from serve.ledger.service import Entry, append_event
from serve.orders.service import get_order
from serve.policy.certificates import record_audit
from serve.runtime import Runtime
from serve.times import utc_now

if TYPE_CHECKING:
    from serve.claims.models import Claim


def give_verdict(runtime: Runtime, agent: Caller, claim_id: str, verdict: VerdictIn) -> None:
    """Stores a verdict with its ledger event and pays what it adds, in one transaction.

    Raises:
        Conflict: the claim does not wait for an agent, or has its verdict.
        InvalidInput: the amount is above what is left of the price, or a label does not fit.
    """
    if agent.account_id is None:
        raise InvalidInput(
            "Verdicts are given by agents",
            f"the role {agent.role}",
            "Use an agent's key",
            code="wrong_role",
        )
    with runtime.transaction() as session:
        claim = load_claim(session, agent, claim_id, lock=True)
        number = _next_round(session, claim)
        order = get_order(session, claim.order_id, lock=True)
        granted_fen = sum_claim_fen(session, claim.id)
        elsewhere_fen = sum_granted_fen(session, order.id) - granted_fen
        amount_fen = _check_amount(verdict, order.price_fen - elsewhere_fen, granted_fen)
        record = Verdict(
            claim_id=claim.id,
            round=number,
            agent_id=agent.account_id,
            decision=verdict.decision,
            severity=verdict.severity,
            amount_fen=amount_fen,
            labels=check_labels(verdict.labels, claim.photos),
            note=verdict.note,
            blind=claim.blind and number == 1 and claim.appeal is None,
            at=utc_now(),
        )
        session.add(record)
        _settle_claim(claim, verdict.decision)
        append_event(session, Entry(claim.id, "verdict", agent.name, amount_fen, _payload(record)))
        if claim.decisions:
            record_audit(session, claim.decisions[-1], record)
        if amount_fen > granted_fen:
            kind = "appeal" if number > 1 else "verdict"
            version = policy_of(session, claim).version
            grant = Grant(claim.id, order.id, kind, amount_fen - granted_fen, version)
            instruct_refund(session, runtime.jobs, grant, actor=agent.name)
        tell_resolved(session, runtime.jobs, claim)
        settle_clocks(session, claim, agent.name)
        close_alerts(session, FOOD_SAFETY_CASE, str(claim.id), agent.name)


def _next_round(session: Session, claim: Claim) -> int:
    if claim.agent_due_at is None:
        raise Conflict(
            "A verdict is given on a claim that waits for an agent",
            f"a claim with the status {claim.status}",
            "GET /v1/claims?waiting=true lists the claims that wait",
            code="no_verdict_wanted",
        )
    return len(verdicts_of(session, claim.id)) + 1


def _check_amount(verdict: VerdictIn, available_fen: int, granted_fen: int) -> int:
    if verdict.amount_fen is None:
        return granted_fen
    if verdict.amount_fen > available_fen:
        raise InvalidInput(
            f"Compensations never add up past the price paid: at most {available_fen} fen here",
            f"amount_fen {verdict.amount_fen}",
            "Send a smaller amount_fen",
            code="amount_above_price",
        )
    return verdict.amount_fen


def _settle_claim(claim: Claim, decision: str) -> None:
    now = utc_now()
    claim.status = "closed" if decision == "close" else "resolved"
    claim.agent_due_at = None
    # What comes after, an appeal, is judged with everything in view.
    claim.blind = False
    claim.verified_at = now
    claim.resolved_at = claim.resolved_at or now
    claim.closed_at = now if decision == "close" else None


def _payload(record: Verdict) -> dict[str, Any]:
    return {
        "decision": record.decision,
        "severity": record.severity,
        "labels": record.labels,
        "blind": record.blind,
        "note": record.note,
    }


def latest_verdicts(session: Session) -> Sequence[Verdict]:
    """Returns the last verdict of every claim that has one, oldest claim first."""
    last = (
        select(Verdict.claim_id, func.max(Verdict.round).label("round"))
        .group_by(Verdict.claim_id)
        .subquery()
    )
    query = select(Verdict).join(
        last, (Verdict.claim_id == last.c.claim_id) & (Verdict.round == last.c.round)
    )
    return session.scalars(query.order_by(Verdict.id)).all()
