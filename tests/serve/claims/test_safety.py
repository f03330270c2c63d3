"""Cases of food safety that show only after the first decision, and whom they reach when."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from serve.assessments.uploads import check_uploads
from serve.claims.assessing import assess_claim
from serve.claims.clocks import escalate_clocks
from serve.claims.intake import add_photos
from serve.claims.models import Claim
from serve.claims.rescue import rescue_unanswered
from serve.claims.service import appeal_claim
from serve.ledger.service import events_of
from serve.ledger.verification import check_ledger
from serve.times import from_iso
from tests.serve import findings
from tests.serve.actors import Actors, draw_photo, upload
from tests.serve.board import open_alerts
from tests.serve.claims.test_clocks import later, settle


def due_in_min(actors: Actors, claim_id: uuid.UUID) -> float:
    """Minutes from the claim's reception to when an agent is due."""
    claim = actors.show(claim_id, for_agent=True)
    received, due = from_iso(claim["received_at"]), from_iso(claim["agent_due_at"])
    assert received
    assert due
    return (due - received) / timedelta(minutes=1)


def add_photo(actors: Actors, claim_id: uuid.UUID, shown: dict[str, object]) -> None:
    uploads = check_uploads([upload(draw_photo(999))], actors.runtime.scoring)
    add_photos(actors.runtime, actors.shop, str(claim_id), uploads)
    with actors.runtime.transaction() as session:
        photo = session.get_one(Claim, claim_id).photos[-1]
        photo.assessment = {**shown, "sha256": photo.sha256}


def test_words_of_harm_in_an_appeal_call_an_agent_within_the_hour(actors: Actors) -> None:
    actors.stop_draws()
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    appeal_claim(actors.runtime, actors.shop, str(claim_id), "an allergic reaction, hospital")
    claim = actors.show(claim_id, for_agent=True)
    assert claim["food_safety"]
    assert due_in_min(actors, claim_id) == pytest.approx(60, abs=1)
    (alert,) = open_alerts(actors, "food_safety")
    assert alert["details"]["reasons"] == ["urgent_words"]
    assert actors.ledger_kinds(claim_id)[-2:] == ["appealed", "food_safety_raised"]
    with actors.runtime.transaction() as session:
        assert check_ledger(session).intact


def test_an_appeal_never_puts_off_an_agent_who_is_due(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.INSECT, reason="foreign_object")
    with later(minutes=50):
        appeal_claim(actors.runtime, actors.shop, str(claim_id), "please hurry")
    assert due_in_min(actors, claim_id) == 60


def test_an_appeal_ends_blindness_so_that_its_verdict_proves_nothing(
    client: FlaskClient, actors: Actors
) -> None:
    actors.amend_policy(("propensity = 0.05", "propensity = 1.0"))
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    assert actors.show(claim_id, for_agent=True)["blind"]
    appeal_claim(actors.runtime, actors.shop, str(claim_id), "look again")
    claim = actors.show(claim_id, for_agent=True)
    assert not claim["blind"]
    assert claim["decision"]
    verdict = {"decision": "approve", "severity": "severe", "amount_fen": 2000}
    client.post(f"/v1/claims/{claim_id}/verdict", json=verdict, headers=actors.as_agent)
    with actors.runtime.transaction() as session:
        (event,) = [e for e in events_of(session, claim_id) if e.kind == "verdict"]
        assert event.payload["blind"] is False


def test_glass_on_a_photo_that_came_later_calls_an_agent_within_the_hour(actors: Actors) -> None:
    actors.stop_draws()
    claim_id = actors.add_claim(findings.CLEAN)
    assert due_in_min(actors, claim_id) == 120
    add_photo(actors, claim_id, findings.INSECT)
    assess_claim(actors.runtime, claim_id)
    assert actors.show(claim_id, for_agent=True)["food_safety"]
    assert due_in_min(actors, claim_id) == pytest.approx(60, abs=1)
    assert [alert["subject"] for alert in open_alerts(actors, "food_safety")] == [str(claim_id)]


