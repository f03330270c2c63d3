from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from serve.agents.export import export_claims
from tests.serve import findings
from tests.serve.accounts.people import add_person, log_in
from tests.serve.actors import Actors


def test_every_look_at_a_photo_but_the_customers_is_logged(
    client: FlaskClient, actors: Actors, tmp_path: Path
) -> None:
    order = actors.add_order()
    claim_id = actors.add_claim(findings.INSECT, reason="foreign_object", order=order)
    sha256 = actors.show(claim_id)["photos"][0]["sha256"]
    photo = f"/v1/claims/{claim_id}/photos/{sha256}"
    assert client.get(f"{photo}?token={actors.token_of(order)}").status_code == 200
    assert client.get(photo, headers=actors.as_agent).status_code == 200
    client.get(f"{photo}/overlay", headers=actors.as_shop)
    label = {"photo": sha256, "spoilage": False, "foreign_objects": []}
    verdict = {"decision": "decline", "severity": "none", "labels": [label]}
    given = client.post(f"/v1/claims/{claim_id}/verdict", json=verdict, headers=actors.as_agent)
    assert given.status_code == 200, given.text
    export_claims(actors.runtime, tmp_path)

    add_person(actors, "lead", "Wang Wei")
    log_in(client, "Wang Wei")
    log = client.get(f"/v1/claims/{claim_id}/accesses").get_json()["accesses"]
    assert [(entry["actor"], entry["purpose"]) for entry in log] == [
        ("operator", "export"),
        (actors.shop.name, "overlay"),
        (actors.agent.name, "view"),
    ]
    assert {entry["sha256"] for entry in log} == {sha256}


def test_only_leads_read_the_log_and_nobody_changes_it(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    for headers in (actors.as_agent, actors.as_shop):
        refused = client.get(f"/v1/claims/{claim_id}/accesses", headers=headers)
        assert refused.status_code == 403
    sha256 = actors.show(claim_id)["photos"][0]["sha256"]
    client.get(f"/v1/claims/{claim_id}/photos/{sha256}", headers=actors.as_agent)
    with pytest.raises(IntegrityError), actors.runtime.transaction() as session:
        session.execute(text("DELETE FROM photo_accesses"))
