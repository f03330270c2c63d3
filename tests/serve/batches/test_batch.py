"""The batch of a claim: all orders that may be affected, within seconds."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from serve.agents.schemas import VerdictIn
from serve.agents.service import give_verdict
from tests.serve import findings
from tests.serve.actors import PROMISED, Actors

COPIES = """
    INSERT INTO orders (id, shop_id, order_id, customer_id, product, price_fen, batch,
                        delivered_at, cold_chain, facts_sha256, created_at)
    SELECT gen_random_uuid(), shop_id, 'copy-' || lpad(n::text, 5, '0'), 'customer-' || n % 4000,
           product, price_fen, batch, delivered_at, cold_chain, facts_sha256,
           created_at + n * interval '1 second'
    FROM orders, generate_series(1, :count) AS n
"""


def copy_order(actors: Actors, count: int) -> None:
    """Registers so many orders like the only one there is, each a second after the one before."""
    with actors.runtime.transaction() as session:
        session.execute(text(COPIES), {"count": count})


def ask(client: FlaskClient, actors: Actors, claim_id: uuid.UUID, query: str = "") -> TestResponse:
    return client.get(f"/v1/claims/{claim_id}/batch{query}", headers=actors.as_agent)


def see(
    client: FlaskClient, actors: Actors, claim_id: uuid.UUID, query: str = ""
) -> dict[str, Any]:
    answer = ask(client, actors, claim_id, query)
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())


def test_ten_thousand_orders_are_paged_the_latest_first(
    client: FlaskClient, actors: Actors
) -> None:
    claim_id = actors.add_claim(findings.INSECT, reason="foreign_object", batch="B7")
    copy_order(actors, 10_000)
    seen = see(client, actors, claim_id, "?limit=3")
    assert (seen["batch"], seen["shop"], seen["product"]) == ("B7", "a shop", "Caesar salad")
    assert (seen["order_count"], seen["claim_count"]) == (10_001, 1)
    assert [o["order_id"] for o in seen["orders"]] == ["copy-10000", "copy-09999", "copy-09998"]
    last = see(client, actors, claim_id, "?limit=3&offset=9998")
    assert [o["order_id"] for o in last["orders"]] == ["copy-00002", "copy-00001"]


def test_orders_tell_of_their_claims_and_of_their_cold_chain(
    client: FlaskClient, actors: Actors
) -> None:
    readings = [
        {"at": PROMISED - timedelta(minutes=m), "celsius": c}
        for m, c in ((9, 4.5), (5, 11), (1, 3))
    ]
    actors.stop_draws()
    claim_id = actors.add_claim(findings.CLEAN, batch="B7")
    order = actors.add_order(batch="B7", cold_chain=readings)
    other = actors.add_claim(findings.SEVERE_SPOILAGE, order=order)
    judged = actors.add_claim(findings.CLEAN, order=order, reason="portion")
    verdict = VerdictIn(decision="decline", severity="none")
    give_verdict(actors.runtime, actors.agent, str(judged), verdict)
    actors.add_order(batch="B8")
    actors.add_order()
    seen = see(client, actors, claim_id)
    (shown,) = seen["orders"]
    assert shown["order_id"] == order.order_id
    assert (shown["coldest_celsius"], shown["warmest_celsius"]) == (3, 11)
    assert (seen["coldest_celsius"], seen["warmest_celsius"]) == (None, None)
    assert [(c["id"], c["status"], c["severity"]) for c in shown["claims"]] == [
        (str(other), "pre_approved", "severe"),
        (str(judged), "resolved", "none"),
    ]
    assert seen["claim_count"] == 3


def test_a_batch_tells_nothing_of_blind_cases(client: FlaskClient, actors: Actors) -> None:
    actors.amend_policy(("\npropensity = 0.05", "\npropensity = 1.0"))
    claim_id = actors.add_claim(findings.INSECT, reason="foreign_object", batch="B7")
    actors.add_claim(findings.MODERATE_SPOILAGE, batch="B7")
    (order,) = see(client, actors, claim_id)["orders"]
    assert (order["claims"][0]["status"], order["claims"][0]["severity"]) == ("needs_agent", None)


def test_a_batch_is_that_of_one_shop(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN, batch="B7")
    other = {"order_id": "x", "customer_id": "c", "product": "Bento", "price_fen": 1, "batch": "B7"}
    headers = {"Authorization": f"Bearer {actors.add_shop_key()}"}
    assert client.post("/v1/orders", json=other, headers=headers).status_code == 201
    seen = see(client, actors, claim_id)
    assert (seen["order_count"], seen["orders"]) == (1, [])


def test_a_claim_without_a_batch_says_so(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN)
    answer = ask(client, actors, claim_id)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "no_batch")


def test_batches_are_for_agents(client: FlaskClient, actors: Actors) -> None:
    claim_id = actors.add_claim(findings.CLEAN, batch="B7")
    path = f"/v1/claims/{claim_id}/batch"
    assert client.get(path, headers=actors.as_shop).status_code == 403
    assert ask(client, actors, uuid.uuid4()).status_code == 404
