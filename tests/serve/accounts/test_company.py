"""Signing in with a company account: the way there and back, and who may come in as what."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import text

from model.errors import InvalidInput
from serve.accounts import oidc
from serve.accounts.cookies import COOKIE
from serve.accounts.passwords import set_password
from serve.accounts.service import find_account
from serve.accounts.sign_ins import set_disabled
from serve.app import create_app
from serve.runtime import Runtime, make_runtime
from serve.settings import Settings
from serve.times import utc_now
from tests.serve.accounts.company import accounts, provider, settings, sign_in, visit_issuer
from tests.serve.accounts.people import PASSWORD, add_person, csrf_of, log_in
from tests.serve.accounts.provider import Provider
from tests.serve.actors import Actors

__all__ = ["provider", "settings"]


def test_a_person_comes_in_and_has_a_session_like_any_other(
    client: FlaskClient, actors: Actors, provider: Provider
) -> None:
    page = client.get("/console/login?lang=en").text
    assert "Sign in with your company account" in page
    answer = sign_in(client, "?next=/console/?lang=en")
    assert (answer.status_code, answer.location) == (303, "/console/?lang=en")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Zhao Min" in client.get("/console/").text
    assert accounts(actors) == [("Zhao Min", "agent", f"{provider.issuer}|u-1")]
    assert client.post("/console/logout").status_code == 403
    assert client.post("/console/logout", headers=csrf_of(client)).status_code == 303
    assert client.get("/console/").status_code == 303

    sign_in(client)
    assert len(accounts(actors)) == 1
    with time_machine.travel(utc_now() + timedelta(minutes=31), tick=False):
        assert client.get("/v1/claims").get_json()["code"] == "session_ended"


def test_the_question_tells_the_issuer_nothing_that_a_thief_could_use(client: FlaskClient) -> None:
    there = client.get("/console/oidc")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there.location).query).items()}
    assert asked["redirect_uri"] == "http://localhost/console/oidc/callback"
    assert len(asked["code_challenge"]) == 43
    cookie = there.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "Path=/console/oidc" in cookie
    assert asked["code_challenge"] not in cookie


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil", "/console/\\..", "/c/x"]
)
def test_the_way_back_leads_to_no_other_site(client: FlaskClient, wanted: str) -> None:
    assert sign_in(client, f"?next={wanted}").location == "/console/"


def test_without_an_issuer_there_is_no_such_way(
    runtime: Runtime, settings: Settings, actors: Actors
) -> None:
    plain = replace(settings, oidc_issuer="", oidc_client_id="", oidc_client_secret="")
    other = replace(runtime, settings=plain, issuer=None)
    client = create_app(other).test_client()
    assert "/console/oidc" not in client.get("/console/login").text
    for path in ("/console/oidc", "/console/oidc/callback?code=x&state=y"):
        assert client.get(path).status_code == 404


def test_passwords_can_be_switched_off(
    runtime: Runtime, actors: Actors, provider: Provider
) -> None:
    add_person(actors)
    other = replace(runtime, settings=replace(runtime.settings, password_login=False))
    client = create_app(other).test_client()
    page = client.get("/console/login").text
    assert 'name="password"' not in page
    assert "/console/oidc" in page
    refused = log_in(client)
    assert refused.status_code == 403
    assert "Set-Cookie" not in refused.headers
    assert sign_in(client).status_code == 303
    assert "/console/password" not in client.get("/console/").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"password_login": False, "oidc_issuer": ""},
        {"oidc_issuer": "http://login.example.com"},
        {"oidc_client_id": ""},
        {"oidc_scopes": "profile"},
        {"oidc_roles": "staff=boss"},
        {"oidc_roles": "agent"},
        {"oidc_roles": " "},
    ],
)
def test_settings_that_would_lock_out_or_let_in_are_refused(
    settings: Settings, wrong: dict[str, str | bool]
) -> None:
    with pytest.raises(InvalidInput, match="FRESHCLAIM_"):
        replace(settings, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "role"),
    [
        (["agent"], "agent"),
        ("lead", "lead"),
        (["agent", "admin", "lead"], "admin"),
        (["staff", "shop"], None),
        ([], None),
        ({"agent": True}, None),
        (None, None),
    ],
)
def test_the_role_is_what_the_claim_names(
    client: FlaskClient, actors: Actors, provider: Provider, said: object, role: str | None
) -> None:
    provider.person["roles"] = said
    answer = sign_in(client)
    assert [found[1] for found in accounts(actors)] == ([role] if role else [])
    assert answer.status_code == (303 if role else 403)
    assert (COOKIE in str(answer.headers)) == bool(role)


def test_groups_are_mapped_and_found_within_other_claims(
    runtime: Runtime, actors: Actors, provider: Provider
) -> None:
    mapped = replace(
        runtime.settings, oidc_role_claim="realm.groups", oidc_roles="/a=b = agent, leaders=lead"
    )
    client = create_app(replace(runtime, settings=mapped)).test_client()
    assert sign_in(client).status_code == 403
    provider.person["realm"] = {"groups": ["leaders", "/a=b"]}
    assert sign_in(client).status_code == 303
    assert accounts(actors)[0][1] == "lead"


def test_the_role_follows_the_claim_and_is_written_down(
    client: FlaskClient, actors: Actors, provider: Provider
) -> None:
    elsewhere = create_app(actors.runtime).test_client()
    provider.person["roles"] = ["lead"]
    sign_in(elsewhere)
    provider.person["roles"] = ["agent"]
    sign_in(client)
    assert "客服" in elsewhere.get("/console/").text
    provider.person["roles"] = []
    refused = sign_in(client)
    assert refused.status_code == 403
    assert "没有使用工作台的权限" in refused.text
    for left in (client, elsewhere):
        assert left.get("/console/").status_code == 303
    with actors.runtime.transaction() as session:
        query = "SELECT kind, actor, payload ->> 'role' FROM ledger ORDER BY position"
        assert [tuple(row) for row in session.execute(text(query))] == [
            ("account_made", "issuer", "lead"),
            ("account_role", "issuer", "agent"),
            ("account_role", "issuer", "none"),
        ]


def test_a_disabled_account_stays_out(
    client: FlaskClient, actors: Actors, provider: Provider
) -> None:
    sign_in(client)
    with actors.runtime.transaction() as session:
        person = find_account(session, "agent", "Zhao Min")
        assert person is not None
        set_disabled(session, person, disabled=True)
    provider.person["roles"] = ["admin"]
    refused = sign_in(client)
    assert refused.status_code == 403
    assert "已停用" in refused.text
    assert client.get("/console/").status_code == 303
    assert accounts(actors)[0][1] == "agent"


def test_no_account_is_taken_over_by_its_name(
    client: FlaskClient, actors: Actors, provider: Provider
) -> None:
    add_person(actors, "admin", "Li Na")
    provider.person |= {
        "name": "li na",
        "email": "li.na@example.com",
        "preferred_username": "Li Na",
    }
    sign_in(client)
    assert accounts(actors) == [("li na 2", "agent", f"{provider.issuer}|u-1")]
    # Knowing the other's password helps nobody to their account from here.
    form = {"current": PASSWORD, "new": "another long one", "again": "another long one"}
    for answer in (
        client.get("/console/password"),
        client.post("/console/password", data=form, headers=csrf_of(client)),
    ):
        assert answer.status_code == 403
    with actors.runtime.transaction() as session:
        person = find_account(session, "agent", "li na 2")
        assert person is not None
        with pytest.raises(InvalidInput):
            set_password(session, person, PASSWORD)


def test_two_sign_ins_at_once_make_one_account(actors: Actors, provider: Provider) -> None:
    clients = [create_app(actors.runtime).test_client() for _ in range(4)]
    backs = [visit_issuer(client) for client in clients]
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda c=c, b=b: statuses.append(c.get(b).status_code))
        for c, b in zip(clients, backs, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 4
    assert len(accounts(actors)) == 1


def test_an_issuer_out_of_order_is_told_plainly(
    client: FlaskClient, actors: Actors, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = visit_issuer(client)
    provider.status = 503
    with time_machine.travel(utc_now() + timedelta(minutes=6), tick=False) as clock:
        for path in ("/console/oidc?lang=en", f"{back}&lang=en"):
            page = client.get(path)
            assert page.status_code == 503
            assert re.search("does not answer", page.text)
        provider.status = 200
        monkeypatch.setattr(oidc, "WAIT_S", 0.05)
        silence = threading.Event()
        provider.pause = lambda: silence.wait(20)
        clock.shift(timedelta(minutes=6))
        page = client.get("/console/oidc")
        silence.set()
    assert page.status_code == 503
    assert "没有响应" in page.text


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://other.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_an_issuer_that_describes_itself_wrongly_is_not_used(
    client: FlaskClient, provider: Provider, document: dict[str, str]
) -> None:
    provider.document = document
    assert client.get("/console/oidc").status_code == 503


def test_an_issuer_that_is_gone_stops_neither_the_service_nor_passwords(
    settings: Settings, database_url: str, actors: Actors
) -> None:
    add_person(actors)
    gone = replace(settings, oidc_issuer="http://127.0.0.1:9")
    other = make_runtime(gone, database_url)
    client = create_app(other).test_client()
    assert client.get("/console/oidc").status_code == 503
    assert log_in(client).status_code == 303
    other.close()
