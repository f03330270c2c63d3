from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from model.errors import InvalidInput
from serve.commands import main
from serve.webhooks.endpoints import check_url, remove_endpoint
from serve.webhooks.service import FOOD_SAFETY_RAISED, enqueue_message
from tests.serve.actors import Actors
from tests.serve.jobs.working import count_jobs, make_due, work_once
from tests.serve.webhooks.conftest import point_to
from tests.serve.webhooks.receiver import Receiver, free_port


@pytest.mark.parametrize(
    "url",
    ["https://shop.example/hooks", "http://127.0.0.1:8080/", "http://localhost/", "http://[::1]/"],
)
def test_an_endpoint_nobody_reads_along(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "http://10.0.0.7/",
        "ftp://127.0.0.1/",
        "shop.example",
        "",
        "https://",
    ],
)
def test_an_endpoint_others_could_read_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="https") as caught:
        check_url(url)
    assert caught.value.code == "invalid_webhook_url"


def test_an_endpoint_set_later_hears_of_what_is_not_paid_yet(
    actors: Actors, receiver: Receiver
) -> None:
    """A refund released to a shop that polls is never instructed again."""
    polled = actors.add_claim(reason="delivery", late_min=45)
    work_once(actors.runtime)
    assert actors.show(polled)["refunds"][0]["released_at"]
    waiting = actors.add_claim(reason="delivery", late_min=45)
    secret = point_to(actors, receiver.url)
    work_once(actors.runtime)
    told = receiver.read(secret or "")
    assert [m["data"]["claim_id"] for m in told if m["type"] == "refund.instructed"] == [
        str(waiting)
    ]
    decided = [m["data"]["claim_id"] for m in told if m["type"] == "claim.decided"]
    assert decided == [str(polled), str(waiting)]
    assert actors.ledger_kinds(polled).count("paid") == 1
    assert actors.ledger_kinds(waiting).count("paid") == 1


def test_a_first_endpoint_is_not_flooded_with_what_the_shop_has_read(
    actors: Actors, receiver: Receiver
) -> None:
    """Money owed comes at any age, the rest of the last days; a moved endpoint misses nothing."""
    old, young = (actors.add_claim(reason="delivery", late_min=45) for _ in range(2))
    age = "UPDATE webhook_messages SET created_at = created_at - interval '4 days'"
    with actors.runtime.transaction() as session:
        session.execute(text(f"{age} WHERE data ->> 'claim_id' = '{old}'"))
    secret = point_to(actors, receiver.url) or ""
    work_once(actors.runtime)
    told = [(m["type"], m["data"]["claim_id"]) for m in receiver.read(secret)]
    assert {c for kind, c in told if kind == "refund.instructed"} == {str(old), str(young)}
    assert [c for kind, c in told if kind == "claim.decided"] == [str(young)]

    missed = actors.add_claim(reason="delivery", late_min=45)
    with actors.runtime.transaction() as session:
        session.execute(text(f"{age} WHERE delivered_at IS NULL"))
    assert point_to(actors, receiver.url) is None
    work_once(actors.runtime)
    told = [(m["type"], m["data"]["claim_id"]) for m in receiver.read(secret)]
    assert ("claim.decided", str(missed)) in told
    assert ("claim.decided", str(old)) not in told


def test_an_endpoint_that_moves_gets_what_waited_at_once(
    actors: Actors, receiver: Receiver
) -> None:
    secret = point_to(actors, f"http://127.0.0.1:{free_port()}/")
    claim_id = actors.add_claim(reason="delivery", late_min=45)
    make_due(actors.runtime)
    work_once(actors.runtime)
    jobs = count_jobs(actors.runtime)
    assert (jobs, count_jobs(actors.runtime, due=True)) == (2, 0)
    assert point_to(actors, receiver.url) is None  # the secret stays
    assert count_jobs(actors.runtime) == jobs
    work_once(actors.runtime)
    assert {m["data"]["claim_id"] for m in receiver.read(secret or "")} == {str(claim_id)}
    assert "paid" in actors.ledger_kinds(claim_id)


def test_refunds_of_a_removed_endpoint_are_released_for_polling(
    actors: Actors, receiver: Receiver
) -> None:
    point_to(actors, f"http://127.0.0.1:{free_port()}/")
    claim_id = actors.add_claim(reason="delivery", late_min=45)
    make_due(actors.runtime)
    work_once(actors.runtime)
    assert actors.show(claim_id)["refunds"][0]["released_at"] is None
    assert actors.shop.account_id
    with actors.runtime.transaction() as session:
        remove_endpoint(session, actors.runtime.jobs, actors.shop.account_id)
    work_once(actors.runtime)
    assert actors.show(claim_id)["refunds"][0]["released_at"]
    assert count_jobs(actors.runtime) == 0
    secret = point_to(actors, receiver.url)
    work_once(actors.runtime)
    assert "refund.instructed" not in {m["type"] for m in receiver.read(secret or "")}


def test_a_thing_is_told_once(actors: Actors, receiver: Receiver, secret: str) -> None:
    assert actors.shop.account_id
    for data in ({"batch": "B7"}, {"batch": "B8"}):
        with actors.runtime.transaction() as session:
            enqueue_message(
                session,
                actors.runtime.jobs,
                actors.shop.account_id,
                FOOD_SAFETY_RAISED,
                "food_safety:1",
                data,
            )
    work_once(actors.runtime)
    assert [message["data"] for message in receiver.read(secret)] == [{"batch": "B7"}]


def test_a_message_and_its_job_live_and_die_together(
    actors: Actors, receiver: Receiver, secret: str
) -> None:
    assert actors.shop.account_id
    with actors.runtime.sessions() as session:
        enqueue_message(
            session, actors.runtime.jobs, actors.shop.account_id, FOOD_SAFETY_RAISED, "f:1", {}
        )
        session.rollback()
    assert count_jobs(actors.runtime) == 0
    with actors.runtime.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM webhook_messages")) == 0


def test_an_operator_sets_tries_renews_and_removes(
    actors: Actors, receiver: Receiver, tmp_path: Path
) -> None:
    url = actors.runtime.engine.url.render_as_string(hide_password=False)

    def run(*arguments: str) -> Result:
        environment = {"DATABASE_URL": url.replace("+psycopg", "")}
        arguments = ("--data", str(tmp_path), "webhook", *arguments)
        return CliRunner().invoke(main, arguments, env=environment)

    assert "no_endpoint" in run("show", "a shop").output
    assert "no_shop" in run("set", "no shop", receiver.url).output
    assert run("set", "a shop", "http://shop.example/").exit_code == 1
    secret = run("set", "a shop", receiver.url).stdout.strip()
    assert secret.startswith("whsec_")

    assert run("test", "a shop").exit_code == 0
    assert [ping["type"] for ping in receiver.read(secret)] == ["ping"]
    receiver.status = 500
    failed = run("test", "a shop")
    assert (failed.exit_code, "HTTP 500" in failed.output) == (1, True)

    actors.add_claim(reason="delivery", late_min=45)
    work_once(actors.runtime)
    shown = run("show", "a shop").output
    assert (receiver.url in shown, "2 messages" in shown, "HTTP 500" in shown) == (True,) * 3
    assert secret not in shown

    receiver.status, receiver.requests = 200, []
    renewed = run("rotate", "a shop").stdout.strip()
    make_due(actors.runtime)
    work_once(actors.runtime)
    assert renewed != secret
    assert "refund.instructed" in {message["type"] for message in receiver.read(renewed)}
    assert run("remove", "a shop").exit_code == 0
    assert run("test", "a shop").exit_code == 1
