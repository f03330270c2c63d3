"""Alerts in the console: what each is about, by name, and closing what was looked after."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from serve.agents.service import VERDICT_NOT_GIVEN
from serve.alerts.board import list_alerts, present_alert
from serve.alerts.schemas import AlertsQuery
from serve.alerts.service import Notice, close_alerts, raise_alert
from serve.batches.recalls import start_recall
from serve.claims.clocks import CLOCK_MISSED
from serve.claims.models import Claim
from serve.privacy.sweep import PHOTOS_NOT_SWEPT
from serve.webhooks.delivery import WEBHOOK_FAILING
from tests.serve import findings
from tests.serve.accounts.people import add_person, csrf_of, log_in
from tests.serve.actors import Actors
from tests.serve.board import open_alerts

ERROR = "HTTP 503 <b>"


def fill(actors: Actors) -> dict[str, Any]:
    """Raises an alert of nearly every kind, as the service does; returns what they are about."""
    actors.stop_draws()
    agent = add_person(actors, "agent", "王伟 Wang Wei")
    facts = {"batch": "冷链B12", "product": "凯撒沙拉 Caesar salad"}
    cluster = [actors.add_claim(findings.CLEAN, order_id=f"MT-{n}", **facts) for n in range(3)]
    insect = actors.add_claim(findings.INSECT, product="鸡胸肉便当 Chicken bento")
    shop_id = actors.shop.account_id
    late = {"clock": "verified", "due_at": "2026-11-20T10:00:00.000Z"}
    given = {"code": "photo_added", "agent_id": str(agent.account_id)}
    failed = {"error": ERROR, "message": "msg_1", "attempts": 4}
    with actors.runtime.transaction() as session:
        for notice in (
            Notice(CLOCK_MISSED, f"{insect}:verified", late, insect, shop_id),
            Notice(VERDICT_NOT_GIVEN, str(insect), given, insect, shop_id),
            Notice(WEBHOOK_FAILING, str(shop_id), failed, shop_id=shop_id),
            Notice(PHOTOS_NOT_SWEPT, "photo store", {"reason": "many_loose_photos", "found": "9"}),
            Notice("certificate_frozen", "ab" * 32, {"because": "3 of 6 were wrong"}),
            Notice("newer_kind", "of another version"),
        ):
            assert raise_alert(session, notice)
        claim = session.get_one(Claim, cluster[0])
        by = actors.agent.name
        start_recall(session, actors.runtime.jobs, claim, "冷链B12", "too warm", by)
    return {"cluster": cluster, "insect": insect, "shop_id": shop_id}


def shown(client: FlaskClient, query: str = "") -> dict[int, str]:
    """Returns the alerts that the page shows, in their order, by their id."""
    page = client.get(f"/console/alerts?lang=en&{query}")
    assert page.status_code == 200
    found = re.findall(r'<li id="alert-(\d+)"(.*?)(?=<li id="alert-|</ol>)', page.text, re.DOTALL)
    return {int(number): re.sub(r"\s+", " ", row) for number, row in found}


def heads(rows: dict[int, str]) -> list[str]:
    return [re.findall("<h2>(.*?)</h2>", row)[0] for row in rows.values()]


def row_of(client: FlaskClient, head: str) -> str:
    (row,) = (row for row in shown(client).values() if f"<h2>{head}</h2>" in row)
    return row


def close(
    client: FlaskClient, number: int, note: str = "", query: str = "", *, csrf: bool = True
) -> TestResponse:
    form = {"note": note, **({"csrf_token": csrf_of(client)["X-CSRF-Token"]} if csrf else {})}
    return client.post(f"/console/alerts/{number}/close?lang=en&{query}", data=form)


def raise_some(actors: Actors, subjects: Sequence[str], kind: str = WEBHOOK_FAILING) -> list[int]:
    with actors.runtime.transaction() as session:
        for subject in subjects:
            assert raise_alert(session, Notice(kind, subject))
    return [alert["id"] for alert in open_alerts(actors, kind)]


def test_alerts_name_what_they_are_about(client: FlaskClient, actors: Actors) -> None:
    told = fill(actors)
    add_person(actors)
    log_in(client)
    cluster = row_of(client, "Several claims on a batch")
    batch = "%E5%86%B7%E9%93%BEB12"
    assert f'href="/console/?show=all&amp;batch={batch}&amp;shop_id={told["shop_id"]}' in cluster
    assert "Batch 冷链B12</a> · a shop" in cluster
    assert "3 claims on 3 orders, 0 of food safety" in cluster
    assert "Spoiled food: 3" in cluster
    for number, claim_id in enumerate(told["cluster"]):
        assert f'href="/console/cases/{claim_id}?lang=en">凯撒沙拉 Caesar salad' in cluster
        assert f"Order MT-{number}<" in cluster
    safety = row_of(client, "Food safety")
    assert f'href="/console/cases/{told["insect"]}?lang=en">鸡胸肉便当 Chicken bento' in safety
    assert "A photo shows what may harm a person" in safety
    webhook = row_of(client, "Webhook failing")
    assert "a shop</p>" in webhook
    assert "A message failed 4 times, last with: HTTP 503 &lt;b&gt;" in webhook
    late = row_of(client, "Clock missed")
    assert "Clock that ran out: Verified, due 2026-11-20 18:00" in late
    not_given = row_of(client, "Verdict not given")
    assert "王伟 Wang Wei&#39;s verdict was not given: a photo came since" in not_given
    assert "Reason of the recall: too warm" in row_of(client, "Recall")
    assert "abababababab: 3 of 6 were wrong" in row_of(client, "Risk certificate frozen")
    assert "too many files would be deleted" in row_of(client, "Photo store not swept")
    assert "of another version" in row_of(client, "newer_kind")


def test_a_recall_leads_to_the_orders_affected(client: FlaskClient, actors: Actors) -> None:
    fill(actors)
    add_person(actors)
    log_in(client)
    (address,) = re.findall(r'href="(/v1/recalls/[^"]+\.csv)"', row_of(client, "Recall"))
    assert "MT-2" in client.get(address).text


def test_the_latest_comes_first_and_kinds_narrow_the_list(
    client: FlaskClient, actors: Actors
) -> None:
    fill(actors)
    add_person(actors)
    log_in(client)
    rows = shown(client)
    assert list(rows) == [alert["id"] for alert in open_alerts(actors)]
    assert heads(rows)[0] == "Recall"
    assert heads(shown(client, "kind=webhook_failing")) == ["Webhook failing"]
    assert heads(shown(client, "kind=batch_cluster&page=7")) == ["Several claims on a batch"]
    assert shown(client, "kind=nonsense&page=x&note=y") == rows
    assert "Webhook failing <strong>1</strong>" in client.get("/console/alerts?lang=en").text


def test_an_alert_is_closed_with_a_note_and_stays_on_the_other_list(
    client: FlaskClient, actors: Actors
) -> None:
    kept, done = raise_some(actors, ["a", "b"])
    add_person(actors)
    log_in(client)
    answer = close(client, done, " the kitchen <b>called</b> ", "kind=webhook_failing")
    assert answer.status_code == 303
    assert answer.location.startswith("/console/alerts?kind=webhook_failing&note=alerts_done")
    assert "The alert is closed." in client.get(answer.location).text
    assert list(shown(client)) == [kept]
    closed = shown(client, "show=closed")
    assert list(closed) == [done]
    assert re.search(r"Closed by Li Na, \d{4}-\d\d-\d\d \d\d:\d\d", closed[done])
    assert "<q>the kitchen &lt;b&gt;called&lt;/b&gt;</q>" in closed[done]
    assert "<form" not in closed[done]
    with actors.runtime.transaction() as session:
        ((one,), _) = list_alerts(session, AlertsQuery(open=False))
        assert present_alert(one)["note"] == "the kitchen <b>called</b>"


def test_what_closed_by_itself_says_so(client: FlaskClient, actors: Actors) -> None:
    (number,) = raise_some(actors, ["a"])
    with actors.runtime.transaction() as session:
        assert close_alerts(session, WEBHOOK_FAILING, "a", "service")
    add_person(actors)
    log_in(client)
    assert "Closed by itself, as its cause was gone" in shown(client, "show=closed")[number]


def test_closing_again_changes_nothing_and_says_so(client: FlaskClient, actors: Actors) -> None:
    (number,) = raise_some(actors, ["a"])
    add_person(actors)
    add_person(actors, "lead", "Zhou")
    log_in(client, "Zhou")
    close(client, number, "first")
    log_in(client)
    again = close(client, number, "second")
    assert "This alert had been closed before" in client.get(again.location).text
    row = shown(client, "show=closed")[number]
    assert "Closed by Zhou" in row
    assert "first" in row
    assert "second" not in row


@pytest.mark.parametrize("number", [0, 9223372036854775808])
def test_an_alert_that_is_not_there(client: FlaskClient, actors: Actors, number: int) -> None:
    add_person(actors)
    log_in(client)
    answer = close(client, number)
    assert answer.status_code == 404
    assert "There is no such alert." in answer.text


def test_a_note_that_is_too_long_closes_nothing(client: FlaskClient, actors: Actors) -> None:
    (number,) = raise_some(actors, ["a"])
    add_person(actors)
    log_in(client)
    for note in ("x" * 1001, "\0"):
        answer = close(client, number, note)
        assert answer.status_code == 422
        assert "The alert was not closed." in answer.text
    assert list(shown(client)) == [number]


def test_who_may_not_close_closes_nothing(client: FlaskClient, actors: Actors) -> None:
    (number,) = raise_some(actors, ["a"])
    add_person(actors)
    assert client.get("/console/alerts").location.startswith("/console/login")
    path = f"/console/alerts/{number}/close"
    assert client.post(path, headers=actors.as_shop).location.startswith("/console/login")
    log_in(client)
    forged = close(client, number, csrf=False)
    assert forged.status_code == 403
    elsewhere = client.post(path, headers={**csrf_of(client), "Origin": "https://evil.example"})
    assert elsewhere.status_code == 403
    assert [alert["id"] for alert in open_alerts(actors)] == [number]


@pytest.mark.parametrize("role", ["agent", "lead", "admin"])
def test_everybody_who_works_here_sees_and_closes(
    client: FlaskClient, actors: Actors, role: str
) -> None:
    one, other = raise_some(actors, ["a", "b"])
    add_person(actors, role)
    log_in(client)
    queue = client.get("/console/?lang=en").text
    assert re.search(r'href="/console/alerts\?lang=en">Alerts.*>2<.*2 open', queue)
    assert close(client, one).status_code == 303
    assert close(client, other).status_code == 303
    assert open_alerts(actors) == []
    assert "0 open" not in client.get("/console/?lang=en").text


def test_many_alerts_have_pages(client: FlaskClient, actors: Actors) -> None:
    numbers = raise_some(actors, [str(number) for number in range(22)])
    add_person(actors)
    log_in(client)
    first, second = shown(client), shown(client, "page=2")
    assert [*first, *second] == numbers
    assert len(first) == 20
    for number in numbers[20:]:
        answer = close(client, number, query="page=2")
    assert "page=2" in answer.location
    # Nothing is left on that page: the one before is shown.
    assert list(shown(client, "page=2")) == numbers[:20]


def test_the_dashboard_names_batches_and_shops_and_leads_on(
    client: FlaskClient, actors: Actors
) -> None:
    told = fill(actors)
    add_person(actors, "lead")
    log_in(client)
    page = re.sub(r"\s+", " ", client.get("/console/dashboard?lang=en").text)
    rows = {
        name: row
        for row in re.findall("<tr>.*?</tr>", page)
        for name in re.findall(r"kind=(\w+)", row)
    }
    assert set(rows) >= {alert["kind"] for alert in open_alerts(actors)}
    assert "Batch 冷链B12</a> a shop" in rows["batch_cluster"]
    assert "Batch 冷链B12</a> a shop" in rows["recall"]
    assert "a shop" in rows["webhook_failing"]
    assert f"/console/cases/{told['insect']}" in rows["food_safety"]
    elsewhere = client.get(f"/console/dashboard?lang=en&shop_id={uuid.uuid4()}").text
    assert "冷链B12" not in elsewhere