def test_a_first_photo_of_glass_hours_later_has_its_hour(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.BLURRED)
    with later(hours=5):
        add_photo(actors, claim_id, findings.INSECT)
        assess_claim(actors.runtime, claim_id)
        assert due_in_min(actors, claim_id) == pytest.approx(360, abs=1)
        assert escalate_clocks(actors.runtime) == 0


def test_a_claim_that_comes_to_wait_for_a_photo_too_late_reaches_an_agent(actors: Actors) -> None:
    """Told of as unresolved while it had no answer, then asked for a photo: still not its end."""
    claim_id = actors.add_claim(findings.BLURRED, decide=False)
    with later(hours=25):
        assert escalate_clocks(actors.runtime) == 2
        rescue_unanswered(actors.runtime)
        assert actors.show(claim_id)["status"] == "needs_photo"
        assert escalate_clocks(actors.runtime) == 1
        assert escalate_clocks(actors.runtime) == 0
    claim = actors.show(claim_id, for_agent=True)
    assert claim["status"] == "needs_agent"
    assert claim["agent_due_at"]


def test_money_paid_after_a_clock_ran_ahead_is_paid_now(actors: Actors) -> None:
    actors.stop_draws()
    with later(days=365):
        actors.add_claim(findings.CLEAN)
    claim_id = actors.add_claim(reason="delivery", late_min=45)
    settle(actors, claim_id)
    claim = actors.show(claim_id)
    released = from_iso(claim["refunds"][0]["released_at"])
    received = from_iso(claim["received_at"])
    assert released
    assert received
    assert released - received < timedelta(minutes=5)
    with actors.runtime.transaction() as session:
        assert check_ledger(session).intact


def test_one_order_with_three_problems_is_no_cluster(actors: Actors) -> None:
    order = actors.add_order(batch="B7")
    for reason, photo in (
        ("spoilage", findings.MODERATE_SPOILAGE),
        ("foreign_object", findings.HAIR),
        ("portion", findings.CLEAN),
    ):
        actors.add_claim(photo, reason=reason, order=order)
    assert open_alerts(actors, "batch_cluster") == []


def test_a_claim_that_cannot_be_judged_at_all_reaches_an_agent(
    actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last resort asks for nothing of what failed: no history, no certificate, no photo."""

    def fail(*_: object, **__: object) -> None:
        raise OverflowError("what nobody thought of")

    actors.stop_draws()
    claim_id = actors.add_claim(findings.CLEAN, decide=False)
    for name in ("_read_history", "_find_reused", "cover", "score_photo"):
        monkeypatch.setattr(f"serve.claims.assessing.{name}", fail)
    with later(minutes=4):
        rescue_unanswered(actors.runtime)
    claim = actors.show(claim_id, for_agent=True)
    assert (claim["status"], claim["decision"]["reasons"][0]["code"]) == (
        "needs_agent",
        "assessment_failed",
    )


def test_an_agent_learns_of_a_photo_that_was_used_before(actors: Actors) -> None:
    """Also where another reason called the agent: whoever pays has to know."""
    first = actors.add_claim(findings.CLEAN)
    again = actors.add_claim(findings.CLEAN, decide=False)
    with actors.runtime.transaction() as session:
        (known,), (photo,) = (session.get_one(Claim, key).photos for key in (first, again))
        photo.sha256 = known.sha256
    assess_claim(actors.runtime, again)
    codes = [reason["code"] for reason in actors.show(again)["decision"]["reasons"]]
    assert codes[0] == "problem_not_seen"
    assert "photo_used_before" in codes


def test_a_later_photo_that_cannot_be_scored_hides_no_harm_on_another(actors: Actors) -> None:
    actors.stop_draws()
    claim_id = actors.add_claim(findings.CLEAN)
    add_photo(actors, claim_id, findings.INSECT)
    with actors.runtime.transaction() as session:
        session.get_one(Claim, claim_id).photos[0].assessment = None
    assess_claim(actors.runtime, claim_id, give_up=True)
    assert actors.show(claim_id, for_agent=True)["food_safety"]
