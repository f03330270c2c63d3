from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from serve.database import Base


class Order(Base):
    """What a shop told about an order. `order_id` is the shop's own number."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("shop_id", "order_id"),
        Index("ix_orders_batch", "shop_id", "batch", "created_at", "id"),
        CheckConstraint("price_fen > 0", name="price_fen"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    shop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    order_id: Mapped[str]
    customer_id: Mapped[str]
    product: Mapped[str]
    price_fen: Mapped[int]
    label_weight_g: Mapped[int | None]
    batch: Mapped[str | None]
    promised_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    cold_chain: Mapped[list[Any]]
    packing_sha256: Mapped[str | None]
    facts_sha256: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
