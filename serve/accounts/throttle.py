"""Slows guessing of passwords down, per name and per address.

Whoever guesses without end can make a name wait without end. A browser that its person has signed
in with before is counted by itself, so that they still come in.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import math
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

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

_FORGET_ONE_AFTER = timedelta(hours=1)
"""An office fails now and then: so long after the last failure, one less counts."""


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


@dataclass(frozen=True)
class Counted:
    """What a login is counted by, as hashes; no address where the browser is known."""

    who: str
    address: str | None = None
    free: int = FREE_PER_NAME


def count_company_sign_in(address: str) -> Counted:
    """Returns what a sign-in by company account is counted by: where it comes from."""
    return Counted(_hash(f"company:{_network(address)}"), free=FREE_PER_ADDRESS)


def count_by(account_id: uuid.UUID | None, name: str, address: str, device: str | None) -> Counted:
    """Returns what a login is counted by.

    Args:
        account_id: whose name it is, by which all its spellings count as one; None for nobody's.
        name: as typed.
        address: where the login comes from.
        device: the name of a browser that this person has signed in with before, which others'
            failures do not hold up; None for any other.
    """
    if device is not None:
        return Counted(_hash(f"device:{device}"))
    who = f"account:{account_id}" if account_id else f"name:{name.strip().lower()}"
    return Counted(_hash(who), _hash(f"address:{_network(address)}"))


@dataclass(frozen=True)
class Taken:
    """When a login was counted, and when the one before it of the same address was."""

    at: datetime
    before: datetime


def take_attempt(session: Session, counted: Counted) -> Taken:
    """Counts a login as failed before its password is looked at; `forgive_attempt` takes it back.

    Counted first, a thousand guesses sent at once are a thousand, not one.

    Raises:
        TooManyLogins: one of the counts has to wait; the wait does not grow by asking.
    """
    now = utc_now()
    rows = [(_lock_row(session, counted.who), counted.free)]
    if counted.address:
        # In a fixed order, so that two logins never wait for each other.
        rows.insert(0, (_lock_row(session, counted.address), FREE_PER_ADDRESS))
    waits = [row.blocked_until - now for row, _ in rows if row.blocked_until]
    wait_s = math.ceil(max([wait.total_seconds() for wait in waits], default=0))
    if wait_s > 0:
        log.warning("a login is asked to wait %d s", wait_s)
        raise TooManyLogins(wait_s)
    taken = Taken(now, rows[0][0].last_at)
    for row, free in rows:
        row.count = _still_counted(row, now) + 1
        row.last_at = now
        over = row.count - free
        row.blocked_until = now + _wait(over) if over >= 0 else None
    return taken


def forgive_attempt(session: Session, counted: Counted, taken: Taken) -> None:
    """Takes the count of a login back that was right after all; the name starts afresh.

    For the address it is as if there had been none: what is right does not keep failures in mind.
    """
    if counted.address:
        of_address = _lock_row(session, counted.address)
        of_address.count = max(of_address.count - 1, 0)
        of_address.blocked_until = None
        if of_address.last_at == taken.at:
            # Back in time, but what has been forgotten by now is not forgotten twice.
            kept = (taken.at - taken.before) % _FORGET_ONE_AFTER
            of_address.last_at = taken.at - kept
    session.delete(_lock_row(session, counted.who))


def delete_forgotten(session: Session) -> None:
    """Deletes counts that no longer count."""
    session.execute(delete(LoginFailures).where(LoginFailures.last_at < utc_now() - _FORGET_AFTER))


def _still_counted(row: LoginFailures, now: datetime) -> int:
    since = now - row.last_at
    return 0 if since > _FORGET_AFTER else max(row.count - since // _FORGET_ONE_AFTER, 0)


def _wait(failures_over: int) -> timedelta:
    return timedelta(seconds=min(2 ** min(failures_over, 20), _MAX_WAIT_S))


def _lock_row(session: Session, subject: str) -> LoginFailures:
    session.execute(
        insert(LoginFailures)
        .values(subject_sha256=subject, count=0, last_at=utc_now())
        # Not "do nothing": a login that is right may delete the row before it is locked.
        .on_conflict_do_update(index_elements=["subject_sha256"], set_={"subject_sha256": subject})
    )
    return session.get_one(LoginFailures, subject, with_for_update=True, populate_existing=True)


def _hash(subject: str) -> str:
    # A hash: now and then somebody types a password into the field for the name.
    return hashlib.sha256(subject.encode()).hexdigest()


def _network(address: str) -> str:
    """Returns the part of an address that its holder cannot choose: of IPv6 the first half."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or f"{int(known) >> 64:x}/64")
