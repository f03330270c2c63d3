"""Delivering messages: at least once, under one id; a refund is paid when it is acknowledged."""

from __future__ import annotations

import uuid

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job
from sqlalchemy import update

from model.canonical import draw_fraction
from model.errors import Unavailable
from serve.alerts.service import Notice, close_alerts, raise_alert
from serve.claims.followup import pay_refund, settle_refund
from serve.runtime import Runtime
from serve.times import utc_now
from serve.webhooks.models import Message
from serve.webhooks.sending import ANSWER_S, Envelope, pack_body, send
from serve.webhooks.service import REFUND_INSTRUCTED, find_endpoint, has_endpoint

WAITS_S = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
"""Seconds from one attempt to the next, as Standard Webhooks proposes; the last one stays."""

JITTER = 0.1
ALERT_AFTER = 4
"""Failed attempts of one message after which a person is told."""

WEBHOOK_FAILING = "webhook_failing"


class WebhookRetries(BaseRetryStrategy):
    """Tries again for ever, after waits that grow to a day, spread so that none come in crowds."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """Returns when the job is tried next; `job.attempts` counts the ones before this one."""
        wait_s = WAITS_S[min(job.attempts, len(WAITS_S) - 1)]
        spread = 1 + JITTER * draw_fraction("webhook", f"{job.id}:{job.attempts}")
        return RetryDecision(retry_in={"milliseconds": int(1000 * wait_s * spread)})


def deliver_message(runtime: Runtime, message_id: uuid.UUID, answer_s: float = ANSWER_S) -> None:
    """Sends a message unless that is done; no transaction is open meanwhile.

    Two workers that deliver the same message at once, or one that dies before it has noted the
    acknowledgement, send the same id again: the receiver knows it by that, and here only the first
    note counts.

    Raises:
        Unavailable: the receiver did not acknowledge it, or the shop's endpoint has come back.
    """
    with runtime.transaction() as session:
        message = session.get(Message, message_id)
        if message is None or message.delivered_at or message.withdrawn_at:
            return
        endpoint = find_endpoint(session, message.shop_id)
    if endpoint is None:
        _do_without(runtime, message)
        return
    body = pack_body(message.kind, message.created_at, message.data)
    envelope = Envelope(f"msg_{message.id.hex}", endpoint.url, endpoint.secret, body)
    error = send(envelope, answer_s).failure
    if error is None:
        _acknowledge(runtime, message)
        return
    _note_failure(runtime, message, error)
    raise Unavailable(
        "A webhook is acknowledged with 2xx within 15 seconds",
        f"{error} for message {message.id}",
        "It is sent again by itself",
        code="webhook_unacknowledged",
    )


def _do_without(runtime: Runtime, message: Message) -> None:
    """Releases a refund for polling where the endpoint is removed; other messages wait for one.

    Raises:
        Unavailable: it has been set again meanwhile, so that the message goes there after all.
    """
    if message.kind == REFUND_INSTRUCTED:
        gone = settle_refund(runtime, message.data["refund_id"])
    else:
        with runtime.transaction() as session:
            gone = not has_endpoint(session, message.shop_id)
    if not gone:
        raise Unavailable(
            "A message goes to the endpoint that its shop has",
            f"an endpoint that came back while message {message.id} was looked at",
            "It is sent again by itself",
            code="webhook_endpoint_back",
        )


def _acknowledge(runtime: Runtime, message: Message) -> None:
    """Notes the acknowledgement and pays what it tells of, in one transaction."""
    with runtime.transaction() as session:
        if message.kind == REFUND_INSTRUCTED:
            # First, for the lock on the claim: whoever withdraws the message holds that, too.
            by = f"msg_{message.id.hex}"
            pay_refund(session, runtime.jobs, message.data["refund_id"], by)
        session.execute(
            update(Message)
            .where(Message.id == message.id, Message.delivered_at.is_(None))
            .values(delivered_at=utc_now(), attempts=Message.attempts + 1, last_error=None)
        )
        close_alerts(session, WEBHOOK_FAILING, str(message.shop_id), "service")


def _note_failure(runtime: Runtime, message: Message, error: str) -> None:
    with runtime.transaction() as session:
        attempts = session.scalar(
            update(Message)
            .where(Message.id == message.id, Message.delivered_at.is_(None))
            .values(attempts=Message.attempts + 1, last_error=error)
            .returning(Message.attempts)
        )
        if attempts is not None and attempts >= ALERT_AFTER:
            details = {"error": error, "message": f"msg_{message.id.hex}", "attempts": attempts}
            subject = str(message.shop_id)
            raise_alert(session, Notice(WEBHOOK_FAILING, subject, details, shop_id=message.shop_id))
