"""A dry run of a purge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from serve.claims.models import Claim
from serve.privacy import purge
from serve.privacy.purge import Purged, purge_old
from tests.serve.actors import Actors
from tests.serve.privacy.test_purge import add_closed, clock

__all__ = ["clock"]


def test_a_rehearsal_goes_in_the_same_batches(
    actors: Actors, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All claims in one statement are more than PostgreSQL takes parameters for."""
    found: list[int] = []
    find = purge.find_erasable

    def watch(session: Session, scope: purge.Scope, limit: int) -> Sequence[Claim]:
        claims = find(session, scope, limit)
        found.append(len(claims))
        return claims

    monkeypatch.setattr(purge, "find_erasable", watch)
    monkeypatch.setattr(purge, "_BATCH", 2)
    for _ in range(3):
        add_closed(actors)
    clock.shift(timedelta(days=91))
    rehearsed = purge_old(actors.runtime, 90, "operator", dry_run=True)
    assert found == [2, 1, 0]
    assert rehearsed == purge_old(actors.runtime, 90, "operator") == Purged(3, 3, 0, 3)
