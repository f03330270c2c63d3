from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from serve.times import pretend_now, utc_now

THEN = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_a_pretended_time_holds_within_and_for_nobody_else() -> None:
    seen: list[datetime] = []
    with pretend_now(THEN):
        assert utc_now() == THEN
        with pretend_now(THEN + timedelta(days=1)):
            assert utc_now() == THEN + timedelta(days=1)
        assert utc_now() == THEN
        thread = threading.Thread(target=lambda: seen.append(utc_now()))
        thread.start()
        thread.join()
    assert THEN not in (seen[0], utc_now())
    assert abs(utc_now() - seen[0]) < timedelta(minutes=5)
