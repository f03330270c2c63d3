"""Signing in with a company account takes few threads, and nobody guesses codes."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import time_machine
from flask.testing import FlaskClient

from serve.accounts.throttle import FREE_PER_ADDRESS
from serve.app import create_app
from serve.times import utc_now
from tests.serve.accounts.company import provider, settings, visit_issuer
from tests.serve.accounts.provider import Provider
from tests.serve.actors import Actors

__all__ = ["provider", "settings"]


def test_an_issuer_that_hangs_holds_up_half_of_the_threads_and_queues_none(
    actors: Actors, provider: Provider
) -> None:
    places = actors.runtime.settings.threads // 2
    entered, leave = threading.Semaphore(0), threading.Event()
    provider.pause = lambda: (entered.release(), leave.wait(4))

    def begin() -> int:
        return create_app(actors.runtime).test_client().get("/console/oidc").status_code

    with ThreadPoolExecutor(places) as pool:
        waiting = [pool.submit(begin) for _ in range(places)]
        assert all(entered.acquire(timeout=30) for _ in range(places))
        refused = begin()
        still = sum(not one.done() for one in waiting)
        leave.set()
        assert [one.result() for one in waiting] == [303] * places
    assert (refused, still) == (503, places)


def test_the_issuer_describes_itself_once_in_a_while(
    client: FlaskClient, provider: Provider
) -> None:
    for _ in range(20):
        assert client.get("/console/oidc").status_code == 303
    assert len(provider.asked) == 1
    with time_machine.travel(utc_now() + timedelta(minutes=6), tick=False):
        client.get("/console/oidc")
    assert len(provider.asked) == 2


def test_refused_sign_ins_wait_and_those_from_elsewhere_do_not(
    client: FlaskClient, actors: Actors, provider: Provider
) -> None:
    def finish(back: str, address: str) -> int:
        return client.get(back, environ_overrides={"REMOTE_ADDR": address}).status_code

    with time_machine.travel(utc_now(), tick=False):
        statuses = []
        for _ in range(FREE_PER_ADDRESS):
            back = re.sub("code=[^&]+", "code=wrong", visit_issuer(client))
            statuses.append(finish(back, "10.0.0.9"))
        assert statuses == [401] * FREE_PER_ADDRESS
        assert finish(visit_issuer(client), "10.0.0.9") == 429
        assert finish(visit_issuer(client), "10.0.0.8") == 303
