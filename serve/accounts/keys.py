"""API keys: several valid ones at a time, so that one can replace another without a pause."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from model.errors import Conflict, NotFound, Unauthenticated
from serve.accounts.models import Account, ApiKey
from serve.accounts.service import Caller
from serve.times import utc_now

KEY_PREFIX = "fc_"
MAX_KEYS = 10
"""Valid keys of an account; more than a rotation ever needs."""

_KEY_BYTES = 32
_HINT_LENGTH = 9
_USE_NOTED_EVERY = timedelta(hours=1)


def issue_key(session: Session, account: Account) -> str:
    """Makes a new API key and returns it; only its hash is kept, so this is the one chance."""
    key, row = _make_key(account.id)
    session.add(row)
    session.flush()
    return key


def rotate_key(session: Session, account_id: uuid.UUID) -> tuple[str, ApiKey]:
    """Makes one more key for an account that manages its own keys.

    Returns:
        The key, and what is kept of it.

    Raises:
        Conflict: the account has as many keys as it may.
    """
    session.get_one(Account, account_id, with_for_update=True)
    if len(valid_keys(session, account_id)) >= MAX_KEYS:
        raise Conflict(
            f"An account has at most {MAX_KEYS} valid keys",
            "a request for one more",
            "Revoke a key that is no longer used",
            code="too_many_keys",
        )
    key, row = _make_key(account_id)
    session.add(row)
    session.flush()
    return key, row


def valid_keys(session: Session, account_id: uuid.UUID) -> Sequence[ApiKey]:
    """Returns an account's keys that have not been revoked, oldest first."""
    query = select(ApiKey).where(ApiKey.account_id == account_id, ApiKey.revoked_at.is_(None))
    return session.scalars(query.order_by(ApiKey.created_at, ApiKey.key_sha256)).all()


def revoke_key(
    session: Session, account_id: uuid.UUID, key_id: str, *, spare_last: bool = True
) -> None:
    """Revokes one key of an account, but not its last: nobody locks themselves out.

    Args:
        session: a transaction.
        account_id: whose key.
        key_id: which.
        spare_last: False for a person, who has other ways in than keys.

    Raises:
        NotFound: the account has no such valid key.
        Conflict: it is the last one.
    """
    session.get_one(Account, account_id, with_for_update=True)
    keys = valid_keys(session, account_id)
    found = next((key for key in keys if key.id == key_id), None)
    if found is None:
        raise NotFound(
            "A key is revoked by the id that it is listed with",
            f"key id {key_id[:80]}",
            "List the valid keys: GET /v1/keys, or python -m serve key list",
            code="no_key",
        )
    if spare_last and len(keys) == 1:
        raise Conflict(
            "An account keeps a valid key",
            "its last one",
            "Issue a new key first, or have the operator disable the account",
            code="last_key",
        )
    found.revoked_at = utc_now()


def revoke_keys(session: Session, account: Account) -> int:
    """Revokes all keys of an account and returns how many there were."""
    result = session.execute(
        update(ApiKey)
        .where(ApiKey.account_id == account.id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=utc_now())
    )
    return int(getattr(result, "rowcount", 0))


def identify_key(session: Session, key: str) -> Caller:
    """Returns who holds the API key, and notes its use once an hour.

    Raises:
        Unauthenticated: the key is not known or was revoked, or its account is disabled.
    """
    found = session.get(ApiKey, _hash_key(key))
    if found is None or found.revoked_at is not None or found.account.disabled_at is not None:
        raise Unauthenticated(
            "An API key is one that was issued here and has not been revoked",
            f"a key that begins with {key[:_HINT_LENGTH]}",
            "Ask the operator for a key (python -m serve user)",
            code="invalid_key",
        )
    now = utc_now()
    if found.last_used_at is None or now - found.last_used_at >= _USE_NOTED_EVERY:
        # Requests that come together write once: the condition is looked at under the row's lock.
        session.execute(
            update(ApiKey)
            .where(
                ApiKey.key_sha256 == found.key_sha256,
                or_(
                    ApiKey.last_used_at.is_(None),
                    ApiKey.last_used_at <= now - _USE_NOTED_EVERY,
                ),
            )
            .values(last_used_at=now)
        )
    return Caller(found.account.role, account_id=found.account.id)


def _make_key(account_id: uuid.UUID) -> tuple[str, ApiKey]:
    key = KEY_PREFIX + secrets.token_urlsafe(_KEY_BYTES)
    sha256, hint = _hash_key(key), key[:_HINT_LENGTH]
    return key, ApiKey(key_sha256=sha256, account_id=account_id, hint=hint, created_at=utc_now())


def _hash_key(key: str) -> str:
    # Keys carry 256 random bits, so a plain hash cannot be searched; no salt or stretching needed.
    return hashlib.sha256(key.encode()).hexdigest()
