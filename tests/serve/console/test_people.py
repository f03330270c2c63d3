"""What admins change of accounts, and what nobody may."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from serve.accounts import user_commands
from serve.accounts.passwords import set_password
from serve.accounts.service import Caller, create_account, find_account
from serve.app import create_app
from serve.settings import Settings
from tests.serve.accounts.people import PASSWORD, add_person, csrf_of, log_in
from tests.serve.actors import Actors


@pytest.fixture
def admin(client: FlaskClient, actors: Actors) -> Caller:
    admin = add_person(actors, "admin", "Sun Li")
    assert log_in(client, "Sun Li").status_code == 303
    return admin


def post(client: FlaskClient, path: str, **form: str) -> TestResponse:
    return client.post(f"/console/{path}?lang=en", data=form, headers=csrf_of(client))


def make_secret(client: FlaskClient, path: str) -> TestResponse:
    """Presses the button for a new password or key on the account's page."""
    return post(client, path, version=version_on(client, path))


def version_on(client: FlaskClient, path: str) -> str:
    page = client.get(f"/console/{path.rpartition('/')[0]}").text
    found = re.search(r'name="version" value="([0-9a-f]+)"', page)
    return found[1] if found else ""


def shown_secret(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    found = re.search(r'class="note once".*?<code>([^<]+)</code>', answer.text, re.DOTALL)
    assert found is not None
    return found[1]


def id_of(actors: Actors, role: str, name: str) -> str:
    with actors.runtime.transaction() as session:
        account = find_account(session, role, name)
        assert account is not None
        return str(account.id)


def changes(actors: Actors) -> list[tuple[str, str, str]]:
    with actors.runtime.transaction() as session:
        query = "SELECT kind, actor, payload ->> 'account' FROM ledger ORDER BY position"
        return [tuple(row) for row in session.execute(text(query))]


@pytest.mark.parametrize("role", ["agent", "lead"])
def test_only_admins_come_in(client: FlaskClient, actors: Actors, role: str) -> None:
    person = add_person(actors, role)
    log_in(client)
    for path in ("people", "looks", f"people/{person.account_id}"):
        assert client.get(f"/console/{path}").status_code == 403
    for path in ("people", "shops", f"people/{actors.agent.account_id}/access"):
        assert post(client, path, name="x", role="admin", disabled="1").status_code == 403
    assert "/console/people" not in client.get("/console/password").text
    assert changes(actors) == []


def test_nothing_changes_without_the_sessions_token(
    client: FlaskClient, actors: Actors, admin: Caller
) -> None:
    for path in ("people", "shops", *_paths_of(str(actors.agent.account_id))):
        form = {"name": "x", "shop": "x", "role": "admin", "disabled": "1", "csrf_token": "x"}
        assert client.post(f"/console/{path}", data=form).status_code == 403
    assert changes(actors) == []


def _paths_of(account_id: str) -> list[str]:
    names = ("password", "role", "access", "key", "revoke")
    return [f"people/{account_id}/{name}" for name in names]


def test_a_person_is_added_and_signs_in_with_a_password_shown_once(
    client: FlaskClient, actors: Actors, admin: Caller
) -> None:
    password = shown_secret(post(client, "people", name=" Wang Wei ", role="lead"))
    assert password not in client.get("/console/people").text
    theirs = create_app(actors.runtime).test_client()
    assert log_in(theirs, "Wang Wei", password).status_code == 303
    account = id_of(actors, "lead", "Wang Wei")
    assert changes(actors) == [
        ("account_made", admin.name, account),
        ("account_password", admin.name, account),
    ]
    with actors.runtime.transaction() as session:
        kept = str(session.execute(text("SELECT accounts::text FROM accounts")).all())
        kept += str(session.execute(text("SELECT payload::text FROM ledger")).all())
    assert password not in kept
    page = client.get("/console/people").text
    assert re.search(r"Wang Wei.*?20\d\d-\d\d-\d\d \d\d:\d\d", page, re.DOTALL)

    renewed = shown_secret(make_secret(client, f"people/{account}/password"))
    assert theirs.get("/v1/claims").status_code == 401
    assert log_in(theirs, "Wang Wei", password).status_code == 401
    assert log_in(theirs, "Wang Wei", renewed).status_code == 303


@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ({"name": "sun LI", "role": "agent"}, 409, "Somebody has this name"),
        ({"name": " ", "role": "agent"}, 422, "Give a name"),
        ({"name": "Wang\x00Wei", "role": "agent"}, 422, "Give a name"),
        ({"name": "Wang\tWei", "role": "agent"}, 422, "Give a name"),
        ({"name": "x", "role": "shop"}, 422, "Choose a role"),
        ({"name": "x", "role": "boss"}, 422, "Choose a role"),
    ],
)
def test_mistakes_are_told_and_change_nothing(
    client: FlaskClient, actors: Actors, admin: Caller, form: dict[str, str], status: int, told: str
) -> None:
    refused = post(client, "people", **form)
    assert refused.status_code == status
    assert told in refused.text
    assert changes(actors) == []


