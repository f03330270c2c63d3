"""What erasure needs of orders: which are settled, and whose customer is no longer named."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, or_, select, tuple_, update
from sqlalchemy.orm import Session

from serve.orders.models import Order


def settled_orders(before: datetime, recalled: Select[uuid.UUID, str]) -> Select[uuid.UUID]:
    """Returns the query of orders registered before a time, without those of recalled batches.

    Args:
        before: the time.
        recalled: the query of shop and batch of what was recalled.
    """
    return select(Order.id).where(
        Order.created_at < before,
        or_(Order.batch.is_(None), tuple_(Order.shop_id, Order.batch).not_in(recalled)),
    )


def erase_customers(session: Session, order_pks: Collection[uuid.UUID], word: str) -> None:
    """Puts a word in place of the customer of orders.

    The hash of the facts stays, so that the shop can still send the same facts again.
    """
    session.execute(update(Order).where(Order.id.in_(order_pks)).values(customer_id=word))


def erase_customer_of_shop(
    session: Session, settled: Select[uuid.UUID], customer: tuple[uuid.UUID, str], word: str
) -> int:
    """Puts a word in place of a customer of a shop in settled orders; returns how many."""
    shop_id, customer_id = customer
    result = session.execute(
        update(Order)
        .where(Order.shop_id == shop_id, Order.customer_id == customer_id, Order.id.in_(settled))
        .values(customer_id=word)
        .execution_options(synchronize_session=False)
    )
    return int(getattr(result, "rowcount", 0))


def packing_photos_among(session: Session, hashes: Collection[str]) -> set[str]:
    """Returns those of the hashes that are an order's packing photo."""
    query = select(Order.packing_sha256).where(Order.packing_sha256.in_(hashes))
    return {sha256 for sha256 in session.scalars(query) if sha256}
