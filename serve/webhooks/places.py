"""How many endpoints one process tries at a time, and that no shop tries its own twice."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from model.errors import RateLimited

PLACES = 2
"""Pings of one process that may wait for receivers; all other threads go on answering."""


class TrialPlaces:
    """Places of those who wait for a receiver, in this process; taken or refused, never queued."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[uuid.UUID] = set()

    @contextmanager
    def take(self, shop_id: uuid.UUID) -> Iterator[None]:
        """Holds a place for the shop.

        Raises:
            RateLimited: the shop has one already, or all are taken.
        """
        with self._lock:
            if shop_id in self._waiting:
                raise RateLimited(
                    "An endpoint is tried once at a time",
                    "a second ping while the first is on its way",
                    "Wait for its answer, at most 12 s",
                    code="webhook_trial_running",
                )
            if len(self._waiting) >= PLACES:
                raise RateLimited(
                    f"At most {PLACES} endpoints are tried at a time",
                    "one more while others wait for their receivers",
                    "Try again in a few seconds",
                    code="busy",
                )
            self._waiting.add(shop_id)
        try:
            yield
        finally:
            with self._lock:
                self._waiting.discard(shop_id)
