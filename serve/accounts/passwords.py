"""Passwords: hashed with argon2id, hashed anew when its parameters change."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from model.errors import Conflict, InvalidInput
from serve.accounts.models import Account
from serve.accounts.service import PEOPLE
from serve.accounts.sign_ins import end_sign_ins

MIN_LENGTH, MAX_LENGTH = 12, 200

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""The parameters of the OWASP Password Storage Cheat Sheet; kept hashes follow when they change."""


def set_password(
    session: Session, account: Account, password: str, *, temporary: bool = False
) -> None:
    """Gives a person a password and ends their sessions.

    Args:
        session: to write with.
        account: whose it is.
        password: in clear.
        temporary: whether somebody else knows it, so that its person changes it first.

    Raises:
        InvalidInput: the account is a shop's or a company account's, or the password is too short,
            too long or the name.
        Conflict: another person signs in with that name.
    """
    if account.role not in PEOPLE:
        raise InvalidInput(
            "A shop has keys, a person may have a password",
            f"a password for a {account.role}",
            "Use a key",
            code="no_password_here",
        )
    if account.oidc_subject is not None:
        raise InvalidInput(
            "A person with a company account has no password here",
            f"a password for {account.name}",
            "Make another account for somebody who signs in by password",
            code="no_password_here",
        )
    check_password_rules(password, account.name)
    account.password_hash = hash_password(password)
    account.password_temporary = temporary
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(
            "A name that a person signs in with is theirs alone, in any case of letters",
            f"the name {account.name}, which somebody has",
            "Make the account with another name",
            code="name_taken",
        ) from error
    end_sign_ins(session, account.id)


def check_password_rules(password: str, name: str) -> None:
    """Checks a new password.

    Raises:
        InvalidInput: it is too short, too long, or the account's own name. The text of the error
            does not hold it.
    """
    length = len(_normalise(password))
    if not MIN_LENGTH <= length <= MAX_LENGTH:
        raise InvalidInput(
            f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters, of any kind",
            f"one of {length}",
            "Choose another; a few words in a row are easy to keep",
            code="password_length",
        )
    if _normalise(password).lower() == _normalise(name).lower():
        raise InvalidInput(
            "A password is not the name",
            "the name",
            "Choose another",
            code="password_is_name",
        )


def hash_password(password: str) -> str:
    """Returns what is kept of a password."""
    return _HASHER.hash(_normalise(password))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Returns whether the password is the right one; takes as long where there is none."""
    decoy = _decoy()
    try:
        _HASHER.verify(password_hash or decoy, _normalise(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether a password was hashed with other parameters than are used now."""
    return _HASHER.check_needs_rehash(password_hash)


@cache
def _decoy() -> str:
    return _HASHER.hash(secrets.token_urlsafe())


def _normalise(password: str) -> str:
    """The same characters give the same password on every keyboard and system."""
    return unicodedata.normalize("NFKC", password)
