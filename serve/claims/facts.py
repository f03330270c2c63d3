"""What reports count of claims: facts, a row a claim, that other subjects' facts are joined to.

A report reads these columns and never the tables. A blind case that still waits is `held_back`:
whoever reads a report may be the agent who has to judge it, so that nothing but its receipt and
that it waits may show there.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, any_, func, literal, or_, select
from sqlalchemy.orm import Session, load_only, selectinload
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from serve.claims.clocks import overdue_conditions
from serve.claims.models import Claim, ClaimPhoto, DecisionRecord, Feedback, MissedClock
from serve.claims.progress import (
    ACKNOWLEDGED,
    FIRST_ANSWER,
    FOOD_SAFETY,
    NEEDS_PHOTO,
    RECEIVED,
    RESOLVED,
    VERIFIED,
)
from serve.database import Rows

CLOCKS = (ACKNOWLEDGED, FIRST_ANSWER, FOOD_SAFETY, VERIFIED, RESOLVED)
_COLUMNS = (
    *(Claim.id, Claim.order_id, Claim.shop_id, Claim.batch, Claim.reason, Claim.status),
    *(Claim.food_safety, Claim.received_at, Claim.acknowledged_at, Claim.resolved_at),
    *(Claim.policy_sha256, Claim.acknowledge_due_at, Claim.answer_due_at),
    *(Claim.resolve_due_at, Claim.agent_due_at),
)


def select_facts() -> Rows:
    """Returns the query for all claims' facts; a column that nobody asks for is not computed.

    Columns: id, order_id, shop_id, batch, reason, status, food_safety, received_at,
    acknowledged_at, resolved_at, policy_sha256, when each clock ran or runs out
    (acknowledge_due_at, answer_due_at, resolve_due_at, agent_due_at), and

    - held_back: a blind case that still waits;
    - waiting: an agent has to look at it;
    - decided: the machine has judged it, and does not wait for a better photo;
    - pre_approved: the machine's latest decision is a pre-approval;
    - appealed: the customer asked for a human;
    - answered_at: the machine's first decision;
    - told: the clocks that were noticed to have run out, an array; null without any;
    - score: the customer's, 1 to 5.
    """
    first = select(func.min(DecisionRecord.decided_at)).where(DecisionRecord.claim_id == Claim.id)
    # By claim, not grouped and joined: who asks for some claims must not read all of these.
    told = select(func.array_agg(MissedClock.clock)).where(MissedClock.claim_id == Claim.id)
    asked = Claim.status.in_((RECEIVED, NEEDS_PHOTO))
    return select(
        *_COLUMNS,
        held_back().label("held_back"),
        Claim.agent_due_at.is_not(None).label("waiting"),
        and_(Claim.decided_at.is_not(None), ~asked).label("decided"),
        (Claim.pre_approved_fen > 0).label("pre_approved"),
        Claim.appeal.is_not(None).label("appealed"),
        first.scalar_subquery().label("answered_at"),
        told.scalar_subquery().label("told"),
        Feedback.score,
    ).outerjoin(Feedback, Feedback.claim_id == Claim.id)


def missed_clocks(
    facts: ReadOnlyColumnCollection[str, Any], now: datetime
) -> dict[str, ColumnElement[bool]]:
    """Returns by clock whether it ran out: the minute's round of alerts may not have seen it.

    Args:
        facts: columns of `select_facts`.
        now: the time now, UTC.
    """
    late = func.coalesce(facts.agent_due_at < now, False)
    ran_out = {
        ACKNOWLEDGED: facts.acknowledged_at > facts.acknowledge_due_at,
        FIRST_ANSWER: func.coalesce(facts.answered_at, now) > facts.answer_due_at,
        FOOD_SAFETY: and_(facts.food_safety, late),
        VERIFIED: and_(~facts.food_safety, late),
        RESOLVED: func.coalesce(facts.resolved_at, now) > facts.resolve_due_at,
    }
    return {clock: or_(ran_out[clock], _was_told(facts, clock)) for clock in CLOCKS}


def _was_told(facts: ReadOnlyColumnCollection[str, Any], clock: str) -> ColumnElement[bool]:
    return func.coalesce(literal(clock) == any_(facts.told), False)


def held_back() -> ColumnElement[bool]:
    """Asks, as the database asks it, what `serve.claims.presentation.is_hidden` asks."""
    return and_(Claim.blind, Claim.agent_due_at.is_not(None))


def select_held_back() -> Select[uuid.UUID]:
    """Returns the query for blind cases that still wait."""
    return select(Claim.id).where(held_back())


def received_between(
    facts: Rows, since: datetime, until: datetime, shop_id: uuid.UUID | None
) -> Rows:
    """Narrows facts to claims received from a time on, before another, of one shop or all."""
    narrowed = facts.where(Claim.received_at >= since, Claim.received_at < until)
    return narrowed if shop_id is None else narrowed.where(Claim.shop_id == shop_id)


def select_receipts() -> Rows:
    """Returns the query for when claims were received: id, shop_id, received_at."""
    return select(Claim.id, Claim.shop_id, Claim.received_at)


def select_answers() -> Rows:
    """Returns the query for what the machine said.

    Columns: id, claim_id, outcome (pre_approved, needs_photo or needs_agent), severity, amount_fen,
    problem.

    A claim has one a decision; the one with the highest id is the latest.
    """
    outcome = DecisionRecord.outcome
    return select(
        DecisionRecord.id,
        DecisionRecord.claim_id,
        outcome["outcome"].as_string().label("outcome"),
        outcome["severity"].as_string().label("severity"),
        outcome["amount_fen"].as_integer().label("amount_fen"),
        outcome["problem"].as_string().label("problem"),
    )


def count_now(session: Session, now: datetime, shop_id: uuid.UUID | None) -> dict[str, int]:
    """Counts claims that are open (neither resolved nor closed), waiting and late, as of now."""
    late = or_(*overdue_conditions(now).values())
    is_open = and_(Claim.closed_at.is_(None), Claim.resolved_at.is_(None))
    counts = {"open": is_open, "waiting": Claim.agent_due_at.is_not(None), "late": late}
    of_shop = [] if shop_id is None else [Claim.shop_id == shop_id]
    return {
        name: int(session.scalar(select(func.count(Claim.id)).where(condition, *of_shop)) or 0)
        for name, condition in counts.items()
    }


def load_judged(session: Session, claim_ids: Collection[uuid.UUID]) -> list[Claim]:
    """Returns claims with their decisions and with when each photo came, and no more of photos."""
    query = (
        select(Claim)
        .where(Claim.id.in_(claim_ids))
        .options(
            load_only(Claim.id),
            selectinload(Claim.photos).load_only(ClaimPhoto.sha256, ClaimPhoto.added_at),
            selectinload(Claim.decisions),
        )
    )
    return list(session.scalars(query))
