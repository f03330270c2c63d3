"""What is told of a batch, the moment that a claim is decided."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from serve.assessments.uploads import check_uploads
from serve.claims.assessing import assess_claim
from serve.claims.clocks import escalate_clocks
from serve.claims.intake import Submission, accept_claim
from serve.claims.models import Claim
from serve.webhooks.models import Message
from serve.webhooks.service import FOOD_SAFETY_RAISED
from tests.serve import findings
from tests.serve.actors import Actors, draw_photo, upload
from tests.serve.board import open_alerts
from tests.serve.claims.test_clocks import later


def claim_in_words(actors: Actors, words: str, assessment: dict[str, Any]) -> uuid.UUID:
    order = actors.add_order(batch="B7")
    uploads = check_uploads([upload(draw_photo(77))], actors.runtime.scoring)
    submission = Submission(order.order_id, "spoilage", words, uploads)
    claim_id = accept_claim(actors.runtime, actors.shop, submission).claim_id
    with actors.runtime.transaction() as session:
        (photo,) = session.get_one(Claim, claim_id).photos
        photo.assessment = {**assessment, "sha256": photo.sha256}
    assess_claim(actors.runtime, claim_id)
    return claim_id


def test_a_foreign_object_is_told_of_at_once(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.INSECT, reason="foreign_object", batch="B7")
    actors.add_claim(findings.HAIR, reason="foreign_object", batch="B9")
    (alert,) = open_alerts(actors)
    assert (alert["kind"], alert["subject"]) == ("food_safety", str(claim_id))
    assert alert["claim_id"] == str(claim_id)
    assert alert["shop_id"] == str(actors.shop.account_id)
    assert alert["details"]["batch"] == "B7"
    assert "food_safety" in alert["details"]["reasons"]


@pytest.mark.parametrize("assessment", [findings.MINOR_SPOILAGE, findings.BLURRED])
def test_words_of_harm_call_an_agent_whatever_the_photo_shows(
    actors: Actors, assessment: dict[str, Any]
) -> None:
    claim_id = claim_in_words(actors, "吃了之后过敏了", assessment)
    (alert,) = open_alerts(actors)
    assert alert["kind"] == "food_safety"
    assert "urgent_words" in alert["details"]["reasons"]
    claim = actors.show(claim_id, for_agent=True)
    assert claim["agent_due_at"]
    with later(minutes=61):
        escalate_clocks(actors.runtime)
    assert [a["subject"] for a in open_alerts(actors, "food_safety_late")] == [
        f"{claim_id}:food_safety"
    ]


def test_several_claims_on_a_batch_are_told_of_once(actors: Actors) -> None:
    claims = [actors.add_claim(findings.CLEAN, batch="B7") for _ in range(2)]
    actors.add_claim(findings.CLEAN, batch="B8")
    actors.add_claim(reason="delivery", late_min=45, batch="B7")
    actors.add_claim(findings.CLEAN, reason="other", batch="B7")
    actors.add_claim(findings.CLEAN)
    assert open_alerts(actors) == []
    claims.append(actors.add_claim(findings.INSECT, reason="foreign_object", batch="B7"))
    actors.add_claim(findings.CLEAN, batch="B7")
    (alert,) = open_alerts(actors, "batch_cluster")
    assert alert["subject"] == f"{actors.shop.account_id}:B7"
    assert set(alert["details"].pop("claim_ids")) == {str(claim_id) for claim_id in claims}
    assert alert["details"] == {
        "batch": "B7",
        "claims": 3,
        "orders": 3,
        "food_safety": 1,
        "reasons": {"spoilage": 2, "foreign_object": 1},
    }


def test_claims_that_lie_far_apart_are_no_cluster(actors: Actors) -> None:
    for hours in (0, 13, 26):
        with later(hours=hours):
            actors.add_claim(findings.CLEAN, batch="B7")
    assert open_alerts(actors, "batch_cluster") == []
    with later(hours=27):
        actors.add_claim(findings.CLEAN, batch="B7")
    assert len(open_alerts(actors, "batch_cluster")) == 1


def test_the_shop_is_told_of_the_case_the_cluster_and_the_recall(
    client: FlaskClient, actors: Actors
) -> None:
    first = actors.add_claim(findings.INSECT, reason="foreign_object", batch="B7")
    for _ in range(2):
        actors.add_claim(findings.MODERATE_SPOILAGE, batch="B7")
    for _ in range(2):
        path = f"/v1/claims/{first}/recall"
        client.post(path, json={"reason": "insects"}, headers=actors.as_agent)
    with actors.runtime.transaction() as session:
        kind = Message.kind == FOOD_SAFETY_RAISED
        told = session.scalars(select(Message).where(kind).order_by(Message.created_at)).all()
    assert [message.data["cause"] for message in told] == ["food_safety", "batch_cluster", "recall"]
    assert {message.data["batch"] for message in told} == {"B7"}
    assert told[1].data["claims"] == 3
