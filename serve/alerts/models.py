from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from serve.database import Base


class Alert(Base):
    """Something that a person has to know now. One of a kind and subject is open at a time."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index(
            "uq_alerts_open",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]]
    claim_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("claims.id"))
    shop_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    note: Mapped[str | None]
