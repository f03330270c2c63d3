"""`python -m serve ledger`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from serve.settings import Settings

if TYPE_CHECKING:
    from serve.ledger.service import Head

_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


@click.group()
def group() -> None:
    """Looks after the ledger."""


@group.command()
@click.option(
    "--expect",
    metavar="POSITION:HASH",
    help="A head printed earlier and kept elsewhere: finds a ledger cut short or written anew.",
)
@click.pass_obj
def verify(settings: Settings, expect: str | None) -> None:
    """Checks the chain of hashes and every claim against it; exits with 1 where one was edited.

    Claims and where they stand, their orders, photos' hashes and assessments, decisions, verdicts,
    refunds, what shops are told of them, sums of money, policies and certificates are compared with
    the events and hashes that tell of them. The head that is printed at the end belongs
    somewhere else: with --expect it finds what the ledger alone cannot know.
    """
    from serve.ledger.verification import verify_ledger
    from serve.runtime import open_runtime

    expected = _parse_head(expect) if expect else None
    with open_runtime(settings) as runtime:
        report = verify_ledger(runtime, expected)
    for finding in report.findings:
        click.echo(finding)
    if report.count > len(report.findings):
        click.echo(f"and {report.count - len(report.findings)} more")
    if not report.intact:
        raise click.ClickException(f"The ledger and the tables differ: {report.count} findings.")
    click.echo(f"{report.events} events, {report.claims} claims, intact.")
    click.echo(f"head {report.head}")


@group.command()
@click.pass_obj
def head(settings: Settings) -> None:
    """Prints the last event as POSITION:HASH, for `verify --expect` later."""
    from serve.ledger.service import read_head
    from serve.runtime import open_runtime

    with open_runtime(settings) as runtime, runtime.transaction() as session:
        click.echo(read_head(session))


def _parse_head(given: str) -> Head:
    from serve.ledger.service import Head

    parts = _HEAD.fullmatch(given)
    if parts is None:
        raise click.BadParameter(
            f"A head is POSITION:HASH as `ledger head` prints it; received: {given[:80]}",
            param_hint="--expect",
        )
    return Head(int(parts[1]), parts[2])
