from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import text

from model.errors import InvalidInput, NotFound
from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from serve.batches.models import Recall
from serve.claims.followup import close_followed_up
from serve.claims.intake import Submission, accept_claim
from serve.claims.models import Claim
from serve.claims.replay import replay_claim
from serve.claims.service import appeal_claim
from serve.jobs.tasks import make_worker_app
from serve.ledger.service import events_of
from serve.ledger.verification import check_ledger
from serve.privacy import commands
from serve.privacy.purge import Purged, clean_up, purge_customer, purge_old
from serve.settings import Settings
from serve.times import utc_now
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.claims.test_clocks import settle

WORDS = ("Zhang San has a rash", "please call me, 13800138000")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(utc_now(), tick=False) as clock:
        yield clock


def add_closed(actors: Actors, *, closed: bool = True, **facts: object) -> uuid.UUID:
    """Makes a claim with a text and an appeal, which the agent answers and closes."""
    claim_id = actors.add_claim(findings.SEVERE_SPOILAGE, description=WORDS[0], **facts)  # type: ignore[arg-type]
    appeal_claim(actors.runtime, actors.shop, str(claim_id), WORDS[1])
    if closed:
        verdict = VerdictIn(decision="close", severity="none")
        give_verdict(actors.runtime, actors.agent, str(claim_id), verdict)
        settle(actors, claim_id)
    return claim_id


def photos_of(actors: Actors, claim_id: uuid.UUID) -> list[str]:
    return [photo["sha256"] for photo in actors.show(claim_id)["photos"]]


def is_stored(actors: Actors, sha256: str) -> bool:
    try:
        actors.runtime.photos.get(sha256)
    except NotFound:
        return False
    return True


def dump(actors: Actors) -> str:
    """Returns every row of every table of ours as text."""
    with actors.runtime.transaction() as session:
        tables = session.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).all()
        rows = [
            session.execute(text(f'SELECT t::text FROM "{table}" t')).scalars().all()
            for table in tables
        ]
    return json.dumps(rows, ensure_ascii=False, default=str)


def test_old_claims_lose_photos_and_words_and_keep_decisions_and_money(
    actors: Actors, clock: time_machine.Traveller
) -> None:
    claim_id = add_closed(actors, customer_id="customer-77")
    before = actors.show(claim_id)
    (sha256,) = photos_of(actors, claim_id)
    clock.shift(timedelta(days=91))
    young = add_closed(actors)

    assert purge_old(actors.runtime, 90, "operator", dry_run=True) == Purged(1, 1, 0, 1)
    assert is_stored(actors, sha256)
    assert purge_old(actors.runtime, 90, "operator") == Purged(1, 1, 0, 1)
    assert not is_stored(actors, sha256)
    assert is_stored(actors, *photos_of(actors, young))

    after = actors.show(claim_id)
    for kept in ("amount_fen", "refunds", "decision", "verdict", "progress"):
        assert after[kept] == before[kept]
    assert (after["description"], after["appeal"]) == ("erased", "erased")
    with actors.runtime.transaction() as session:
        assert check_ledger(session).intact
    assert actors.ledger_kinds(claim_id)[-1] == "erased"
    (replay,) = replay_claim(actors.runtime, str(claim_id), photos=True)
    assert replay.identical
    assert "erased" in replay.notes[0]
    assert purge_old(actors.runtime, 90, "operator") == Purged()