def test_disabling_lets_nobody_in_until_it_is_enabled(
    client: FlaskClient, actors: Actors, admin: Caller
) -> None:
    person = add_person(actors)
    theirs = create_app(actors.runtime).test_client()
    log_in(theirs)
    path = f"people/{person.account_id}/access"
    assert post(client, path, disabled="1").status_code == 302
    assert "disabled" in client.get(f"/console/people/{person.account_id}?lang=en").text
    assert theirs.get("/v1/claims").status_code == 401
    assert log_in(theirs).status_code == 401
    post(client, path, disabled="0")
    post(client, path, disabled="0")
    assert log_in(theirs).status_code == 303
    kinds = [kind for kind, _, _ in changes(actors)]
    assert kinds == ["account_disabled", "account_enabled"]


def test_a_role_counts_from_the_next_request_on(
    client: FlaskClient, actors: Actors, admin: Caller
) -> None:
    person = add_person(actors)
    theirs = create_app(actors.runtime).test_client()
    log_in(theirs)
    assert theirs.get("/console/people").status_code == 403
    assert post(client, f"people/{person.account_id}/role", role="admin").status_code == 302
    assert theirs.get("/console/people").status_code == 200
    assert changes(actors)[-1] == ("account_role", admin.name, str(person.account_id))


def test_nobody_changes_their_own_account_and_an_admin_is_left(
    client: FlaskClient, actors: Actors, admin: Caller
) -> None:
    own = f"people/{admin.account_id}"
    for change, form in (
        ("role", {"role": "lead"}),
        ("access", {"disabled": "1"}),
        ("password", {}),
    ):
        assert post(client, f"{own}/{change}", **form).status_code == 409
    # An admin who has a key alone cannot open this page: the other one is the last who can.
    with actors.runtime.transaction() as session:
        create_account(session, "admin", "only a key")
        other = create_account(session, "admin", "Second")
        set_password(session, other, PASSWORD)
    theirs = create_app(actors.runtime).test_client()
    log_in(theirs, "Second")
    assert post(theirs, f"{own}/access", disabled="1").status_code == 302
    assert client.get("/console/people").status_code == 303
    with actors.runtime.transaction() as session:
        # As if two requests had come at once: the last one is asked to go by somebody else.
        session.execute(text("UPDATE accounts SET disabled_at = NULL WHERE name = 'Sun Li'"))
    with ThreadPoolExecutor(2) as pool:
        log_in(client, "Sun Li")
        asked = [
            pool.submit(post, theirs, f"{own}/role", role="lead"),
            pool.submit(post, client, f"people/{other.id}/role", role="lead"),
        ]
        statuses = sorted(one.result().status_code for one in asked)
    assert statuses in ([302, 403], [302, 409])


