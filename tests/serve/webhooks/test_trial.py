"""A shop looks at its endpoint and sends it a ping, by key."""

from __future__ import annotations

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text

from serve.webhooks.trial import try_endpoint
from tests.serve.actors import Actors
from tests.serve.jobs.working import work_once
from tests.serve.webhooks.conftest import point_to
from tests.serve.webhooks.receiver import Receiver, free_port

TEST = "/v1/webhook/test"


def ping(client: FlaskClient, actors: Actors) -> dict[str, Any]:
    answer = client.post(TEST, headers=actors.as_shop)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def test_a_shop_tries_its_endpoint(
    client: FlaskClient, actors: Actors, receiver: Receiver, secret: str
) -> None:
    tried = ping(client, actors)
    assert (tried["acknowledged"], tried["status"], tried["error"]) == (True, 204, None)
    assert (tried["url"], receiver.ids) == (receiver.url, [tried["message_id"]])
    assert [message["type"] for message in receiver.read(secret)] == ["ping"]
    receiver.status = 503
    tried = ping(client, actors)
    assert (tried["acknowledged"], tried["status"], tried["error"]) == (False, 503, None)


def test_a_ping_goes_where_the_operator_said_and_nowhere_else(
    client: FlaskClient, actors: Actors, receiver: Receiver, secret: str
) -> None:
    receiver.status = 302  # to itself
    tried = ping(client, actors)
    assert (tried["acknowledged"], tried["status"]) == (False, 302)
    assert len(receiver.requests) == 1
    # A body that names another address changes nothing.
    elsewhere = {"url": "http://169.254.169.254/"}
    receiver.status = 204
    answer = client.post(TEST, json=elsewhere, headers=actors.as_shop).get_json()
    assert answer["url"] == receiver.url


def test_an_endpoint_that_is_gone_is_told_by_the_kind_of_error(
    client: FlaskClient, actors: Actors
) -> None:
    point_to(actors, f"http://127.0.0.1:{free_port()}/")
    tried = ping(client, actors)
    assert (tried["acknowledged"], tried["status"], tried["error"]) == (False, None, "ConnectError")


def test_a_receiver_that_hangs_holds_up_one_ping(
    app: APIFlask, actors: Actors, receiver: Receiver, secret: str
) -> None:
    entered, leave = threading.Event(), threading.Event()
    receiver.pause = lambda: (entered.set(), leave.wait(30))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: app.test_client().post(TEST, headers=actors.as_shop))
        assert entered.wait(30)
        second = app.test_client().post(TEST, headers=actors.as_shop)
        leave.set()
        assert first.result().get_json()["acknowledged"]
    assert (second.status_code, second.get_json()["code"]) == (429, "webhook_trial_running")
    assert len(receiver.requests) == 1


def test_receivers_that_hang_hold_up_few_threads_and_no_connection(
    app: APIFlask, actors: Actors, receiver: Receiver, secret: str
) -> None:
    entered, leave = threading.Event(), threading.Event()
    receiver.pause = lambda: (entered.set(), leave.wait(30))
    places = actors.runtime.trials
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: app.test_client().post(TEST, headers=actors.as_shop))
        assert entered.wait(30)
        query = text("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in trans%'")
        with actors.runtime.transaction() as session:
            assert session.scalar(query) == 0
        with places.take(uuid.uuid4()):
            third = {"Authorization": f"Bearer {actors.add_shop_key()}"}
            refused = app.test_client().post(TEST, headers=third)
        leave.set()
        assert first.result().get_json()["acknowledged"]
    assert (refused.status_code, refused.get_json()["code"]) == (429, "busy")
    with places.take(uuid.uuid4()), places.take(uuid.uuid4()):
        pass


def test_a_receiver_that_never_answers_is_given_up(
    actors: Actors, receiver: Receiver, secret: str
) -> None:
    leave = threading.Event()
    receiver.pause = lambda: leave.wait(30)
    assert actors.shop.account_id
    start = time.monotonic()
    tried = try_endpoint(actors.runtime, actors.shop.account_id, answer_s=0.2)
    assert time.monotonic() - start < 10
    leave.set()
    assert (tried["status"], tried["error"]) == (None, "TimeoutError")


def test_a_shop_sees_where_its_webhooks_go_and_never_the_secret(
    client: FlaskClient, actors: Actors, receiver: Receiver, secret: str
) -> None:
    receiver.status = 500
    actors.add_claim(reason="delivery", late_min=45)
    work_once(actors.runtime)
    answer = client.get("/v1/webhook", headers=actors.as_shop)
    shown = answer.get_json()
    assert (shown["url"], shown["waiting"]) == (receiver.url, 2)
    assert (shown["failing"]["attempts"], shown["failing"]["error"]) == (1, "HTTP 500")
    assert secret not in answer.text
    assert secret.removeprefix("whsec_") not in answer.text


def test_the_endpoint_is_its_shops_own(client: FlaskClient, actors: Actors, secret: str) -> None:
    stranger = {"Authorization": f"Bearer {actors.add_shop_key()}"}
    for answer in (
        client.get("/v1/webhook", headers=stranger),
        client.post(TEST, headers=stranger),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (404, "no_endpoint")
    assert client.post(TEST, headers=actors.as_agent).status_code == 403
    assert client.post(TEST).status_code == 401
