"""A crash between any two steps of a claim's way, from its request to the paid refund."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from serve.assessments.uploads import check_uploads
from serve.claims.followup import settle_refund
from serve.claims.intake import Submission
from serve.claims.submission import submit_claim
from serve.ledger.verification import verify_ledger
from serve.orders.models import Order
from serve.runtime import Runtime, make_runtime
from serve.settings import Settings
from serve.webhooks.delivery import deliver_message
from tests.serve.actors import Actors, draw_photo, upload
from tests.serve.jobs.working import count_jobs, make_due, work_once
from tests.serve.webhooks.conftest import point_to
from tests.serve.webhooks.receiver import Receiver, run_receiver

AMOUNT_FEN = 1640


class Crash(BaseException):
    """The process ends here: nothing in the service catches this."""


@dataclass
class Doomed:
    """A runtime that crashes before a step: a write or a commit, counted from 1.

    A crash before something is read leaves what one before the next write leaves.
    """

    runtime: Runtime
    crash_at: int = 0
    steps: int = 0

    def write(self, _connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if not statement.lstrip().startswith("SELECT"):
            self.step()

    def step(self, *_: object) -> None:
        self.steps += 1
        if self.steps == self.crash_at:
            raise Crash

    def survives(self, actors: Actors, order: Order, crash_at: int) -> bool:
        """Walks a claim's way up to the step; returns whether the way was shorter."""
        self.crash_at, self.steps = crash_at, 0
        try:
            walk(self.runtime, actors, order)
        except Crash:
            return False
        return True


@pytest.fixture
def doomed(settings: Settings, database_url: str) -> Iterator[Doomed]:
    doomed = Doomed(make_runtime(settings, database_url))
    event.listen(doomed.runtime.engine, "before_cursor_execute", doomed.write)
    event.listen(doomed.runtime.engine, "commit", doomed.step)
    yield doomed
    doomed.runtime.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with run_receiver() as receiver:
        yield receiver


def submission_of(order: Order) -> Submission:
    return Submission(order.order_id, "delivery", "", (), f"key of {order.order_id}")


def walk(runtime: Runtime, actors: Actors, order: Order) -> None:
    """What request and worker do with a claim, one after the other."""
    submit_claim(runtime, actors.shop, submission_of(order))
    for (refund_id,) in ask(actors, "SELECT id FROM refunds WHERE order_id = :order", order):
        settle_refund(runtime, refund_id)
    claim_of_order = "data ->> 'order_id' = :name AND kind = 'refund.instructed'"
    for (message_id,) in ask(
        actors, f"SELECT id FROM webhook_messages WHERE {claim_of_order}", order
    ):
        deliver_message(runtime, message_id)


def ask(actors: Actors, query: str, order: Order) -> Sequence[Any]:
    with actors.runtime.transaction() as session:
        return session.execute(text(query), {"order": order.id, "name": order.order_id}).all()


def count(actors: Actors, table: str, order: Order) -> int:
    claims = "SELECT id FROM claims WHERE order_id = :order"
    ((found,),) = ask(actors, f"SELECT count(*) FROM {table} WHERE claim_id IN ({claims})", order)
    return int(found)


def crash_everywhere(doomed: Doomed, actors: Actors) -> list[Order]:
    """Makes as many claims as their way has steps, each with a crash before another step."""
    orders: list[Order] = []
    survived = False
    while not survived:
        orders.append(actors.add_order(late_min=45))
        survived = doomed.survives(actors, orders[-1], crash_at=len(orders))
    return orders


def recover(actors: Actors, orders: Sequence[Order]) -> None:
    """The client, who saw no answer, sends its request again; the worker does what waits."""
    for order in orders:
        claim = submit_claim(actors.runtime, actors.shop, submission_of(order)).claim
        assert claim["amount_fen"] == AMOUNT_FEN
    for _ in range(3):
        make_due(actors.runtime)
        work_once(actors.runtime)
    assert count_jobs(actors.runtime) == 0


def assert_settled_once(actors: Actors, order: Order) -> None:
    ((claim_id,),) = ask(actors, "SELECT id FROM claims WHERE order_id = :order", order)
    for table in ("decisions", "refunds", "idempotency"):
        assert count(actors, table, order) == 1, table
    kinds = Counter(actors.ledger_kinds(claim_id))
    assert kinds == {"received": 1, "decided": 1, "refund_instructed": 1, "paid": 1}
    (refund,) = actors.show(claim_id)["refunds"]
    assert refund["amount_fen"] == AMOUNT_FEN
    assert refund["released_at"]


def test_a_crash_anywhere_pays_a_shop_that_takes_webhooks_once(
    doomed: Doomed, actors: Actors, receiver: Receiver
) -> None:
    secret = point_to(actors, receiver.url) or ""
    orders = crash_everywhere(doomed, actors)
    assert len(orders) > 20
    recover(actors, orders)
    for order in orders:
        assert_settled_once(actors, order)
    told = [m["data"] for m in receiver.read(secret) if m["type"] == "refund.instructed"]
    assert Counter(data["order_id"] for data in told) == {order.order_id: 1 for order in orders}
    assert {data["amount_fen"] for data in told} == {AMOUNT_FEN}
    # Some were sent twice, because the crash came before the note: the same id, the same bytes.
    assert len(receiver.ids) > len(set(receiver.ids))
    assert len(set(receiver.ids)) == len({body for _, body in receiver.requests})
    report = verify_ledger(actors.runtime)
    assert report.intact, report.findings


def test_a_crash_anywhere_pays_a_shop_that_polls_once(doomed: Doomed, actors: Actors) -> None:
    orders = crash_everywhere(doomed, actors)
    assert len(orders) > 15
    recover(actors, orders)
    for order in orders:
        assert_settled_once(actors, order)
    report = verify_ledger(actors.runtime)
    assert report.intact, report.findings


def test_a_crash_after_a_photo_was_stored_leaves_only_the_photo(
    doomed: Doomed, actors: Actors
) -> None:
    order = actors.add_order()
    uploads = check_uploads([upload(draw_photo())], actors.runtime.scoring)
    crash_at, stored, claimed = 0, False, False
    while not stored:
        crash_at += 1
        doomed.crash_at, doomed.steps = crash_at, 0
        submission = Submission(order.order_id, "spoilage", "", uploads)
        with pytest.raises(Crash):
            submit_claim(doomed.runtime, actors.shop, submission)
        stored = any(actors.runtime.settings.data_dir.glob("photos/**/*"))
        claimed = bool(ask(actors, "SELECT id FROM claims WHERE order_id = :order", order))
    assert (stored, claimed) == (True, False)
