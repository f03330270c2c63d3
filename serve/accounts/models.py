from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from serve.database import Base


class Account(Base):
    """A shop whose backend calls the API, or an agent who decides claims."""

    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("role IN ('shop', 'agent')", name="role"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    role: Mapped[str]
    name: Mapped[str]
    created_at: Mapped[datetime]


class ApiKey(Base):
    """A key of an account: only its hash, and its beginning to tell keys apart."""

    __tablename__ = "api_keys"

    key_sha256: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    hint: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined")
