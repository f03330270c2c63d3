from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from serve.database import Base


class PolicyText(Base):
    """A policy that decisions were made under, whole, so that they replay."""

    __tablename__ = "policies"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    text: Mapped[str]
    first_used_at: Mapped[datetime]
