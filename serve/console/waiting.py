"""How long is left, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400
_DAYS_FROM_S = 2 * _DAY_S


def word_due(texts: Mapping[str, str], due_at: datetime, now: datetime) -> str:
    """Returns how long is left until a time, or how long it has passed, in whole minutes."""
    left_s = int((due_at - now).total_seconds())
    late = left_s < 0
    hours, rest_s = divmod(abs(left_s), _HOUR_S)
    minutes = rest_s // _MINUTE_S
    if late and -left_s >= _DAYS_FROM_S:
        return texts["late_days"].format(days=-left_s // _DAY_S)
    if hours:
        text = texts["late_hours" if late else "left_hours"]
    elif minutes:
        text = texts["late_minutes" if late else "left_minutes"]
    else:
        return texts["late_soon" if late else "left_soon"]
    return text.format(hours=hours, minutes=minutes)
