"""What a shop asks of its own endpoint: how it stands, and whether it takes a message."""

from __future__ import annotations

import time
import uuid
from typing import Any

from serve.runtime import Runtime
from serve.times import to_iso
from serve.webhooks.endpoints import get_endpoint, make_ping
from serve.webhooks.sending import send
from serve.webhooks.service import count_undelivered, find_last_failure

TRIAL_S = 12.0
"""How long a receiver may take with a ping: its sender waits, too, and is answered in 15 s."""


def describe_endpoint(runtime: Runtime, shop_id: uuid.UUID) -> dict[str, Any]:
    """Returns where the shop takes webhooks, and what waits; never the secret.

    Raises:
        NotFound: it has no endpoint.
    """
    with runtime.transaction() as session:
        endpoint = get_endpoint(session, shop_id)
        failed = find_last_failure(session, shop_id)
        return {
            "url": endpoint.url,
            "since": to_iso(endpoint.created_at),
            "waiting": count_undelivered(session, shop_id),
            "failing": failed
            and {"type": failed.kind, "attempts": failed.attempts, "error": failed.last_error},
        }


def try_endpoint(runtime: Runtime, shop_id: uuid.UUID, answer_s: float = TRIAL_S) -> dict[str, Any]:
    """Sends the shop's endpoint a signed ping and returns what became of it.

    One at a time for a shop, and few for all: receivers that hang hold up few threads.

    Raises:
        NotFound: the shop has no endpoint.
        RateLimited: the one before has no answer yet, or too many shops wait for theirs.
    """
    with runtime.trials.take(shop_id):
        # No transaction is open while the receiver takes its time: connections are for all.
        with runtime.transaction() as session:
            ping = make_ping(get_endpoint(session, shop_id))
        start = time.monotonic()
        attempt = send(ping, answer_s)
    return {
        "message_id": ping.message_id,
        "url": ping.url,
        "acknowledged": attempt.is_acknowledged,
        "status": attempt.status,
        "error": attempt.error,
        "took_ms": int(1000 * (time.monotonic() - start)),
    }
