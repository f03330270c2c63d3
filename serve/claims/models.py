from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from model.canonical import hash_canonical
from serve.database import Base


class Claim(Base):
    """A claim and where it stands. An order has at most one claim per reason.

    The policy in force when it came in is its policy to the end, clocks included. Shop, customer
    and batch are those of its order, whose facts stay.
    """

    __tablename__ = "claims"
    __table_args__ = (
        UniqueConstraint("order_id", "reason"),
        Index("ix_claims_queue", "food_safety", "agent_due_at"),
        Index("ix_claims_customer", "shop_id", "customer_id", "decided_at"),
        Index("ix_claims_batch", "shop_id", "batch", "received_at"),
        Index("ix_claims_open", "resolve_due_at", postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"))
    shop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"))
    customer_id: Mapped[str]
    batch: Mapped[str | None]
    reason: Mapped[str]
    description: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    food_safety: Mapped[bool] = mapped_column(default=False)
    audit: Mapped[bool] = mapped_column(default=False)
    blind: Mapped[bool] = mapped_column(default=False)
    for_lead: Mapped[bool] = mapped_column(default=False, server_default=false())
    pre_approved_fen: Mapped[int] = mapped_column(default=0)
    appeal: Mapped[str | None]
    appealed_at: Mapped[datetime | None]
    salt: Mapped[str | None]
    policy_sha256: Mapped[str | None] = mapped_column(ForeignKey("policies.sha256"))
    received_at: Mapped[datetime] = mapped_column(index=True)
    acknowledged_at: Mapped[datetime]
    assessed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    agent_due_at: Mapped[datetime | None]
    acknowledge_due_at: Mapped[datetime]
    answer_due_at: Mapped[datetime]
    resolve_due_at: Mapped[datetime]
    follow_up_s: Mapped[int]
    escalated_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    @property
    def hidden(self) -> bool:
        """Whether an agent must not see the machine's finding yet."""
        return self.blind and self.agent_due_at is not None

    def seal(self, text: str) -> str:
        """Returns what the ledger, which is for ever, holds in place of a person's text.

        With the salt gone, as erasure leaves it, nobody can even try whether a text was this one.
        """
        return hash_canonical([self.salt, text])

    photos: Mapped[list[ClaimPhoto]] = relationship(order_by="ClaimPhoto.position")
    decisions: Mapped[list[DecisionRecord]] = relationship(order_by="DecisionRecord.id")


class ClaimPhoto(Base):
    """One photo of a claim; its bytes are in the photo store, its assessment here."""

    __tablename__ = "claim_photos"
    __table_args__ = (UniqueConstraint("claim_id", "sha256"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("claims.id"))
    position: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    added_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    references: Mapped[dict[str, Any] | None]
    assessment: Mapped[dict[str, Any] | None]
    marks: Mapped[list[Any] | None]
    embedding: Mapped[bytes | None]
    embedding_model: Mapped[str | None] = mapped_column(index=True)

    @property
    def evidence_sha256(self) -> str:
        """Hash of what was found on the photo, by what it was compared with, and what is drawn."""
        return hash_canonical([self.assessment, self.references, self.marks])


class Feedback(Base):
    """How satisfied the customer is with the answer, 1 to 5."""

    __tablename__ = "feedback"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="ck_feedback_score"),)

    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    score: Mapped[int] = mapped_column(SmallInteger)
    comment: Mapped[str]
    given_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]


class DecisionRecord(Base):
    """One decision of the machine: everything it looked at, and what came out."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("claims.id"), index=True)
    inputs: Mapped[dict[str, Any]]
    outcome: Mapped[dict[str, Any]]
    policy_version: Mapped[str]
    policy_sha256: Mapped[str] = mapped_column(ForeignKey("policies.sha256"))
    model_version: Mapped[str]
    model_sha256: Mapped[str]
    decided_at: Mapped[datetime]

    @property
    def inputs_sha256(self) -> str:
        """Hash of the inputs, which the ledger holds too."""
        return hash_canonical(self.inputs)

    @property
    def outcome_sha256(self) -> str:
        """Hash of the outcome, which the ledger holds too."""
        return hash_canonical(self.outcome)


class MissedClock(Base):
    """A clock of a claim that was not kept, noticed once."""

    __tablename__ = "missed_clocks"

    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    clock: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    noticed_at: Mapped[datetime]


class IdempotencyRecord(Base):
    """The first request with an Idempotency-Key, and its answer once there is one."""

    __tablename__ = "idempotency"

    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_sha256: Mapped[str]
    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("claims.id"), index=True)
    answer: Mapped[dict[str, Any] | None]
    answered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
