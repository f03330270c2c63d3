"""What the queue shows of each claim, gathered for a whole page at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from serve.accounts.service import Caller, names_of_accounts, person_id
from serve.agents.holds import Holder, holders_of
from serve.agents.records import entered_by, latest_of, pending_by_claim
from serve.agents.service import VERDICT_NOT_GIVEN
from serve.alerts.board import list_alerts
from serve.alerts.schemas import AlertsQuery
from serve.claims.presentation import shown_status
from serve.claims.service import get_claim
from serve.console.waiting import word_due
from serve.orders.service import get_order, orders_by_id
from serve.times import to_iso, utc_now

if TYPE_CHECKING:
    from serve.agents.models import PendingVerdict
    from serve.claims.models import Claim

STATUS_TEXTS = {
    "received": "status_received",
    "pre_approved": "status_pre_approved",
    "needs_photo": "status_needs_photo",
    "needs_agent": "status_needs_agent",
    "resolved": "status_resolved",
    "closed": "status_closed",
}
_WHY_TEXTS = {
    "photo_added": "not_given_photo_added",
    "appeal_added": "not_given_appeal_added",
    "amount_above_price": "not_given_amount_above_price",
}
_RECENT, _RECENT_FOR = 5, timedelta(minutes=30)
_MOST_ALERTS = 100


@dataclass(frozen=True)
class Around:
    """What belongs to the claims of a page."""

    reader: uuid.UUID
    products: Mapping[uuid.UUID, tuple[str, str]]
    shops: Mapping[uuid.UUID, str]
    holders: Mapping[uuid.UUID, Holder]
    pending: Mapping[uuid.UUID, PendingVerdict]
    people: Mapping[uuid.UUID, str]


def describe_rows(
    session: Session, claims: Sequence[Claim], reader: Caller, texts: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Returns what a page of the queue shows of its claims, none of their photos.

    A photo in a list would be a look at it by somebody who may only pass by.
    """
    ids = [claim.id for claim in claims]
    orders = orders_by_id(session, [claim.order_id for claim in claims])
    pending = pending_by_claim(session, ids)
    around = Around(
        reader=person_id(reader),
        products={key: (order.product, order.order_id) for key, order in orders.items()},
        shops=names_of_accounts(session, [claim.shop_id for claim in claims]),
        holders=holders_of(session, ids),
        pending=pending,
        people=names_of_accounts(session, [found.agent_id for found in pending.values()]),
    )
    now = utc_now()
    return [_describe(claim, around, texts, now) for claim in claims]


def _describe(
    claim: Claim, around: Around, texts: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    product, order_id = around.products[claim.order_id]
    due_at = claim.agent_due_at
    return {
        "id": str(claim.id),
        "reason": claim.reason,
        "product": product,
        "order_id": order_id,
        "shop": around.shops[claim.shop_id],
        "batch": claim.batch,
        "status": texts[STATUS_TEXTS[shown_status(claim, for_agent=True)]],
        "food_safety": claim.food_safety,
        "blind": claim.blind and due_at is not None,
        "received_at": to_iso(claim.received_at),
        "due_at": to_iso(due_at),
        "due": word_due(texts, due_at, now) if due_at else "",
        "late": due_at is not None and due_at < now,
        "holder": _word_holder(claim.id, around, texts),
    }


def _word_holder(claim_id: uuid.UUID, around: Around, texts: Mapping[str, str]) -> str:
    pending, holder = around.pending.get(claim_id), around.holders.get(claim_id)
    if pending is not None and pending.agent_id == around.reader:
        return texts["entered_by_me"]
    if pending is not None:
        return texts["entered_by"].format(name=around.people[pending.agent_id])
    if holder is None:
        return ""
    if holder.account_id == around.reader:
        return texts["held_by_me"]
    return texts["held_by"].format(name=holder.name)


def describe_recent(
    session: Session, reader: Caller, texts: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Returns what a person decided lately: what can be undone, what was not given, what was."""
    me, now = person_id(reader), utc_now()
    given = latest_of(session, me, now - _RECENT_FOR, _RECENT)
    return [
        *(_describe_entered(session, pending, now) for pending in entered_by(session, me)),
        *_describe_not_given(session, me, texts),
        *(
            {
                **_name_claim(session, verdict.claim_id),
                "decision": verdict.decision,
                "amount_fen": verdict.amount_fen,
                "given_at": to_iso(verdict.at),
            }
            for verdict in given
        ),
    ]


def _describe_entered(session: Session, pending: PendingVerdict, now: datetime) -> dict[str, Any]:
    left_s = max(0, round((pending.due_at - now).total_seconds()))
    return {
        **_name_claim(session, pending.claim_id),
        "decision": pending.verdict["decision"],
        "amount_fen": pending.verdict["amount_fen"],
        "left_s": left_s,
    }


def _describe_not_given(
    session: Session, reader: uuid.UUID, texts: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    query = AlertsQuery(open=True, kind=VERDICT_NOT_GIVEN, limit=_MOST_ALERTS)
    for alert in list_alerts(session, query)[0]:
        if alert.claim_id is None or alert.details.get("agent_id") != str(reader):
            continue
        name = _WHY_TEXTS.get(alert.details.get("code", ""), "not_given_other")
        yield {**_name_claim(session, alert.claim_id), "why": texts[name]}


def _name_claim(session: Session, claim_id: uuid.UUID) -> dict[str, Any]:
    claim = get_claim(session, claim_id)
    order = get_order(session, claim.order_id)
    return {"id": str(claim_id), "reason": claim.reason, "product": order.product}
