"""What nobody comes in with: answers that are not ours, and ID tokens that break a rule."""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from serve.accounts.cookies import COOKIE
from serve.app import create_app
from serve.times import utc_now
from tests.serve.accounts.company import accounts, provider, settings, sign_in, visit_issuer
from tests.serve.accounts.provider import (
    CLIENT_ID,
    KEY,
    STRANGER,
    Claims,
    Provider,
    leave_unsigned,
    make_key,
    sign_with,
)
from tests.serve.actors import Actors

__all__ = ["provider", "settings"]


def let_in(client: FlaskClient, answer: TestResponse) -> bool:
    """Whether the answer made a session."""
    made = any(cookie.startswith(COOKIE) for cookie in answer.headers.getlist("Set-Cookie"))
    assert made == (answer.status_code == 303)
    assert made == (client.get("/console/").status_code == 200)
    return made


def test_another_state_is_refused(client: FlaskClient, actors: Actors) -> None:
    back = visit_issuer(client)
    code = back.split("code=")[1].split("&")[0]
    for state in ("", "x", "é"):
        refused = client.get("/console/oidc/callback", query_string={"code": code, "state": state})
        assert refused.status_code == 401
        assert "不是从这个浏览器开始的" in refused.text
        assert not let_in(client, refused)
    assert accounts(actors) == []


def test_an_answer_brought_by_another_browser_is_refused(
    client: FlaskClient, actors: Actors
) -> None:
    """Somebody who sends their own answer around lets nobody act under their name."""
    victim = create_app(actors.runtime).test_client()
    assert not let_in(victim, victim.get(visit_issuer(client)))
    visit_issuer(victim)
    assert not let_in(victim, victim.get(visit_issuer(client)))


def test_an_answer_counts_once(client: FlaskClient, provider: Provider) -> None:
    back = visit_issuer(client)
    held = client.get_cookie("freshclaim_oidc", path="/console/oidc")
    assert held is not None
    assert client.get(back).status_code == 303
    client.delete_cookie(COOKIE)
    assert not let_in(client, client.get(back))
    # Nor does the code, for whoever kept what the browser held.
    client.set_cookie("freshclaim_oidc", held.value, path="/console/oidc")
    redeemed = provider.asked.count("/token")
    assert not let_in(client, client.get(back))
    assert provider.asked.count("/token") == redeemed + 1


def test_an_answer_after_ten_minutes_is_refused(client: FlaskClient) -> None:
    back = visit_issuer(client)
    held = client.get_cookie("freshclaim_oidc", path="/console/oidc")
    assert held is not None
    with time_machine.travel(utc_now() + timedelta(minutes=11), tick=False):
        client.set_cookie("freshclaim_oidc", held.value, path="/console/oidc")
        assert client.get(back).status_code == 401


def test_what_the_browser_holds_cannot_be_changed(client: FlaskClient) -> None:
    back = visit_issuer(client)
    held = client.get_cookie("freshclaim_oidc", path="/console/oidc")
    assert held is not None
    client.set_cookie("freshclaim_oidc", "x" + held.value, path="/console/oidc")
    assert not let_in(client, client.get(back))


def test_a_stolen_code_is_worth_nothing_in_another_sign_in(client: FlaskClient) -> None:
    stolen = visit_issuer(client).split("code=")[1].split("&")[0]
    there = client.get("/console/oidc")
    state = httpx.URL(there.location).params["state"]
    refused = client.get("/console/oidc/callback", query_string={"code": stolen, "state": state})
    assert refused.status_code == 401
    assert not let_in(client, refused)


@pytest.mark.parametrize(
    "answer", ["error=access_denied", "", "code=", "code=x&iss=https://other.example"]
)
def test_a_refusal_of_the_issuer_is_told(client: FlaskClient, answer: str) -> None:
    state = httpx.URL(client.get("/console/oidc").location).params["state"]
    refused = client.get(f"/console/oidc/callback?{answer}&state={state}&lang=en")
    assert refused.status_code == 401
    assert "did not confirm this" in refused.text
    assert not let_in(client, refused)


AMENDED: dict[str, Callable[[Claims], object]] = {
    "another nonce": lambda claims: claims.update(nonce="x"),
    "no nonce": lambda claims: claims.pop("nonce"),
    "another audience": lambda claims: claims.update(aud="another-service"),
    "no audience": lambda claims: claims.pop("aud"),
    "made for another of two": lambda claims: claims.update(aud=[CLIENT_ID, "b"], azp="b"),
    "one of two, for whom unsaid": lambda claims: claims.update(aud=[CLIENT_ID, "b"]),
    "run out": lambda claims: claims.update(exp=time.time() - 120),
    "never runs out": lambda claims: claims.pop("exp"),
    "of tomorrow": lambda claims: claims.update(iat=time.time() + 86400),
    "another issuer": lambda claims: claims.update(iss="https://other.example"),
    "no subject": lambda claims: claims.pop("sub"),
    "an empty subject": lambda claims: claims.update(sub=""),
    "a subject that is no text": lambda claims: claims.update(sub=7),
    "another access token": lambda claims: claims.update(at_hash="x"),
}


@pytest.mark.parametrize("name", AMENDED)
def test_an_id_token_that_breaks_a_rule_lets_nobody_in(
    client: FlaskClient, actors: Actors, provider: Provider, name: str
) -> None:
    provider.amend = AMENDED[name]
    refused = sign_in(client)
    assert refused.status_code == 401
    assert not let_in(client, refused)
    assert accounts(actors) == []


def test_a_clock_that_runs_a_little_differently_keeps_nobody_out(
    client: FlaskClient, provider: Provider
) -> None:
    provider.amend = lambda claims: claims.update(iat=time.time() + 30, exp=time.time() - 30)
    assert let_in(client, sign_in(client))


def sign_with_what_everybody_knows(claims: Claims) -> str:
    """Signs with the public key as the secret, for those who believe a token's own `alg`."""
    head = leave_unsigned({"alg": "HS256", "typ": "JWT", "kid": "first"}).split(".")[1]
    content = f"{head}.{leave_unsigned(claims).split('.')[1]}"
    digest = hmac.digest(KEY.as_pem(private=False), content.encode(), "sha256")
    return f"{content}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def change_after_signing(claims: Claims) -> str:
    head, _, signature = sign_with(KEY, claims).split(".")
    body = leave_unsigned({**claims, "roles": ["admin"]}).split(".")[1]
    return f"{head}.{body}.{signature}"


SIGNED: dict[str, Callable[[Claims], str]] = {
    "by a stranger": lambda claims: sign_with(STRANGER, claims),
    "by a key that is not listed": lambda claims: sign_with(make_key("second"), claims),
    "by nobody": leave_unsigned,
    "with the public key as a secret": sign_with_what_everybody_knows,
    "before it was changed": change_after_signing,
    "not a token": lambda claims: "x",
}


@pytest.mark.parametrize("name", SIGNED)
def test_an_id_token_that_the_issuer_did_not_sign_lets_nobody_in(
    client: FlaskClient, actors: Actors, provider: Provider, name: str
) -> None:
    provider.sign = SIGNED[name]
    refused = sign_in(client)
    assert refused.status_code == 401
    assert not let_in(client, refused)
    assert accounts(actors) == []


def test_a_key_of_a_kind_unknown_here_keeps_nobody_out(
    client: FlaskClient, provider: Provider
) -> None:
    provider.strange_keys = [
        {"kty": "EC", "crv": "brainpoolP256r1", "x": "AA", "y": "AA", "kid": "a"},
        {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA", "kid": "b"},
        {"kid": "c"},
    ]
    assert let_in(client, sign_in(client))
