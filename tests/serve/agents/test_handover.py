"""A case that calls for more than an agent may grant goes to a lead."""

from __future__ import annotations

import uuid

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from serve.agents.holds import take_next
from serve.ledger.verification import verify_ledger
from tests.serve import findings
from tests.serve.accounts.people import add_person, key_of
from tests.serve.actors import Actors
from tests.serve.agents.test_pending import a_minute_later, give_due_verdicts
from tests.serve.ledger.tampering import unseen

GRANT = {"decision": "approve", "severity": "severe", "amount_fen": 25_000}


def hand_over(
    client: FlaskClient, claim_id: uuid.UUID, headers: dict[str, str] | None = None
) -> TestResponse:
    return client.post(f"/v1/claims/{claim_id}/hand-over", headers=headers)


def code_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def assert_intact(actors: Actors) -> None:
    report = verify_ledger(actors.runtime)
    assert report.intact, report.findings


def test_a_lead_grants_what_an_agent_may_not(client: FlaskClient, actors: Actors) -> None:
    actors.amend_policy(("\nblind_propensity = 0.10", "\nblind_propensity = 1.0"))
    claim_id = actors.add_claim(findings.CLEAN, price_fen=50_000)
    path, lead = f"/v1/claims/{claim_id}", key_of(actors, "lead")
    client.post(f"{path}/hold", headers=actors.as_agent)
    for _ in "12":  # once more changes nothing
        handed = hand_over(client, claim_id, actors.as_agent)
        assert handed.status_code == 200
        shown = handed.get_json()
        assert (shown["for_lead"], shown["held_by"], shown["blind"]) == (True, None, True)
    assert actors.ledger_kinds(claim_id).count("handed_over") == 1
    assert_intact(actors)
    for undoable in (False, True):
        verdict = {**GRANT, "amount_fen": 100, "undoable": undoable}
        refused = client.post(f"{path}/verdict", json=verdict, headers=actors.as_agent)
        assert code_of(refused) == (403, "for_a_lead")
    assert code_of(client.post(f"{path}/hold", headers=actors.as_agent)) == (403, "for_a_lead")
    given = client.post(f"{path}/verdict", json=GRANT, headers=lead).get_json()
    assert (given["amount_fen"], given["for_lead"]) == (25_000, False)
    assert client.get(path, headers=actors.as_shop).get_json()["for_lead"] is None
    assert_intact(actors)


def test_agents_are_given_it_no_more(client: FlaskClient, actors: Actors) -> None:
    claim_id, other = actors.add_claim(findings.CLEAN), actors.add_claim(findings.CLEAN)
    hand_over(client, claim_id, actors.as_agent)
    lead = add_person(actors, "lead")
    with actors.runtime.transaction() as session:
        assert take_next(session, actors.agent) == other
        assert take_next(session, add_person(actors, name="second")) is None
        assert take_next(session, lead) == claim_id
    for wanted, expected in (("true", claim_id), ("false", other)):
        listed = client.get(f"/v1/claims?for_lead={wanted}", headers=actors.as_agent).get_json()
        assert [claim["id"] for claim in listed["claims"]] == [str(expected)]


def test_what_another_holds_or_nobody_waits_for_is_not_handed_over(
    client: FlaskClient, actors: Actors
) -> None:
    claim_id, other = actors.add_claim(findings.CLEAN), key_of(actors, "agent")
    path = f"/v1/claims/{claim_id}"
    client.post(f"{path}/hold", headers=other)
    assert code_of(hand_over(client, claim_id, actors.as_agent)) == (409, "case_held")
    client.delete(f"{path}/hold", headers=other)
    verdict = {"decision": "decline", "severity": "none", "undoable": True}
    client.post(f"{path}/verdict", json=verdict, headers=actors.as_agent)
    for who in (other, actors.as_agent):
        assert code_of(hand_over(client, claim_id, who)) == (409, "verdict_pending")
    with a_minute_later():
        give_due_verdicts(actors.runtime)
    assert code_of(hand_over(client, claim_id, actors.as_agent)) == (409, "no_verdict_wanted")
    assert code_of(hand_over(client, claim_id, actors.as_shop)) == (403, "wrong_role")
    assert "handed_over" not in actors.ledger_kinds(claim_id)


def test_an_appeal_is_anybodys_again(client: FlaskClient, actors: Actors) -> None:
    actors.amend_policy(("\npropensity = 0.05", "\npropensity = 1.0"))
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    hand_over(client, claim_id, actors.as_agent)
    path = f"/v1/claims/{claim_id}"
    client.post(f"{path}/appeal", json={}, headers=actors.as_shop)
    assert client.get(path, headers=actors.as_agent).get_json()["for_lead"] is False
    assert_intact(actors)


def test_who_hands_over_behind_the_service_is_found_out(
    client: FlaskClient, actors: Actors
) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    assert unseen(actors, {"UPDATE claims SET for_lead = true": "for_lead is true"}) == {}
    hand_over(client, claim_id, actors.as_agent)
    assert unseen(actors, {"UPDATE claims SET for_lead = false": "for_lead is false"}) == {}
