from __future__ import annotations

from collections.abc import Iterator

import pytest

from serve.webhooks.endpoints import set_endpoint
from tests.serve.actors import Actors
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
