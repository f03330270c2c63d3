"""Where the day is played: one transaction, and a clock that goes from scene to scene."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlalchemy.orm import sessionmaker

from serve.assessments.gate import ScoringGate
from serve.runtime import Runtime
from serve.times import pretend_now

if TYPE_CHECKING:
    from model.assessment import Assessment

Scene = Generator[datetime, None, None]
"""Yields when it goes on; what lies after the end of the day does not happen."""

_TRIES = 200


class MemoryGate(ScoringGate):
    """Scores the same photo against the same references once."""

    def __init__(self) -> None:
        super().__init__(1)
        self._found: dict[Any, Assessment] = {}

    def assess(self, data: bytes, *others: Any, **references: Any) -> Assessment:  # noqa: ANN401
        """See `ScoringGate.assess`."""
        named = {name: value for name, value in references.items() if value}
        key = (data, repr(others), tuple(sorted(named.items())))
        if key not in self._found:
            self._found[key] = super().assess(data, *others, **references)
        return self._found[key]


@dataclass
class Stage:
    """The runtime of the play, and what is still to come."""

    runtime: Runtime
    _connection: Connection
    _coming: list[tuple[datetime, int, Scene]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def add(self, at: datetime, scene: Scene) -> None:
        """Lets a scene begin at a time."""
        heapq.heappush(self._coming, (at, next(self._numbers), scene))

    def play(self, end: datetime) -> None:
        """Plays all scenes in the order of their times, each at its own time, until the end."""
        while self._coming and self._coming[0][0] <= end:
            at, _, scene = heapq.heappop(self._coming)
            with pretend_now(at):
                goes_on_at = next(scene, None)
            if goes_on_at is not None:
                self.add(max(at, goes_on_at), scene)

    def repeat(self, act: Callable[[], None], suits: Callable[[], bool]) -> None:
        """Acts, and undoes it and acts again until it suits: a draw cannot be told what to be."""
        for last in (*[False] * (_TRIES - 1), True):
            attempt = self._connection.begin_nested()
            act()
            if last or suits():
                attempt.commit()
                return
            attempt.rollback()


@contextmanager
def open_stage(runtime: Runtime) -> Iterator[Stage]:
    """Yields a stage whose every transaction is part of one: all of the day is kept, or nothing.

    A service that runs meanwhile sees the day when it is over, and its workers with it: none of
    them finds a case of this morning and tells that it is late. Its own claims wait so long.
    """
    with runtime.engine.begin() as connection:
        sessions = sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        yield Stage(replace(runtime, sessions=sessions, scoring=MemoryGate()), connection)
