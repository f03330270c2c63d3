"""Verdicts that can be undone: given once and late, or not at all and said so."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from serve.agents.holds import take_next
from serve.agents.pending import UNDO_S, give_due_verdicts, give_pending
from serve.jobs.queue import JobQueue
from serve.ledger.verification import verify_ledger
from serve.times import utc_now
from tests.serve import findings
from tests.serve.accounts.people import add_person, csrf_of, log_in
from tests.serve.actors import Actors
from tests.serve.jobs.working import make_due, work_once
from tests.serve.ledger.tampering import unseen

APPROVE = {"decision": "approve", "severity": "moderate", "amount_fen": 1000, "undoable": True}
DECLINE = {"decision": "decline", "severity": "none", "undoable": True}


def enter(
    client: FlaskClient, actors: Actors, claim_id: uuid.UUID, verdict: dict[str, Any] = APPROVE
) -> TestResponse:
    path = f"/v1/claims/{claim_id}/verdict"
    return client.post(path, json=verdict, headers=actors.as_agent)


def undo(client: FlaskClient, actors: Actors, claim_id: uuid.UUID) -> TestResponse:
    return client.delete(f"/v1/claims/{claim_id}/verdict", headers=actors.as_agent)


@contextmanager
def a_minute_later() -> Iterator[None]:
    with time_machine.travel(utc_now() + timedelta(seconds=UNDO_S + 1)):
        yield


def assert_intact(actors: Actors) -> None:
    report = verify_ledger(actors.runtime)
    assert report.intact, report.findings


def test_a_verdict_is_given_once_its_time_to_undo_is_over(
    client: FlaskClient, actors: Actors
) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    claim = enter(client, actors, claim_id).get_json()
    pending = claim["pending_verdict"]
    assert (pending["mine"], pending["decision"], pending["amount_fen"]) == (True, "approve", 1000)
    assert (claim["status"], claim["amount_fen"], claim["verdict"]) == ("needs_agent", 0, None)
    assert "pending_verdict" not in actors.show(claim_id)  # no customer's business
    assert_intact(actors)
    make_due(actors.runtime)
    work_once(actors.runtime)
    assert actors.show(claim_id)["verdict"] is None
    make_due(actors.runtime)
    with a_minute_later():
        assert give_due_verdicts(actors.runtime) == 1
        work_once(actors.runtime)
    claim = actors.show(claim_id, for_agent=True)
    assert (claim["status"], claim["amount_fen"], claim["pending_verdict"]) == (
        ("resolved", 1000, None)
    )
    kinds = [k for k in actors.ledger_kinds(claim_id) if k.startswith(("verdict", "refund"))]
    assert kinds == ["verdict_entered", "verdict", "refund_instructed"]
    assert_intact(actors)


def test_labels_are_given_as_they_were_entered(client: FlaskClient, actors: Actors) -> None:
    entered, at_once = (actors.add_claim(findings.CLEAN) for _ in "12")
    box = {"kind": "hair", "box_px": [1, 2, 30, 40]}
    label = {"spoilage": True, "spoilage_severity": "minor", "boxes": [box]}
    verdict = {**DECLINE, "labels": [label], "note": "一根头发"}
    assert enter(client, actors, entered, verdict).status_code == 200
    enter(client, actors, at_once, {**verdict, "undoable": False})
    with a_minute_later():
        give_due_verdicts(actors.runtime)
    shown = [actors.show(claim_id, for_agent=True)["verdict"] for claim_id in (entered, at_once)]
    for one in shown:
        del one["at"], one["labels"][0]["photo"]
    assert shown[0] == shown[1]
    assert shown[0]["labels"][0]["boxes"] == [box]


def test_the_job_alone_gives_it_too(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    enter(client, actors, claim_id, DECLINE)
    make_due(actors.runtime)
    with a_minute_later():
        work_once(actors.runtime)
    assert actors.show(claim_id)["status"] == "resolved"


def test_given_by_many_at_once_it_is_one_verdict(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    enter(client, actors, claim_id)
    with a_minute_later(), ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda _: give_pending(actors.runtime, claim_id), range(4)))
    assert sorted(given) == [False, False, False, True]
    assert [refund["amount_fen"] for refund in actors.show(claim_id)["refunds"]] == [1000]
    assert_intact(actors)


class Failing(JobQueue):
    def defer(self, session: Session, task: str, **arguments: object) -> None:
        raise OSError("the power went out")


def test_a_crash_while_it_is_given_loses_nothing(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    enter(client, actors, claim_id)
    broken = dataclasses.replace(actors.runtime, jobs=Failing())
    with a_minute_later():
        with pytest.raises(OSError, match="power"):
            give_pending(broken, claim_id)
        assert give_due_verdicts(broken) == 0
        assert actors.show(claim_id)["verdict"] is None
        assert give_due_verdicts(actors.runtime) == 1
    assert actors.show(claim_id)["amount_fen"] == 1000
    assert_intact(actors)


def test_undone_it_never_was(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    enter(client, actors, claim_id)
    claim = undo(client, actors, claim_id).get_json()
    assert (claim["pending_verdict"], claim["held_by"]["mine"]) == (None, True)
    make_due(actors.runtime)
    with a_minute_later():
        work_once(actors.runtime)
        assert give_due_verdicts(actors.runtime) == 0
    assert actors.show(claim_id)["status"] == "needs_agent"
    assert actors.ledger_kinds(claim_id)[-2:] == ["verdict_entered", "verdict_undone"]
    assert_intact(actors)
    assert enter(client, actors, claim_id, DECLINE).status_code == 200


def test_what_is_given_or_anothers_cannot_be_undone(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    enter(client, actors, claim_id)
    add_person(actors, "lead")
    log_in(client)
    path, csrf = f"/v1/claims/{claim_id}", csrf_of(client)
    refused = client.delete(f"{path}/verdict", headers=csrf)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "nothing_to_undo")
    with a_minute_later():
        give_due_verdicts(actors.runtime)
    assert undo(client, actors, claim_id).get_json()["code"] == "nothing_to_undo"
    assert actors.show(claim_id)["amount_fen"] == 1000


def test_meanwhile_the_case_is_nobody_elses(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    enter(client, actors, claim_id)
    other = add_person(actors, "lead")
    log_in(client)
    path, csrf = f"/v1/claims/{claim_id}", csrf_of(client)
    seen = client.get(path).get_json()["pending_verdict"]
    assert (seen["agent"], seen["mine"], seen["decision"]) == ("an agent", False, "approve")
    with time_machine.travel(utc_now() + timedelta(minutes=15)):  # the worker is late
        for answer in (
            client.post(f"{path}/hold", headers=csrf),
            client.post(f"{path}/verdict", json=DECLINE, headers=csrf),
            enter(client, actors, claim_id, DECLINE),
        ):
            assert (answer.status_code, answer.get_json()["code"]) == (409, "verdict_pending")
        with actors.runtime.transaction() as session:
            assert take_next(session, other) is None
            assert take_next(session, actors.agent) is None


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        ({**APPROVE, "amount_fen": 3281}, "amount_above_price"),
        ({**APPROVE, "amount_fen": None}, "validation_error"),
        ({**APPROVE, "labels": [{"photo": "0" * 64}]}, "label_without_photo"),
    ],
)
def test_what_cannot_be_given_is_refused_when_it_is_entered(
    client: FlaskClient, actors: Actors, verdict: dict[str, Any], code: str
) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    answer = enter(client, actors, claim_id, verdict)
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    assert actors.show(claim_id, for_agent=True)["pending_verdict"] is None
    assert "verdict_entered" not in actors.ledger_kinds(claim_id)


def test_entering_a_verdict_is_no_way_to_look_into_a_blind_case(
    client: FlaskClient, actors: Actors
) -> None:
    actors.amend_policy(("\npropensity = 0.05", "\npropensity = 1.0"))
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE)
    path = f"/v1/claims/{claim_id}"
    before = client.get(path, headers=actors.as_agent).get_json()
    assert before["decision"] is None
    entered = enter(client, actors, claim_id).get_json()
    assert entered.pop("pending_verdict")["mine"]
    del before["pending_verdict"]
    assert entered == before
    listed = client.get("/v1/claims", headers=actors.as_agent).get_json()["claims"][0]
    assert (listed["decision"], listed["status"]) == (None, "needs_agent")
    refused = client.get(f"{before['photos'][0]['url']}/overlay", headers=actors.as_agent)
    assert refused.get_json()["code"] == "blind_case"
    undone = undo(client, actors, claim_id).get_json()
    assert (undone["decision"], undone["amount_fen"]) == (None, 0)
    enter(client, actors, claim_id)
    seen = actors.show(claim_id, for_agent=True)["pending_verdict"]
    assert (seen["mine"], seen["decision"], seen["amount_fen"]) == (False, None, None)
    with a_minute_later():
        give_due_verdicts(actors.runtime)
    assert client.get(path, headers=actors.as_agent).get_json()["decision"]


def test_somebody_who_changes_what_waits_is_found_out(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    enter(client, actors, claim_id)
    edits = {
        "UPDATE pending_verdicts SET verdict = CAST(jsonb_set(CAST(verdict AS jsonb),"
        " '{amount_fen}', '3000') AS json)": "not given yet: entered_sha256",
        "UPDATE pending_verdicts SET photos = '[]'": "not given yet: entered_sha256",
        "UPDATE pending_verdicts SET due_at = now()": "not given yet: entered_sha256",
        "DELETE FROM pending_verdicts": "a verdict that is not given yet is false",
        "DELETE FROM ledger WHERE kind = 'verdict_entered'": "not given yet is true",
    }
    assert unseen(actors, edits) == {}
    with a_minute_later():
        give_due_verdicts(actors.runtime)
    given = {
        "UPDATE ledger SET amount_fen = 3000 WHERE kind = 'verdict'": "was entered: amount_fen",
        "UPDATE ledger SET actor = 'lead:x' WHERE kind = 'verdict'": "was entered: agent",
        "UPDATE ledger SET payload = CAST(jsonb_set(CAST(payload AS jsonb), '{note}',"
        " '\"another\"') AS json) WHERE kind = 'verdict'": "was entered: said_sha256",
    }
    assert unseen(actors, given) == {}
