"""Signing in with a name and a password, and changing it."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.errors import Forbidden, InvalidInput, Unauthenticated
from serve.accounts.devices import read_device, sign_device
from serve.accounts.passwords import hash_password, is_outdated, set_password, verify_password
from serve.accounts.service import find_login, get_account
from serve.accounts.sign_ins import delete_expired, end_sign_in, start_sign_in
from serve.accounts.throttle import count_by, forgive_attempt, take_attempt

if TYPE_CHECKING:
    from serve.accounts.sign_ins import Visitor
    from serve.runtime import Runtime
    from serve.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Browser:
    """Where a login comes from: the address, and the cookie of `serve.accounts.devices`, if any."""

    address: str
    device: str = ""


def sign_in(
    runtime: Runtime, name: str, password: str, browser: Browser, old_token: str | None = None
) -> tuple[str, str]:
    """Checks a name and password.

    An unknown name is answered as a wrong password is, after the same time.

    Args:
        runtime: the parts to work with.
        name: as typed.
        password: as typed.
        browser: where the request came from, to slow guessing down.
        old_token: of the browser's session so far, which ends.

    Returns:
        The token of a new session, and the browser's cookie by which it is known the next time.

    Raises:
        Unauthenticated: name and password are not those of a person.
        TooManyLogins: too many failed before.
    """
    account_id = _check(runtime, name, password, browser)
    known = read_device(runtime.settings, browser.device, account_id)
    device = sign_device(runtime.settings, account_id, known)
    with runtime.transaction() as session:
        account = get_account(session, account_id)
        if old_token:
            end_sign_in(session, old_token)
        delete_expired(session)
        if account.password_hash and is_outdated(account.password_hash):
            account.password_hash = hash_password(password)
        log.info("%s %s signed in from %s", account.role, account.id, browser.address)
        return start_sign_in(session, account, runtime.settings), device


def change_password(runtime: Runtime, name: str, current: str, new: str, browser: Browser) -> str:
    """Changes a signed-in person's password, ends their sessions and returns a new one's token.

    Raises:
        Unauthenticated: the current password is another one.
        TooManyLogins: it was guessed too often.
        InvalidInput: the new password is too short or too long, the name, or the current one.
    """
    account_id = _check(runtime, name, current, browser)
    if new == current:
        raise InvalidInput(
            "A new password is another one than before",
            "the current password",
            "Choose another",
            code="password_same",
        )
    with runtime.transaction() as session:
        account = get_account(session, account_id)
        set_password(session, account, new)
        log.info("%s %s changed the password from %s", account.role, account.id, browser.address)
        return start_sign_in(session, account, runtime.settings)


def check_password_login(settings: Settings) -> None:
    """Refuses passwords where people sign in with their company account alone.

    Raises:
        Forbidden: they do.
    """
    if not settings.password_login:
        raise Forbidden(
            "People sign in with their company account here (FRESHCLAIM_PASSWORD_LOGIN=0)",
            "a password",
            "Choose the company account on the page",
            code="password_login_off",
        )


def check_has_password(visitor: Visitor) -> None:
    """Keeps those away from changing a password who have none here.

    Raises:
        Forbidden: they have none; their name may be that of somebody else's password.
    """
    if not visitor.has_password:
        raise Forbidden(
            "A person who signs in with a password may change it",
            "one who signs in with a company account",
            "Change it where the company account is kept",
            code="no_password_here",
        )


def _check(runtime: Runtime, name: str, password: str, browser: Browser) -> uuid.UUID:
    with runtime.transaction() as session:
        account = find_login(session, name)
        account_id = account.id if account else None
        device = read_device(runtime.settings, browser.device, account_id)
        counted = count_by(account_id, name, browser.address, device)
        taken = take_attempt(session, counted)
    # A few at a time, as each takes 19 MiB; none takes the place of a photo, nor a transaction.
    with runtime.hashing:
        right = verify_password(account.password_hash if account else None, password)
    if account is None or not right:
        log.warning("login from %s failed", browser.address)
        raise Unauthenticated(
            "A person signs in with their name and password",
            "another name or password",
            "Try again, or ask an admin for a new password",
            code="wrong_login",
        )
    # At once: what is refused later, such as a new password, was no wrong one.
    with runtime.transaction() as session:
        forgive_attempt(session, counted, taken)
    return account.id
