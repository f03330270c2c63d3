from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from serve.database import Base


class LedgerEvent(Base):
    """One event, mostly of a claim. Rows are only ever added; each hash covers the one before."""

    __tablename__ = "ledger"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    claim_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("claims.id"), index=True)
    kind: Mapped[str]
    amount_fen: Mapped[int]
    actor: Mapped[str]
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


class Refund(Base):
    """An instruction to pay: the outbox that the shop's payment follows.

    `kind` is what granted it (decision, verdict or appeal); a claim has at most one of each.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("claim_id", "kind"),
        CheckConstraint("amount_fen >= 0", name="amount_fen"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("claims.id"), index=True)
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    kind: Mapped[str]
    amount_fen: Mapped[int]
    extras: Mapped[list[Any]]
    created_at: Mapped[datetime] = mapped_column(index=True)
    released_at: Mapped[datetime | None]
