"""What an agent may grant; above it a lead decides."""

from __future__ import annotations

import uuid

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from model.errors import InvalidInput
from serve.policy.digest import digest_rules
from serve.policy.rules import Policy
from tests.serve import findings
from tests.serve.accounts.people import add_person, csrf_of, log_in
from tests.serve.actors import Actors

LIMIT = "[authority]\nagent_fen = 20000\n"


def approve(amount_fen: int, *, undoable: bool = False) -> dict[str, object]:
    verdict = {"decision": "approve", "severity": "severe", "amount_fen": amount_fen}
    return {**verdict, "undoable": undoable}


def judge(
    client: FlaskClient, actors: Actors, claim_id: uuid.UUID, verdict: dict[str, object]
) -> TestResponse:
    path = f"/v1/claims/{claim_id}/verdict"
    return client.post(path, json=verdict, headers=actors.as_agent)


def test_above_an_agents_authority_a_lead_decides(client: FlaskClient, actors: Actors) -> None:
    actors.stop_draws()
    claim_id = actors.add_claim(findings.CLEAN, price_fen=50_000)
    for undoable in (False, True):
        refused = judge(client, actors, claim_id, approve(20_001, undoable=undoable))
        assert (refused.status_code, refused.get_json()["code"]) == (403, "above_authority")
        assert "a lead decides" in refused.get_json()["detail"]
    add_person(actors, "lead")
    log_in(client)
    path = f"/v1/claims/{claim_id}"
    seen = client.get(path).get_json()
    assert (seen["authority_fen"], seen["available_fen"]) == (None, 50_000)
    seen = client.get(path, headers=actors.as_agent).get_json()
    assert (seen["authority_fen"], seen["available_fen"]) == (20_000, 50_000)
    assert client.get(path, headers=actors.as_shop).get_json()["authority_fen"] is None
    above = client.post(f"{path}/verdict", json=approve(50_001), headers=csrf_of(client))
    assert above.get_json()["code"] == "amount_above_price"
    given = client.post(f"{path}/verdict", json=approve(50_000), headers=csrf_of(client))
    assert given.get_json()["amount_fen"] == 50_000


def test_an_agent_may_confirm_what_was_granted_before(client: FlaskClient, actors: Actors) -> None:
    actors.stop_draws()
    claim_id = actors.add_claim(findings.CLEAN, price_fen=20_000)
    judge(client, actors, claim_id, approve(15_000))
    client.post(f"/v1/claims/{claim_id}/appeal", json={}, headers=actors.as_shop)
    actors.amend_policy((LIMIT, "[authority]\nagent_fen = 100\n"))  # of claims from now on
    assert judge(client, actors, claim_id, approve(16_000)).status_code == 200
    late = actors.add_claim(findings.MODERATE_SPOILAGE, price_fen=4000)
    client.post(f"/v1/claims/{late}/appeal", json={}, headers=actors.as_shop)
    assert actors.show(late)["amount_fen"] == 2000
    assert judge(client, actors, late, approve(2001)).get_json()["code"] == "above_authority"
    assert judge(client, actors, late, approve(2000)).status_code == 200


def test_the_limit_tells_nothing_of_a_blind_case(client: FlaskClient, actors: Actors) -> None:
    actors.amend_policy(
        (LIMIT, "[authority]\nagent_fen = 100\n"), ("\npropensity = 0.05", "\npropensity = 1.0")
    )
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    seen = client.get(f"/v1/claims/{claim_id}", headers=actors.as_agent).get_json()
    assert (seen["authority_fen"], seen["available_fen"]) == (100, 3280)
    refused = judge(client, actors, claim_id, approve(1640))
    assert refused.get_json()["code"] == "above_authority"


def test_the_limit_is_for_all_claims_of_an_order(client: FlaskClient, actors: Actors) -> None:
    actors.stop_draws()
    order = actors.add_order(price_fen=50_000)
    first = actors.add_claim(findings.CLEAN, order=order)
    second = actors.add_claim(findings.CLEAN, order=order, reason="other")
    judge(client, actors, first, approve(15_000))
    seen = client.get(f"/v1/claims/{second}", headers=actors.as_agent).get_json()
    assert (seen["authority_fen"], seen["available_fen"]) == (5000, 35_000)
    assert judge(client, actors, second, approve(5001)).get_json()["code"] == "above_authority"
    assert judge(client, actors, second, approve(5000)).status_code == 200


def test_a_policy_without_the_table_limits_nobody(client: FlaskClient, actors: Actors) -> None:
    policy = actors.amend_policy((LIMIT, ""))
    assert policy.table.authority.agent_fen is None
    claim_id = actors.add_claim(findings.CLEAN, price_fen=50_000)
    assert judge(client, actors, claim_id, approve(50_000)).status_code == 200


def test_certificates_do_not_speak_of_it(actors: Actors) -> None:
    policy = actors.policy
    without = Policy(policy.text.replace(LIMIT, ""))
    assert without.sha256 != policy.sha256
    assert digest_rules(without) == digest_rules(policy)


@pytest.mark.parametrize("wrong", ["-1", "1.5", "2_000_000_000", '"much"', "true"])
def test_a_limit_is_a_whole_amount(actors: Actors, wrong: str) -> None:
    with pytest.raises(InvalidInput, match="agent_fen"):
        Policy(actors.policy.text.replace("agent_fen = 20000", f"agent_fen = {wrong}"))
