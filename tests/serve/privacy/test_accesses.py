from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from model.errors import NotFound
from model.photo import read_photo
from serve.agents.export import export_claims
from serve.privacy.service import accesses_of
from serve.times import utc_now
from tests.serve import findings
from tests.serve.accounts.people import add_person, log_in
from tests.serve.actors import Actors


def test_every_look_at_a_photo_is_logged(
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
        ("link", "view"),
    ]
    assert {entry["sha256"] for entry in log} == {sha256}


def test_looks_by_the_claim_link_are_logged_once_an_hour(
    client: FlaskClient, actors: Actors
) -> None:
    order = actors.add_order()
    claim_id = actors.add_claim(findings.CLEAN, findings.CLEAN, order=order)
    photos = [photo["sha256"] for photo in actors.show(claim_id)["photos"]]

    def look() -> None:
        for sha256 in photos:
            path = f"/v1/claims/{claim_id}/photos/{sha256}?token={actors.token_of(order)}"
            assert client.get(path).status_code == 200

    with time_machine.travel(utc_now(), tick=False) as clock:
        for minutes in (0, 30, 31):
            clock.shift(timedelta(minutes=minutes))
            look()
    with actors.runtime.transaction() as session:
        log = [(access.actor, access.sha256) for access in accesses_of(session, claim_id)]
    assert sorted(log) == sorted([("link", sha256) for sha256 in photos] * 2)


def test_looks_of_an_export_that_fails_stay_on_record(
    client: FlaskClient, actors: Actors, tmp_path: Path
) -> None:
    exported = [add_labelled(client, actors) for _ in range(2)]
    lost = exported[1][1]
    actors.runtime.photos.remove(lost)
    with pytest.raises(NotFound):
        export_claims(actors.runtime, tmp_path)
    left = {path.stem for path in (tmp_path / "photos").iterdir()}
    assert left == {exported[0][1]}
    with actors.runtime.transaction() as session:
        for claim_id, sha256 in exported:
            assert [access.sha256 for access in accesses_of(session, claim_id)] == [sha256]


def add_labelled(client: FlaskClient, actors: Actors) -> tuple[uuid.UUID, str]:
    """Makes a claim with a verdict that labels its photo, which it returns too."""
    claim_id = actors.add_claim(findings.INSECT, reason="foreign_object")
    sha256 = actors.show(claim_id)["photos"][0]["sha256"]
    label = {"photo": sha256, "spoilage": False, "foreign_objects": []}
    verdict = {"decision": "decline", "severity": "none", "labels": [label]}
    given = client.post(f"/v1/claims/{claim_id}/verdict", json=verdict, headers=actors.as_agent)
    assert given.status_code == 200, given.text
    return claim_id, sha256


def test_only_leads_read_the_log_and_nobody_changes_it(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    for headers in (actors.as_agent, actors.as_shop):
        refused = client.get(f"/v1/claims/{claim_id}/accesses", headers=headers)
        assert refused.status_code == 403
    sha256 = actors.show(claim_id)["photos"][0]["sha256"]
    client.get(f"/v1/claims/{claim_id}/photos/{sha256}", headers=actors.as_agent)
    with pytest.raises(IntegrityError), actors.runtime.transaction() as session:
        session.execute(text("DELETE FROM photo_accesses"))


def test_a_look_again_is_a_look_though_nothing_is_sent(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    sha256 = actors.show(claim_id)["photos"][0]["sha256"]
    photo = f"/v1/claims/{claim_id}/photos/{sha256}"
    first = client.get(photo, headers=actors.as_agent)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = {**actors.as_agent, "If-None-Match": first.headers["ETag"]}
    assert client.get(photo, headers=again).status_code == 304
    with actors.runtime.transaction() as session:
        purposes = [look.purpose for look in accesses_of(session, claim_id)]
    assert purposes == ["view", "view"]


def test_only_customers_browsers_keep_a_photo(client: FlaskClient, actors: Actors) -> None:
    order = actors.add_order()
    claim_id = actors.add_claim(findings.CLEAN, order=order)
    sha256 = actors.show(claim_id)["photos"][0]["sha256"]
    photo = f"/v1/claims/{claim_id}/photos/{sha256}"
    answer = client.get(f"{photo}?token={actors.token_of(order)}")
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    assert answer.headers["Vary"] == "Authorization, Cookie"


def test_a_thumbnail_is_small_and_noted_as_one(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    sha256 = actors.show(claim_id)["photos"][0]["sha256"]
    photo = f"/v1/claims/{claim_id}/photos/{sha256}"
    small = client.get(f"{photo}?width=160", headers=actors.as_agent)
    assert read_photo(small.data).bgr.shape[1] == 160
    assert client.get(f"{photo}?width=321", headers=actors.as_agent).status_code == 422
    with actors.runtime.transaction() as session:
        assert [look.purpose for look in accesses_of(session, claim_id)] == ["thumbnail"]
