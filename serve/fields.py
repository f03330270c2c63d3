"""Types of values that come in from outside, shared by all subjects' schemas."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, StringConstraints

_YEARS = range(1970, 2101)


def _refuse_disguise(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError("a number is written as a number")
    return value


Whole = Annotated[int, BeforeValidator(_refuse_disguise)]
"""A whole number written as a number; 5.0 is one, "5" and true are not."""


def _refuse_other_ages(moment: datetime) -> datetime:
    try:
        year = moment.astimezone(UTC).year
    except OverflowError:
        year = 0
    if year not in _YEARS:
        raise ValueError(f"a time lies in the years {_YEARS[0]} to {_YEARS[-1]}")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_refuse_other_ages)]
"""A time with a zone, of an age that neither calendar nor database runs out at."""

Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]
"""A short text of one line."""

LONGEST_LINE = 1000

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST_LINE, pattern=r"^[^\x00]*$")
]
"""What a person wrote; it may be empty."""
