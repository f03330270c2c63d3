from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from serve.database import Base


class PolicyText(Base):
    """A published policy, whole, so that what was decided under it replays."""

    __tablename__ = "policies"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    text: Mapped[str]
    effective_from: Mapped[datetime] = mapped_column(index=True)
    published_at: Mapped[datetime]


class CertificateRecord(Base):
    """A risk certificate that was loaded, whole. The latest one counts, unless it is frozen."""

    __tablename__ = "certificates"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    loaded_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]
    frozen_because: Mapped[str | None]


class CertificateAudit(Base):
    """One blind verdict that a certificate is held to, in the order of `id`."""

    __tablename__ = "certificate_audits"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("claims.id"), unique=True)
    certificate_sha256: Mapped[str] = mapped_column(ForeignKey("certificates.sha256"), index=True)
    problem: Mapped[str]
    wrong: Mapped[bool]
    at: Mapped[datetime]
