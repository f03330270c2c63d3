"""The agents' queue: what comes first, and what can be asked for."""

from __future__ import annotations

import uuid

from flask.testing import FlaskClient

from serve.claims.clocks import escalate_clocks
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.claims.test_clocks import later, settle


def ask(client: FlaskClient, actors: Actors, query: str) -> list[uuid.UUID]:
    answer = client.get(f"/v1/claims?{query}", headers=actors.as_agent)
    assert answer.status_code == 200, answer.get_json()
    assert answer.get_json()["total"] == len(answer.get_json()["claims"])
    return [uuid.UUID(claim["id"]) for claim in answer.get_json()["claims"]]


def test_food_safety_comes_first_then_what_was_missed_then_what_is_due(
    client: FlaskClient, actors: Actors
) -> None:
    missed = actors.add_claim(findings.BLURRED)
    with later(hours=23, minutes=30):
        soon = actors.add_claim(findings.CLEAN)
    with later(hours=24, minutes=1):
        escalate_clocks(actors.runtime)  # the photo never came: due two hours from now
        latest = actors.add_claim(findings.CLEAN)
        insect = actors.add_claim(findings.INSECT, reason="foreign_object")
        assert ask(client, actors, "waiting=true") == [insect, missed, soon, latest]


def test_what_is_overdue_can_be_asked_for(client: FlaskClient, actors: Actors) -> None:
    actors.stop_draws()
    unpaid = actors.add_claim(reason="delivery", late_min=45)
    paid = actors.add_claim(reason="delivery", late_min=45)
    settle(actors, paid)
    waiting = actors.add_claim(findings.CLEAN)
    insect = actors.add_claim(findings.INSECT, reason="foreign_object")
    undecided = actors.add_claim(reason="delivery", late_min=45, decide=False)
    assert ask(client, actors, "overdue=true") == []
    assert len(ask(client, actors, "overdue=false")) == 5
    with later(minutes=5):
        assert ask(client, actors, "overdue=true") == [undecided]
    with later(minutes=65):
        assert set(ask(client, actors, "overdue=true")) == {undecided, insect}
        assert ask(client, actors, "overdue=true&food_safety=true") == [insect]
    with later(hours=25):
        assert set(ask(client, actors, "overdue=true")) == {undecided, insect, waiting, unpaid}
        assert ask(client, actors, "overdue=false") == [paid]
        for claim_id in ask(client, actors, "overdue=true"):
            assert actors.show(claim_id, for_agent=True)["overdue"]


def test_claims_of_a_batch_can_be_asked_for(client: FlaskClient, actors: Actors) -> None:
    first = actors.add_claim(findings.CLEAN, batch="B7")
    second = actors.add_claim(findings.CLEAN, batch="B7")
    actors.add_claim(findings.CLEAN, batch="B8")
    assert set(ask(client, actors, "batch=B7")) == {first, second}
    assert set(ask(client, actors, f"batch=B7&shop_id={actors.shop.account_id}")) == {first, second}
    assert ask(client, actors, f"batch=B7&shop_id={uuid.uuid4()}") == []
    claim = actors.show(first, for_agent=True)
    assert (claim["batch"], claim["batch_claims"]) == ("B7", 1)
    assert claim["shop_id"] == str(actors.shop.account_id)
    assert "batch" not in actors.show(first)
