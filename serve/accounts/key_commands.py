"""`python -m serve key`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

import click

from serve.accounts.service import ROLES
from serve.settings import Settings
from serve.times import to_iso

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def _name_account(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the argument NAME and the option that goes with it."""
    role = click.option(
        "--role",
        type=click.Choice(ROLES),
        default="shop",
        show_default=True,
        help="Role of the account of that name.",
    )
    return click.argument("name")(role(command))


@click.group()
def group() -> None:
    """Lists, issues and revokes API keys.

    To rotate: issue, change over, see in the list that the old key is no longer used, revoke it.
    """


@group.command(name="list")
@_name_account
@click.pass_obj
def list_keys(settings: Settings, name: str, role: str) -> None:
    """Lists the valid keys of the account NAME: id, beginning, when made, when last used."""
    from serve.accounts.keys import valid_keys
    from serve.runtime import open_runtime

    with open_runtime(settings) as runtime, runtime.transaction() as session:
        for key in valid_keys(session, _find(session, role, name)):
            used = to_iso(key.last_used_at) or "never"
            click.echo(f"{key.id}  {key.hint}…  made {to_iso(key.created_at)}  used {used}")


@group.command()
@_name_account
@click.pass_obj
def issue(settings: Settings, name: str, role: str) -> None:
    """Prints a further key of the account NAME, once; earlier keys stay valid."""
    from serve.accounts.administration import add_key
    from serve.privacy.service import OPERATOR
    from serve.runtime import open_runtime

    with open_runtime(settings) as runtime, runtime.transaction() as session:
        key, _ = add_key(session, OPERATOR, _find(session, role, name))
        click.echo(key)


@group.command()
@_name_account
@click.argument("key_id")
@click.pass_obj
def revoke(settings: Settings, name: str, key_id: str, role: str) -> None:
    """Revokes the key KEY_ID of the account NAME; a shop's last valid key stays."""
    from serve.accounts.administration import drop_key
    from serve.privacy.service import OPERATOR
    from serve.runtime import open_runtime

    with open_runtime(settings) as runtime, runtime.transaction() as session:
        drop_key(session, OPERATOR, _find(session, role, name), key_id)
    click.echo(f"Key {key_id} is revoked.")


def _find(session: Session, role: str, name: str) -> UUID:
    from serve.accounts.service import require_account

    return require_account(session, role, name).id
