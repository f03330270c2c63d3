"""Accounts: shops, and the people who decide claims, lead, and administer."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from model.errors import Forbidden, InvalidInput, NotFound
from serve.accounts.models import Account
from serve.times import utc_now

PEOPLE = ("agent", "lead", "admin")
"""Roles of people, each of which may do all that the one before may."""

ROLES = ("shop", *PEOPLE)

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Caller:
    """Who sent a request.

    Attributes:
        role: shop, agent, lead, admin, or customer (the holder of a claim link).
        account_id: the shop or person; None for a customer.
        order_pk: the one order a customer's link is for; None for shops and people.
    """

    role: str
    account_id: uuid.UUID | None = None
    order_pk: uuid.UUID | None = None

    @property
    def name(self) -> str:
        """A stable name for the ledger and for idempotency, such as `shop:3f…`."""
        return f"{self.role}:{self.account_id or self.order_pk}"

    @property
    def decides(self) -> bool:
        """Whether this is a person who decides claims: an agent, a lead or an admin."""
        return self.role in PEOPLE


def create_account(session: Session, role: str, name: str) -> Account:
    """Adds a shop or a person.

    Raises:
        InvalidInput: the role is not known, or the name is empty or holds control characters.
    """
    if role not in ROLES:
        raise InvalidInput(
            f"An account's role is {' or '.join(ROLES)}", f"role {role}", code="invalid_role"
        )
    check_name(name)
    account = Account(id=uuid.uuid4(), role=role, name=name.strip(), created_at=utc_now())
    session.add(account)
    session.flush()
    return account


def check_name(name: str) -> None:
    """Checks the name of a new account.

    Raises:
        InvalidInput: it is empty, or holds control characters, which nobody can sign in with.
    """
    if not name.strip():
        raise InvalidInput(
            "An account has a name", "an empty name", "Give a name", code="invalid_name"
        )
    if _CONTROL.search(name.strip()):
        raise InvalidInput(
            "A name is of characters that can be typed",
            "a name with a control character",
            "Leave out tabs, line breaks and the like",
            code="invalid_name",
        )


def find_account(session: Session, role: str, name: str) -> Account | None:
    """Returns the oldest account of that role and name; a person's in any case of letters."""
    exact = Account.name == name.strip()
    same = func.lower(Account.name) == func.lower(name.strip()) if role in PEOPLE else exact
    return session.scalars(
        select(Account)
        .where(Account.role == role, same)
        .order_by(~exact, Account.created_at)
        .limit(1)
    ).first()


def require_account(session: Session, role: str, name: str) -> Account:
    """Returns the account that `find_account` finds.

    Raises:
        NotFound: there is none; the error names accounts of that name in another role.
    """
    account = find_account(session, role, name)
    if account is None:
        others = [find_account(session, other, name) for other in ROLES]
        found = ", ".join(f"{other.role} {other.name}" for other in others if other)
        raise NotFound(
            "An account is named by its role and name",
            f"{role} {name[:80]}",
            f"Did you mean {found}?" if found else "Look for a slip in the name",
            code="no_account",
        )
    return account


def find_login(session: Session, name: str) -> Account | None:
    """Returns the person who signs in with that name, in any case of letters, and a password."""
    if _CONTROL.search(name.strip()):  # nobody's name; the database cannot be asked for all of them
        return None
    return session.scalars(
        select(Account).where(
            func.lower(Account.name) == func.lower(name.strip()),
            Account.password_hash.is_not(None),
            Account.disabled_at.is_(None),
            Account.role.in_(PEOPLE),
        )
    ).first()


def get_account(session: Session, account_id: uuid.UUID) -> Account:
    """Returns an account by its id."""
    return session.get_one(Account, account_id)


def name_of_account(session: Session, account_id: uuid.UUID) -> str:
    """Returns the name that an account was made with."""
    return session.get_one(Account, account_id).name


def names_of_accounts(session: Session, account_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Returns the names that accounts were made with, by id."""
    query = select(Account.id, Account.name).where(Account.id.in_(account_ids))
    return {row.id: row.name for row in session.execute(query)}


def list_shops(session: Session) -> list[tuple[uuid.UUID, str]]:
    """Returns the id and name of every shop, by name."""
    query = select(Account.id, Account.name).where(Account.role == "shop")
    rows = session.execute(query.order_by(Account.name, Account.id))
    return [(row.id, row.name) for row in rows]


def person_id(caller: Caller) -> uuid.UUID:
    """Returns the account of a person who decides claims.

    Raises:
        Forbidden: it is none.
    """
    if caller.account_id is None or not caller.decides:
        raise Forbidden(
            "Cases are held and decided by agents",
            f"the role {caller.role}",
            "Use an agent's credentials",
            code="wrong_role",
        )
    return caller.account_id
