from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from apiflask import APIFlask
from argon2 import PasswordHasher
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import text

from model.errors import Conflict, InvalidInput, NotFound
from serve.accounts import user_commands
from serve.accounts.cookies import COOKIE
from serve.accounts.passwords import set_password, verify_password
from serve.accounts.service import create_account, find_login
from serve.accounts.throttle import FREE_PER_ADDRESS, FREE_PER_NAME
from serve.app import create_app
from serve.settings import Settings
from tests.serve.accounts.people import PASSWORD, add_person, csrf_of, log_in
from tests.serve.actors import Actors

START = datetime(2030, 1, 1, 8, tzinfo=UTC)


def test_a_person_signs_in_by_name_and_password(client: FlaskClient, actors: Actors) -> None:
    add_person(actors)
    answer = log_in(client, " li NA ")
    assert (answer.status_code, answer.location) == (303, "/console/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get("/console/").status_code == 200
    with actors.runtime.transaction() as session:
        query = "SELECT accounts::text, sign_ins::text FROM accounts, sign_ins"
        rows = str(session.execute(text(query)).all())
    held = client.get_cookie(COOKIE)
    assert held is not None
    assert held.value not in rows
    assert PASSWORD not in rows


def test_unknown_names_and_wrong_passwords_are_answered_alike(
    client: FlaskClient, actors: Actors
) -> None:
    add_person(actors)
    wrong, unknown = log_in(client, password="wrong"), log_in(client, "nobody", "wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("Li Na", "") == unknown.text.replace("nobody", "")
    assert "Set-Cookie" not in wrong.headers


def test_a_password_is_hashed_even_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    verify = PasswordHasher.verify

    def watch(self: PasswordHasher, hash_: str, password: str) -> bool:
        hashed.append(hash_)
        return verify(self, hash_, password)

    monkeypatch.setattr(PasswordHasher, "verify", watch)
    assert not verify_password(None, "anything")
    assert hashed[0].startswith("$argon2id$")


def test_wrong_passwords_wait_longer_and_longer_but_not_for_ever(
    client: FlaskClient, actors: Actors
) -> None:
    add_person(actors)
    with time_machine.travel(START, tick=False) as clock:
        failures = [log_in(client, password="wrong") for _ in range(FREE_PER_NAME)]
        assert [answer.status_code for answer in failures] == [401] * FREE_PER_NAME
        waits = []
        for _ in range(3):
            refused = log_in(client)  # the right password waits too
            assert refused.status_code == 429
            waits.append(int(refused.headers["Retry-After"]))
            clock.shift(timedelta(seconds=waits[-1]))
            assert log_in(client, password="wrong").status_code == 401
        assert waits == [1, 2, 4]
        # From another address, too: it is the name that is guessed at.
        assert log_in(client, address="10.9.9.9").status_code == 429
        clock.shift(timedelta(hours=1))
        assert log_in(client).status_code == 303
        assert log_in(client, password="wrong").status_code == 401


def test_an_address_that_tries_many_names_waits(client: FlaskClient, actors: Actors) -> None:
    add_person(actors)
    with time_machine.travel(START, tick=False):
        for number in range(FREE_PER_ADDRESS):
            assert log_in(client, f"name {number}", "wrong").status_code == 401
        assert log_in(client).status_code == 429
        assert log_in(client, address="10.0.0.2").status_code == 303


def test_guesses_sent_at_once_count_one_by_one(app: APIFlask, actors: Actors) -> None:
    add_person(actors)
    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(log_in, app.test_client(), password="wrong") for _ in range(8)]
        statuses = sorted(one.result().status_code for one in sent)
    assert statuses.count(401) < 8
    assert set(statuses) == {401, 429}


def test_forwarded_addresses_count_only_behind_a_trusted_proxy(
    client: FlaskClient, actors: Actors
) -> None:
    behind = replace(actors.runtime, settings=replace(actors.runtime.settings, trusted_proxies=1))
    with time_machine.travel(START, tick=False):
        for number in range(FREE_PER_ADDRESS):
            client.post(
                "/console/login",
                data={"name": f"name {number}", "password": "wrong"},
                headers={"X-Forwarded-For": f"10.1.1.{number}"},
            )
        assert log_in(client, "one more", "wrong", address="127.0.0.1").status_code == 429
        told = (
            create_app(behind)
            .test_client()
            .post(
                "/console/login",
                data={"name": "one more", "password": "wrong"},
                headers={"X-Forwarded-For": "10.1.1.99"},
            )
        )
        assert told.status_code == 401


def test_passwords_are_hashed_anew_when_parameters_change(
    client: FlaskClient, actors: Actors
) -> None:
    add_person(actors)
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with actors.runtime.transaction() as session:
        person = find_login(session, "Li Na")
        assert person is not None
        person.password_hash = weak
    assert log_in(client).status_code == 303
    with actors.runtime.transaction() as session:
        person = find_login(session, "Li Na")
        assert person is not None
        assert "m=19456" in str(person.password_hash)


@pytest.mark.parametrize("password", ["short", "x" * 201, "A LONG enough name"])
def test_passwords_have_rules(actors: Actors, password: str) -> None:
    with pytest.raises(InvalidInput) as refused, actors.runtime.transaction() as session:
        set_password(session, create_account(session, "agent", "a long enough name"), password)
    assert password not in str(refused.value)


def test_no_two_people_sign_in_with_the_same_name(actors: Actors) -> None:
    add_person(actors)
    with pytest.raises(Conflict):
        add_person(actors, "lead", "LI NA")
    with pytest.raises(InvalidInput):
        add_person(actors, "shop", "a third shop")


def test_a_new_password_ends_other_sessions(app: APIFlask, actors: Actors) -> None:
    add_person(actors)
    here, elsewhere = app.test_client(), app.test_client()
    for client in (here, elsewhere):
        log_in(client)
    form = {"current": PASSWORD, "new": "another long one", "again": "another long one"}
    wrong = here.post("/console/password", data={**form, "current": "x"}, headers=csrf_of(here))
    assert wrong.status_code == 401
    differs = here.post("/console/password", data={**form, "again": "x"}, headers=csrf_of(here))
    assert differs.status_code == 422
    assert here.post("/console/password", data=form, headers=csrf_of(here)).status_code == 303
    assert here.get("/console/").status_code == 200
    assert elsewhere.get("/console/").status_code == 303
    assert log_in(elsewhere).status_code == 401
    assert log_in(elsewhere, password="another long one").status_code == 303


def test_an_operator_makes_people_and_shuts_them_out(
    client: FlaskClient, actors: Actors, settings: Settings, database_url: str
) -> None:
    operator = Settings(database_url=database_url, data_dir=settings.data_dir)

    def run(*arguments: str, stdin: str = "") -> str:
        ran = CliRunner().invoke(user_commands.group, arguments, obj=operator, input=stdin)
        assert ran.exception is None, ran.exception
        return ran.stdout

    assert run("lead", "Wang Wei", "--password-stdin", stdin=f"{PASSWORD}\n") == ""
    typed = run("agent", "Li Na", "--password", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert PASSWORD not in typed
    key = run("lead", "Wang Wei").strip()
    as_lead = {"Authorization": f"Bearer {key}"}
    assert client.get("/v1/claims", headers=as_lead).status_code == 200
    assert log_in(client, "Wang Wei").status_code == 303

    run("lead", "Wang Wei", "--disable")
    assert client.get("/console/").status_code == 303
    assert client.get("/v1/claims", headers=as_lead).status_code == 401
    assert log_in(client, "Wang Wei").status_code == 401
    run("lead", " wang WEI ", "--enable")
    assert client.get("/v1/claims", headers=as_lead).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("agent", "Wang Wei", "--disable"), "lead Wang Wei"),
        (("lead", "Wang Wie", "--disable"), "slip in the name"),
        (("lead", "Wang Wie", "--revoke"), "slip in the name"),
        (("shop", "a shop,", "--enable"), "slip in the name"),
    ],
)
def test_a_slip_shuts_nobody_else_out(
    actors: Actors,
    settings: Settings,
    database_url: str,
    arguments: tuple[str, ...],
    told: str,
) -> None:
    add_person(actors, "lead", "Wang Wei")
    operator = Settings(database_url=database_url, data_dir=settings.data_dir)
    ran = CliRunner().invoke(user_commands.group, arguments, obj=operator)
    assert isinstance(ran.exception, NotFound)
    assert told in str(ran.exception)
    with actors.runtime.transaction() as session:
        query = text("SELECT count(*), count(disabled_at) FROM accounts WHERE role <> 'shop'")
        assert session.execute(query).one() == (2, 0)
