from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from serve.claims.followup import settle_refund
from serve.claims.models import Claim
from serve.ledger.refunds import refunds_of
from serve.times import from_iso
from tests.serve import findings
from tests.serve.actors import Actors

APPROVE = {"decision": "approve", "severity": "moderate", "amount_fen": 1000}


def regions(*points: list[int]) -> dict[str, Any]:
    return {"spoilage": True, "spoiled_regions": [list(points)]}


def judge(
    client: FlaskClient, actors: Actors, claim_id: uuid.UUID, verdict: dict[str, Any]
) -> TestResponse:
    path = f"/v1/claims/{claim_id}/verdict"
    return client.post(path, json=verdict, headers=actors.as_agent)


def test_an_agent_grants_what_the_machine_passed_on(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    claim = judge(client, actors, claim_id, APPROVE).get_json()
    assert (claim["status"], claim["amount_fen"]) == ("resolved", 1000)
    assert [refund["kind"] for refund in claim["refunds"]] == ["verdict"]
    assert actors.ledger_kinds(claim_id)[-2:] == ["verdict", "refund_instructed"]


def test_only_the_difference_to_an_earlier_grant_is_paid(
    client: FlaskClient, actors: Actors
) -> None:
    claim_id = actors.add_claim(
        findings.HAIR, findings.INSECT, reason="foreign_object", price_fen=2000
    )
    judge(client, actors, claim_id, {**APPROVE, "amount_fen": 2000})
    assert actors.show(claim_id)["amount_fen"] == 2000
    order = actors.add_order(price_fen=2000)
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE, order=order)
    client.post(f"/v1/claims/{claim_id}/appeal", json={}, headers=actors.as_shop)
    claim = judge(client, actors, claim_id, {**APPROVE, "amount_fen": 1500}).get_json()
    assert [refund["amount_fen"] for refund in claim["refunds"]] == [1000, 500]


def test_a_second_verdict_pays_nothing(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    judge(client, actors, claim_id, APPROVE)
    again = judge(client, actors, claim_id, {**APPROVE, "amount_fen": 3000})
    assert (again.status_code, again.get_json()["code"]) == (409, "no_verdict_wanted")
    assert actors.show(claim_id)["amount_fen"] == 1000


def test_agents_at_once_pay_once(app: APIFlask, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: judge(app.test_client(), actors, claim_id, APPROVE), range(4))
        )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert actors.show(claim_id)["amount_fen"] == 1000


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        ({**APPROVE, "amount_fen": 3281}, "amount_above_price"),
        ({**APPROVE, "amount_fen": -1}, "validation_error"),
        ({**APPROVE, "amount_fen": None}, "validation_error"),
        ({"decision": "decline", "severity": "none", "amount_fen": 5}, "validation_error"),
        ({**APPROVE, "labels": [{"photo": "0" * 64}]}, "label_without_photo"),
        ({**APPROVE, "labels": [{}, {}]}, "label_repeated"),
        (
            {**APPROVE, "labels": [{"boxes": [{"kind": "hair", "box_px": [0, 0, 321, 9]}]}]},
            "box_outside",
        ),
        (
            {**APPROVE, "labels": [{"boxes": [{"kind": "hair", "box_px": [9, 9, 9, 20]}]}]},
            "box_outside",
        ),
        ({**APPROVE, "labels": [regions([0, 0], [9, 0], [9, 241])]}, "region_outside"),
        ({**APPROVE, "labels": [regions([0, 0], [321, 0], [9, 9])]}, "region_outside"),
        ({**APPROVE, "labels": [regions([0, 0], [9, 9])]}, "validation_error"),
        ({**APPROVE, "labels": [regions(*[[1, 1]] * 201)]}, "validation_error"),
        ({**APPROVE, "labels": [regions([0, 0], [-1, 0], [9, 9])]}, "validation_error"),
        (
            {**APPROVE, "labels": [{**regions([0, 0], [9, 0], [9, 9]), "spoilage": False}]},
            "label_contradicts_region",
        ),
        (
            {
                **APPROVE,
                "labels": [
                    {
                        "foreign_objects": [],
                        "boxes": [{"kind": "hair", "box_px": [0, 0, 9, 9]}],
                    }
                ],
            },
            "label_contradicts_box",
        ),
    ],
)
def test_a_verdict_that_cannot_be_right_changes_nothing(
    client: FlaskClient, actors: Actors, verdict: dict[str, Any], code: str
) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    answer = judge(client, actors, claim_id, verdict)
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    assert actors.show(claim_id)["verdict"] is None


