"""`python -m serve user`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from serve.accounts.service import ROLES
from serve.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from serve.accounts.models import Account


@dataclass(frozen=True)
class _Changes:
    password: str | None
    disabled: bool | None


@click.command(name="user")
@click.argument("role", type=click.Choice(ROLES))
@click.argument("name")
@click.option("--revoke", is_flag=True, help="Revoke the account's earlier keys.")
@click.option("--password", "ask", is_flag=True, help="Set a person's password; asks for it.")
@click.option("--password-stdin", "read", is_flag=True, help="Set the password read from stdin.")
@click.option(
    "--disable/--enable",
    "disabled",
    default=None,
    help="Let nobody in by this account, or let them in again.",
)
@click.pass_obj
def group(
    settings: Settings,
    role: str,
    name: str,
    revoke: bool,
    ask: bool,
    read: bool,
    disabled: bool | None,
) -> None:
    """Adds a shop or a person, or changes one that exists.

    With --revoke, --disable and --enable it is one that exists, and none is added.

    Prints a new key, once, unless it is told to set something else. People (agent, lead, admin)
    sign in at /console/ with name and password; shops have keys only.
    """
    from serve.accounts.administration import drop_keys, force_key, make_account
    from serve.accounts.service import find_account, require_account
    from serve.runtime import open_runtime

    changes = _Changes(_read_password(ask, read), disabled)
    with open_runtime(settings) as runtime, runtime.transaction() as session:
        if revoke or disabled is not None:
            account = require_account(session, role, name)
        else:
            account = find_account(session, role, name) or make_account(session, None, role, name)
        if revoke:
            click.echo(f"{drop_keys(session, account)} keys revoked", err=True)
        if changes == _Changes(None, None):
            click.echo(force_key(session, account))
        else:
            _change(session, account, changes)


def _read_password(ask: bool, read: bool) -> str | None:
    if read:
        return sys.stdin.readline().rstrip("\r\n")
    if ask:
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return None


def _change(session: Session, account: Account, changes: _Changes) -> None:
    from serve.accounts.administration import change_access, change_password

    if changes.password is not None:
        change_password(session, None, account, changes.password)
        click.echo(f"{account.name} signs in with this password from now on.", err=True)
    if changes.disabled is not None:
        change_access(session, None, account.id, disabled=changes.disabled)
        state = "disabled" if changes.disabled else "enabled"
        click.echo(f"{account.name} is {state}.", err=True)
