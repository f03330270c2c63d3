"""What a blind case came to is not told by a claim beside it, nor by the same photo."""

from __future__ import annotations

import uuid
from typing import Any

from flask.testing import FlaskClient

from serve.agents.pending import give_due_verdicts
from serve.claims.models import Claim
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.agents.test_pending import a_minute_later

AUDIT_ALL = ("\npropensity = 0.05", "\npropensity = 1.0")
APPROVE = {"decision": "approve", "severity": "severe", "amount_fen": 3280}


def see(client: FlaskClient, actors: Actors, claim_id: uuid.UUID) -> Any:  # noqa: ANN401
    return client.get(f"/v1/claims/{claim_id}", headers=actors.as_agent).get_json()


def add_pair(actors: Actors) -> tuple[uuid.UUID, uuid.UUID]:
    """Returns a claim that waits, and one of its order with a grant that is audited blind."""
    actors.amend_policy(AUDIT_ALL, ("blind_propensity = 0.10", "blind_propensity = 0.0"))
    order = actors.add_order()
    asked = actors.add_claim(findings.CLEAN, order=order, reason="other")
    audited = actors.add_claim(findings.MODERATE_SPOILAGE, order=order)
    assert actors.show(audited)["amount_fen"] == 1640
    return asked, audited


def test_what_is_left_of_the_price_does_not_tell_a_blind_grant(
    client: FlaskClient, actors: Actors
) -> None:
    asked, audited = add_pair(actors)
    assert see(client, actors, asked)["available_fen"] == 3280
    path = f"/v1/claims/{asked}/verdict"
    entered = client.post(path, json={**APPROVE, "undoable": True}, headers=actors.as_agent)
    assert entered.status_code == 200
    with a_minute_later():
        give_due_verdicts(actors.runtime)
    assert actors.show(asked)["amount_fen"] == 0
    refused = client.post(path, json=APPROVE, headers=actors.as_agent)
    assert refused.get_json()["code"] == "amount_above_price"
    assert "1640" not in refused.get_json()["detail"]
    decline = {"decision": "decline", "severity": "none"}
    client.post(f"/v1/claims/{audited}/verdict", json=decline, headers=actors.as_agent)
    assert see(client, actors, asked)["available_fen"] == 1640


def test_the_same_photo_in_another_claim_tells_no_finding(
    client: FlaskClient, actors: Actors
) -> None:
    asked, audited = add_pair(actors)
    with actors.runtime.transaction() as session:
        twin, photo = (session.get_one(Claim, key).photos[0] for key in (asked, audited))
        twin.sha256, twin.assessment = photo.sha256, photo.assessment
    (shown,) = see(client, actors, asked)["photos"]
    assert (shown["assessment"], shown["marks"], shown["overlay_url"]) == (None, [], None)
    refused = client.get(f"{shown['url']}/overlay", headers=actors.as_agent)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "blind_case")
    own = client.get(f"/v1/claims/{asked}", headers=actors.as_shop).get_json()
    assert own["photos"][0]["assessment"]
    decline = {"decision": "decline", "severity": "none"}
    client.post(f"/v1/claims/{audited}/verdict", json=decline, headers=actors.as_agent)
    (shown,) = see(client, actors, asked)["photos"]
    assert shown["assessment"]
    assert shown["overlay_url"]
