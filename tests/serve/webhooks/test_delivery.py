from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from procrastinate.jobs import Job
from sqlalchemy import text
from standardwebhooks import Webhook, WebhookVerificationError

from model.errors import Unavailable
from serve.times import to_iso
from serve.webhooks.delivery import ALERT_AFTER, WAITS_S, WebhookRetries, deliver_message
from tests.serve import findings
from tests.serve.actors import Actors
from tests.serve.jobs.working import count_jobs, work_once
from tests.serve.webhooks.conftest import (
    assert_paid_once,
    message_of_refund,
    point_to,
    rows,
    work,
)
from tests.serve.webhooks.receiver import Receiver, free_port, run_receiver

CREATED = "SELECT created_at FROM webhook_messages WHERE kind = 'refund.instructed'"


def test_a_refund_is_told_in_full_and_paid_when_it_is_acknowledged(
    actors: Actors, receiver: Receiver, secret: str
) -> None:
    order = actors.add_order(late_min=45)
    claim_id = actors.add_claim(reason="delivery", order=order)
    assert actors.show(claim_id)["refunds"][0]["released_at"] is None
    work_once(actors.runtime)
    told = {message["type"]: message for message in receiver.read(secret)}
    assert {"refund.instructed", "claim.decided"} <= set(told)
    refund = told["refund.instructed"]
    ((refund_id,),) = rows(actors, "SELECT id FROM refunds")
    assert refund["data"] == {
        "refund_id": refund_id,
        "idempotency_key": f"refund-{refund_id}",
        "claim_id": str(claim_id),
        "order_id": order.order_id,
        "customer_id": order.customer_id,
        "amount_fen": 1640,
        "currency": "CNY",
        "kind": "decision",
        "extras": [],
        "policy_version": actors.policy.version,
    }
    ((created_at,),) = rows(actors, CREATED)
    assert refund["timestamp"] == to_iso(created_at)
    assert_paid_once(actors, claim_id)
    assert f"msg_{message_of_refund(actors).hex}" in receiver.ids


def test_a_resolved_claim_is_told_once(actors: Actors, receiver: Receiver, secret: str) -> None:
    claim_id = actors.add_claim(reason="delivery", late_min=45)
    with actors.runtime.transaction() as session:
        # The draw may have made it an audit, which waits for an agent.
        session.execute(text("UPDATE claims SET agent_due_at = NULL"))
    work(actors, rounds=3)
    told = [m["data"] for m in receiver.read(secret) if m["type"] == "claim.resolved"]
    assert [data["claim_id"] for data in told] == [str(claim_id)]
    assert told[0]["amount_fen"] == 1640


def test_another_secret_signs_otherwise(actors: Actors, receiver: Receiver, secret: str) -> None:
    actors.add_claim(findings.CLEAN)
    work_once(actors.runtime)
    (headers, body), *_ = receiver.requests
    Webhook(secret).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 44).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)


@pytest.mark.parametrize("answer", [500, 404, 302, 410])
def test_a_receiver_that_recovers_gets_everything_and_pays_once(
    actors: Actors, receiver: Receiver, secret: str, answer: int
) -> None:
    receiver.status = answer
    claim_ids = [actors.add_claim(reason="delivery", late_min=45) for _ in range(3)]
    work(actors, rounds=2)
    assert {row.last_error for row in rows(actors, "SELECT last_error FROM webhook_messages")} == {
        f"HTTP {answer}"
    }
    assert all("paid" not in actors.ledger_kinds(claim_id) for claim_id in claim_ids)
    before = set(receiver.ids)
    receiver.status = 200
    work(actors, rounds=2)
    assert before <= set(receiver.ids)
    told = [m["data"] for m in receiver.read(secret) if m["type"] == "refund.instructed"]
    assert sorted(data["claim_id"] for data in told) == sorted(map(str, claim_ids))
    for claim_id in claim_ids:
        assert_paid_once(actors, claim_id)
    assert count_jobs(actors.runtime) == 0


def test_a_dead_receiver_loses_nothing(actors: Actors) -> None:
    port = free_port()
    secret = point_to(actors, f"http://127.0.0.1:{port}/webhooks")
    claim_id = actors.add_claim(reason="delivery", late_min=45)
    work(actors, rounds=2)
    ((error, attempts),) = rows(
        actors,
        "SELECT last_error, attempts FROM webhook_messages WHERE kind = 'refund.instructed'",
    )
    assert (error, attempts) == ("ConnectError", 2)
    with run_receiver(port) as receiver:
        work(actors)
        told = [m for m in receiver.read(secret or "") if m["type"] == "refund.instructed"]
    assert len(told) == 1
    assert_paid_once(actors, claim_id)


