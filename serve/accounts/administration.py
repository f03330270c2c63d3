"""Changing accounts, by an admin on the console or the operator on the command line.

Every change is noted in the ledger. `by` is the admin, or None for the operator: whoever has the
machine has everything, and must be able to shut out an admin whose account was stolen.
"""

from __future__ import annotations

import secrets
import uuid

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from model.errors import Conflict, InvalidInput, NotFound
from serve.accounts import keys
from serve.accounts.changes import (
    DISABLED,
    ENABLED,
    KEY_ISSUED,
    KEY_REVOKED,
    MADE,
    PASSWORD_SET,
    ROLE_CHANGED,
    note_change,
)
from serve.accounts.models import Account, ApiKey
from serve.accounts.passwords import set_password
from serve.accounts.service import PEOPLE, Caller, check_name, create_account
from serve.accounts.sign_ins import set_disabled
from serve.privacy.service import OPERATOR

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are read as another."""

_GROUPS, _GROUP_LENGTH = 4, 4


def make_account(session: Session, by: Caller | None, role: str, name: str) -> Account:
    """Adds a shop or a person.

    Raises:
        InvalidInput: the role is not known or the name is empty.
    """
    account = create_account(session, role, name)
    note_change(session, _name(by), MADE, account.id, role=role)
    return account


def add_person(session: Session, by: Caller, role: str, name: str) -> tuple[Account, str]:
    """Adds a person, and returns the password that they sign in with.

    Raises:
        InvalidInput: the role is none of a person, or the name is empty.
        Conflict: somebody here has that name.
    """
    _check_role(role)
    _check_name_is_free(session, name, PEOPLE)
    account = make_account(session, by, role, name)
    return account, renew_password(session, by, account.id)


def add_shop(session: Session, by: Caller, name: str) -> tuple[Account, str]:
    """Adds a shop, and returns its first key.

    Raises:
        InvalidInput: the name is empty.
        Conflict: another shop has that name.
    """
    _check_name_is_free(session, name, ("shop",))
    account = make_account(session, by, "shop", name)
    return account, add_key(session, by.name, account.id)[0]


def renew_password(session: Session, by: Caller, account_id: uuid.UUID) -> str:
    """Gives a person a new password, made here, and ends their sessions.

    Who made it knows it, so that it opens nothing until its person has changed it.

    Raises:
        Conflict: it is the admin's own account.
        InvalidInput: the account is a shop's or a company account's.
    """
    account = lock_account(session, account_id)
    _check_not_own(by, account)
    groups = (
        "".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS)
    )
    password = "-".join(groups)
    change_password(session, by, account, password, temporary=True)
    return password


def change_password(
    session: Session,
    by: Caller | None,
    account: Account,
    password: str,
    *,
    temporary: bool = False,
) -> None:
    """Gives a person the password, and ends their sessions; a temporary one they change first.

    Raises:
        InvalidInput: the account has none, or the password breaks a rule.
        Conflict: another person signs in with that name.
    """
    set_password(session, account, password, temporary=temporary)
    note_change(session, _name(by), PASSWORD_SET, account.id)


def change_role(session: Session, by: Caller, account_id: uuid.UUID, role: str) -> None:
    """Makes a person something else; it counts from their next request on.

    Raises:
        Conflict: it is the admin's own account, or the last admin's.
        InvalidInput: the role is none of a person, the account a shop's, or the issuer of company
            accounts says which role it has.
    """
    _check_role(role)
    admins = _lock_admins(session)
    account = lock_account(session, account_id)
    _check_not_own(by, account)
    if account.role not in PEOPLE or account.oidc_subject is not None:
        raise InvalidInput(
            "The role of a person with a password is changed here",
            "a shop" if account.role == "shop" else "a company account",
            "Change the claim where the company's accounts are kept",
            code="role_from_elsewhere",
        )
    if role != account.role:
        _spare_last_admin(admins, account)
        before, account.role = account.role, role
        note_change(session, by.name, ROLE_CHANGED, account.id, before=before, role=role)


def change_access(
    session: Session, by: Caller | None, account_id: uuid.UUID, *, disabled: bool
) -> None:
    """Lets nobody in by an account, keys included, and ends its sessions; or lets them in again.

    Raises:
        Conflict: it is the admin's own account, or the last admin's.
    """
    admins = _lock_admins(session)
    account = lock_account(session, account_id)
    if by is not None:
        _check_not_own(by, account)
        if disabled:
            _spare_last_admin(admins, account)
    if disabled != (account.disabled_at is not None):
        set_disabled(session, account, disabled=disabled)
        note_change(session, _name(by), DISABLED if disabled else ENABLED, account.id)


def add_key(session: Session, actor: str, account_id: uuid.UUID) -> tuple[str, ApiKey]:
    """Issues a further key, and returns it with what is kept of it.

    Raises:
        Conflict: the account has as many keys as it may.
    """
    key, row = keys.rotate_key(session, account_id)
    note_change(session, actor, KEY_ISSUED, account_id, key=row.id)
    return key, row


def drop_key(session: Session, actor: str, account_id: uuid.UUID, key_id: str) -> None:
    """Revokes a key.

    Raises:
        NotFound: the account has no such valid key.
        Conflict: it is a shop's last one.
    """
    is_shop = lock_account(session, account_id).role == "shop"
    keys.revoke_key(session, account_id, key_id, spare_last=is_shop)
    note_change(session, actor, KEY_REVOKED, account_id, key=key_id)


def force_key(session: Session, account: Account) -> str:
    """Issues a key for the operator, however many there are."""
    key = keys.issue_key(session, account)
    note_change(session, OPERATOR, KEY_ISSUED, account.id)
    return key


def drop_keys(session: Session, account: Account) -> int:
    """Revokes all keys of an account for the operator, and returns how many there were."""
    count = keys.revoke_keys(session, account)
    note_change(session, OPERATOR, KEY_REVOKED, account.id, key="all")
    return count


def lock_account(session: Session, account_id: uuid.UUID) -> Account:
    """Returns an account, to change it.

    Raises:
        NotFound: there is none of that id.
    """
    account = session.get(Account, account_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise NotFound("An account is known by its id", account_id, code="no_account")
    return account


def _name(by: Caller | None) -> str:
    return by.name if by else OPERATOR


def _check_role(role: str) -> None:
    if role not in PEOPLE:
        raise InvalidInput(
            f"A person's role is {' or '.join(PEOPLE)}", f"role {role[:40]}", code="invalid_role"
        )


def _check_name_is_free(session: Session, name: str, roles: tuple[str, ...]) -> None:
    check_name(name)
    same = func.lower(Account.name) == func.lower(name.strip())
    if session.scalar(select(Account.id).where(same, Account.role.in_(roles)).limit(1)):
        raise Conflict(
            "Names tell accounts apart",
            f"the name {name.strip()[:80]}, which somebody has",
            "Choose another name",
            code="name_taken",
        )


def _check_not_own(by: Caller, account: Account) -> None:
    if by.account_id == account.id:
        raise Conflict(
            "Nobody changes their own account here",
            "the account of who asks",
            "Ask another admin",
            code="own_account",
        )


def _lock_admins(session: Session) -> set[uuid.UUID]:
    """Returns the admins who can sign in, held fast: two who lower each other take turns."""
    can_sign_in = or_(Account.password_hash.is_not(None), Account.oidc_subject.is_not(None))
    query = select(Account.id).where(
        Account.role == "admin", Account.disabled_at.is_(None), can_sign_in
    )
    return set(session.scalars(query.order_by(Account.id).with_for_update()))


def _spare_last_admin(admins: set[uuid.UUID], account: Account) -> None:
    if admins == {account.id}:
        raise Conflict(
            "There is always an admin who can sign in",
            "the last one",
            "Make another admin first",
            code="last_admin",
        )
