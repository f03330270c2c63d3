from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from serve.database import Base


class Verdict(Base):
    """What an agent found and decided. `round` counts: 1, and 2 after an appeal."""

    __tablename__ = "verdicts"
    __table_args__ = (UniqueConstraint("claim_id", "round"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("claims.id"))
    round: Mapped[int]
    agent_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    decision: Mapped[str]
    severity: Mapped[str]
    amount_fen: Mapped[int]
    labels: Mapped[list[Any]]
    note: Mapped[str]
    blind: Mapped[bool]
    at: Mapped[datetime]
