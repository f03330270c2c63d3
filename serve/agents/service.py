"""Agents' verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from serve.accounts.service import Caller, person_id
from serve.agents.checks import Checked, check_entry
from serve.agents.holds import end_hold
from serve.agents.models import Verdict
from serve.agents.schemas import VerdictIn
from serve.alerts.service import close_alerts
from serve.batches.watch import FOOD_SAFETY_CASE
from serve.claims.clocks import settle_clocks
from serve.claims.followup import tell_resolved
from serve.claims.service import load_claim, policy_of
from serve.ledger.refunds import Grant, instruct_refund
from serve.ledger.service import Entry, append_event
from serve.policy.certificates import record_audit
from serve.runtime import Runtime
from serve.times import utc_now

if TYPE_CHECKING:
    from serve.claims.models import Claim
    from serve.jobs.queue import JobQueue

VERDICT_NOT_GIVEN = "verdict_not_given"
"""Kind of the event, and of the alert, of a verdict that was entered and could not be given."""


def give_verdict(runtime: Runtime, agent: Caller, claim_id: str, verdict: VerdictIn) -> None:
    """Checks and gives a verdict in one transaction; see `check_entry` for what it raises."""
    with runtime.transaction() as session:
        claim = load_claim(session, agent, claim_id, lock=True)
        checked = check_entry(session, agent, claim, verdict)
        write_verdict(session, runtime.jobs, agent, claim, verdict, checked)


def write_verdict(
    session: Session,
    jobs: JobQueue,
    agent: Caller,
    claim: Claim,
    verdict: VerdictIn,
    checked: Checked,
) -> None:
    """Stores a checked verdict with its ledger event and pays what it adds.

    The locks of the checks still hold: claim and order are as they were checked.
    """
    record = Verdict(
        claim_id=claim.id,
        round=checked.round,
        agent_id=person_id(agent),
        decision=verdict.decision,
        severity=verdict.severity,
        amount_fen=checked.amount_fen,
        labels=checked.labels,
        note=verdict.note,
        blind=claim.blind and checked.round == 1 and claim.appeal is None,
        at=utc_now(),
    )
    session.add(record)
    _settle_claim(claim, verdict.decision)
    event = Entry(claim.id, "verdict", agent.name, record.amount_fen, _payload(record))
    append_event(session, event)
    if claim.decisions:
        record_audit(session, claim.decisions[-1], record)
    _pay(session, jobs, agent, claim, checked)
    tell_resolved(session, jobs, claim)
    settle_clocks(session, claim, agent.name)
    for kind in (FOOD_SAFETY_CASE, VERDICT_NOT_GIVEN):
        close_alerts(session, kind, str(claim.id), agent.name)
    end_hold(session, claim.id)


def _pay(session: Session, jobs: JobQueue, agent: Caller, claim: Claim, checked: Checked) -> None:
    if checked.amount_fen > checked.granted_fen:
        kind = "appeal" if checked.round > 1 else "verdict"
        version = policy_of(session, claim).version
        added_fen = checked.amount_fen - checked.granted_fen
        grant = Grant(claim.id, claim.order_id, kind, added_fen, version)
        instruct_refund(session, jobs, grant, actor=agent.name)


def _settle_claim(claim: Claim, decision: str) -> None:
    now = utc_now()
    claim.status = "closed" if decision == "close" else "resolved"
    claim.agent_due_at = None
    # What comes after, an appeal, is judged with everything in view.
    claim.blind = claim.for_lead = False
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
