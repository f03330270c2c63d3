"""Clocks that run out: each is told once, whatever the machine's clock and other workers do."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.claims.clocks import escalate_clocks
from serve.claims.followup import settle_refund
from serve.claims.intake import Submission, accept_claim
from serve.claims.models import Claim, MissedClock
from serve.claims.rescue import rescue_unanswered
from serve.ledger.refunds import refunds_of
from serve.ledger.verification import check_ledger
from serve.runtime import Runtime
from serve.times import from_iso, to_iso, utc_now
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.board import open_alerts

DECLINE = VerdictIn(decision="decline", severity="none")


def later(**units: float) -> time_machine.travel:
    """Moves the clock on from now, or back, and stops it there."""
    return time_machine.travel(utc_now() + timedelta(**units), tick=False)


def missed(runtime: Runtime) -> list[str]:
    with runtime.transaction() as session:
        return sorted(session.scalars(select(MissedClock.clock)))


def settle(actors: Actors, claim_id: uuid.UUID) -> None:
    with actors.runtime.transaction() as session:
        refunds = [refund.id for refund in refunds_of(session, claim_id)]
    for refund_id in refunds:
        settle_refund(actors.runtime, refund_id)


def test_an_agent_that_is_late_is_told_of_once(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    assert actors.show(claim_id, for_agent=True)["overdue"] == []
    assert escalate_clocks(actors.runtime) == 0
    with later(hours=2, minutes=1):
        assert escalate_clocks(actors.runtime) == 1
        assert escalate_clocks(actors.runtime) == 0
        claim = actors.show(claim_id, for_agent=True)
        assert claim["overdue"] == ["verified"]
        assert claim["escalated_at"] == to_iso(utc_now())
        assert [step["step"] for step in claim["progress"] if step["overdue"]] == ["verified"]
    assert actors.ledger_kinds(claim_id)[-1] == "escalated"
    assert [(a["kind"], a["subject"]) for a in open_alerts(actors)] == [
        ("clock_missed", f"{claim_id}:verified")
    ]


def test_food_safety_is_late_after_an_hour_and_says_so(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.INSECT, reason="foreign_object")
    settle(actors, claim_id)
    with later(minutes=61):
        assert escalate_clocks(actors.runtime) == 1
        assert actors.show(claim_id, for_agent=True)["overdue"] == ["food_safety"]
    assert [a["kind"] for a in open_alerts(actors)] == ["food_safety_late", "food_safety"]
    give_verdict(actors.runtime, actors.agent, str(claim_id), DECLINE)
    assert open_alerts(actors) == []


def test_a_slow_acknowledgement_is_told_of(actors: Actors) -> None:
    order = actors.add_order(late_min=45)
    sent_at = utc_now() - timedelta(seconds=16)
    submission = Submission(order.order_id, "delivery", "", (), received_at=sent_at)
    accept_claim(actors.runtime, actors.shop, submission)
    actors.add_claim(reason="delivery", late_min=45, decide=False)  # taken in at once
    assert escalate_clocks(actors.runtime) == 1
    assert missed(actors.runtime) == ["acknowledged"]


def test_a_claim_without_an_answer_is_tried_again(actors: Actors) -> None:
    actors.stop_draws()
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE, decide=False)
    assert rescue_unanswered(actors.runtime) == 0
    with later(minutes=3, seconds=1):
        assert escalate_clocks(actors.runtime) == 1
        assert missed(actors.runtime) == ["first_answer"]
        assert rescue_unanswered(actors.runtime) == 1
    assert actors.show(claim_id)["status"] == "pre_approved"
    assert open_alerts(actors) == []


def test_a_claim_that_cannot_be_answered_goes_to_an_agent(
    actors: Actors, caplog: pytest.LogCaptureFixture
) -> None:
    lost = actors.add_claim(findings.CLEAN, decide=False)
    with actors.runtime.transaction() as session:
        session.execute(text("UPDATE claim_photos SET assessment = NULL, sha256 = repeat('0', 64)"))
    other = actors.add_claim(reason="delivery", late_min=45, decide=False)
    with later(minutes=4):
        assert rescue_unanswered(actors.runtime) == 2
    assert actors.show(lost)["decision"]["reasons"][0]["code"] == "assessment_failed"
    assert actors.show(other)["status"] == "pre_approved"
    assert "could not be assessed in time" in caplog.text


def test_a_photo_that_never_comes_brings_an_agent(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.BLURRED)
    with later(hours=23):
        assert escalate_clocks(actors.runtime) == 0
    with later(hours=24, minutes=1):
        assert escalate_clocks(actors.runtime) == 1
        claim = actors.show(claim_id, for_agent=True)
        assert claim["status"] == "needs_agent"
        assert from_iso(claim["agent_due_at"]) == utc_now() + timedelta(hours=2)
    give_verdict(actors.runtime, actors.agent, str(claim_id), DECLINE)
    assert open_alerts(actors) == []


def test_money_that_does_not_leave_is_told_of_until_it_does(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    verdict = VerdictIn(decision="approve", severity="minor", amount_fen=500)
    give_verdict(actors.runtime, actors.agent, str(claim_id), verdict)
    with later(hours=25):
        assert escalate_clocks(actors.runtime) == 1
        assert actors.show(claim_id, for_agent=True)["overdue"] == ["resolved"]
        assert [a["subject"] for a in open_alerts(actors)] == [f"{claim_id}:resolved"]
        settle(actors, claim_id)
        assert actors.show(claim_id, for_agent=True)["overdue"] == []
    assert open_alerts(actors) == []


def test_closing_a_claim_does_not_close_what_it_is_owed(
    client: FlaskClient, actors: Actors
) -> None:
    actors.stop_draws()
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    client.post(f"/v1/claims/{claim_id}/appeal", json={}, headers=actors.as_shop)
    verdict = VerdictIn(decision="close", severity="none")
    give_verdict(actors.runtime, actors.agent, str(claim_id), verdict)
    with later(hours=25):
        assert escalate_clocks(actors.runtime) == 1
        assert [a["subject"] for a in open_alerts(actors)] == [f"{claim_id}:resolved"]
        settle(actors, claim_id)
        assert open_alerts(actors) == []


def test_a_verdict_leaves_the_alert_of_money_that_is_still_owed(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    with later(hours=25):
        assert escalate_clocks(actors.runtime) == 2
        verdict = VerdictIn(decision="approve", severity="minor", amount_fen=500)
        give_verdict(actors.runtime, actors.agent, str(claim_id), verdict)
        assert [a["subject"] for a in open_alerts(actors)] == [f"{claim_id}:resolved"]


def test_workers_at_once_tell_of_each_clock_once(actors: Actors) -> None:
    claims = [actors.add_claim(findings.CLEAN) for _ in range(4)]
    with later(hours=25):
        with ThreadPoolExecutor(4) as pool:
            told = sum(pool.map(lambda _: escalate_clocks(actors.runtime), range(4)))
        told += escalate_clocks(actors.runtime)
    assert told == 2 * len(claims)
    for claim_id in claims:
        assert actors.ledger_kinds(claim_id).count("escalated") == 2
    with actors.runtime.transaction() as session:
        assert check_ledger(session).intact


def test_more_claims_than_one_batch_are_all_told_of(actors: Actors) -> None:
    actors.add_claim(findings.CLEAN)
    copies = """
        WITH made AS (
            INSERT INTO orders (id, shop_id, order_id, customer_id, product, price_fen, cold_chain,
                                facts_sha256, created_at)
            SELECT gen_random_uuid(), shop_id, 'copy-' || n, customer_id, product, price_fen,
                   cold_chain, facts_sha256, created_at
            FROM orders, generate_series(1, 120) AS n
            RETURNING id, shop_id, customer_id)
        INSERT INTO claims (id, order_id, shop_id, customer_id, reason, description, status,
            food_safety, audit, blind, pre_approved_fen, policy_sha256, received_at,
            acknowledged_at, decided_at, agent_due_at, acknowledge_due_at, answer_due_at,
            resolve_due_at, follow_up_s)
        SELECT gen_random_uuid(), made.id, made.shop_id, made.customer_id, reason, description,
            status, food_safety, audit, blind, pre_approved_fen, policy_sha256, received_at,
            acknowledged_at, decided_at, agent_due_at, acknowledge_due_at, answer_due_at,
            resolve_due_at, follow_up_s
        FROM claims, made
    """
    with actors.runtime.transaction() as session:
        session.execute(text(copies))
    with later(hours=3):
        assert escalate_clocks(actors.runtime) == 121


TRAP = """
CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE 'a crash'; END $$;
CREATE TRIGGER trap BEFORE INSERT ON alerts FOR EACH ROW EXECUTE FUNCTION trap();
"""


def test_a_crash_on_the_way_loses_nothing(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.BLURRED)
    with actors.runtime.transaction() as session:
        session.execute(text(TRAP))
    try:
        with later(hours=25), pytest.raises(DBAPIError, match="a crash"):
            escalate_clocks(actors.runtime)
    finally:
        with actors.runtime.transaction() as session:
            session.execute(text("DROP FUNCTION trap CASCADE"))
    assert actors.show(claim_id)["status"] == "needs_photo"
    assert "escalated" not in actors.ledger_kinds(claim_id)
    with later(hours=25):
        assert escalate_clocks(actors.runtime) == 1
    assert actors.show(claim_id)["status"] == "needs_agent"


def test_an_appeal_starts_its_own_clocks(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    with later(hours=3):
        escalate_clocks(actors.runtime)
        give_verdict(actors.runtime, actors.agent, str(claim_id), DECLINE)
    with later(hours=30):
        path = f"/v1/claims/{claim_id}/appeal"
        assert client.post(path, json={}, headers=actors.as_shop).status_code == 200
        assert escalate_clocks(actors.runtime) == 0
        claim = actors.show(claim_id, for_agent=True)
        assert (claim["overdue"], claim["escalated_at"]) == ([], None)
    with later(hours=33):
        assert escalate_clocks(actors.runtime) == 1


def test_a_late_photo_gives_the_agent_its_whole_time(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.BLURRED)
    with actors.runtime.transaction() as session:
        session.execute(update(Claim).where(Claim.id == claim_id).values(status="received"))
        claim = session.get_one(Claim, claim_id)
        claim.photos[0].assessment = {**findings.CLEAN, "sha256": claim.photos[0].sha256}
    with later(hours=5):
        assert rescue_unanswered(actors.runtime) == 1
        assert actors.show(claim_id)["status"] == "needs_agent"
        assert escalate_clocks(actors.runtime) == 0


def look(actors: Actors, claim_id: uuid.UUID) -> dict[str, Any]:
    claim = actors.show(claim_id, for_agent=True)
    steps = [(step["step"], bool(step["at"]), step["overdue"]) for step in claim["progress"]]
    named = {key: claim[key] for key in ("overdue", "batch_claims", "status")}
    return {**named, "steps": steps, "escalated": bool(claim["escalated_at"])}


@pytest.mark.parametrize("hours", [0, 3, 25])
def test_clocks_do_not_tell_an_audit_from_a_claim_passed_on(actors: Actors, hours: int) -> None:
    actors.amend_policy(
        ("blind_propensity = 0.10", "blind_propensity = 1.0"),
        ("propensity = 0.05", "propensity = 1.0"),
    )
    passed_on = actors.add_claim(findings.CLEAN)
    unpaid = actors.add_claim(findings.MODERATE_SPOILAGE)
    paid = actors.add_claim(findings.MODERATE_SPOILAGE)
    settle(actors, paid)
    with later(hours=hours):
        escalate_clocks(actors.runtime)
        assert look(actors, passed_on) == look(actors, unpaid) == look(actors, paid)
    told = [(a["kind"], a["details"].keys(), a["subject"][37:]) for a in open_alerts(actors)]
    assert all(told.count(one) == 3 for one in told)
