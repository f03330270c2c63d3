from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from serve.database import Base


class Recall(Base):
    """A recall of a batch of a shop: who started it, when and why."""

    __tablename__ = "recalls"
    __table_args__ = (UniqueConstraint("shop_id", "batch"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    shop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    batch: Mapped[str]
    reason: Mapped[str]
    claim_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("claims.id"))
    started_by: Mapped[str]
    started_at: Mapped[datetime]
