from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from serve.database import Base

KEY_ID_LENGTH = 16


class Account(Base):
    """A shop whose backend calls the API, or a person who signs in.

    Names need not be unique, but a name that a password goes with is: it is what is typed in.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("role IN ('shop', 'agent', 'lead', 'admin')", name="role"),
        Index(
            "uq_accounts_login",
            func.lower(text("name")),
            unique=True,
            postgresql_where=text("password_hash IS NOT NULL"),
        ),
        UniqueConstraint("oidc_subject"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    role: Mapped[str]
    name: Mapped[str]
    created_at: Mapped[datetime]
    password_hash: Mapped[str | None]
    password_temporary: Mapped[bool] = mapped_column(default=False)
    oidc_subject: Mapped[str | None]
    disabled_at: Mapped[datetime | None]
    signed_in_at: Mapped[datetime | None]


class ApiKey(Base):
    """A key of an account: only its hash, and its beginning to tell keys apart."""

    __tablename__ = "api_keys"

    key_sha256: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    hint: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined")

    @property
    def id(self) -> str:
        """What a key is named by: the beginning of its hash, which tells nothing of the key."""
        return self.key_sha256[:KEY_ID_LENGTH]


class SignIn(Base):
    """A person's session in a browser: the hash of the cookie's token, and how long it lasts."""

    __tablename__ = "sign_ins"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    account: Mapped[Account] = relationship(lazy="joined")


class LoginFailures(Base):
    """Failed logins in a row of a name or an address, both kept as a hash."""

    __tablename__ = "login_failures"

    subject_sha256: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    blocked_until: Mapped[datetime | None]
