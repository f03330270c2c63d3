"""Recalls: started once, listed for agents and the shop, written for a spreadsheet."""

from __future__ import annotations

import csv
import io
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.serve import findings
from tests.serve.actors import PROMISED, Actors
from tests.serve.batches.test_batch import copy_order
from tests.serve.board import open_alerts

WHY = {"reason": "insects found twice"}


def recall(client: FlaskClient, actors: Actors, claim_id: uuid.UUID) -> TestResponse:
    return client.post(f"/v1/claims/{claim_id}/recall", json=WHY, headers=actors.as_agent)


def read_list(client: FlaskClient, url: str, headers: dict[str, str]) -> list[dict[str, str]]:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200, answer.get_json()
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.data.startswith(b"\xef\xbb\xbforder_id,")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_an_agent_starts_a_recall_once(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN, batch="B7")
    other = actors.add_claim(findings.CLEAN, batch="B7")
    started = recall(client, actors, claim_id)
    assert started.status_code == 201
    assert started.get_json()["order_count"] == started.get_json()["claim_count"] == 2
    again = recall(client, actors, other)
    assert (again.status_code, again.get_json()) == (200, started.get_json())
    assert actors.ledger_kinds(claim_id)[-1] == "recall_started"
    assert "recall_started" not in actors.ledger_kinds(other)
    (alert,) = open_alerts(actors, "recall")
    assert alert["details"] == {"recall_id": started.get_json()["id"], "batch": "B7", **WHY}
    seen = client.get(f"/v1/claims/{other}/batch", headers=actors.as_agent).get_json()
    assert seen["recall_id"] == started.get_json()["id"]


def test_agents_at_once_start_one_recall(app: APIFlask, actors: Actors) -> None:
    claims = [actors.add_claim(findings.CLEAN, batch="B7") for _ in range(2)] * 2
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda c: recall(app.test_client(), actors, c), claims))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.get_json()["id"] for answer in answers}) == 1


def test_the_list_names_every_order_of_the_batch(client: FlaskClient, actors: Actors) -> None:
    order = actors.add_order(batch="B7", product="凯撒沙拉", customer_id="c-1", order_id="A-1")
    copy_order(actors, 1200)
    actors.stop_draws()
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE, order=order)
    actors.add_order(batch="B8")
    url = recall(client, actors, claim_id).get_json()["list_url"]
    rows = read_list(client, url, actors.as_agent)
    assert [row["order_id"] for row in rows] == ["A-1", *(f"copy-{n:05}" for n in range(1, 1201))]
    assert rows[0] == {
        "order_id": "A-1",
        "customer_id": "c-1",
        "product": "凯撒沙拉",
        "batch": "B7",
        "delivered_at": PROMISED.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "price_fen": "3280",
        "claims": "spoilage: pre_approved",
    }
    assert rows[1]["claims"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝"])
def test_no_cell_is_a_formula(client: FlaskClient, actors: Actors, start: str) -> None:
    trap = f'{start}HYPERLINK("http://x","y"),1'
    facts = dict.fromkeys(("order_id", "customer_id", "product", "batch"), trap)
    claim_id = actors.add_claim(findings.CLEAN, **facts)
    url = recall(client, actors, claim_id).get_json()["list_url"]
    (row,) = read_list(client, url, actors.as_agent)
    assert {row[name] for name in facts} == {f"'{trap}"}


def test_a_list_shows_an_agent_no_blind_case(client: FlaskClient, actors: Actors) -> None:
    actors.amend_policy(("\npropensity = 0.05", "\npropensity = 1.0"))
    claim_id = actors.add_claim(findings.MODERATE_SPOILAGE, batch="B7")
    url = recall(client, actors, claim_id).get_json()["list_url"]
    shown: dict[str, Any] = {
        name: read_list(client, url, headers)[0]["claims"]
        for name, headers in (("agent", actors.as_agent), ("shop", actors.as_shop))
    }
    assert shown == {"agent": "spoilage: needs_agent", "shop": "spoilage: pre_approved"}


def test_a_recall_is_shown_to_its_shop_and_to_no_other(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN, batch="B7")
    started = recall(client, actors, claim_id).get_json()
    stranger = {"Authorization": f"Bearer {actors.add_shop_key()}"}
    for headers in (actors.as_agent, actors.as_shop):
        answer = client.get("/v1/recalls", headers=headers).get_json()
        assert (answer["recalls"], answer["total"]) == ([started], 1)
        path = f"/v1/recalls/{started['id']}"
        assert client.get(path, headers=headers).get_json() == started
    assert client.get("/v1/recalls", headers=stranger).get_json()["recalls"] == []
    for path in (f"/v1/recalls/{started['id']}", started["list_url"]):
        answer = client.get(path, headers=stranger)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "no_recall")
    link = {"Authorization": f"Bearer {actors.token_of(actors.add_order())}"}
    assert client.get(started["list_url"], headers=link).status_code == 403


def test_what_cannot_be_recalled_is_said(client: FlaskClient, actors: Actors) -> None:
    answer = recall(client, actors, actors.add_claim(findings.CLEAN))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "no_batch")
    claim_id = actors.add_claim(findings.CLEAN, batch="B7")
    path = f"/v1/claims/{claim_id}/recall"
    assert client.post(path, json={"reason": " "}, headers=actors.as_agent).status_code == 422
    assert client.post(path, json=WHY, headers=actors.as_shop).status_code == 403
    assert open_alerts(actors, "recall") == []