def test_a_shop_is_added_and_its_key_rotated(
    client: FlaskClient, actors: Actors, admin: Caller
) -> None:
    first = shown_secret(post(client, "shops", shop="Green bowl"))
    shop = id_of(actors, "shop", "Green bowl")
    assert first not in client.get(f"/console/people/{shop}").text
    assert post(client, "shops", shop="green BOWL").status_code == 409

    def works(key: str) -> bool:
        headers = {"Authorization": f"Bearer {key}"}
        return (
            create_app(actors.runtime).test_client().get("/v1/keys", headers=headers).status_code
            == 200
        )

    assert works(first)
    (only,) = _key_ids(client, shop)
    last = post(client, f"people/{shop}/revoke", key=only)
    assert (last.status_code, "last key" in last.text) == (409, True)
    second = shown_secret(make_secret(client, f"people/{shop}/key"))
    assert works(second)
    assert post(client, f"people/{shop}/revoke", key=only).status_code == 302
    assert (works(first), works(second)) == (False, True)
    assert post(client, f"people/{shop}/revoke", key="nonsense").status_code == 404
    for change in ("role", "password"):
        path = f"people/{shop}/{change}"
        form = {"role": "admin", "version": version_on(client, path)}
        assert post(client, path, **form).status_code == 422
    kinds = [kind for kind, _, _ in changes(actors)]
    assert kinds == ["account_made", "key_issued", "key_issued", "key_revoked"]


def _key_ids(client: FlaskClient, account_id: str) -> list[str]:
    page = client.get(f"/console/people/{account_id}").text
    return re.findall(r'name="key" value="([^"]+)"', page)


def test_a_persons_last_key_can_be_revoked(
    client: FlaskClient, actors: Actors, admin: Caller
) -> None:
    agent = str(actors.agent.account_id)
    (only,) = _key_ids(client, agent)
    assert post(client, f"people/{agent}/revoke", key=only).status_code == 302
    assert client.get("/v1/claims", headers=actors.as_agent).status_code == 401


def test_unknown_accounts_and_changes_are_not_found(client: FlaskClient, admin: Caller) -> None:
    for path in ("people/x", f"people/{uuid.uuid4()}"):
        assert client.get(f"/console/{path}").status_code == 404
    for path in (f"people/{uuid.uuid4()}/access", f"people/{admin.account_id}/name"):
        assert post(client, path, disabled="1").status_code == 404


@pytest.mark.parametrize("change", ["key", "password"])
def test_a_secret_is_made_once_however_often_its_answer_is_reloaded(
    client: FlaskClient, actors: Actors, admin: Caller, change: str
) -> None:
    path = f"people/{add_person(actors).account_id}/{change}"
    version = version_on(client, path)
    secret = shown_secret(post(client, path, version=version))
    noted = changes(actors)
    again = post(client, path, version=version)
    assert again.status_code == 409
    assert "this form was sent before" in again.text
    assert secret not in again.text
    assert post(client, path).status_code == 409
    assert changes(actors) == noted
    assert shown_secret(make_secret(client, path)) != secret


def test_names_are_shown_as_they_are(client: FlaskClient, actors: Actors, admin: Caller) -> None:
    page = post(client, "people", name="<b>Bo</b>", role="agent").text
    assert "<b>" not in page
    assert "&lt;b&gt;Bo" in page


def test_times_are_by_the_clock_of_the_service(actors: Actors, admin: Caller) -> None:
    settings = replace(actors.runtime.settings, time_zone="America/New_York")
    theirs = create_app(replace(actors.runtime, settings=settings)).test_client()
    with time_machine.travel(datetime(2030, 1, 2, 3, tzinfo=UTC), tick=False):
        log_in(theirs, "Sun Li")
        assert "2030-01-01 22:00" in theirs.get("/console/people").text


def test_what_the_operator_changes_is_noted_too(
    actors: Actors, settings: Settings, database_url: str
) -> None:
    operator = Settings(database_url=database_url, data_dir=settings.data_dir)
    for arguments in (["agent", "Li Na"], ["agent", "Li Na", "--disable"]):
        ran = CliRunner().invoke(user_commands.group, arguments, obj=operator)
        assert ran.exception is None, ran.exception
    assert [(kind, actor) for kind, actor, _ in changes(actors)] == [
        ("account_made", "operator"),
        ("key_issued", "operator"),
        ("account_disabled", "operator"),
    ]
