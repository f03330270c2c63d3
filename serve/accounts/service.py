"""Shops and agents, their API keys, and who a caller is."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from model.errors import InvalidInput, Unauthenticated
from serve.accounts.models import Account, ApiKey
from serve.times import utc_now

ROLES = ("shop", "agent")
KEY_PREFIX = "fc_"
_KEY_BYTES = 32
_HINT_LENGTH = 9


@dataclass(frozen=True)
class Caller:
    """Who sent a request.

    Attributes:
        role: shop, agent, or customer (the holder of a claim link).
        account_id: the shop or agent; None for a customer.
        order_pk: the one order a customer's link is for; None for shops and agents.
    """

    role: str
    account_id: uuid.UUID | None = None
    order_pk: uuid.UUID | None = None

    @property
    def name(self) -> str:
        """A stable name for the ledger and for idempotency, such as `shop:3f…`."""
        return f"{self.role}:{self.account_id or self.order_pk}"


def create_account(session: Session, role: str, name: str) -> Account:
    """Adds a shop or an agent.

    Raises:
        InvalidInput: the role is not known or the name is empty.
    """
    if role not in ROLES:
        raise InvalidInput(
            f"An account's role is {' or '.join(ROLES)}", f"role {role}", code="invalid_role"
        )
    if not name.strip():
        raise InvalidInput(
            "An account has a name", "an empty name", "Give a name", code="invalid_name"
        )
    account = Account(id=uuid.uuid4(), role=role, name=name.strip(), created_at=utc_now())
    session.add(account)
    session.flush()
    return account


def issue_key(session: Session, account: Account) -> str:
    """Makes a new API key and returns it; only its hash is kept, so this is the one chance."""
    key = KEY_PREFIX + secrets.token_urlsafe(_KEY_BYTES)
    session.add(
        ApiKey(
            key_sha256=_hash_key(key),
            account_id=account.id,
            hint=key[:_HINT_LENGTH],
            created_at=utc_now(),
        )
    )
    session.flush()
    return key


def revoke_keys(session: Session, account: Account) -> int:
    """Revokes all keys of an account and returns how many there were."""
    result = session.execute(
        update(ApiKey)
        .where(ApiKey.account_id == account.id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=utc_now())
    )
    return int(getattr(result, "rowcount", 0))


def find_account(session: Session, role: str, name: str) -> Account | None:
    """Returns the oldest account of that role and name."""
    return session.scalars(
        select(Account)
        .where(Account.role == role, Account.name == name)
        .order_by(Account.created_at)
        .limit(1)
    ).first()


def name_of_account(session: Session, account_id: uuid.UUID) -> str:
    """Returns the name that an account was made with."""
    return session.get_one(Account, account_id).name


def identify_key(session: Session, key: str) -> Caller:
    """Returns who holds the API key.

    Raises:
        Unauthenticated: the key is not known or was revoked.
    """
    found = session.get(ApiKey, _hash_key(key))
    if found is None or found.revoked_at is not None:
        raise Unauthenticated(
            "An API key is one that was issued here and has not been revoked",
            f"a key that begins with {key[:_HINT_LENGTH]}",
            "Ask the operator for a key (python -m serve user)",
            code="invalid_key",
        )
    return Caller(found.account.role, account_id=found.account.id)


def _hash_key(key: str) -> str:
    # Keys carry 256 random bits, so a plain hash cannot be searched; no salt or stretching needed.
    return hashlib.sha256(key.encode()).hexdigest()
