"""Company accounts for tests: fixtures of a service that has an issuer, and the way there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from serve.settings import Settings
from tests.serve.accounts.provider import CLIENT_ID, CLIENT_SECRET, Provider, run_provider
from tests.serve.actors import Actors


@pytest.fixture
def provider() -> Iterator[Provider]:
    with run_provider() as provider:
        provider.person["roles"] = ["agent"]
        yield provider


@pytest.fixture
def settings(settings: Settings, provider: Provider) -> Settings:
    return replace(
        settings,
        public_url="http://localhost",
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
    )


def visit_issuer(client: FlaskClient, query: str = "") -> str:
    """Goes to the issuer as a browser does, and returns where it is sent back to."""
    there = client.get(f"/console/oidc{query}")
    assert there.status_code == 303, there.text
    back = httpx.get(there.location)
    assert back.status_code == 303
    return back.headers["location"].removeprefix("http://localhost")


def sign_in(client: FlaskClient, query: str = "") -> TestResponse:
    return client.get(visit_issuer(client, query), headers={"Sec-Fetch-Site": "cross-site"})


def accounts(actors: Actors) -> list[tuple[str, str, str]]:
    with actors.runtime.transaction() as session:
        query = "SELECT name, role, oidc_subject FROM accounts WHERE oidc_subject IS NOT NULL"
        return [tuple(row) for row in session.execute(text(f"{query} ORDER BY name"))]
