"""`python -m serve webhook`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from serve.settings import Settings

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from serve.runtime import Runtime


@click.group()
def group() -> None:
    """Sets where a shop's backend takes signed webhooks (docs/webhooks.md)."""


@group.command("set")
@click.argument("shop")
@click.argument("url")
@click.pass_obj
def set_(settings: Settings, shop: str, url: str) -> None:
    """Sends SHOP's webhooks to URL, waiting ones at once; prints a new endpoint's secret, once."""
    from serve.webhooks.endpoints import set_endpoint
    from serve.webhooks.service import count_undelivered

    with _open(settings, shop) as (runtime, session, shop_id):
        secret = set_endpoint(session, runtime.jobs, shop_id, url)
        waiting = count_undelivered(session, shop_id)
    if secret:
        click.echo(secret)
    else:
        click.echo("The endpoint moved; its secret stays.", err=True)
    click.echo(f"{waiting} messages are on their way.", err=True)


@group.command()
@click.argument("shop")
@click.pass_obj
def rotate(settings: Settings, shop: str) -> None:
    """Replaces the secret of SHOP's endpoint at once and prints the new one."""
    from serve.webhooks.endpoints import rotate_secret

    with _open(settings, shop) as (_, session, shop_id):
        secret = rotate_secret(session, shop_id)
    click.echo(secret)


@group.command()
@click.argument("shop")
@click.pass_obj
def show(settings: Settings, shop: str) -> None:
    """Shows SHOP's endpoint, how many messages wait, and the last error."""
    from serve.times import to_iso
    from serve.webhooks.endpoints import get_endpoint
    from serve.webhooks.service import count_undelivered, find_last_failure

    with _open(settings, shop) as (_, session, shop_id):
        endpoint = get_endpoint(session, shop_id)
        waiting = count_undelivered(session, shop_id)
        failed = find_last_failure(session, shop_id)
    click.echo(f"{endpoint.url}, set {to_iso(endpoint.created_at)}")
    click.echo(f"{waiting} messages undelivered")
    if failed:
        click.echo(f"most tried: {failed.kind}, {failed.attempts} attempts, {failed.last_error}")


@group.command()
@click.argument("shop")
@click.pass_obj
def test(settings: Settings, shop: str) -> None:
    """Sends SHOP's endpoint a signed ping now; exits with 1 where it is not acknowledged."""
    from serve.webhooks.endpoints import get_endpoint, make_ping
    from serve.webhooks.sending import send

    with _open(settings, shop) as (_, session, shop_id):
        ping = make_ping(get_endpoint(session, shop_id))
    attempt = send(ping)
    if attempt.failure:
        raise click.ClickException(f"{ping.url} did not acknowledge the ping: {attempt.failure}.")
    click.echo(f"{ping.url} acknowledged {ping.message_id} with HTTP {attempt.status}.")


@group.command()
@click.argument("shop")
@click.pass_obj
def remove(settings: Settings, shop: str) -> None:
    """Removes SHOP's endpoint; its refunds are released for polling from now on."""
    from serve.webhooks.endpoints import remove_endpoint

    with _open(settings, shop) as (runtime, session, shop_id):
        remove_endpoint(session, runtime.jobs, shop_id)
    click.echo("Removed. The next endpoint gets what the last three days brought.")


@contextmanager
def _open(settings: Settings, shop: str) -> Iterator[tuple[Runtime, Session, uuid.UUID]]:
    """Yields the runtime, a session that commits at the end, and the shop's id."""
    from serve.runtime import open_runtime
    from serve.webhooks.endpoints import find_shop

    with open_runtime(settings) as runtime, runtime.transaction() as session:
        yield runtime, session, find_shop(session, shop)
