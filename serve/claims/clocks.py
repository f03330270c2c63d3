"""Clocks that were not kept: found every minute, told once each, settled with what was missing.

Every claim is escalated in one transaction with its ledger event and alert, so that a crash loses
nothing; what `missed_clocks` holds is never told again, whatever the clock of the machine does.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from serve.agents.records import pending_by_claim, select_entered_by
from serve.alerts.service import Notice, close_alerts, raise_alert
from serve.claims.models import Claim, MissedClock
from serve.claims.progress import (
    ACKNOWLEDGED,
    FIRST_ANSWER,
    FOOD_SAFETY,
    NEEDS_AGENT,
    NEEDS_PHOTO,
    RECEIVED,
    RESOLVED,
    VERIFIED,
    agent_clock,
    list_overdue,
)
from serve.claims.service import policy_of
from serve.ledger.refunds import owes_refund, select_owing
from serve.ledger.service import Entry, append_event
from serve.runtime import Runtime
from serve.times import after, to_iso, utc_now

CLOCK_MISSED, FOOD_SAFETY_LATE = "clock_missed", "food_safety_late"
_BATCH = 100


def overdue_conditions(now: datetime) -> dict[str, ColumnElement[bool]]:
    """Returns by clock what `serve.claims.progress.list_overdue` asks, as the database asks it."""
    agent = Claim.agent_due_at < now
    still_open = Claim.closed_at.is_(None)
    unresolved = and_(still_open, Claim.resolved_at.is_(None))
    return {
        FIRST_ANSWER: and_(still_open, Claim.decided_at.is_(None), Claim.answer_due_at < now),
        FOOD_SAFETY: and_(still_open, Claim.food_safety, agent),
        VERIFIED: and_(still_open, ~Claim.food_safety, agent),
        RESOLVED: and_(Claim.resolve_due_at < now, or_(unresolved, Claim.id.in_(select_owing()))),
    }


def escalate_clocks(runtime: Runtime) -> int:
    """Tells of every clock that was missed and not told of before; returns how many.

    Several workers may do so at once: each takes claims that no other one holds.
    """
    told = 0
    while found := _escalate_batch(runtime):
        told += found
    return told


def find_unanswered(runtime: Runtime) -> Sequence[uuid.UUID]:
    """Returns claims that wait for a decision although their first answer is due."""
    with runtime.transaction() as session:
        query = select(Claim.id).where(
            Claim.status == RECEIVED, Claim.closed_at.is_(None), Claim.answer_due_at < utc_now()
        )
        return session.scalars(query.order_by(Claim.answer_due_at).limit(_BATCH)).all()


def settle_clocks(session: Session, claim: Claim, by: str) -> None:
    """Closes the alerts of the claim's clocks that have nothing outstanding any more."""
    outstanding = list_overdue(claim, unpaid=owes_refund(session, claim.id))
    for clock in (ACKNOWLEDGED, FIRST_ANSWER, FOOD_SAFETY, VERIFIED, RESOLVED):
        if clock not in outstanding:
            close_alerts(session, _kind_of(clock), _subject(claim, clock), by)


def _escalate_batch(runtime: Runtime) -> int:
    now = utc_now()
    conditions = overdue_conditions(now)
    for clock in (FOOD_SAFETY, VERIFIED):
        # Such a verdict was in time; one that is not given after all leaves the clock run out.
        conditions[clock] &= Claim.id.not_in(select_entered_by(Claim.agent_due_at))
    late = [_untold(clock) & condition for clock, condition in conditions.items()]
    slow = _untold(ACKNOWLEDGED) & (Claim.acknowledged_at > Claim.acknowledge_due_at)
    forgotten = (Claim.status == NEEDS_PHOTO) & (Claim.resolve_due_at < now)
    # Closed claims are by far the most, and hold nothing but money that may still be owed.
    alive = union_all(select(Claim.id).where(Claim.closed_at.is_(None)), select_owing())
    with runtime.transaction() as session:
        claims = session.scalars(
            select(Claim)
            .where(Claim.id.in_(alive), or_(slow, forgotten, *late))
            .order_by(Claim.resolve_due_at, Claim.id)
            .limit(_BATCH)
            .with_for_update(skip_locked=True, key_share=True)
        ).all()
        return sum(_escalate(session, claim, now) for claim in claims)


def _untold(clock: str) -> ColumnElement[bool]:
    due = {
        ACKNOWLEDGED: Claim.acknowledge_due_at,
        FIRST_ANSWER: Claim.answer_due_at,
        RESOLVED: Claim.resolve_due_at,
    }.get(clock, Claim.agent_due_at)
    return ~exists().where(
        MissedClock.claim_id == Claim.id, MissedClock.clock == clock, MissedClock.due_at == due
    )


def _escalate(session: Session, claim: Claim, now: datetime) -> int:
    passed_on = _pass_on_forgotten(session, claim, now)
    missed = list_overdue(claim, unpaid=owes_refund(session, claim.id))
    pending = pending_by_claim(session, [claim.id]).get(claim.id)
    if pending and claim.agent_due_at and pending.entered_at <= claim.agent_due_at:
        missed.pop(agent_clock(claim), None)
    if claim.acknowledged_at > claim.acknowledge_due_at:
        missed[ACKNOWLEDGED] = claim.acknowledge_due_at
    told = sum(_tell(session, claim, clock, due_at) for clock, due_at in missed.items())
    return told or int(passed_on)


def _tell(session: Session, claim: Claim, clock: str, due_at: datetime) -> bool:
    now = utc_now()
    new = session.scalar(
        insert(MissedClock)
        .values(claim_id=claim.id, clock=clock, due_at=due_at, noticed_at=now)
        .on_conflict_do_nothing()
        .returning(MissedClock.claim_id)
    )
    if new is None:
        return False
    claim.escalated_at = claim.escalated_at or now
    payload = {"clock": clock, "due_at": to_iso(due_at)}
    append_event(session, Entry(claim.id, "escalated", "service", payload=payload))
    subject = _subject(claim, clock)
    raise_alert(session, Notice(_kind_of(clock), subject, payload, claim.id, claim.shop_id))
    return True


def _pass_on_forgotten(session: Session, claim: Claim, now: datetime) -> bool:
    """Passes on a claim whose better photo never came: that must not be its end.

    Whenever it came to wait for the photo: its clock may have been told before.
    """
    if claim.status != NEEDS_PHOTO or claim.resolve_due_at >= now:
        return False
    claim.status = NEEDS_AGENT
    if claim.agent_due_at is None:
        clocks = policy_of(session, claim).table.clocks
        due_s = clocks.food_safety_s if claim.food_safety else clocks.verified_s
        claim.agent_due_at = after(now, due_s)
    return True


def _kind_of(clock: str) -> str:
    return FOOD_SAFETY_LATE if clock == FOOD_SAFETY else CLOCK_MISSED


def _subject(claim: Claim, clock: str) -> str:
    return f"{claim.id}:{clock}"
