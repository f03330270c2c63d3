"""One attempt to hand a signed message to a receiver."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from model.canonical import dump_canonical
from serve.times import to_iso, utc_now
from serve.webhooks.signing import sign

CONNECT_S = 5.0
ANSWER_S = 15.0
"""How long one attempt may take in all, from the first packet to the last of the answer's head."""

_GRACE_S = 1.0
"""Time for an attempt to end by itself."""


@dataclass(frozen=True)
class Envelope:
    """A message ready to be sent; its bytes are the same at every attempt.

    Attributes:
        message_id: `msg_…`, by which a receiver knows what it has had.
        url: where it goes.
        secret: what it is signed with.
        body: the JSON bytes.
    """

    message_id: str
    url: str
    secret: str
    body: bytes


def pack_body(kind: str, at: datetime, data: dict[str, Any]) -> bytes:
    """Returns the body of a message: what happened, when, and the details."""
    return dump_canonical({"type": kind, "timestamp": to_iso(at), "data": data}).encode()


@dataclass(frozen=True)
class Attempt:
    """What became of one attempt; a receiver that did not answer has no status."""

    status: int | None = None
    error: str | None = None

    @property
    def is_acknowledged(self) -> bool:
        return self.status is not None and httpx.codes.is_success(self.status)

    @property
    def failure(self) -> str | None:
        """What went wrong, without any of the receiver's words; None when it was acknowledged."""
        if self.is_acknowledged:
            return None
        return self.error or f"HTTP {self.status}"


def send(envelope: Envelope, answer_s: float = ANSWER_S) -> Attempt:
    """Sends a message once.

    Redirects are not followed: a payment instruction goes where the operator said. Nothing of the
    answer is read but its status. A receiver that answers byte by byte holds up nobody: the time
    is up for the whole attempt, not for each byte.

    Returns:
        The status of the answer, or the kind of error: `ConnectError`, `TimeoutError`.
    """
    now_s = int(utc_now().timestamp())
    headers = {
        "content-type": "application/json",
        "user-agent": "freshclaim",
        **sign(envelope.secret, envelope.message_id, now_s, envelope.body),
    }
    outcome: Future[int] = Future()

    def attempt() -> None:
        try:
            outcome.set_result(asyncio.run(_post(envelope, headers, answer_s)))
        except BaseException as error:
            outcome.set_exception(error)

    # In a thread of its own, which is not waited for: looking up a name cannot be broken off.
    threading.Thread(target=attempt, name="webhook", daemon=True).start()
    try:
        return Attempt(outcome.result(answer_s + _GRACE_S))
    except (httpx.HTTPError, TimeoutError) as error:
        return Attempt(error=type(error).__name__)


async def _post(envelope: Envelope, headers: dict[str, str], answer_s: float) -> int:
    # httpx's own limits hold for each read alone.
    timeout = httpx.Timeout(None, connect=CONNECT_S)
    async with (
        asyncio.timeout(answer_s),
        httpx.AsyncClient(timeout=timeout) as client,
        client.stream("POST", envelope.url, content=envelope.body, headers=headers) as answer,
    ):
        return answer.status_code
