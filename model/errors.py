"""The one tree of errors that callers can act on.

A message states the rule, the value received and the remedy. `code` is stable and may be matched
by programs. How an error becomes an HTTP answer is decided in one place, by whoever serves HTTP.
"""

from __future__ import annotations


class FreshclaimError(Exception):
    """Base of all errors raised on purpose.

    Attributes:
        code: stable snake_case name of what went wrong.
        rule: what must hold.
        received: the offending value, or None.
        remedy: what the caller can do.
    """

    def __init__(self, rule: str, received: object = None, remedy: str = "", *, code: str) -> None:
        self.code = code
        self.rule = rule
        self.received = received
        self.remedy = remedy
        parts = [rule.rstrip(".")]
        if received is not None:
            parts.append(f"received: {received}")
        if remedy:
            parts.append(remedy.rstrip("."))
        super().__init__("; ".join(parts) + ".")


class InvalidInput(FreshclaimError):
    """The request or file is understood and its content breaks a rule."""


class UnsupportedMedia(FreshclaimError):
    """The bytes are not of a kind that is accepted here."""


class TooLarge(FreshclaimError):
    """More bytes, pixels or items than the limit."""


class Unauthenticated(FreshclaimError):
    """No credentials, or none that are valid."""


class Forbidden(FreshclaimError):
    """The credentials are valid and do not allow this."""


class NotFound(FreshclaimError):
    """Nothing of that name exists for this caller."""


class Conflict(FreshclaimError):
    """The state of things does not allow this now."""


class RateLimited(FreshclaimError):
    """Too many requests or attempts in a period."""


class Unavailable(FreshclaimError):
    """A part this needs is not ready; trying again later may succeed."""
