from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from model.canonical import hash_canonical
from serve.database import Base
from serve.times import to_iso


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


class CaseHold(Base):
    """An agent has a case open: nobody else works on it until then.

    `appeal_read` tells that they were shown the claim with its appeal since they took it.
    """

    __tablename__ = "case_holds"

    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    agent_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    taken_at: Mapped[datetime]
    held_until: Mapped[datetime]
    appeal_read: Mapped[bool] = mapped_column(default=False, server_default=false())


class PendingVerdict(Base):
    """A verdict that its agent can still undo; given when its time has come.

    It grants nothing yet: no money is owed by it. Photos and appeal are what its agent had in view.
    """

    __tablename__ = "pending_verdicts"

    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    agent_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    verdict: Mapped[dict[str, Any]]
    photos: Mapped[list[Any]]
    appealed: Mapped[bool]
    entered_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def content_sha256(self) -> str:
        """Hash of what was entered, which the ledger holds too."""
        seen = [self.photos, self.appealed]
        return hash_canonical([str(self.agent_id), self.verdict, *seen, to_iso(self.due_at)])