def test_what_other_claims_got_is_not_there_to_give(client: FlaskClient, actors: Actors) -> None:
    order = actors.add_order(late_min=45, price_fen=3000)
    actors.add_claim(order=order, reason="delivery")
    claim_id = actors.add_claim(findings.CLEAN, order=order)
    answer = judge(client, actors, claim_id, {**APPROVE, "amount_fen": 1501})
    assert answer.get_json()["code"] == "amount_above_price"
    assert judge(client, actors, claim_id, {**APPROVE, "amount_fen": 1500}).status_code == 200


def test_an_agent_may_decline_and_the_customer_may_appeal(
    client: FlaskClient, actors: Actors
) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    declined = judge(client, actors, claim_id, {"decision": "decline", "severity": "none"})
    assert declined.get_json()["status"] == "resolved"
    assert declined.get_json()["amount_fen"] == 0
    client.post(f"/v1/claims/{claim_id}/appeal", json={}, headers=actors.as_shop)
    claim = judge(client, actors, claim_id, APPROVE).get_json()
    assert [refund["kind"] for refund in claim["refunds"]] == ["appeal"]


def test_a_shop_gives_no_verdict_and_sees_no_queue(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    path = f"/v1/claims/{claim_id}/verdict"
    assert client.post(path, json=APPROVE, headers=actors.as_shop).status_code == 403
    assert client.get("/v1/claims", headers=actors.as_shop).status_code == 403


def test_the_queue_begins_with_food_safety(client: FlaskClient, actors: Actors) -> None:
    early = actors.add_claim(findings.CLEAN)
    urgent = actors.add_claim(findings.INSECT, reason="foreign_object")
    actors.add_claim(reason="delivery", decide=False)
    answer = client.get("/v1/claims?waiting=true", headers=actors.as_agent).get_json()
    assert [claim["id"] for claim in answer["claims"]] == [str(urgent), str(early)]
    assert answer["total"] == 2
    page = client.get("/v1/claims?waiting=true&limit=1&offset=1", headers=actors.as_agent)
    assert [claim["id"] for claim in page.get_json()["claims"]] == [str(early)]


def test_an_audit_and_a_claim_passed_on_look_the_same_to_an_agent(actors: Actors) -> None:
    actors.amend_policy(
        ("blind_propensity = 0.10", "blind_propensity = 1.0"),
        ("propensity = 0.05", "propensity = 1.0"),
    )
    passed_on = actors.add_claim(findings.CLEAN)
    audited = actors.add_claim(findings.MODERATE_SPOILAGE)
    with actors.runtime.transaction() as session:
        claims = [session.get_one(Claim, claim_id) for claim_id in (passed_on, audited)]
        assert [claim.audit for claim in claims] == [False, True]
        (refund,) = refunds_of(session, audited)
    settle_refund(actors.runtime, refund.id)

    def look(claim_id: uuid.UUID) -> dict[str, Any]:
        claim = actors.show(claim_id, for_agent=True)
        received = from_iso(claim.pop("received_at"))
        assert received is not None

        def clock(moment: str) -> float:
            found = from_iso(moment)
            assert found is not None
            return (found - received).total_seconds()

        steps = [(s["step"], bool(s["at"]), clock(s["due"])) for s in claim.pop("progress")]
        seen = {"due_s": clock(claim.pop("agent_due_at")), "steps": steps}
        for name in ("id", "order_id", "photos"):
            del claim[name]
        return {**claim, **seen}

    assert look(audited) == look(passed_on)


def test_a_blind_case_shows_an_agent_no_finding_before_the_verdict(
    client: FlaskClient, actors: Actors
) -> None:
    actors.amend_policy(("blind_propensity = 0.10", "blind_propensity = 1.0"))
    claim_id = actors.add_claim(findings.CLEAN)
    path = f"/v1/claims/{claim_id}"
    claim = client.get(path, headers=actors.as_agent).get_json()
    assert claim["decision"] is None
    assert claim["photos"][0]["assessment"] is claim["photos"][0]["overlay_url"] is None
    asked = client.get("/v1/claims?status=needs_agent&limit=100", headers=actors.as_agent)
    assert str(claim_id) in [found["id"] for found in asked.get_json()["claims"]]
    overlay = client.get(f"{claim['photos'][0]['url']}/overlay", headers=actors.as_agent)
    assert (overlay.status_code, overlay.get_json()["code"]) == (403, "blind_case")
    assert client.get(path, headers=actors.as_shop).get_json()["decision"]
    assert judge(client, actors, claim_id, APPROVE).get_json()["decision"]
