"""What erasure needs of orders: which are settled, and whose customer is no longer named."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from serve.orders.models import Order
from serve.orders.service import digest_order


@dataclass(frozen=True)
class OrderScope:
    """Which orders to erase the customer of.

    Attributes:
        word: what stands in place of a customer.
        shop_id: of a customer's shop; None for any.
        customer_id: as the shop names the customer; None for any.
        before: only orders registered before; None for any.
    """

    word: str
    shop_id: uuid.UUID | None = None
    customer_id: str | None = None
    before: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Returns what holds of orders of the scope that still name their customer."""
        found: list[ColumnElement[bool]] = [Order.customer_id != self.word]
        if self.shop_id is not None:
            found.append(Order.shop_id == self.shop_id)
        if self.customer_id is not None:
            found.append(Order.customer_id == self.customer_id)
        if self.before is not None:
            found.append(Order.created_at < self.before)
        return found


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


def erase_customers(
    session: Session, order_pks: Collection[uuid.UUID], needed: Select[uuid.UUID], word: str
) -> int:
    """Puts a word in place of the customer of orders that no claim needs; returns of how many.

    The hash of the facts becomes one without the customer, who could be guessed by it. The shop
    can still send the same facts again.
    """
    query = select(Order).where(Order.id.in_(order_pks), Order.customer_id != word)
    orders = session.scalars(query.order_by(Order.id).with_for_update()).all()
    # Asked now that they are locked: a claim may have come in meanwhile.
    kept = set(session.scalars(needed.where(needed.selected_columns[0].in_(order_pks))))
    named = [order for order in orders if order.id not in kept]
    for order in named:
        order.customer_id, order.facts_sha256 = word, digest_order(order)
    session.flush()
    return len(named)


def erase_settled(
    session: Session,
    scope: OrderScope,
    settled: Select[uuid.UUID],
    needed: Select[uuid.UUID],
    limit: int,
) -> int:
    """Erases the customer of settled orders, the oldest first; returns of how many.

    Args:
        session: whose transaction it is.
        scope: which orders.
        settled: the query of orders that are settled.
        needed: the query of orders that claims need.
        limit: at most so many.
    """
    found = session.scalars(
        select(Order.id)
        .where(*scope.conditions(), Order.id.in_(settled), Order.id.not_in(needed))
        .order_by(Order.created_at, Order.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    return erase_customers(session, found, needed, scope.word)


def count_named(session: Session, scope: OrderScope) -> int:
    """Returns how many orders of the scope still name their customer."""
    return session.scalar(select(func.count()).select_from(Order).where(*scope.conditions())) or 0


def packing_photos_among(session: Session, hashes: Collection[str]) -> set[str]:
    """Returns those of the hashes that are an order's packing photo."""
    query = select(Order.packing_sha256).where(Order.packing_sha256.in_(hashes))
    return {sha256 for sha256 in session.scalars(query) if sha256}
