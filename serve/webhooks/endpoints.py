"""Where a shop takes webhooks: set, renewed, removed by an operator."""

from __future__ import annotations

import ipaddress
import uuid

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from model.errors import InvalidInput, NotFound
from serve.accounts.service import find_account
from serve.jobs.queue import DELIVER_MESSAGE, JobQueue
from serve.times import utc_now
from serve.webhooks.models import Endpoint, Message
from serve.webhooks.sending import Envelope, pack_body
from serve.webhooks.service import find_endpoint, hold_endpoint, undelivered, withdraw_old
from serve.webhooks.signing import make_secret

_BATCH = 500


def find_shop(session: Session, name: str) -> uuid.UUID:
    """Returns the id of the shop of that name.

    Raises:
        NotFound: there is no such shop.
    """
    account = find_account(session, "shop", name)
    if account is None:
        raise NotFound(
            "A webhook belongs to a shop with an account",
            f"shop {name}",
            "Make its account with: python -m serve user shop NAME",
            code="no_shop",
        )
    return account.id


def get_endpoint(session: Session, shop_id: uuid.UUID) -> Endpoint:
    """Returns where the shop takes webhooks.

    Raises:
        NotFound: it has no endpoint.
    """
    endpoint = find_endpoint(session, shop_id)
    if endpoint is None:
        raise NotFound(
            "Webhooks go to an endpoint that was set",
            "a shop without one",
            "Set it with: python -m serve webhook set SHOP URL",
            code="no_endpoint",
        )
    return endpoint


def set_endpoint(session: Session, jobs: JobQueue, shop_id: uuid.UUID, url: str) -> str | None:
    """Sets or moves the shop's endpoint and sends it what waits.

    An endpoint that moves gets everything, of any age: it is money owed, and what a dead receiver
    has missed. A new one gets the money owed and the last days: the shop has read the rest.

    Returns:
        The new secret; None where the endpoint moved and keeps the secret that it has.

    Raises:
        InvalidInput: the URL cannot be used.
    """
    check_url(url)
    hold_endpoint(session, shop_id, change=True)
    endpoint = find_endpoint(session, shop_id)
    secret = None
    if endpoint is None:
        secret = make_secret()
        withdraw_old(session, shop_id)
        session.add(Endpoint(shop_id=shop_id, url=url, secret=secret, created_at=utc_now()))
    else:
        endpoint.url = url
    _deliver_now(session, jobs, shop_id)
    return secret


def rotate_secret(session: Session, shop_id: uuid.UUID) -> str:
    """Replaces the secret and returns the new one; the old one signs nothing from now on."""
    hold_endpoint(session, shop_id, change=True)
    endpoint = get_endpoint(session, shop_id)
    endpoint.secret = make_secret()
    return endpoint.secret


def remove_endpoint(session: Session, jobs: JobQueue, shop_id: uuid.UUID) -> None:
    """Removes the endpoint; refunds not acknowledged are released for polling at once."""
    hold_endpoint(session, shop_id, change=True)
    session.delete(get_endpoint(session, shop_id))
    _deliver_now(session, jobs, shop_id)


def check_url(url: str) -> None:
    """Checks that webhooks can be sent there without others reading them.

    Raises:
        InvalidInput: it is no https URL, nor one of this machine.
    """
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        parsed = httpx.URL("")
    safe = parsed.scheme == "https" or (parsed.scheme == "http" and _is_loopback(parsed.host))
    if not (safe and parsed.host):
        raise InvalidInput(
            "Webhooks go to an https URL; http is for this machine alone",
            url[:200],
            "Give the address of the shop's backend, such as https://shop.example/webhooks",
            code="invalid_webhook_url",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _deliver_now(session: Session, jobs: JobQueue, shop_id: uuid.UUID) -> None:
    """Makes every undelivered message's job due, and gives a job to those that have none."""
    session.flush()
    query = select(Message.id).where(undelivered(shop_id)).order_by(Message.created_at)
    for keys in session.scalars(query.execution_options(yield_per=_BATCH)).partitions():
        jobs.hasten(session, DELIVER_MESSAGE, "message_id", [str(key) for key in keys])


def make_ping(endpoint: Endpoint) -> Envelope:
    """Returns a signed message that tells nothing, to see whether the endpoint takes it."""
    body = pack_body("ping", utc_now(), {})
    return Envelope(f"msg_{uuid.uuid4().hex}", endpoint.url, endpoint.secret, body)
