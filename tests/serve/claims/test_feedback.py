"""How satisfied customers are: asked once there is an answer, changeable for some days."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from model.errors import Conflict
from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.claims.feedback import explain_appeal
from serve.claims.followup import settle_refund
from serve.claims.models import Claim
from serve.claims.service import appeal_claim
from serve.ledger.refunds import refunds_of
from serve.times import utc_now
from tests.serve import findings
from tests.serve.actors import Actors


def resolve(actors: Actors) -> uuid.UUID:
    claim_id = actors.add_claim(findings.CLEAN)
    verdict = VerdictIn(decision="approve", severity="minor", amount_fen=500)
    give_verdict(actors.runtime, actors.agent, str(claim_id), verdict)
    return claim_id


def rate(client: FlaskClient, actors: Actors, claim_id: uuid.UUID, **body: object) -> object:
    with actors.runtime.transaction() as session:
        token = actors.runtime.links.sign(session.get_one(Claim, claim_id).order_id)
    headers = {"Authorization": f"Bearer {token}"}
    return client.post(f"/v1/claims/{claim_id}/feedback", json=body, headers=headers)


def test_a_settled_claim_is_rated_and_rated_otherwise(client: FlaskClient, actors: Actors) -> None:
    claim_id = resolve(actors)
    assert actors.show(claim_id)["may_rate"]
    assert rate(client, actors, claim_id, score=2, comment=" slow ").status_code == 200
    answer = rate(client, actors, claim_id, score=5).json
    assert answer["feedback"]["score"] == 5
    assert answer["feedback"]["comment"] == ""
    assert answer["may_rate"] is True


def test_after_a_week_the_score_stays(client: FlaskClient, actors: Actors) -> None:
    claim_id = resolve(actors)
    rate(client, actors, claim_id, score=4)
    with time_machine.travel(utc_now() + timedelta(days=7, seconds=1)):
        assert not actors.show(claim_id)["may_rate"]
        assert rate(client, actors, claim_id, score=4).status_code == 200
        late = rate(client, actors, claim_id, score=1)
    assert (late.status_code, late.json["code"]) == (409, "feedback_final")
    assert actors.show(claim_id)["feedback"]["score"] == 4


def test_a_shop_does_not_rate_for_its_customer(client: FlaskClient, actors: Actors) -> None:
    claim_id = resolve(actors)
    path = f"/v1/claims/{claim_id}/feedback"
    refused = client.post(path, json={"score": 5}, headers=actors.as_shop)
    assert (refused.status_code, refused.json["code"]) == (403, "wrong_role")
    assert actors.show(claim_id)["feedback"] is None


def test_an_open_claim_is_not_rated(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    early = rate(client, actors, claim_id, score=5)
    assert (early.status_code, early.json["code"]) == (409, "feedback_too_early")
    assert actors.show(claim_id)["feedback"] is None


def test_a_pre_approval_is_rated_once_it_is_paid(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(reason="delivery", late_min=45)
    assert rate(client, actors, claim_id, score=5).status_code == 409
    with actors.runtime.transaction() as session:
        (refund,) = refunds_of(session, claim_id)
    settle_refund(actors.runtime, refund.id)
    assert actors.show(claim_id)["status"] == "pre_approved"
    assert rate(client, actors, claim_id, score=5).status_code == 200


@pytest.mark.parametrize("score", [0, 6, 3.5, "3", None, True])
def test_a_score_is_a_whole_number_from_one_to_five(
    client: FlaskClient, actors: Actors, score: object
) -> None:
    assert rate(client, actors, resolve(actors), score=score).status_code == 422


def test_strangers_rate_nothing(client: FlaskClient, actors: Actors) -> None:
    claim_id = resolve(actors)
    address = f"/v1/claims/{claim_id}/feedback"
    other = {"Authorization": f"Bearer {actors.token_of(actors.add_order())}"}
    assert client.post(address, json={"score": 1}, headers=other).status_code == 404
    assert client.post(address, json={"score": 1}, headers=actors.as_agent).status_code == 403


def test_agents_of_a_blind_case_do_not_see_the_score(client: FlaskClient, actors: Actors) -> None:
    claim_id = resolve(actors)
    rate(client, actors, claim_id, score=1, comment="only half")
    appeal_claim(actors.runtime, actors.shop, str(claim_id), "")
    with actors.runtime.transaction() as session:
        session.get_one(Claim, claim_id).blind = True
    assert actors.show(claim_id, for_agent=True)["feedback"] is None


def test_an_appeal_is_explained_afterwards_once(actors: Actors) -> None:
    claim_id = resolve(actors)
    with pytest.raises(Conflict):
        explain_appeal(actors.runtime, actors.shop, str(claim_id), "too early")
    appeal_claim(actors.runtime, actors.shop, str(claim_id), "")
    for _ in range(2):
        explain_appeal(actors.runtime, actors.shop, str(claim_id), "the mould is below")
    with pytest.raises(Conflict):
        explain_appeal(actors.runtime, actors.shop, str(claim_id), "something else")
    assert actors.show(claim_id)["appeal"] == "the mould is below"
    assert actors.ledger_kinds(claim_id)[-2:] == ["appealed", "appeal_explained"]
