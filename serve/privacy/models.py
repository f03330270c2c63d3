from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from serve.database import Base


class PhotoAccess(Base):
    """Somebody was given a photo of a claim. Rows are only ever added."""

    __tablename__ = "photo_accesses"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(index=True)
    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("claims.id"), index=True)
    sha256: Mapped[str]
    purpose: Mapped[str]