def test_nothing_a_customer_wrote_is_left_anywhere(
    client: FlaskClient, actors: Actors, clock: time_machine.Traveller
) -> None:
    order = actors.add_order(customer_id="customer-77")
    sent = client.post(
        "/v1/claims",
        data={"order_id": order.order_id, "reason": "delivery", "description": WORDS[0]},
        headers={**actors.as_shop, "Idempotency-Key": "key-1"},
    )
    assert sent.status_code == 201
    add_closed(actors, customer_id="customer-77")
    actors.add_order(customer_id="customer-77")  # never claimed on
    assert all(word in dump(actors) for word in (*WORDS, "customer-77"))

    clock.shift(timedelta(days=31))
    client.post(
        f"/v1/claims/{sent.get_json()['id']}/verdict",
        json={"decision": "close", "severity": "none"},
        headers=actors.as_agent,
    )
    settle(actors, uuid.UUID(sent.get_json()["id"]))
    close_followed_up(actors.runtime)
    with actors.runtime.transaction() as session:
        session.execute(text("UPDATE claims SET status = 'closed', agent_due_at = NULL"))
    assert actors.shop.account_id
    done = purge_customer(actors.runtime, actors.shop.account_id, "customer-77", "operator")
    assert done == Purged(2, 1, 0, 3)
    left = dump(actors)
    assert [word for word in (*WORDS, "customer-77") if word in left] == []


def test_a_claim_whose_money_has_not_left_is_kept(
    actors: Actors, clock: time_machine.Traveller
) -> None:
    claim_id = add_closed(actors)
    with actors.runtime.transaction() as session:
        session.execute(text("UPDATE refunds SET released_at = NULL"))
    clock.shift(timedelta(days=91))
    assert purge_old(actors.runtime, 90, "operator") == Purged(0, 0, 1, 0, 1)
    settle(actors, claim_id)
    assert purge_old(actors.runtime, 90, "operator").claims == 1


def test_a_photo_that_another_claim_needs_is_kept(
    actors: Actors, clock: time_machine.Traveller
) -> None:
    claim_id = add_closed(actors)
    (sha256,) = photos_of(actors, claim_id)
    with actors.runtime.transaction() as session:
        photo = session.get_one(Claim, claim_id).photos[0]
    data = actors.runtime.photos.get(sha256)
    other = _claim_with(actors, data, photo.name)
    clock.shift(timedelta(days=40))
    assert purge_old(actors.runtime, 39, "operator") == Purged(1, 0, 1, 1, 1)
    assert is_stored(actors, sha256)
    with actors.runtime.transaction() as session:
        session.execute(
            text("UPDATE claims SET status = 'closed', agent_due_at = NULL WHERE id = :id"),
            {"id": other},
        )
    assert purge_old(actors.runtime, 39, "operator") == Purged(1, 1, 0, 1)
    assert not is_stored(actors, sha256)


def _claim_with(actors: Actors, data: bytes, name: str) -> uuid.UUID:
    from serve.assessments.uploads import check_uploads
    from tests.serve.actors import upload

    uploads = check_uploads([upload(data, name)], actors.runtime.scoring)
    order = actors.add_order()
    submission = Submission(order.order_id, "spoilage", "", uploads)
    return accept_claim(actors.runtime, actors.shop, submission).claim_id


def test_claims_that_are_needed_are_kept(actors: Actors, clock: time_machine.Traveller) -> None:
    add_closed(actors, closed=False)  # waits for an agent
    recalled = add_closed(actors, batch="B1")
    with actors.runtime.transaction() as session:
        session.add(
            Recall(
                id=uuid.uuid4(),
                shop_id=actors.shop.account_id,
                batch="B1",
                reason="glass",
                claim_id=recalled,
                started_by="service",
                started_at=utc_now(),
            )
        )
    clock.shift(timedelta(days=400))
    add_closed(actors, batch="B2")  # its customer can still appeal
    assert purge_old(actors.runtime, 0, "operator").claims == 0
    clock.shift(timedelta(days=29))
    assert purge_old(actors.runtime, 0, "operator") == Purged(0, 0, 3, 0, 3)
    clock.shift(timedelta(days=2))
    assert purge_old(actors.runtime, 0, "operator") == Purged(1, 1, 2, 1, 2)


