"""Who has an account: what lists of people and shops show."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from model.errors import NotFound
from serve.accounts.keys import valid_keys
from serve.accounts.models import Account, ApiKey

if TYPE_CHECKING:
    from sqlalchemy import Row, Select


@dataclass(frozen=True)
class Listed:
    """An account in a list.

    Attributes:
        id: names the account.
        role: shop, agent, lead or admin.
        name: what it was made with.
        created_at: when it was made.
        disabled_at: since when it lets nobody in, or None.
        signed_in_at: when the person last signed in, or None.
        way_in: `company`, `password`, or `key` where there is no other.
        keys: how many valid keys it has.
        key_used_at: when a key of it was last used, to the hour, or None.
    """

    id: uuid.UUID
    role: str
    name: str
    created_at: datetime
    disabled_at: datetime | None
    signed_in_at: datetime | None
    way_in: str
    keys: int
    key_used_at: datetime | None


def list_accounts(session: Session, roles: Collection[str]) -> list[Listed]:
    """Returns the accounts of these roles, those that are disabled last, by name."""
    query = _query().where(Account.role.in_(roles))
    order = (Account.disabled_at.is_not(None), func.lower(Account.name), Account.id)
    return [_list(row) for row in session.execute(query.order_by(*order))]


def show_account(session: Session, account_id: str) -> tuple[Listed, Sequence[ApiKey]]:
    """Returns an account, and its valid keys.

    Raises:
        NotFound: there is none of that id.
    """
    known = read_id(account_id)
    row = session.execute(_query().where(Account.id == known)).one_or_none() if known else None
    if row is None:
        raise NotFound("An account is known by its id", account_id[:80], code="no_account")
    listed = _list(row)
    return listed, valid_keys(session, listed.id)


def version_of(session: Session, account_id: uuid.UUID) -> str:
    """Returns what changes whenever the account gets another password or other keys.

    A form carries it, so that what it asks for is done once, however often it is sent. It tells
    nothing of either: both go in as hashes.
    """
    account = session.get_one(Account, account_id)
    parts = [account.password_hash or "", *(key.id for key in valid_keys(session, account_id))]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def read_id(text: str) -> uuid.UUID | None:
    """Returns the id that a text is, or None."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _query() -> Select[Account, int, datetime | None]:
    return (
        select(Account, func.count(ApiKey.key_sha256), func.max(ApiKey.last_used_at))
        .outerjoin(ApiKey, (ApiKey.account_id == Account.id) & ApiKey.revoked_at.is_(None))
        .group_by(Account.id)
    )


def _list(row: Row[Account, int, datetime | None]) -> Listed:
    account, keys, key_used_at = row
    way_in = "company" if account.oidc_subject else "password" if account.password_hash else "key"
    return Listed(
        account.id,
        account.role,
        account.name,
        account.created_at,
        account.disabled_at,
        account.signed_in_at,
        way_in,
        keys,
        key_used_at,
    )
