"""Signing in with a name and a password, and changing it."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING

from model.errors import Unauthenticated
from serve.accounts.passwords import hash_password, is_outdated, set_password, verify_password
from serve.accounts.service import find_login, get_account
from serve.accounts.sign_ins import delete_expired, end_sign_in, start_sign_in
from serve.accounts.throttle import forgive_attempt, take_attempt

if TYPE_CHECKING:
    from serve.runtime import Runtime

log = logging.getLogger(__name__)


def sign_in(
    runtime: Runtime, name: str, password: str, address: str, old_token: str | None = None
) -> str:
    """Checks a name and password and returns the token of a new session.

    An unknown name is answered as a wrong password is, after the same time.

    Args:
        runtime: the parts to work with.
        name: as typed.
        password: as typed.
        address: where the request came from, to slow guessing down.
        old_token: of the browser's session so far, which ends.

    Raises:
        Unauthenticated: name and password are not those of a person.
        TooManyLogins: too many failed before.
    """
    account_id = _check(runtime, name, password, address)
    with runtime.transaction() as session:
        account = get_account(session, account_id)
        forgive_attempt(session, name, address)
        if old_token:
            end_sign_in(session, old_token)
        delete_expired(session)
        if account.password_hash and is_outdated(account.password_hash):
            account.password_hash = hash_password(password)
        log.info("%s %s signed in from %s", account.role, account.id, address)
        return start_sign_in(session, account, runtime.settings)


def change_password(runtime: Runtime, name: str, current: str, new: str, address: str) -> str:
    """Changes a signed-in person's password, ends their sessions and returns a new one's token.

    Raises:
        Unauthenticated: the current password is another one.
        TooManyLogins: it was guessed too often.
        InvalidInput: the new password is too short or too long, or the name.
    """
    account_id = _check(runtime, name, current, address)
    with runtime.transaction() as session:
        account = get_account(session, account_id)
        forgive_attempt(session, name, address)
        set_password(session, account, new)
        log.info("%s %s changed the password from %s", account.role, account.id, address)
        return start_sign_in(session, account, runtime.settings)


def _check(runtime: Runtime, name: str, password: str, address: str) -> uuid.UUID:
    with runtime.transaction() as session:
        take_attempt(session, name, address)
        account = find_login(session, name)
    # As many at a time as photos are scored: each takes 19 MiB. And no transaction waits for it.
    with runtime.scoring.slots:
        right = verify_password(account.password_hash if account else None, password)
    if account is None or not right:
        log.warning("login from %s failed", address)
        raise Unauthenticated(
            "A person signs in with their name and password",
            "another name or password",
            "Try again, or ask an admin for a new password",
            code="wrong_login",
        )
    return account.id
