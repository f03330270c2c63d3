"""Slows guessing of passwords down, per name and per address, and locks nobody out for ever."""

from __future__ import annotations

import hashlib
import logging
import math
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from model.errors import RateLimited
from serve.accounts.models import LoginFailures
from serve.times import utc_now

log = logging.getLogger(__name__)

FREE_PER_NAME = 5
FREE_PER_ADDRESS = 10
"""Failures before the first wait; an office shares an address."""

_MAX_WAIT_S = 900
_FORGET_AFTER = timedelta(days=1)


class TooManyLogins(RateLimited):
    """Another login may be tried after `retry_after_s` seconds."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            f"After {FREE_PER_NAME} failed logins each further one waits, twice as long every time",
            f"a login {retry_after_s} s too early",
            f"Try again in {retry_after_s} s",
            code="too_many_logins",
        )
        self.retry_after_s = retry_after_s


def take_attempt(session: Session, name: str, address: str) -> None:
    """Counts a login as failed before its password is looked at; `forgive_attempt` takes it back.

    Counted first, a thousand guesses sent at once are a thousand, not one.

    Raises:
        TooManyLogins: name or address has to wait; the wait does not grow by asking.
    """
    now = utc_now()
    # In a fixed order, so that two logins never wait for each other.
    rows = [
        (_lock_row(session, _of_address(address)), FREE_PER_ADDRESS),
        (_lock_row(session, _of_name(name)), FREE_PER_NAME),
    ]
    waits = [row.blocked_until - now for row, _ in rows if row.blocked_until]
    wait_s = math.ceil(max([wait.total_seconds() for wait in waits], default=0))
    if wait_s > 0:
        log.warning("login from %s is asked to wait %d s", address, wait_s)
        raise TooManyLogins(wait_s)
    for row, free in rows:
        if now - row.last_at > _FORGET_AFTER:
            row.count = 0
        row.count += 1
        row.last_at = now
        over = row.count - free
        row.blocked_until = now + _wait(over) if over >= 0 else None


def forgive_attempt(session: Session, name: str, address: str) -> None:
    """Takes the count of a login back that was right after all; the name starts afresh."""
    of_address, of_name = (
        _lock_row(session, _of_address(address)),
        _lock_row(session, _of_name(name)),
    )
    of_address.count = max(of_address.count - 1, 0)
    of_address.blocked_until = None
    session.delete(of_name)


def delete_forgotten(session: Session) -> None:
    """Deletes counts that no longer count."""
    session.execute(delete(LoginFailures).where(LoginFailures.last_at < utc_now() - _FORGET_AFTER))


def _wait(failures_over: int) -> timedelta:
    return timedelta(seconds=min(2 ** min(failures_over, 20), _MAX_WAIT_S))


def _lock_row(session: Session, subject: str) -> LoginFailures:
    session.execute(
        insert(LoginFailures)
        .values(subject_sha256=subject, count=0, last_at=utc_now())
        .on_conflict_do_nothing()
    )
    return session.get_one(LoginFailures, subject, with_for_update=True, populate_existing=True)


def _of_name(name: str) -> str:
    # A hash: now and then somebody types a password into the field for the name.
    return hashlib.sha256(f"name:{name.strip().lower()}".encode()).hexdigest()


def _of_address(address: str) -> str:
    return hashlib.sha256(f"address:{address}".encode()).hexdigest()
