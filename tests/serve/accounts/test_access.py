from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from apiflask import APIFlask
from flask.testing import FlaskClient

from serve.accounts.cookies import COOKIE
from serve.app import create_app
from serve.runtime import Runtime, make_runtime
from serve.settings import Settings
from serve.times import utc_now
from tests.serve import findings
from tests.serve.accounts.people import add_person, csrf_of, log_in
from tests.serve.actors import Actors

VERDICT = {"decision": "decline", "severity": "none"}


@pytest.fixture
def signed_in(client: FlaskClient, actors: Actors) -> FlaskClient:
    add_person(actors)
    assert log_in(client).status_code == 303
    return client


@pytest.mark.parametrize("role", ["agent", "lead", "admin"])
def test_leads_and_admins_may_do_what_agents_do(
    client: FlaskClient, actors: Actors, role: str
) -> None:
    person = add_person(actors, role)
    log_in(client)
    claim_id = actors.add_claim(findings.INSECT, reason="foreign_object")
    queue = client.get("/v1/claims").get_json()
    assert [claim["id"] for claim in queue["claims"]] == [str(claim_id)]
    shown = client.get(f"/v1/claims/{claim_id}").get_json()
    assert shown["blind"] is not None
    given = client.post(f"/v1/claims/{claim_id}/verdict", json=VERDICT, headers=csrf_of(client))
    assert given.status_code == 200, given.text
    with actors.runtime.transaction() as session:
        from serve.ledger.service import events_of

        assert person.name in [event.actor for event in events_of(session, claim_id)]


def test_a_cookie_changes_nothing_without_its_token(signed_in: FlaskClient, actors: Actors) -> None:
    path = f"/v1/claims/{actors.add_claim(findings.INSECT, reason='foreign_object')}/verdict"
    token = csrf_of(signed_in)["X-CSRF-Token"]
    for sent in ({}, {"X-CSRF-Token": "x"}, {"X-CSRF-Token": "é"}, {"X-CSRF-Token": token[:-1]}):
        refused = signed_in.post(path, json=VERDICT, headers=sent)
        assert (refused.status_code, refused.get_json()["code"]) == (403, "csrf")
    assert signed_in.post(path, json=VERDICT, headers=csrf_of(signed_in)).status_code == 200


@pytest.mark.parametrize(
    "told",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_requests_that_another_site_caused_are_refused(
    signed_in: FlaskClient, actors: Actors, told: dict[str, str]
) -> None:
    path = f"/v1/claims/{actors.add_claim(findings.INSECT, reason='foreign_object')}/verdict"
    refused = signed_in.post(path, json=VERDICT, headers={**csrf_of(signed_in), **told})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "foreign_origin")
    form = {"name": "Li Na", "password": "x"}
    assert signed_in.post("/console/login", data=form, headers=told).status_code == 403


def test_our_own_pages_may(signed_in: FlaskClient, actors: Actors) -> None:
    path = f"/v1/claims/{actors.add_claim(findings.INSECT, reason='foreign_object')}/verdict"
    told = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin", **csrf_of(signed_in)}
    assert signed_in.post(path, json=VERDICT, headers=told).status_code == 200


def test_a_key_needs_no_token_beside_it(signed_in: FlaskClient, actors: Actors) -> None:
    path = f"/v1/claims/{actors.add_claim(findings.INSECT, reason='foreign_object')}/verdict"
    told = {**actors.as_agent, "Origin": "https://shop.example"}
    assert signed_in.post(path, json=VERDICT, headers=told).status_code == 200


def test_a_cookie_opens_no_route_of_a_shop_or_a_customer(
    signed_in: FlaskClient, actors: Actors
) -> None:
    order = actors.add_order()
    claim = f"/v1/claims/{actors.add_claim(findings.CLEAN, order=order)}"
    headers = csrf_of(signed_in)
    facts = {"order_id": "A", "customer_id": "c", "product": "p", "price_fen": 1}
    answers = [
        signed_in.post("/v1/orders", json=facts, headers=headers),
        signed_in.post("/v1/claims", data={"order_id": order.order_id}, headers=headers),
        signed_in.post(f"{claim}/appeal", json={"text": "x"}, headers=headers),
        signed_in.get("/v1/keys"),
    ]
    assert [answer.status_code for answer in answers] == [401] * 4
    # And where a link comes beside the cookie, it is the link's holder who asks.
    shown = signed_in.get(f"{claim}?token={actors.token_of(order)}").get_json()
    assert "blind" not in shown or shown["blind"] is None


def test_sessions_end_when_idle_and_in_any_case_after_their_time(
    client: FlaskClient, actors: Actors
) -> None:
    add_person(actors)
    with time_machine.travel(utc_now(), tick=False) as clock:
        log_in(client)
        clock.shift(timedelta(minutes=29))
        assert client.get("/v1/claims").status_code == 200
        clock.shift(timedelta(minutes=29))
        assert client.get("/v1/claims").status_code == 200
        clock.shift(timedelta(minutes=30))
        assert client.get("/v1/claims").get_json()["code"] == "session_ended"

        log_in(client)
        for _ in range(12 * 3 - 1):
            clock.shift(timedelta(minutes=20))
            assert client.get("/v1/claims").status_code == 200
        clock.shift(timedelta(minutes=20))
        assert client.get("/v1/claims").status_code == 401


def test_a_login_gets_a_session_of_its_own_and_logout_ends_it(
    app: APIFlask, client: FlaskClient, actors: Actors
) -> None:
    add_person(actors)
    log_in(client)
    first = client.get_cookie(COOKIE)
    log_in(client)
    second = client.get_cookie(COOKIE)
    assert first is not None
    assert second is not None
    assert first.value != second.value
    thief = app.test_client()
    for stolen, status in ((first, 401), (second, 200)):
        thief.set_cookie(COOKIE, stolen.value)
        assert thief.get("/v1/claims").status_code == status

    assert client.post("/console/logout").status_code == 403  # another site's form
    assert client.post("/console/logout", headers=csrf_of(client)).status_code == 303
    assert client.get_cookie(COOKIE) is None
    assert thief.get("/v1/claims").status_code == 401


def test_a_session_is_kept_to_https_where_there_is_https(
    runtime: Runtime, settings: Settings, actors: Actors
) -> None:
    add_person(actors)
    public = Settings(
        data_dir=settings.data_dir, public_url="https://claims.example", trusted_proxies=1
    )
    url = runtime.engine.url.render_as_string(hide_password=False)
    other = make_runtime(public, url)
    client = create_app(other).test_client()
    answer = client.post(
        "/console/login",
        data={"name": "Li Na", "password": "correct horse battery"},
        headers={"Origin": "https://claims.example"},
    )
    assert answer.status_code == 303
    assert "Secure" in answer.headers["Set-Cookie"]
    other.close()
