"""Times are UTC everywhere; this is how they are read and written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def utc_now() -> datetime:
    """Returns the time now, UTC, to the millisecond."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


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
