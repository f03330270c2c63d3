"""The clock of the machine jumps: nothing is paid, told or lost twice, and no due time moves."""

from __future__ import annotations

import uuid
from typing import Any

from flask.testing import FlaskClient

from serve.agents.service import give_verdict
from serve.claims.assessing import assess_claim
from serve.claims.clocks import escalate_clocks
from serve.claims.followup import close_followed_up, find_stranded
from serve.claims.rescue import rescue_unanswered
from serve.ledger.verification import check_ledger
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.board import open_alerts
from tests.serve.claims.test_clocks import DECLINE, later, missed, settle


def run_jobs(actors: Actors, *claim_ids: uuid.UUID) -> None:
    """Does what the worker does by and by, with every job run again."""
    for claim_id in claim_ids:
        assess_claim(actors.runtime, claim_id)
        settle(actors, claim_id)
    escalate_clocks(actors.runtime)
    rescue_unanswered(actors.runtime)
    for stranded in find_stranded(actors.runtime):
        assess_claim(actors.runtime, stranded)
    close_followed_up(actors.runtime)


def due_times(actors: Actors, claim_id: uuid.UUID) -> list[Any]:
    claim = actors.show(claim_id, for_agent=True)
    steps = {step["step"]: step["due"] for step in claim["progress"]}
    del steps["closed"]  # three days after whenever it was resolved
    return [claim["agent_due_at"], steps]


def test_a_clock_that_goes_back_and_forth_changes_nothing(actors: Actors) -> None:
    actors.stop_draws()
    paid = actors.add_claim(reason="delivery", late_min=45)
    waiting = actors.add_claim(findings.CLEAN)
    run_jobs(actors, paid, waiting)
    dues = [due_times(actors, claim_id) for claim_id in (paid, waiting)]
    for hours in (3, -30, 3, 26, -200, 26):
        with later(hours=hours):
            run_jobs(actors, paid, waiting)
            assert [due_times(actors, claim_id) for claim_id in (paid, waiting)] == dues
    assert actors.show(paid)["amount_fen"] == 1640
    assert len(actors.show(paid)["refunds"]) == 1
    assert actors.ledger_kinds(paid).count("paid") == 1
    assert missed(actors.runtime) == ["resolved", "verified"]
    assert actors.ledger_kinds(waiting).count("escalated") == len(open_alerts(actors)) == 2
    with actors.runtime.transaction() as session:
        assert check_ledger(session).intact


def test_what_an_agent_closed_is_not_told_again_after_a_jump(
    client: FlaskClient, actors: Actors
) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    with later(hours=3):
        escalate_clocks(actors.runtime)
        (alert,) = open_alerts(actors)
        client.post(f"/v1/alerts/{alert['id']}/close", json={}, headers=actors.as_agent)
    for hours in (-3, 4):
        with later(hours=hours):
            run_jobs(actors, claim_id)
    assert open_alerts(actors) == []


def test_a_claim_of_the_future_goes_its_way_after_the_clock_went_back(
    client: FlaskClient, actors: Actors
) -> None:
    actors.stop_draws()
    with later(days=10):
        passed_on = actors.add_claim(findings.CLEAN)
        undecided = actors.add_claim(reason="delivery", late_min=45, decide=False)
    run_jobs(actors, passed_on, undecided)
    assert missed(actors.runtime) == []
    claim = actors.show(undecided)
    assert (claim["status"], len(claim["refunds"])) == ("pre_approved", 1)
    give_verdict(actors.runtime, actors.agent, str(passed_on), DECLINE)
    path = f"/v1/claims/{passed_on}/appeal"
    assert client.post(path, json={}, headers=actors.as_shop).get_json()["status"] == "needs_agent"
    with later(hours=2, minutes=1):
        assert escalate_clocks(actors.runtime) == 1  # counted from the appeal


def test_ten_days_at_once_lose_nothing(client: FlaskClient, actors: Actors) -> None:
    actors.stop_draws()
    paid = actors.add_claim(reason="delivery", late_min=45)
    asked = actors.add_claim(findings.BLURRED)
    unanswered = actors.add_claim(findings.MODERATE_SPOILAGE, decide=False)
    waiting = actors.add_claim(findings.CLEAN)
    every = (paid, asked, unanswered, waiting)
    settle(actors, paid)
    with later(days=10):
        run_jobs(actors, *every)
        shown = [actors.show(claim_id)["status"] for claim_id in every]
        assert shown == ["closed", "needs_agent", "pre_approved", "needs_agent"]
        assert not any(actors.show(claim_id)["verdict"] for claim_id in every)
        assert actors.show(paid)["amount_fen"] == 1640
        path = f"/v1/claims/{paid}/appeal"
        answer = client.post(path, json={"text": "cold"}, headers=actors.as_shop).get_json()
        assert answer["status"] == "needs_agent"
        give_verdict(actors.runtime, actors.agent, str(waiting), DECLINE)
    with later(days=14):
        run_jobs(actors, *every)
        assert [actors.show(claim_id)["status"] for claim_id in (unanswered, waiting)] == [
            "closed",
            "closed",
        ]
