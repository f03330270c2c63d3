"""Times are UTC everywhere; this is how they are read and written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_PRETENDED: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def utc_now() -> datetime:
    """Returns the time now, UTC, to the millisecond."""
    now = _PRETENDED.get() or datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


@contextmanager
def pretend_now(at: datetime) -> Iterator[None]:
    """Makes it another time for what runs within, in this thread.

    For `python -m serve demo` alone, which lives through a day that is over. No other clock is
    moved: jobs are still due by the machine's.
    """
    token = _PRETENDED.set(at)
    try:
        yield
    finally:
        _PRETENDED.reset(token)


def to_iso(moment: datetime | None) -> str | None:
    """Writes a time as UTC ISO 8601 with milliseconds and a Z; None stays None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str | None) -> datetime | None:
    """Reads what `to_iso` wrote."""
    return None if text is None else datetime.fromisoformat(text)


def after(moment: datetime, seconds: int) -> datetime:
    """Returns the time that many seconds later."""
    return moment + timedelta(seconds=seconds)
