"""Two agents never hold one case."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import text

from model.errors import Conflict
from serve.accounts.service import Caller
from serve.agents.holds import HOLD_S, holders_of, release_case, take_case, take_next
from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.assessments.uploads import check_uploads
from serve.claims.intake import add_photos
from serve.claims.service import load_claim
from serve.ledger.verification import verify_ledger
from serve.times import utc_now
from tests.serve import findings
from tests.serve.accounts.people import add_person, csrf_of, log_in
from tests.serve.actors import Actors, draw_photo, upload

DECLINE = VerdictIn(decision="decline", severity="none")


def take(actors: Actors, agent: Caller, claim_id: uuid.UUID) -> None:
    with actors.runtime.transaction() as session:
        take_case(session, agent, claim_id)


def holder(actors: Actors, claim_id: uuid.UUID) -> uuid.UUID | None:
    with actors.runtime.transaction() as session:
        found = holders_of(session, [claim_id]).get(claim_id)
        return found and found.account_id


def all_at_once(works: list[Callable[[], object]]) -> list[object]:
    """Runs every work in a thread of its own, all from the same moment; returns what came out."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return work()
        except Conflict as error:
            return error.code

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_of_many_agents_at_once_one_gets_the_case(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    people = [add_person(actors, name=f"agent {number}") for number in range(6)]
    for _ in range(5):
        outcomes = all_at_once([lambda who=who: take(actors, who, claim_id) for who in people])
        assert sorted(map(str, outcomes)) == ["None", *["case_held"] * 5]
        winner = people[outcomes.index(None)]
        assert holder(actors, claim_id) == winner.account_id
        with actors.runtime.transaction() as session:
            release_case(session, winner, claim_id)


def test_agents_who_take_the_next_at_once_get_different_cases(actors: Actors) -> None:
    claims = {actors.add_claim(findings.CLEAN) for _ in range(3)}
    people = [add_person(actors, name=f"agent {number}") for number in range(4)]

    def go(who: Caller) -> uuid.UUID | None:
        with actors.runtime.transaction() as session:
            return take_next(session, who)

    got = all_at_once([lambda who=who: go(who) for who in people])
    assert {claim_id for claim_id in got if claim_id} == claims
    assert got.count(None) == 1


def test_the_next_case_is_the_most_urgent_one_that_nobody_has(actors: Actors) -> None:
    early = actors.add_claim(findings.CLEAN)
    insect = actors.add_claim(findings.INSECT, reason="foreign_object")
    other = add_person(actors)
    with actors.runtime.transaction() as session:
        assert take_next(session, actors.agent) == insect
        assert take_next(session, other) == early
        assert take_next(session, add_person(actors, name="third")) is None
        # Nothing new for who has one open: their own again, rather than nothing.
        assert take_next(session, actors.agent) == insect


def test_the_next_case_waits_for_no_transaction_and_holds_up_none(actors: Actors) -> None:
    first, second = (actors.add_claim(findings.CLEAN) for _ in "12")
    other = add_person(actors)
    take(actors, other, first)
    release = actors.runtime.sessions()
    with actors.runtime.transaction() as session, release as busy:
        session.execute(text("SET LOCAL lock_timeout = '5s'"))
        load_claim(busy, other, str(first), lock=True)
        with actors.runtime.transaction() as mine:
            release_case(mine, other, first)
        assert take_next(session, actors.agent) == second
        busy.rollback()
        # What was tried in vain is not kept locked.
        load_claim(busy, other, str(first), lock=True)
        busy.rollback()
    with actors.runtime.transaction() as session:
        assert take_next(session, other) == first


def test_a_hold_ends_by_itself_by_hand_and_with_the_verdict(actors: Actors) -> None:
    claim_id, other = actors.add_claim(findings.CLEAN), add_person(actors)
    take(actors, actors.agent, claim_id)
    with pytest.raises(Conflict, match="an agent, until"):
        take(actors, other, claim_id)
    with actors.runtime.transaction() as session:
        release_case(session, other, claim_id)
    assert holder(actors, claim_id) == actors.agent.account_id
    with time_machine.travel(utc_now() + timedelta(seconds=HOLD_S + 1)):
        assert holder(actors, claim_id) is None
        take(actors, other, claim_id)
        give_verdict(actors.runtime, other, str(claim_id), DECLINE)
        assert holder(actors, claim_id) is None
        with pytest.raises(Conflict) as refused:
            take(actors, other, claim_id)
        assert refused.value.code == "no_verdict_wanted"


def test_taking_it_again_renews_a_hold(actors: Actors) -> None:
    claim_id, other = actors.add_claim(findings.CLEAN), add_person(actors)
    take(actors, actors.agent, claim_id)
    with time_machine.travel(utc_now() + timedelta(seconds=HOLD_S - 10)) as clock:
        take(actors, actors.agent, claim_id)
        clock.shift(timedelta(seconds=HOLD_S - 10))
        with pytest.raises(Conflict):
            take(actors, other, claim_id)


def test_nobody_decides_a_case_that_another_holds(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    add_person(actors)
    log_in(client)
    path, csrf = f"/v1/claims/{claim_id}", csrf_of(client)
    assert client.post(f"{path}/hold").status_code == 403  # by cookie, and not from a page of ours
    held = client.post(f"{path}/hold", headers=csrf)
    assert (held.status_code, list(held.get_json())) == (200, ["held_until"])
    for undoable in (False, True):
        verdict = {"decision": "decline", "severity": "none", "undoable": undoable}
        refused = client.post(f"{path}/verdict", json=verdict, headers=actors.as_agent)
        assert (refused.status_code, refused.get_json()["code"]) == (409, "case_held")
        assert "Li Na" in refused.get_json()["detail"]
    seen = client.get(path, headers=actors.as_agent).get_json()["held_by"]
    assert (seen["name"], seen["mine"]) == ("Li Na", False)
    assert seen["held_until"] == held.get_json()["held_until"]
    assert client.get(path).get_json()["held_by"]["mine"]
    assert client.get(path, headers=actors.as_shop).get_json()["held_by"] is None
    assert client.delete(f"{path}/hold", headers=csrf).status_code == 204
    assert client.get(path).get_json()["held_by"] is None
    assert client.post(f"{path}/hold", headers=actors.as_shop).status_code == 403
    assert client.post("/v1/claims/nonsense/hold", headers=csrf).status_code == 404


def add_photo(actors: Actors, claim_id: uuid.UUID) -> str:
    files = [upload(draw_photo(7000))]
    uploads = check_uploads(files, actors.runtime.scoring)
    add_photos(actors.runtime, actors.shop, str(claim_id), uploads)
    return uploads[0].sha256


@pytest.mark.parametrize("begun_by", ["hold", "look"])
def test_a_verdict_does_not_overtake_a_photo_that_came_meanwhile(
    client: FlaskClient, actors: Actors, begun_by: str
) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    path = f"/v1/claims/{claim_id}"
    start = utc_now()
    with time_machine.travel(start + timedelta(seconds=5)) as clock:
        if begun_by == "hold":
            client.post(f"{path}/hold", headers=actors.as_agent)
        else:
            (photo,) = client.get(path, headers=actors.as_agent).get_json()["photos"]
            client.get(photo["url"], headers=actors.as_agent)
        clock.shift(timedelta(seconds=90))
        sha256 = add_photo(actors, claim_id)
        verdict = {"decision": "decline", "severity": "none"}
        refused = client.post(f"{path}/verdict", json=verdict, headers=actors.as_agent)
        assert (refused.status_code, refused.get_json()["code"]) == (409, "photo_unseen")
        assert sha256 in refused.get_json()["detail"]
        client.post(f"{path}/hold", headers=actors.as_agent)
        again = client.post(f"{path}/verdict", json=verdict, headers=actors.as_agent)
        assert again.get_json()["code"] == "photo_unseen"
        assert client.get(f"{path}/photos/{sha256}", headers=actors.as_agent).status_code == 200
        given = client.post(f"{path}/verdict", json=verdict, headers=actors.as_agent)
        assert given.status_code == 200, given.get_json()


def test_a_photo_that_came_while_the_page_was_read_counts_as_unseen(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    with time_machine.travel(utc_now() + timedelta(minutes=30)) as clock:
        add_photo(actors, claim_id)
        clock.shift(timedelta(seconds=2))
        take(actors, actors.agent, claim_id)
        with pytest.raises(Conflict) as refused:
            give_verdict(actors.runtime, actors.agent, str(claim_id), DECLINE)
        assert refused.value.code == "photo_unseen"


def test_photos_that_were_there_long_before_are_nobodys_duty(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    with time_machine.travel(utc_now() + timedelta(minutes=30)) as clock:
        add_photo(actors, claim_id)
        clock.shift(timedelta(minutes=2))
        take(actors, actors.agent, claim_id)
        give_verdict(actors.runtime, actors.agent, str(claim_id), DECLINE)


def test_a_leads_verdict_is_no_fault_of_the_ledger(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    lead = add_person(actors, "lead")
    give_verdict(actors.runtime, lead, str(claim_id), DECLINE)
    report = verify_ledger(actors.runtime)
    assert report.intact, report.findings


def test_a_claim_is_read_as_it_is_once_it_is_locked(actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    with actors.runtime.transaction() as session:
        assert load_claim(session, actors.agent, str(claim_id)).agent_due_at
        give_verdict(actors.runtime, actors.agent, str(claim_id), DECLINE)
        assert load_claim(session, actors.agent, str(claim_id), lock=True).agent_due_at is None
