"""A batch as a food-safety officer sees it: all orders that may be affected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from model.errors import Conflict
from serve.accounts.service import Caller, name_of_account
from serve.batches.recalls import find_recall, start_recall
from serve.claims.batches import claims_of_orders, count_on_batch
from serve.claims.presentation import summarise_claim
from serve.claims.service import load_claim
from serve.orders.service import count_batch, get_order, list_batch
from serve.times import to_iso

if TYPE_CHECKING:
    from serve.batches.models import Recall
    from serve.claims.models import Claim
    from serve.jobs.queue import JobQueue
    from serve.orders.models import Order


def call_back(
    session: Session, jobs: JobQueue, agent: Caller, claim_id: str, reason: str
) -> tuple[Recall, bool]:
    """Calls back the batch of a claim's order, once.

    It needs no hold of the claim, and changes nothing about it: safety waits for nobody's verdict.

    Returns:
        The recall of the batch, and whether it is new.

    Raises:
        NotFound: there is no such claim.
        Conflict: its order has no batch.
    """
    claim = load_claim(session, agent, claim_id, lock=True)
    return start_recall(session, jobs, claim, require_batch(claim), reason, agent.name)


def show_batch(
    session: Session, agent: Caller, claim_id: str, *, limit: int, offset: int
) -> dict[str, Any]:
    """Returns the batch of a claim and a page of its other orders, the latest first.

    Raises:
        NotFound: there is no such claim.
        Conflict: its order has no batch.
    """
    claim = load_claim(session, agent, claim_id)
    batch = require_batch(claim)
    order = get_order(session, claim.order_id)
    others = list_batch(session, order, limit=limit, offset=offset)
    claims = claims_of_orders(session, [other.id for other in others])
    recall = find_recall(session, claim.shop_id, batch)
    return {
        "shop_id": str(claim.shop_id),
        "shop": name_of_account(session, claim.shop_id),
        "batch": batch,
        "product": order.product,
        "order_count": count_batch(session, claim.shop_id, batch),
        "claim_count": count_on_batch(session, claim.shop_id, batch),
        "recall_id": str(recall.id) if recall else None,
        **_temperatures(order),
        "orders": [_present(session, other, claims.get(other.id, ())) for other in others],
        "limit": limit,
        "offset": offset,
    }


def require_batch(claim: Claim) -> str:
    """Returns the batch of a claim's order.

    Raises:
        Conflict: the shop named none.
    """
    if claim.batch is None:
        raise Conflict(
            "A batch is looked at, and called back, by a claim on an order that names one",
            f"claim {claim.id}, whose order names no batch",
            "Ask the shop which batch it was; orders name it in the field batch",
            code="no_batch",
        )
    return claim.batch


def _present(session: Session, order: Order, claims: Sequence[Claim]) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "customer_id": order.customer_id,
        "product": order.product,
        "created_at": to_iso(order.created_at),
        "delivered_at": to_iso(order.delivered_at),
        **_temperatures(order),
        "claims": [summarise_claim(session, claim) for claim in claims],
    }


def _temperatures(order: Order) -> dict[str, float | None]:
    read = [float(reading["celsius"]) for reading in order.cold_chain]
    return {
        "coldest_celsius": min(read, default=None),
        "warmest_celsius": max(read, default=None),
    }
