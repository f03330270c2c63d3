"""What reports say of accounts."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from serve.accounts.models import Account


def list_shops(session: Session) -> list[tuple[uuid.UUID, str]]:
    """Returns the id and name of every shop, by name."""
    query = select(Account.id, Account.name).where(Account.role == "shop")
    return [(key, name) for key, name in session.execute(query.order_by(Account.name, Account.id))]