def test_nothing_happens_to_an_erased_claim_any_more(
    client: FlaskClient, actors: Actors, clock: time_machine.Traveller
) -> None:
    claim_id = actors.add_claim(findings.SEVERE_SPOILAGE)
    (sha256,) = photos_of(actors, claim_id)
    settle(actors, claim_id)
    with actors.runtime.transaction() as session:
        session.execute(text("UPDATE claims SET status = 'closed', agent_due_at = NULL"))
    clock.shift(timedelta(days=40))
    purge_old(actors.runtime, 39, "operator")
    path = f"/v1/claims/{claim_id}"
    for photo in (f"{path}/photos/{sha256}", f"{path}/photos/{sha256}/overlay"):
        gone = client.get(photo, headers=actors.as_shop)
        assert (gone.status_code, gone.get_json()["code"]) == (404, "photo_erased")
    appeal = client.post(f"{path}/appeal", json={"text": "x"}, headers=actors.as_shop)
    assert (appeal.status_code, appeal.get_json()["code"]) == (409, "claim_erased")
    assert client.get(path, headers=actors.as_shop).status_code == 200


def test_the_ledger_holds_no_words_of_an_appeal(actors: Actors) -> None:
    claim_id = add_closed(actors)
    with actors.runtime.transaction() as session:
        (event,) = [e for e in events_of(session, claim_id) if e.kind == "appealed"]
        assert list(event.payload) == ["text_sha256"]
        other = add_closed(actors)
        (again,) = [e for e in events_of(session, other) if e.kind == "appealed"]
    assert event.payload != again.payload  # the same words cannot be told to be the same


def test_files_names_do_not_enter_decisions(client: FlaskClient, actors: Actors) -> None:
    from tests.serve.actors import draw_photo, upload

    order = actors.add_order()
    made = client.post(
        "/v1/claims",
        data={
            "order_id": order.order_id,
            "reason": "spoilage",
            "photo": [upload(draw_photo(991), "zhang-san-kitchen.jpg")],
        },
        headers=actors.as_shop,
    ).get_json()
    with actors.runtime.transaction() as session:
        (record,) = session.get_one(Claim, uuid.UUID(made["id"])).decisions
    assert "zhang" not in json.dumps([record.inputs, record.outcome])
    assert made["photos"][0]["name"] == "zhang-san-kitchen.jpg"


def test_the_nightly_job_erases_where_a_retention_is_set(
    actors: Actors, clock: time_machine.Traveller
) -> None:
    from dataclasses import replace

    claim_id = add_closed(actors)
    clock.shift(timedelta(days=400))
    clean_up(actors.runtime)
    assert actors.show(claim_id)["description"] == WORDS[0]
    settings = replace(actors.runtime.settings, retention_days=365)
    clean_up(replace(actors.runtime, settings=settings))
    assert actors.show(claim_id)["description"] == "erased"
    assert "clean_up" in make_worker_app(actors.runtime).tasks


def test_an_operator_purges_on_the_command_line(
    actors: Actors, clock: time_machine.Traveller, settings: Settings, database_url: str
) -> None:
    operator = Settings(database_url=database_url, data_dir=settings.data_dir)

    def run(*arguments: str) -> str:
        ran = CliRunner().invoke(commands.group, arguments, obj=operator)
        if ran.exception is not None:
            raise ran.exception
        return ran.stdout

    add_closed(actors, customer_id="customer-77")
    actors.add_order(customer_id="customer-77")
    young = run("--customer", "a shop", "customer-77").splitlines()
    assert young[0] == "0 claims, 0 photos and 0 orders erased."
    assert young[1].startswith("Not finished: 1 claims and 2 orders are still needed")
    clock.shift(timedelta(days=31))
    asked = run("--customer", "a shop", "customer-77", "--dry-run")
    assert asked == "1 claims, 1 photos and 2 orders would be erased.\n"
    erased = "1 claims, 1 photos and 2 orders erased.\n"
    assert run("--customer", "a shop", "customer-77") == erased
    assert run("--older-than", "30") == "0 claims, 0 photos and 0 orders erased.\n"
    with pytest.raises(NotFound, match="no such shop"):
        run("--customer", "no such shop", "x")
    with pytest.raises(InvalidInput, match="by age or by customer"):
        run()
