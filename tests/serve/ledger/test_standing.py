from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.assessments.uploads import check_uploads
from serve.claims.assessing import assess_claim
from serve.claims.clocks import escalate_clocks
from serve.claims.followup import close_followed_up, settle_refund
from serve.claims.intake import add_photos
from serve.claims.service import appeal_claim
from serve.ledger.verification import verify_ledger
from serve.times import utc_now
from tests.serve import findings
from tests.serve.actors import Actors, draw_photo, upload
from tests.serve.ledger.tampering import tamper


def assert_stands(actors: Actors, claim_id: uuid.UUID, status: str) -> None:
    assert actors.show(claim_id)["status"] == status
    report = verify_ledger(actors.runtime)
    assert report.intact, report.findings


def send_another(actors: Actors, claim_id: uuid.UUID, seed: int) -> None:
    uploads = check_uploads([upload(draw_photo(seed))], actors.runtime.scoring)
    add_photos(actors.runtime, actors.shop, str(claim_id), uploads)


def test_a_better_photo_and_what_follows_it_are_no_finding(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.BLURRED)
    assert_stands(actors, claim_id, "needs_photo")
    send_another(actors, claim_id, 99)
    assert_stands(actors, claim_id, "received")
    assess_claim(actors.runtime, claim_id, give_up=True)
    assert_stands(actors, claim_id, "needs_agent")
    send_another(actors, claim_id, 98)
    assert_stands(actors, claim_id, "needs_agent")


def test_a_better_photo_that_never_comes_is_no_finding(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.BLURRED)
    with time_machine.travel(utc_now() + timedelta(days=30)):
        escalate_clocks(actors.runtime)
    assert_stands(actors, claim_id, "needs_agent")
    send_another(actors, claim_id, 99)
    assert_stands(actors, claim_id, "needs_agent")


@pytest.mark.parametrize(("decision", "status"), [("close", "closed"), ("decline", "resolved")])
def test_a_claim_that_ends_and_is_appealed_is_no_finding(
    actors: Actors, decision: str, status: str
) -> None:
    actors.stop_draws()
    claim_id = actors.add_claim(reason="delivery", late_min=45)
    with actors.runtime.transaction() as session:
        refund_id = session.scalar(text("SELECT id FROM refunds"))
    assert settle_refund(actors.runtime, int(refund_id or 0))
    with time_machine.travel(utc_now() + timedelta(days=30)):
        assert close_followed_up(actors.runtime) == 1
    assert_stands(actors, claim_id, "closed")
    appeal_claim(actors.runtime, actors.shop, str(claim_id), "it was cold")
    assert_stands(actors, claim_id, "needs_agent")
    verdict = VerdictIn(decision=decision, severity="none")
    give_verdict(actors.runtime, actors.agent, str(claim_id), verdict)
    assert_stands(actors, claim_id, status)


def test_harm_that_an_appeal_tells_of_stands_in_the_ledger(actors: Actors) -> None:
    actors.stop_draws()
    claim_id = actors.add_claim(reason="delivery", late_min=45)
    appeal_claim(actors.runtime, actors.shop, str(claim_id), "两个人都住院了")
    assert_stands(actors, claim_id, "needs_agent")
    with actors.runtime.transaction() as session:
        assert session.scalar(text("SELECT food_safety FROM claims"))
    tamper(actors, "UPDATE claims SET food_safety = false")
    assert "food_safety is false" in verify_ledger(actors.runtime).findings[0]
