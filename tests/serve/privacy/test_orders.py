"""Orders lose their customer too, whether a claim was made on them or not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from model.canonical import hash_canonical
from serve.ledger.verification import check_ledger
from serve.orders.models import Order
from serve.orders.schemas import OrderIn
from serve.privacy.purge import Purged, purge_old
from serve.times import utc_now
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.privacy.test_purge import add_closed, dump

PHONE = "13800138000"
FACTS = {
    "order_id": "A-1",
    "customer_id": PHONE,
    "product": "Caesar salad",
    "price_fen": 3280,
    "batch": "B1",
    "promised_at": "2026-11-01T20:00:00+08:00",
    "cold_chain": [{"at": "2026-11-01T19:00:00+08:00", "celsius": 4}],
}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(utc_now(), tick=False) as clock:
        yield clock


def test_old_orders_lose_their_customer_and_needed_ones_are_counted(
    actors: Actors, clock: time_machine.Traveller
) -> None:
    add_closed(actors)
    unclaimed = actors.add_order()
    actors.add_claim(findings.SEVERE_SPOILAGE, price_fen=9000)  # waits for an agent
    clock.shift(timedelta(days=91))
    young = actors.add_order()
    expected = Purged(claims=1, photos=1, needed=1, orders=2, orders_needed=1)
    assert purge_old(actors.runtime, 90, "operator", dry_run=True) == expected
    assert purge_old(actors.runtime, 90, "operator") == expected
    with actors.runtime.transaction() as session:
        assert session.get_one(Order, unclaimed.id).customer_id == "erased"
        assert session.get_one(Order, young.id).customer_id == young.customer_id
        assert check_ledger(session).intact


def test_an_erased_order_cannot_be_searched_for_its_customer_and_may_be_sent_again(
    client: FlaskClient, actors: Actors, clock: time_machine.Traveller
) -> None:
    def send(**other: object) -> int:
        return client.post(
            "/v1/orders", json={**FACTS, **other}, headers=actors.as_shop
        ).status_code

    assert send() == 201
    guessed = hash_canonical(OrderIn.model_validate(FACTS).model_dump(mode="json"))
    assert guessed in dump(actors)
    assert send(customer_id="somebody else") == 409
    clock.shift(timedelta(days=91))
    assert purge_old(actors.runtime, 90, "operator").orders == 1
    left = dump(actors)
    assert PHONE not in left
    assert guessed not in left
    assert send() == 200
    assert send(price_fen=3281) == 409
    assert PHONE not in dump(actors)
