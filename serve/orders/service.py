"""Orders: the facts that claims are judged against."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from model.canonical import hash_canonical
from model.errors import Conflict, NotFound, Unauthenticated
from serve.orders.models import Order
from serve.orders.schemas import OrderIn
from serve.times import after, utc_now

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SECONDS_PER_DAY = 86400
_RECORD_LENGTH = 3
"""Earlier packing photos of a product that a portion is compared with: each is decoded again."""


def register_order(session: Session, shop_id: uuid.UUID, facts: OrderIn) -> tuple[Order, bool]:
    """Stores an order; the same facts again change nothing.

    Returns:
        The order, and whether it is new.

    Raises:
        Conflict: the shop registered this order_id with other facts.
    """
    stored = facts.model_dump(mode="json")
    values: dict[str, Any] = {
        **facts.model_dump(exclude={"cold_chain"}),
        "cold_chain": stored["cold_chain"],
        "id": uuid.uuid4(),
        "shop_id": shop_id,
        "facts_sha256": hash_canonical(stored),
        "created_at": utc_now(),
    }
    new_id = session.scalar(
        insert(Order)
        .values(values)
        .on_conflict_do_nothing(index_elements=["shop_id", "order_id"])
        .returning(Order.id)
    )
    order = find_order(session, shop_id, facts.order_id)
    # Of an order whose customer was erased the other facts are compared.
    if order.facts_sha256 not in (values["facts_sha256"], digest_order(Order(**values))):
        raise Conflict(
            "An order is registered once, with facts that stay",
            f"other facts for order_id {facts.order_id}",
            "Send the same facts as before, or use another order_id",
            code="order_exists",
        )
    return order, new_id is not None


def find_order(session: Session, shop_id: uuid.UUID, order_id: str, *, lock: bool = False) -> Order:
    """Returns a shop's order by the shop's own number; with `lock`, nobody else changes it.

    Raises:
        NotFound: the shop registered no such order.
    """
    query = select(Order).where(Order.shop_id == shop_id, Order.order_id == order_id)
    query = query.with_for_update() if lock else query
    # No order is named with control characters, and the database cannot even be asked for NUL.
    order = None if _CONTROL.search(order_id) else session.scalars(query).first()
    if order is None:
        raise NotFound(
            "An order is registered before a claim is made on it",
            f"order_id {order_id[:80]}",
            "Send the order to POST /v1/orders first",
            code="no_order",
        )
    return order


def get_order(session: Session, order_pk: uuid.UUID, *, lock: bool = False) -> Order:
    """Returns an order by its internal id; with `lock`, no other transaction changes its claims."""
    order = session.get(Order, order_pk, with_for_update=True if lock else None)
    if order is None:
        raise NotFound(
            "A claim belongs to a registered order", f"order {order_pk}", code="no_order"
        )
    return order


def orders_by_id(session: Session, order_pks: Sequence[uuid.UUID]) -> dict[uuid.UUID, Order]:
    """Returns several orders by their internal ids; one that is gone is left out."""
    query = select(Order).where(Order.id.in_(order_pks))
    return {order.id: order for order in session.scalars(query)}


def digest_order(order: Order) -> str:
    """Returns the hash of what a claim on the order is judged by; facts of an order stay.

    It leaves out the customer: claims name that one themselves.
    """
    times = (order.promised_at, order.delivered_at)
    return hash_canonical(
        [
            str(order.shop_id),
            order.order_id,
            order.product,
            order.price_fen,
            order.label_weight_g,
            order.batch,
            [moment and moment.astimezone(UTC).isoformat() for moment in times],
            order.cold_chain,
        ]
    )


def open_link(session: Session, order_pk: uuid.UUID, valid_days: int) -> Order:
    """Returns the order that a claim link stands for.

    Raises:
        Unauthenticated: the link is older than it may be, or its order is gone.
    """
    order = session.get(Order, order_pk)
    if order is None or after(order.created_at, valid_days * _SECONDS_PER_DAY) < utc_now():
        raise Unauthenticated(
            f"A claim link is valid for {valid_days} days after its order",
            "a link that is older",
            "Ask the shop for help with this order",
            code="link_expired",
        )
    return order


def attach_packing_photo(session: Session, order: Order, sha256: str) -> None:
    """Sets the packing photo of an order; the same one again changes nothing.

    Raises:
        Conflict: the order has another packing photo.
    """
    if order.packing_sha256 not in (None, sha256):
        raise Conflict(
            "An order has one packing photo, which stays",
            f"another photo; the order has {order.packing_sha256}",
            "Send the same photo again, or none",
            code="packing_photo_exists",
        )
    order.packing_sha256 = sha256


def packing_record(session: Session, order: Order) -> list[str]:
    """Returns the hashes of the product's latest packing photos before this order."""
    query = (
        select(Order.packing_sha256)
        .where(
            Order.shop_id == order.shop_id,
            Order.product == order.product,
            Order.packing_sha256.is_not(None),
            Order.created_at < order.created_at,
        )
        .order_by(Order.created_at.desc(), Order.id)
        .limit(_RECORD_LENGTH)
    )
    return [sha256 for sha256 in session.scalars(query) if sha256]


def count_batch(session: Session, shop_id: uuid.UUID, batch: str) -> int:
    """Returns how many orders a shop registered of a batch."""
    query = select(func.count()).where(Order.shop_id == shop_id, Order.batch == batch)
    return int(session.scalar(query) or 0)


def list_batch(session: Session, order: Order, *, limit: int, offset: int) -> Sequence[Order]:
    """Returns a page of the other orders of an order's batch and shop, the latest first."""
    query = select(Order).where(
        Order.shop_id == order.shop_id, Order.batch == order.batch, Order.id != order.id
    )
    latest_first = query.order_by(Order.created_at.desc(), Order.id).limit(limit).offset(offset)
    return session.scalars(latest_first).all()


def read_batch(
    session: Session, shop_id: uuid.UUID, batch: str, *, later_than: Order | None, limit: int
) -> Sequence[Order]:
    """Returns the next orders of a batch, the earliest first, after the last one of before."""
    query = select(Order).where(Order.shop_id == shop_id, Order.batch == batch)
    if later_than is not None:
        place = tuple_(Order.created_at, Order.id)
        query = query.where(place > tuple_(later_than.created_at, later_than.id))
    return session.scalars(query.order_by(Order.created_at, Order.id).limit(limit)).all()
