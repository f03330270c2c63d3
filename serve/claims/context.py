"""What an agent looks at beside the photos: the order, its cold chain, and earlier claims.

Nothing here tells what the machine found: a case that is judged blind has the same context.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from serve.agents.records import verdicts_by_claim
from serve.claims.batches import count_others
from serve.claims.models import Claim
from serve.claims.presentation import is_hidden, summarise_claim
from serve.claims.signals import list_signals
from serve.claims.similar import find_similar
from serve.ledger.refunds import refunds_by_claim
from serve.orders.service import count_batch, get_order
from serve.times import from_iso, to_iso

if TYPE_CHECKING:
    from serve.orders.models import Order

LIMIT_CELSIUS = 8.0
"""The warmest that chilled ready-to-eat food should get on its way.

China's operating rules for catering (餐饮服务食品安全操作规范, SAMR 2018) keep chilled food between
0 and 8 °C. The standard for cold-chain logistics (GB 31605-2020) lets transport go up to 10 °C: an
agent should look earlier than that, at what the kitchen's own rules call too warm.
"""
_RECENT = 10
_DECLINE = "decline"


def describe_context(session: Session, claim: Claim) -> dict[str, Any]:
    """Returns the context of a claim as JSON values, in the shape of `ContextOut`.

    Args:
        session: to read with.
        claim: the claim; agents may see any.
    """
    order = get_order(session, claim.order_id)
    return {
        "order": _describe_order(claim, order),
        "cold_chain": describe_cold_chain(order.cold_chain),
        "signals": list_signals(session, claim, order),
        "customer": _describe_customer(session, claim),
        "batch": _describe_batch(session, claim),
        # Verdicts on photos that look alike would tell what to find on these.
        "similar": [] if is_hidden(claim) else find_similar(session, claim),
        "similar_hidden": is_hidden(claim),
    }


def _describe_order(claim: Claim, order: Order) -> dict[str, Any]:
    late_s = None
    if order.promised_at and order.delivered_at:
        late_s = max(0, round((order.delivered_at - order.promised_at).total_seconds()))
    packed = order.packing_sha256 is not None
    return {
        "order_id": order.order_id,
        "product": order.product,
        "price_fen": order.price_fen,
        "label_weight_g": order.label_weight_g,
        "batch": order.batch,
        "promised_at": to_iso(order.promised_at),
        "delivered_at": to_iso(order.delivered_at),
        "late_s": late_s,
        "packing_photo_url": f"/v1/claims/{claim.id}/packing-photo" if packed else None,
    }


def describe_cold_chain(stored: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Returns the readings in order of time, the highest, and for how long it was too warm.

    Between two readings the temperature is taken to have changed evenly.
    """
    readings = sorted(
        (moment, float(reading["celsius"]))
        for reading in stored
        if (moment := from_iso(reading["at"])) is not None
    )
    return {
        "readings": [{"at": to_iso(at), "celsius": celsius} for at, celsius in readings],
        "highest_celsius": max((celsius for _, celsius in readings), default=None),
        "limit_celsius": LIMIT_CELSIUS,
        "above_limit_s": round(sum(_time_above(one, other) for one, other in pairwise(readings))),
    }


def _time_above(one: tuple[datetime, float], other: tuple[datetime, float]) -> float:
    seconds = (other[0] - one[0]).total_seconds()
    low, high = sorted((one[1], other[1]))
    if high <= LIMIT_CELSIUS:
        return 0.0
    return seconds if low >= LIMIT_CELSIUS else seconds * (high - LIMIT_CELSIUS) / (high - low)


def _describe_customer(session: Session, claim: Claim) -> dict[str, Any]:
    """Counts the customer's other claims; of an erased claim nobody knows the customer."""
    others: list[Claim] = []
    if claim.erased_at is None:
        others = _list_others(
            session, Claim.customer_id == claim.customer_id, Claim.erased_at.is_(None), claim=claim
        )
    keys = [other.id for other in others]
    verdicts = verdicts_by_claim(session, keys)
    refunds = refunds_by_claim(session, keys)
    # What was granted on a case that is judged blind would tell what the machine found there.
    told = [other.id for other in others if not is_hidden(other)]
    return {
        "claims": len(others),
        "granted_fen": sum(refund.amount_fen for key in told for refund in refunds[key]),
        "declined": sum(given[-1].decision == _DECLINE for given in verdicts.values() if given),
        "recent": [summarise_claim(session, other) for other in others[:_RECENT]],
    }


def _describe_batch(session: Session, claim: Claim) -> dict[str, Any] | None:
    if claim.batch is None:
        return None
    recent = _list_others(session, Claim.batch == claim.batch, claim=claim, limit=_RECENT)
    return {
        "claims": count_others(session, claim),
        "orders": count_batch(session, claim.shop_id, claim.batch),
        "recent": [summarise_claim(session, other) for other in recent],
    }


def _list_others(
    session: Session, *conditions: ColumnElement[bool], claim: Claim, limit: int | None = None
) -> list[Claim]:
    """Returns other claims of the claim's shop, the latest first."""
    query = select(Claim).where(Claim.shop_id == claim.shop_id, Claim.id != claim.id, *conditions)
    return list(session.scalars(query.order_by(Claim.received_at.desc(), Claim.id).limit(limit)))
