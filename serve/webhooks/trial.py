"""What a shop asks of its own endpoint: how it stands, and whether it takes a message."""

from __future__ import annotations

import time
import uuid
from typing import Any

from sqlalchemy import text

from model.errors import RateLimited
from serve.runtime import Runtime
from serve.times import to_iso
from serve.webhooks.endpoints import get_endpoint, make_ping
from serve.webhooks.sending import send
from serve.webhooks.service import count_undelivered, find_last_failure

TRIAL_S = 12.0
"""How long a receiver may take with a ping: its sender waits, too, and is answered in 15 s."""

_TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))"


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

    One at a time: a receiver that hangs holds up one thread of the service for a shop, not all.

    Raises:
        NotFound: the shop has no endpoint.
        RateLimited: the one before has no answer yet.
    """
    # The transaction stays open while the receiver takes its time: it holds that lock alone.
    with runtime.transaction() as session:
        if not session.scalar(text(_TRY_LOCK), {"name": f"webhook trial:{shop_id}"}):
            raise RateLimited(
                "An endpoint is tried once at a time",
                "a second ping while the first is on its way",
                f"Wait for its answer, at most {TRIAL_S:.0f} s",
                code="webhook_trial_running",
            )
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
