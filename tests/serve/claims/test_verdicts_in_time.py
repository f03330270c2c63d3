"""A verdict that can still be undone was given in time, if it was entered in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from serve.agents.pending import enter_verdict, give_due_verdicts, undo_verdict
from serve.agents.schemas import VerdictIn
from serve.claims.clocks import escalate_clocks
from serve.times import from_iso
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.claims.test_clocks import missed

DECLINE = VerdictIn(decision="decline", severity="none")


@pytest.mark.parametrize(
    ("found", "reason", "clock"),
    [
        (findings.CLEAN, "spoilage", "verified"),
        (findings.INSECT, "foreign_object", "food_safety"),
    ],
)
def test_a_verdict_that_was_entered_in_time_keeps_its_clock(
    actors: Actors, found: dict[str, Any], reason: str, clock: str
) -> None:
    actors.stop_draws()
    in_time, withdrawn = (actors.add_claim(found, reason=reason) for _ in "12")
    due_at = from_iso(actors.show(withdrawn, for_agent=True)["agent_due_at"])
    assert due_at
    with time_machine.travel(due_at - timedelta(seconds=30), tick=False) as moving:
        for claim_id in (in_time, withdrawn):
            enter_verdict(actors.runtime, actors.agent, str(claim_id), DECLINE)
        moving.shift(timedelta(seconds=45))
        escalate_clocks(actors.runtime)
        assert clock not in missed(actors.runtime)
        undo_verdict(actors.runtime, actors.agent, str(withdrawn))
        escalate_clocks(actors.runtime)
        assert missed(actors.runtime).count(clock) == 1
        moving.shift(timedelta(seconds=20))
        assert give_due_verdicts(actors.runtime) == 1
        escalate_clocks(actors.runtime)
        assert missed(actors.runtime).count(clock) == 1
