from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from serve.database import Base


class Endpoint(Base):
    """Where a shop's backend takes webhooks, and the secret that they are signed with."""

    __tablename__ = "webhook_endpoints"

    shop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    url: Mapped[str]
    secret: Mapped[str]
    created_at: Mapped[datetime]


class Message(Base):
    """One webhook: written with what it tells of, delivered at least once under the same id.

    It is withdrawn where the shop, having no endpoint, has learned of its refund by polling.
    """

    __tablename__ = "webhook_messages"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    shop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(unique=True)
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    delivered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
