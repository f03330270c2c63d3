"""People who sign in, for tests."""

from __future__ import annotations

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from serve.accounts.cookies import COOKIE
from serve.accounts.keys import issue_key
from serve.accounts.passwords import set_password
from serve.accounts.service import Caller, create_account
from serve.accounts.sign_ins import csrf_token_of
from tests.serve.actors import Actors

PASSWORD = "correct horse battery"


def add_person(actors: Actors, role: str = "agent", name: str = "Li Na") -> Caller:
    """Adds a person with `PASSWORD`."""
    with actors.runtime.transaction() as session:
        account = create_account(session, role, name)
        set_password(session, account, PASSWORD)
        return Caller(role, account_id=account.id)


def log_in(
    client: FlaskClient, name: str = "Li Na", password: str = PASSWORD, address: str = "10.0.0.1"
) -> TestResponse:
    return client.post(
        "/console/login",
        data={"name": name, "password": password},
        environ_overrides={"REMOTE_ADDR": address},
    )


def csrf_of(client: FlaskClient) -> dict[str, str]:
    """Returns the header that goes with the client's session."""
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return {"X-CSRF-Token": csrf_token_of(cookie.value)}


def key_of(actors: Actors, role: str) -> dict[str, str]:
    """Returns the header of a key of a new person of that role."""
    with actors.runtime.transaction() as session:
        key = issue_key(session, create_account(session, role, f"a {role}"))
    return {"Authorization": f"Bearer {key}"}
