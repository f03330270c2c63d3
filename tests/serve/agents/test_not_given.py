"""Entered verdicts that cannot be given any more: held back, and their agents told why."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from serve.accounts.service import get_account
from serve.accounts.sign_ins import set_disabled
from serve.agents.pending import give_due_verdicts
from serve.alerts.board import list_alerts
from serve.alerts.schemas import AlertsQuery
from serve.claims.service import appeal_claim
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.agents.test_holds import add_photo
from tests.serve.agents.test_pending import (
    APPROVE,
    DECLINE,
    a_minute_later,
    assert_intact,
    enter,
)
from tests.serve.ledger.tampering import tamper


def open_alerts(actors: Actors) -> list[Any]:
    with actors.runtime.transaction() as session:
        query = AlertsQuery(open=True, kind="verdict_not_given")
        return [alert.details for alert in list_alerts(session, query)[0]]


def disable(actors: Actors, claim_id: uuid.UUID) -> None:
    with actors.runtime.transaction() as session:
        assert actors.agent.account_id
        set_disabled(session, get_account(session, actors.agent.account_id), disabled=True)


def appeal(actors: Actors, claim_id: uuid.UUID) -> None:
    appeal_claim(actors.runtime, actors.shop, str(claim_id), "please look yourselves")


def test_a_photo_that_came_meanwhile_is_not_overtaken(client: FlaskClient, actors: Actors) -> None:
    hold_back(client, actors, lambda _, claim_id: add_photo(actors, claim_id), "photo_added")


def test_an_appeal_that_came_meanwhile_is_not_overtaken(
    client: FlaskClient, actors: Actors
) -> None:
    actors.amend_policy(("\npropensity = 0.05", "\npropensity = 1.0"))
    hold_back(client, actors, appeal, "appeal_added", findings.MODERATE_SPOILAGE)


def test_money_that_another_claim_took_meanwhile_is_not_given(
    client: FlaskClient, actors: Actors
) -> None:
    actors.stop_draws()
    order = actors.add_order(late_min=45)
    claim_id = actors.add_claim(findings.CLEAN, order=order)
    assert enter(client, actors, claim_id, {**APPROVE, "amount_fen": 3000}).status_code == 200
    actors.add_claim(order=order, reason="delivery")
    assert_not_given(client, actors, claim_id, "amount_above_price")


def test_who_was_sent_away_meanwhile_decides_nothing(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    enter(client, actors, claim_id)
    disable(actors, claim_id)
    with a_minute_later():
        give_due_verdicts(actors.runtime)
    assert actors.show(claim_id)["verdict"] is None
    assert [details["code"] for details in open_alerts(actors)] == ["agent_disabled"]


@pytest.mark.parametrize(
    ("name", "value"), [("amount_fen", "3000"), ("note", '"another"'), ("labels", "[{}]")]
)
def test_what_was_changed_in_the_database_is_not_given(
    client: FlaskClient, actors: Actors, name: str, value: str
) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    enter(client, actors, claim_id)
    edit = "UPDATE pending_verdicts SET verdict = CAST(jsonb_set(CAST(verdict AS jsonb),"
    tamper(actors, f"{edit} '{{{name}}}', '{value}') AS json)")
    assert_not_given(client, actors, claim_id, "verdict_altered")


def test_a_person_whose_role_was_taken_decides_nothing(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    enter(client, actors, claim_id)
    key = actors.agent.account_id
    tamper(actors, f"UPDATE accounts SET role = 'shop' WHERE id = '{key}'")
    with a_minute_later():
        assert give_due_verdicts(actors.runtime) == 1
    assert actors.show(claim_id)["verdict"] is None
    assert [details["code"] for details in open_alerts(actors)] == ["agent_disabled"]
    assert_intact(actors)


def test_a_role_that_changes_before_it_is_given_is_no_finding(
    client: FlaskClient, actors: Actors
) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    enter(client, actors, claim_id)
    key = actors.agent.account_id
    tamper(actors, f"UPDATE accounts SET role = 'lead' WHERE id = '{key}'")
    with a_minute_later():
        give_due_verdicts(actors.runtime)
    assert actors.show(claim_id)["amount_fen"] == 1000
    assert_intact(actors)


def hold_back(
    client: FlaskClient,
    actors: Actors,
    happen: Callable[[Actors, uuid.UUID], object],
    code: str,
    found: dict[str, Any] = findings.CLEAN,
) -> None:
    claim_id = actors.add_claim(found)
    assert enter(client, actors, claim_id, {**APPROVE, "amount_fen": 3280}).status_code == 200
    happen(actors, claim_id)
    assert_not_given(client, actors, claim_id, code)


def assert_not_given(client: FlaskClient, actors: Actors, claim_id: uuid.UUID, code: str) -> None:
    """The claim stays in the queue, free; its agent is told why, until there is a verdict."""
    granted = actors.show(claim_id)["amount_fen"]
    with a_minute_later():
        assert give_due_verdicts(actors.runtime) == 1
        claim = actors.show(claim_id, for_agent=True)
        assert (claim["verdict"], claim["pending_verdict"], claim["held_by"]) == (None, None, None)
        assert (claim["amount_fen"], claim["agent_due_at"] is not None) == (granted, True)
        assert actors.ledger_kinds(claim_id)[-1] == "verdict_not_given"
        (details,) = open_alerts(actors)
        assert (details["code"], details["agent_id"]) == (code, str(actors.agent.account_id))
        assert_intact(actors)
        for photo in client.get(f"/v1/claims/{claim_id}", headers=actors.as_agent).get_json()[
            "photos"
        ]:
            client.get(photo["url"], headers=actors.as_agent)
        assert enter(client, actors, claim_id, DECLINE).status_code == 200
    assert open_alerts(actors) == []
