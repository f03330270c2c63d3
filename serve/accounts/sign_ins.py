"""Sessions of people in a browser, kept in the database so that they can be ended from here."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from model.errors import Forbidden, Unauthenticated
from serve.accounts.models import Account, SignIn
from serve.accounts.service import Caller
from serve.settings import Settings
from serve.times import utc_now

_TOKEN_BYTES = 32
_SEEN_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Visitor:
    """A person who is signed in.

    Attributes:
        caller: who it is.
        name: the account's name.
        csrf_token: what every request that changes something carries beside the cookie.
        has_password: whether they have a password here, which they may change.
        must_change_password: whether somebody else made it, so that they do so first.
    """

    caller: Caller
    name: str
    csrf_token: str
    has_password: bool = False
    must_change_password: bool = False


def start_sign_in(session: Session, account: Account, settings: Settings) -> str:
    """Starts a session and returns the token for its cookie; only its hash is kept."""
    token, now = secrets.token_urlsafe(_TOKEN_BYTES), utc_now()
    session.add(
        SignIn(
            token_sha256=_hash_token(token),
            account_id=account.id,
            created_at=now,
            seen_at=now,
            expires_at=now + timedelta(hours=settings.session_hours),
        )
    )
    account.signed_in_at = now
    session.flush()
    return token


def resume_sign_in(session: Session, token: str, settings: Settings) -> Visitor:
    """Returns who the token of a cookie stands for, and notes that they were here.

    Raises:
        Unauthenticated: the session has ended, or the account is disabled.
    """
    found = session.get(SignIn, _hash_token(token))
    now = utc_now()
    idle = timedelta(minutes=settings.session_idle_minutes)
    if (
        found is None
        or found.account.disabled_at is not None
        or not (now < found.expires_at and now - found.seen_at < idle)
    ):
        raise Unauthenticated(
            f"A session lasts {settings.session_hours} hours, and "
            f"{settings.session_idle_minutes} minutes without a request",
            "one that has ended",
            "Sign in again",
            code="session_ended",
        )
    if now - found.seen_at >= _SEEN_NOTED_EVERY:
        found.seen_at = now
    has_password = settings.password_login and found.account.password_hash is not None
    return Visitor(
        Caller(found.account.role, account_id=found.account_id),
        found.account.name,
        csrf_token_of(token),
        has_password=has_password,
        must_change_password=has_password and found.account.password_temporary,
    )


def end_sign_in(session: Session, token: str) -> None:
    """Ends one session."""
    session.execute(delete(SignIn).where(SignIn.token_sha256 == _hash_token(token)))


def end_sign_ins(session: Session, account_id: uuid.UUID) -> None:
    """Ends all sessions of an account."""
    session.execute(delete(SignIn).where(SignIn.account_id == account_id))


def set_disabled(session: Session, account: Account, *, disabled: bool) -> None:
    """Lets nobody in by an account, keys included, and ends its sessions; or lets them in again."""
    account.disabled_at = utc_now() if disabled else None
    if disabled:
        end_sign_ins(session, account.id)


def delete_expired(session: Session) -> None:
    """Deletes sessions that have run out."""
    session.execute(delete(SignIn).where(SignIn.expires_at < utc_now()))


def csrf_token_of(token: str) -> str:
    """Returns the session's token against forged requests.

    Computed from the cookie's token, which no other site can read, and telling nothing of it.
    """
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def check_csrf_token(token: str, sent: str) -> None:
    """Holds a request to its session's token, in constant time.

    Raises:
        Forbidden: it is another one, or none.
    """
    if not hmac.compare_digest(csrf_token_of(token).encode(), sent.encode()):
        raise Forbidden(
            "A request of a signed-in person that changes something carries its session's token",
            "another token" if sent else "no token",
            "Send the header X-CSRF-Token, or reload the page and send its form again",
            code="csrf",
        )


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
