"""`python -m serve ledger`."""

from __future__ import annotations

import click

from serve.settings import Settings


@click.group()
def group() -> None:
    """Looks after the ledger."""


@group.command()
@click.pass_obj
def verify(settings: Settings) -> None:
    """Checks the ledger's chain of hashes; exits with 1 where it is broken."""
    from serve.ledger.service import verify_chain
    from serve.runtime import open_runtime

    with open_runtime(settings) as runtime, runtime.transaction() as session:
        check = verify_chain(session)
    if not check.intact:
        raise click.ClickException(f"The ledger is broken at event {check.broken_at}.")
    click.echo(f"{check.events} events, intact.")
