"""What the queue shows of each claim, gathered for a whole page at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from serve.accounts.service import Caller, names_of_accounts, person_id
from serve.agents.holds import Holder, holders_of
from serve.agents.records import pending_by_claim
from serve.claims.presentation import shown_status
from serve.console.waiting import word_due
from serve.orders.service import orders_by_id
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
        "for_lead": claim.for_lead and due_at is not None,
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