def test_a_slow_receiver_is_not_waited_for(actors: Actors, receiver: Receiver, secret: str) -> None:
    actors.add_claim(reason="delivery", late_min=45)
    hung_up = threading.Event()
    receiver.pause = lambda: hung_up.wait(30)
    try:
        with pytest.raises(Unavailable, match="TimeoutError"):
            deliver_message(actors.runtime, message_of_refund(actors), answer_s=0.2)
    finally:
        hung_up.set()


def test_a_receiver_that_drips_is_not_waited_for(
    actors: Actors, receiver: Receiver, secret: str
) -> None:
    """Each byte is in time, the answer is not: one receiver could hold every slot for ever."""
    actors.add_claim(reason="delivery", late_min=45)
    receiver.drips = 200
    with pytest.raises(Unavailable, match="TimeoutError"):
        deliver_message(actors.runtime, message_of_refund(actors), answer_s=0.5)


def test_nothing_is_locked_while_a_receiver_thinks(
    actors: Actors, receiver: Receiver, secret: str
) -> None:
    """Another claim is made, decided and written into the ledger while the sender waits."""
    actors.add_claim(reason="delivery", late_min=45)
    state = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
    open_transactions = []

    def go_on() -> None:
        receiver.pause = lambda: None
        open_transactions.append(rows(actors, state)[0][0])
        actors.add_claim(findings.MODERATE_SPOILAGE)

    receiver.pause = go_on
    deliver_message(actors.runtime, message_of_refund(actors))
    assert open_transactions == [0]
    assert len(rows(actors, "SELECT id FROM claims")) == 2


def test_two_workers_at_once_pay_once(actors: Actors, receiver: Receiver, secret: str) -> None:
    claim_id = actors.add_claim(reason="delivery", late_min=45)
    message_id = message_of_refund(actors)
    both = threading.Barrier(2, timeout=30)
    receiver.pause = both.wait
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: deliver_message(actors.runtime, message_id), range(2)))
    assert receiver.ids == [f"msg_{message_id.hex}"] * 2
    assert_paid_once(actors, claim_id)
    deliver_message(actors.runtime, message_id)
    assert len(receiver.ids) == 2


def test_an_acknowledgement_lost_by_a_crash_is_sent_again_under_the_same_id(
    actors: Actors, receiver: Receiver, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_id = actors.add_claim(reason="delivery", late_min=45)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("serve.webhooks.delivery._acknowledge", crash)
        with pytest.raises(KeyboardInterrupt):
            deliver_message(actors.runtime, message_of_refund(actors))
    assert "paid" not in actors.ledger_kinds(claim_id)
    deliver_message(actors.runtime, message_of_refund(actors))
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == len({body for _, body in receiver.requests}) == 1
    assert_paid_once(actors, claim_id)


def test_a_failing_endpoint_raises_one_alert_that_closes_with_its_next_success(
    actors: Actors, receiver: Receiver, secret: str
) -> None:
    actors.add_claim(reason="delivery", late_min=45)
    receiver.status = 503
    work(actors, rounds=ALERT_AFTER - 1)
    assert rows(actors, "SELECT kind FROM alerts") == []
    work(actors, rounds=2)
    ((subject, details, closed),) = rows(actors, "SELECT subject, details, closed_at FROM alerts")
    assert (subject, details["error"], closed) == (str(actors.shop.account_id), "HTTP 503", None)
    receiver.status = 200
    work(actors)
    assert rows(actors, "SELECT closed_by FROM alerts WHERE closed_at IS NOT NULL") == [
        ("service",)
    ]


def test_waits_grow_to_a_day_and_never_end() -> None:
    waits = []
    for attempts in (*range(len(WAITS_S)), 400):
        job = Job(
            id=7, queue="webhooks", lock=None, queueing_lock=None, task_name="", attempts=attempts
        )
        decision = WebhookRetries().get_retry_decision(exception=ValueError(), job=job)
        assert decision.retry_at is not None
        waits.append(decision.retry_at)
    assert waits[:-1] == sorted(waits[:-1])
    for wait in waits[-2:]:
        assert 86400 - 60 < (wait - waits[0]).total_seconds() < 86400 * 1.1 + 60
