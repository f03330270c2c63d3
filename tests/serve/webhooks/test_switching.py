"""Endpoints that come, go and move while messages are on their way."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from model.errors import Unavailable
from serve.webhooks.delivery import deliver_message
from serve.webhooks.endpoints import remove_endpoint
from serve.webhooks.models import Endpoint
from serve.webhooks.service import find_endpoint
from tests.serve.actors import Actors
from tests.serve.jobs.working import work_once
from tests.serve.webhooks.conftest import (
    assert_paid_once,
    message_of_refund,
    point_to,
    rows,
    work,
)
from tests.serve.webhooks.receiver import Receiver, run_receiver


def detach(actors: Actors) -> None:
    assert actors.shop.account_id
    with actors.runtime.transaction() as session:
        remove_endpoint(session, actors.runtime.jobs, actors.shop.account_id)


def set_in_between(actors: Actors, receiver: Receiver, patch: pytest.MonkeyPatch) -> None:
    """Sets the endpoint after delivery has found none and before it does anything about that."""

    def find(session: Session, shop_id: uuid.UUID) -> Endpoint | None:
        found = find_endpoint(session, shop_id)
        point_to(actors, receiver.url)
        return found

    patch.setattr("serve.webhooks.delivery.find_endpoint", find)


def test_an_endpoint_that_comes_back_while_its_message_is_looked_at_gets_it(
    actors: Actors, receiver: Receiver, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_id = actors.add_claim(reason="delivery", late_min=45)
    other = uuid.UUID(
        str(rows(actors, "SELECT id FROM webhook_messages WHERE kind = 'claim.decided'")[0][0])
    )
    for message_id in (message_of_refund(actors), other):
        detach(actors)
        with monkeypatch.context() as patch:
            set_in_between(actors, receiver, patch)
            with pytest.raises(Unavailable, match="came back"):
                deliver_message(actors.runtime, message_id)
        assert "paid" not in actors.ledger_kinds(claim_id)
        assert receiver.ids == []


def test_a_message_on_its_way_to_a_dead_endpoint_goes_to_the_next_one_at_once(
    actors: Actors, receiver: Receiver, secret: str
) -> None:
    claim_id = actors.add_claim(reason="delivery", late_min=45)
    with run_receiver() as dead:
        dead.status = 500
        point_to(actors, dead.url)
        dead.pause = lambda: point_to(actors, receiver.url)
        work_once(actors.runtime)
    told = {m["type"] for m in receiver.read(secret)}
    assert {"refund.instructed", "claim.decided"} <= told
    assert_paid_once(actors, claim_id)


def test_a_refund_from_before_webhooks_is_released_beside_an_endpoint(
    actors: Actors, receiver: Receiver, secret: str
) -> None:
    claim_id = actors.add_claim(reason="delivery", late_min=45)
    with actors.runtime.transaction() as session:
        session.execute(text("DELETE FROM webhook_messages"))
    work(actors)
    assert actors.ledger_kinds(claim_id).count("paid") == 1
    assert actors.show(claim_id)["refunds"][0]["released_at"]
