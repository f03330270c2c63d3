from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from serve.app import create_app
from tests.serve.actors import Actors, draw_photo, upload

ORDER: dict[str, Any] = {
    "order_id": "A-1001",
    "customer_id": "c-77",
    "product": "Caesar salad",
    "price_fen": 3280,
    "label_weight_g": 350,
    "batch": "B7",
    "promised_at": "2026-11-01T12:00:00Z",
    "delivered_at": "2026-11-01T20:20:00+08:00",
    "cold_chain": [{"at": "2026-11-01T11:30:00Z", "celsius": 4.5}],
}


def test_an_order_gets_a_link_for_itself(client: FlaskClient, actors: Actors) -> None:
    answer = client.post("/v1/orders", json=ORDER, headers=actors.as_shop)
    assert answer.status_code == 201
    order = answer.get_json()
    assert order["claim_link"] == f"http://127.0.0.1:8000/c/{order['claim_token']}"
    claim = client.post(
        "/v1/claims",
        data={"reason": "delivery"},
        headers={"Authorization": f"Bearer {order['claim_token']}"},
    )
    assert claim.get_json()["order_id"] == "A-1001"


def test_the_same_order_again_is_the_same_order(client: FlaskClient, actors: Actors) -> None:
    first = client.post("/v1/orders", json=ORDER, headers=actors.as_shop)
    again = client.post("/v1/orders", json=ORDER, headers=actors.as_shop)
    assert again.status_code == 200
    assert again.get_json() == first.get_json()


def test_other_facts_under_the_same_number_are_refused(client: FlaskClient, actors: Actors) -> None:
    client.post("/v1/orders", json=ORDER, headers=actors.as_shop)
    answer = client.post("/v1/orders", json={**ORDER, "price_fen": 1}, headers=actors.as_shop)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "order_exists")


def test_shops_number_their_orders_as_they_like(client: FlaskClient, actors: Actors) -> None:
    client.post("/v1/orders", json=ORDER, headers=actors.as_shop)
    other = {"Authorization": f"Bearer {actors.add_shop_key()}"}
    assert client.post("/v1/orders", json=ORDER, headers=other).status_code == 201


@pytest.mark.parametrize(
    "change",
    [
        {"price_fen": 0},
        {"price_fen": "3280"},
        {"price_fen": 10**9},
        {"promised_at": "2026-11-01T12:00:00"},
        {"promised_at": "0001-01-01T00:00:00+14:00"},
        {"delivered_at": "9999-12-31T23:59:59-12:00"},
        {"delivered_at": "1969-12-31T23:59:59Z"},
        {"cold_chain": [{"at": "2101-01-01T00:00:00Z", "celsius": 4.5}]},
        {"product": " "},
        {"order_id": "a\nb"},
        {"cold_chain": [{"at": "2026-11-01T11:30:00Z", "celsius": "NaN"}]},
        {"colour": "green"},
    ],
)
def test_orders_that_make_no_sense_are_refused(
    client: FlaskClient, actors: Actors, change: dict[str, Any]
) -> None:
    answer = client.post("/v1/orders", json={**ORDER, **change}, headers=actors.as_shop)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "validation_error")


def test_a_packing_photo_is_added_once(client: FlaskClient, actors: Actors) -> None:
    client.post("/v1/orders", json=ORDER, headers=actors.as_shop)
    path = "/v1/orders/A-1001/packing-photo"

    def put(seed: int) -> TestResponse:
        data = {"photo": upload(draw_photo(seed))}
        return client.put(path, data=data, headers=actors.as_shop)

    first = put(1)
    assert first.status_code == 200
    assert put(1).get_json() == first.get_json()
    assert put(2).get_json()["code"] == "packing_photo_exists"


def test_no_order_has_a_number_with_control_characters(client: FlaskClient, actors: Actors) -> None:
    data = {"photo": upload(draw_photo())}
    answer = client.put("/v1/orders/A%00/packing-photo", data=data, headers=actors.as_shop)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "no_order")
    form = {"order_id": "A\0", "reason": "delivery"}
    answer = client.post("/v1/claims", data=form, headers=actors.as_shop)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "validation_error")


def test_an_old_link_is_no_longer_valid(client: FlaskClient, actors: Actors) -> None:
    token = actors.token_of(actors.add_order())
    settings = replace(actors.runtime.settings, claim_link_days=1)
    later = create_app(replace(actors.runtime, settings=settings))
    with actors.runtime.transaction() as session:
        session.execute(text("UPDATE orders SET created_at = created_at - interval '2 days'"))
    answer = later.test_client().post(
        "/v1/claims", data={"reason": "delivery"}, headers={"Authorization": f"Bearer {token}"}
    )
    assert (answer.status_code, answer.get_json()["code"]) == (401, "link_expired")
