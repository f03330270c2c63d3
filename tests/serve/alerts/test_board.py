"""The board of alerts, as agents use it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from serve.alerts.service import Notice, close_alerts, raise_alert
from tests.serve.actors import Actors
from tests.serve.board import open_alerts


def raise_one(actors: Actors, kind: str = "batch_cluster", subject: str = "a") -> bool:
    with actors.runtime.transaction() as session:
        return raise_alert(session, Notice(kind, subject, {"claims": 3}))


def ask(client: FlaskClient, actors: Actors, query: str = "") -> dict[str, Any]:
    return dict(client.get(f"/v1/alerts{query}", headers=actors.as_agent).get_json())


def test_agents_list_alerts_the_latest_first(client: FlaskClient, actors: Actors) -> None:
    for kind, subject in (("recall", "a"), ("batch_cluster", "a"), ("batch_cluster", "b")):
        assert raise_one(actors, kind, subject)
    found = ask(client, actors)
    assert [(a["kind"], a["subject"]) for a in found["alerts"]] == [
        ("batch_cluster", "b"),
        ("batch_cluster", "a"),
        ("recall", "a"),
    ]
    assert found["alerts"][0]["details"] == {"claims": 3}
    assert [a["subject"] for a in ask(client, actors, "?kind=recall")["alerts"]] == ["a"]
    page = ask(client, actors, "?limit=1&offset=1")
    assert ([a["subject"] for a in page["alerts"]], page["total"]) == (["a"], 3)


def test_an_alert_is_closed_once_and_keeps_who_closed_it(
    client: FlaskClient, actors: Actors
) -> None:
    raise_one(actors)
    (alert,) = open_alerts(actors)
    path = f"/v1/alerts/{alert['id']}/close"
    closed = client.post(path, json={"note": "the shop was called"}, headers=actors.as_agent)
    assert closed.get_json()["note"] == "the shop was called"
    assert closed.get_json()["closed_by"] == actors.agent.name
    again = client.post(path, json={"note": "again"}, headers=actors.as_agent)
    assert (again.status_code, again.get_json()) == (200, closed.get_json())
    assert ask(client, actors, "?open=true")["alerts"] == []
    assert ask(client, actors, "?open=false")["alerts"] == [closed.get_json()]


def test_the_same_alert_is_open_once_and_may_come_back(actors: Actors) -> None:
    assert raise_one(actors)
    assert not raise_one(actors)
    with actors.runtime.transaction() as session:
        close_alerts(session, "batch_cluster", "another", "service")
    assert not raise_one(actors)
    with actors.runtime.transaction() as session:
        close_alerts(session, "batch_cluster", "a", "service")
    assert open_alerts(actors) == []
    assert raise_one(actors)


@pytest.mark.parametrize("alert_id", ["0", "9223372036854775808", "abc"])
def test_an_alert_that_is_not_there(client: FlaskClient, actors: Actors, alert_id: str) -> None:
    path = f"/v1/alerts/{alert_id}/close"
    assert client.post(path, json={}, headers=actors.as_agent).status_code == 404


def test_alerts_are_for_agents(client: FlaskClient, actors: Actors) -> None:
    raise_one(actors)
    (alert,) = open_alerts(actors)
    assert client.get("/v1/alerts", headers=actors.as_shop).status_code == 403
    path = f"/v1/alerts/{alert['id']}/close"
    assert client.post(path, json={}, headers=actors.as_shop).status_code == 403
    assert open_alerts(actors) == [alert]
