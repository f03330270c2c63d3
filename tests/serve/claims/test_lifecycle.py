from __future__ import annotations

import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from serve.claims.followup import close_followed_up, find_stranded, settle_refund
from serve.claims.models import Claim
from serve.ledger.refunds import refunds_of
from serve.policy.evidence import CaseFile
from serve.times import from_iso
from tests.serve import findings
from tests.serve.actors import Actors, draw_photo, upload


def age_claim(actors: Actors, claim_id: uuid.UUID, **times: object) -> None:
    with actors.runtime.transaction() as session:
        session.execute(update(Claim).where(Claim.id == claim_id).values(**times))


def test_every_step_has_its_clock(actors: Actors) -> None:
    claim = actors.show(actors.add_claim(findings.INSECT, reason="foreign_object"))
    start = from_iso(claim["received_at"])
    assert start is not None
    due_s = {}
    for step in claim["progress"]:
        due = from_iso(step["due"])
        assert due is not None
        due_s[step["step"]] = (due - start).total_seconds()
    assert due_s["received"] == 15
    assert due_s["decided"] == 180
    assert due_s["verified"] == 3600  # food safety
    assert due_s["resolved"] == 86400


def test_an_insect_waits_for_an_agent_within_the_hour_although_it_is_paid(actors: Actors) -> None:
    claim = actors.show(actors.add_claim(findings.INSECT, reason="foreign_object"), for_agent=True)
    assert (claim["status"], claim["amount_fen"]) == ("pre_approved", 3280)
    received, due = from_iso(claim["received_at"]), from_iso(claim["agent_due_at"])
    assert received is not None
    assert due is not None
    assert (due - received).total_seconds() == 3600


def test_a_refund_is_released_once_and_resolves_the_claim(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    age_claim(actors, claim_id, agent_due_at=None)  # the draw may have made it an audit
    with actors.runtime.transaction() as session:
        (refund,) = refunds_of(session, claim_id)
    settle_refund(actors.runtime, refund.id)
    settle_refund(actors.runtime, refund.id)
    claim = actors.show(claim_id)
    assert claim["refunds"][0]["released_at"]
    assert claim["progress"][4] == {
        "step": "resolved",
        "at": claim["refunds"][0]["released_at"],
        "due": claim["progress"][4]["due"],
        "overdue": False,
    }
    assert actors.ledger_kinds(claim_id).count("paid") == 1


def test_a_refund_released_after_an_appeal_resolves_nothing(
    client: FlaskClient, actors: Actors
) -> None:
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    client.post(f"/v1/claims/{claim_id}/appeal", json={}, headers=actors.as_shop)
    with actors.runtime.transaction() as session:
        (refund,) = refunds_of(session, claim_id)
    settle_refund(actors.runtime, refund.id)
    claim = actors.show(claim_id)
    assert claim["refunds"][0]["released_at"]
    assert (claim["status"], claim["progress"][4]["at"]) == ("needs_agent", None)


def test_a_settled_claim_closes_after_its_follow_up(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN, reason="other")
    long_ago = from_iso("2026-01-01T00:00:00Z")
    age_claim(actors, claim_id, resolved_at=long_ago)
    assert close_followed_up(actors.runtime) == 0  # an agent is still wanted
    age_claim(actors, claim_id, agent_due_at=None)
    assert close_followed_up(actors.runtime) == 1
    assert actors.show(claim_id)["status"] == "closed"
    assert actors.ledger_kinds(claim_id)[-1] == "closed"


def test_a_claim_left_behind_is_found(actors: Actors) -> None:
    claim_id = actors.add_claim(reason="delivery", decide=False)
    assert find_stranded(actors.runtime) == []
    age_claim(actors, claim_id, received_at=from_iso("2026-01-01T00:00:00Z"))
    assert find_stranded(actors.runtime) == [claim_id]


def test_an_appeal_brings_a_human_once(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.MINOR_SPOILAGE)
    path = f"/v1/claims/{claim_id}/appeal"
    answer = client.post(path, json={"text": "it was far worse"}, headers=actors.as_shop)
    assert answer.get_json()["status"] == "needs_agent"
    assert answer.get_json()["appeal"] == "it was far worse"
    again = client.post(path, json={"text": "really"}, headers=actors.as_shop)
    assert (again.status_code, again.get_json()["code"]) == (409, "appealed_before")


def test_a_claim_that_waits_for_an_agent_needs_no_appeal(
    client: FlaskClient, actors: Actors
) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    answer = client.post(f"/v1/claims/{claim_id}/appeal", json={}, headers=actors.as_shop)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "nothing_to_appeal")


def test_a_decided_claim_takes_no_more_photos(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(reason="delivery", late_min=45)
    answer = client.post(
        f"/v1/claims/{claim_id}/photos",
        data={"photo": upload(draw_photo())},
        headers=actors.as_shop,
    )
    assert (answer.status_code, answer.get_json()["code"]) == (409, "claim_decided")


@pytest.mark.parametrize("stranger", ["other shop", "other link", "nobody"])
def test_strangers_see_nothing(client: FlaskClient, actors: Actors, stranger: str) -> None:
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    keys = {
        "other shop": actors.add_shop_key(),
        "other link": actors.token_of(actors.add_order()),
        "nobody": "fc_wrong",
    }
    headers = {"Authorization": f"Bearer {keys[stranger]}"}
    sha256 = actors.show(claim_id)["photos"][0]["sha256"]
    wanted = 401 if stranger == "nobody" else 404
    for path in ("", f"/photos/{sha256}", f"/photos/{sha256}/overlay"):
        assert client.get(f"/v1/claims/{claim_id}{path}", headers=headers).status_code == wanted


def test_a_photo_is_shown_upright_and_without_what_the_camera_wrote(
    client: FlaskClient, actors: Actors
) -> None:
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    url = actors.show(claim_id)["photos"][0]["url"]
    answer = client.get(url, headers=actors.as_shop)
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.data.startswith(b"\xff\xd8")
    assert b"Exif" not in answer.data


def test_a_stored_case_reads_back_as_it_was(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE, late_min=10)
    with actors.runtime.transaction() as session:
        (record,) = session.get_one(Claim, claim_id).decisions
    assert CaseFile.from_dict(record.inputs).to_dict() == record.inputs
