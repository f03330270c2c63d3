"""What most claims are about: products and batches."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from serve.orders.facts import select_orders

_LONGEST = 10


@dataclass(frozen=True)
class Top:
    """A product or batch of a shop, and how many of the period's claims are about it."""

    shop_id: uuid.UUID
    name: str
    claims: int


def list_products(session: Session, cohort: Subquery) -> list[Top]:
    """Returns the products with most claims, the first one first."""
    return _rank(session, cohort, "product")


def list_batches(session: Session, cohort: Subquery) -> list[Top]:
    """Returns the batches with most claims, the first one first."""
    return _rank(session, cohort, "batch")


def _rank(session: Session, cohort: Subquery, of: str) -> list[Top]:
    orders = select_orders().subquery()
    shop_id, name = orders.c.shop_id, orders.c[of]
    claims = func.count(cohort.c.id)
    query = (
        select(shop_id, name, claims)
        .join(orders, orders.c.id == cohort.c.order_id)
        .where(name.is_not(None))
        .group_by(shop_id, name)
        .order_by(claims.desc(), name, shop_id)
        .limit(_LONGEST)
    )
    return [Top(*row) for row in session.execute(query)]
