"""What a login is counted by, and whom somebody else's failures do not hold up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient

from serve.accounts.cookies import DEVICE_COOKIE
from serve.accounts.service import find_login
from serve.accounts.throttle import FREE_PER_ADDRESS, FREE_PER_NAME
from tests.serve.accounts.people import PASSWORD, add_person, csrf_of, log_in
from tests.serve.actors import Actors

START = datetime(2030, 1, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Li\x00Na", "\x00", "Li\nNa", "Li\x7fNa"])
def test_a_name_that_cannot_be_one_is_answered_like_any_other(
    client: FlaskClient, actors: Actors, name: str
) -> None:
    add_person(actors)
    assert log_in(client, name).status_code == 401


def test_all_spellings_of_a_name_count_as_one(client: FlaskClient, actors: Actors) -> None:
    add_person(actors, name="Kim \u0130pek")  # Python and the database fold this letter otherwise
    spellings = ["Kim \u0130pek", "kim \u0130PEK", "Kim ipek", "KIM IPEK", "\u212aim \u0130pek"]
    with actors.runtime.transaction() as session:
        known = [name for name in spellings if find_login(session, name)]
    assert len(known) > 1
    with time_machine.travel(START, tick=False):
        for number in range(FREE_PER_NAME):
            log_in(client, known[number % len(known)], "wrong", address=f"10.1.1.{number}")
        answers = {log_in(client, name, "wrong", "10.2.2.2").status_code for name in known}
    assert answers == {429}


def test_an_ipv6_network_counts_as_one_address(client: FlaskClient, actors: Actors) -> None:
    add_person(actors)
    with time_machine.travel(START, tick=False):
        for number in range(FREE_PER_ADDRESS):
            log_in(client, f"name {number}", "wrong", f"2001:db8:1:2:{number + 1:x}::9")
        assert log_in(client, address="2001:db8:1:2::1").status_code == 429
        assert log_in(client, address="2001:db8:1:3::1").status_code == 303


def test_guesses_of_others_do_not_hold_up_a_known_browser(app: APIFlask, actors: Actors) -> None:
    add_person(actors)
    add_person(actors, name="Wang Wei")
    own, colleague, stranger = (app.test_client() for _ in range(3))
    with time_machine.travel(START, tick=False) as clock:
        log_in(own)
        log_in(colleague, "Wang Wei")
        for number in range(FREE_PER_NAME):
            log_in(stranger, password="wrong", address=f"10.3.3.{number}")
        assert log_in(stranger, address="10.4.4.4").status_code == 429
        assert log_in(colleague, address="10.5.5.5").status_code == 429  # known for another name
        assert log_in(own).status_code == 303
        assert log_in(stranger, address="10.4.4.4").status_code == 429
        # Nor does the cookie let anybody guess: such logins have a count of their own.
        guesses = [log_in(own, password="wrong").status_code for _ in range(FREE_PER_NAME + 1)]
        assert guesses == [401] * FREE_PER_NAME + [429]
        clock.shift(3600)
        cookie = own.get_cookie(DEVICE_COOKIE)
        assert cookie is not None
        assert cookie.http_only
        stranger.set_cookie(DEVICE_COOKIE, cookie.value + "x")
        assert log_in(stranger, password="wrong", address="10.6.6.6").status_code == 401


def test_a_new_password_that_is_refused_is_no_failed_login(
    client: FlaskClient, actors: Actors
) -> None:
    add_person(actors)
    log_in(client)
    client.delete_cookie(DEVICE_COOKIE)
    form = {"current": PASSWORD, "new": "short", "again": "short"}
    for _ in range(FREE_PER_NAME + 1):
        answer = client.post("/console/password", data=form, headers=csrf_of(client))
        assert answer.status_code == 422
    assert log_in(client).status_code == 303


def test_a_login_takes_no_place_that_a_photo_needs(app: APIFlask, actors: Actors) -> None:
    add_person(actors)
    with ThreadPoolExecutor(1) as pool, actors.runtime.scoring.slots:
        assert pool.submit(log_in, app.test_client()).result(60).status_code == 303


def test_an_office_that_signs_in_daily_has_its_failures_forgotten(
    app: APIFlask, actors: Actors
) -> None:
    add_person(actors)
    with time_machine.travel(START, tick=False) as clock:
        for number in range(FREE_PER_ADDRESS - 1):
            log_in(app.test_client(), f"name {number}", "wrong")
        for _ in range(24):  # a right one every hour of a day
            clock.shift(3601)
            assert log_in(app.test_client()).status_code == 303
        # As many as at first: none of yesterday's counts any more.
        guesses = {log_in(app.test_client(), f"n{n}", "wrong").status_code for n in range(9)}
        assert guesses == {401}
        assert log_in(app.test_client()).status_code == 303


def test_a_few_failures_every_day_never_add_up(app: APIFlask, actors: Actors) -> None:
    add_person(actors)
    with time_machine.travel(START, tick=False) as clock:
        for day in range(10):
            for number in range(3):
                answer = log_in(app.test_client(), f"name {day} {number}", "wrong")
                assert answer.status_code == 401
            clock.shift(20 * 3600)
