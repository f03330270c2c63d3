"""What reports count of orders; a report reads these columns and never the table."""

from __future__ import annotations

from sqlalchemy import select

from serve.database import Rows
from serve.orders.models import Order


def select_orders() -> Rows:
    """Returns the query for orders: id, order_id, shop_id, product, batch, price_fen, at."""
    return select(
        Order.id,
        Order.order_id,
        Order.shop_id,
        Order.product,
        Order.batch,
        Order.price_fen,
        Order.created_at.label("at"),
    )
