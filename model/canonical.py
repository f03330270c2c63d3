"""One spelling for every JSON value, so that equal content has equal bytes and hashes."""

from __future__ import annotations

import hashlib
import json


def dump_canonical(value: object) -> str:
    """Writes JSON with sorted keys, no spaces, no NaN, Unicode as it is."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def hash_text(text: str) -> str:
    """Returns the hex SHA-256 of the text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def hash_canonical(value: object) -> str:
    """Returns the hex SHA-256 of a value's canonical JSON."""
    return hash_text(dump_canonical(value))


def draw_fraction(purpose: str, subject: str) -> float:
    """Draws a number in [0, 1) that is uniform over subjects and always the same for one subject.

    Args:
        purpose: separates draws from each other, such as "audit".
        subject: what is drawn for; secret where nobody may foresee the draw.
    """
    head = hashlib.sha256(f"{purpose}:{subject}".encode()).digest()[:8]
    return (int.from_bytes(head) >> 11) / 2**53
