from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from click.testing import CliRunner
from flask.testing import FlaskClient

from serve.accounts import key_commands
from serve.accounts.keys import MAX_KEYS
from serve.settings import Settings
from tests.serve.actors import Actors


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def list_keys(client: FlaskClient, key: str) -> list[dict[str, Any]]:
    return list(client.get("/v1/keys", headers=bearer(key)).get_json()["keys"])


def test_a_shop_rotates_its_key_without_a_pause(client: FlaskClient, actors: Actors) -> None:
    made = client.post("/v1/keys", headers=actors.as_shop)
    assert made.status_code == 201
    new = made.get_json()
    assert [key["id"] for key in list_keys(client, actors.shop_key)][1] == new["id"]
    (old,) = [key for key in list_keys(client, new["key"]) if key["id"] != new["id"]]

    gone = client.delete(f"/v1/keys/{old['id']}", headers=bearer(new["key"]))
    assert gone.status_code == 204
    assert client.get("/v1/keys", headers=actors.as_shop).status_code == 401
    assert [key["id"] for key in list_keys(client, new["key"])] == [new["id"]]


def test_lists_tell_of_keys_but_never_a_key(client: FlaskClient, actors: Actors) -> None:
    new = client.post("/v1/keys", headers=actors.as_shop).get_json()["key"]
    shown = client.get("/v1/keys", headers=actors.as_shop).get_data(as_text=True)
    assert new[:9] in shown
    assert new not in shown
    assert actors.shop_key not in shown


def test_the_last_key_cannot_revoke_itself(client: FlaskClient, actors: Actors) -> None:
    (only,) = list_keys(client, actors.shop_key)
    refused = client.delete(f"/v1/keys/{only['id']}", headers=actors.as_shop)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "last_key")
    assert list_keys(client, actors.shop_key)


def test_a_shop_touches_no_keys_but_its_own(client: FlaskClient, actors: Actors) -> None:
    client.post("/v1/keys", headers=actors.as_shop)
    (other,) = list_keys(client, actors.add_shop_key())
    refused = client.delete(f"/v1/keys/{other['id']}", headers=actors.as_shop)
    assert (refused.status_code, refused.get_json()["code"]) == (404, "no_key")
    assert client.get("/v1/keys", headers=actors.as_agent).status_code == 403


def test_keys_have_an_end(client: FlaskClient, actors: Actors) -> None:
    answers = [client.post("/v1/keys", headers=actors.as_shop) for _ in range(MAX_KEYS)]
    assert [answer.status_code for answer in answers] == [201] * (MAX_KEYS - 1) + [409]


def test_the_use_of_a_key_is_noted_once_an_hour(client: FlaskClient, actors: Actors) -> None:
    start = datetime(2030, 1, 1, 8, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        seen = []
        for _ in range(4):
            (key,) = list_keys(client, actors.shop_key)
            seen.append(key["last_used_at"])
            clock.shift(timedelta(minutes=40))
    assert [moment[11:16] for moment in seen] == ["08:00", "08:00", "09:20", "09:20"]


def test_an_operator_rotates_keys_on_the_command_line(
    actors: Actors, settings: Settings, database_url: str
) -> None:
    operator = Settings(database_url=database_url, data_dir=settings.data_dir)

    def run(*arguments: str) -> str:
        ran = CliRunner().invoke(key_commands.group, arguments, obj=operator)
        assert ran.exception is None, ran.exception
        return ran.stdout

    new = run("issue", "a shop").strip()
    assert new.startswith("fc_")
    old_line, new_line = run("list", "a shop").splitlines()
    assert new[:9] in new_line
    assert "never" in new_line
    run("revoke", "a shop", old_line.split()[0])
    assert run("list", "a shop").split()[0] == new_line.split()[0]
