"""Types of values that come in from outside, shared by all subjects' schemas."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, StringConstraints


def _refuse_disguise(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError("a number is written as a number")
    return value


Whole = Annotated[int, BeforeValidator(_refuse_disguise)]
"""A whole number written as a number; 5.0 is one, "5" and true are not."""

Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]
"""A short text of one line."""

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=1000, pattern=r"^[^\x00]*$")
]
"""What a person wrote; it may be empty."""
