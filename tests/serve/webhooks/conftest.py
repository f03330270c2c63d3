from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from serve.ledger.verification import verify_ledger
from serve.webhooks.endpoints import set_endpoint
from tests.serve.actors import Actors
from tests.serve.jobs.working import make_due, work_once
from tests.serve.webhooks.receiver import Receiver, run_receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with run_receiver() as receiver:
        yield receiver


@pytest.fixture
def secret(actors: Actors, receiver: Receiver) -> str:
    """The secret of the shop's endpoint, which is the receiver."""
    return point_to(actors, receiver.url) or ""


def point_to(actors: Actors, url: str) -> str | None:
    assert actors.shop.account_id
    with actors.runtime.transaction() as session:
        return set_endpoint(session, actors.runtime.jobs, actors.shop.account_id, url)


def rows(actors: Actors, query: str) -> list[Any]:
    with actors.runtime.transaction() as session:
        return list(session.execute(text(query)).all())


def message_of_refund(actors: Actors) -> uuid.UUID:
    ((found,),) = rows(actors, "SELECT id FROM webhook_messages WHERE kind = 'refund.instructed'")
    return uuid.UUID(str(found))


def work(actors: Actors, rounds: int = 1) -> None:
    for _ in range(rounds):
        make_due(actors.runtime)
        work_once(actors.runtime)


def assert_paid_once(actors: Actors, claim_id: uuid.UUID) -> None:
    assert actors.ledger_kinds(claim_id).count("refund_instructed") == 1
    assert actors.ledger_kinds(claim_id).count("paid") == 1
    assert actors.show(claim_id)["refunds"][0]["released_at"]
    assert verify_ledger(actors.runtime).intact
