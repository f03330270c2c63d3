"""`python -m serve demo`."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import click

from serve.settings import Settings

if TYPE_CHECKING:
    from serve.demo import Demo
    from serve.runtime import Runtime


@click.command("demo")
@click.option(
    "--samples",
    type=Path,
    default=Path("datasets/rendered"),
    show_default=True,
    help="Folder of sample pictures, with manifest.csv.",
)
@click.option("--yes", is_flag=True, help="Also where the database is not a demo's.")
@click.pass_obj
def group(settings: Settings, samples: Path, yes: bool) -> None:
    """Fills the database with a day of claims, so that every page has something to show.

    Some sixty claims of the last 24 hours on rendered sample pictures, scored by the model, decided
    by the policy, judged by two demo agents and a lead; some wait for you. It takes about a minute.
    All of it is written or, where it is broken off, nothing. The service may run meanwhile: its own
    claims wait until the day is written.

    Once a date: a second run on the same day (UTC) only prints again what to open, one on another
    day adds that day. Where the database is not a demo's it refuses without --yes, as
    nothing that is in the ledger can be taken out again: with DATABASE_URL, unless
    FRESHCLAIM_DEMO=1 says that it is one; with FRESHCLAIM_DEMO=0; and where it holds other accounts
    than the demo's.
    """
    from serve.runtime import open_runtime, publish_policy_file
    from serve.samples import MANIFEST

    if not (samples / MANIFEST).is_file():
        raise click.ClickException(f"No sample pictures in {samples}: there is no {MANIFEST}.")
    with open_runtime(settings) as runtime:
        if not yes:
            _refuse_strangers(runtime)
        publish_policy_file(runtime)
        from serve.demo import prepare_demo

        shown = prepare_demo(runtime)
        _play(runtime, samples)
    _tell(settings, shown)


def _refuse_strangers(runtime: Runtime) -> None:
    from serve.accounts.directory import list_accounts
    from serve.accounts.service import ROLES
    from serve.demo_day.people import ACCOUNTS

    with runtime.transaction() as session:
        listed = list_accounts(session, ROLES)
    strangers = sorted(each.name for each in listed if (each.role, each.name) not in ACCOUNTS)
    if not runtime.settings.show_demo:
        found = "The settings do not say that this database is a demo's (FRESHCLAIM_DEMO=1)."
    elif strangers:
        found = f"The database holds accounts that are not the demo's: {', '.join(strangers[:5])}."
    else:
        return
    raise click.ClickException(
        f"{found} The demo's claims would stay in its ledger for ever. If that is meant: --yes."
    )


def _play(runtime: Runtime, samples: Path) -> None:
    from serve.demo_day.day import count_cases, is_played, play_day
    from serve.times import utc_now

    # What the day has in store is no news to its author.
    for name in ("httpx", "serve.alerts.service", "serve.claims.feedback"):
        logging.getLogger(name).setLevel(logging.ERROR)
    end = utc_now()
    with runtime.transaction() as session:
        played = is_played(session, end)
    if played:
        click.echo(f"The day up to {end:%Y-%m-%d} is there already.")
        return
    with click.progressbar(length=count_cases(), label="claims") as bar:
        play_day(runtime, samples, end, lambda: bar.update(1))


def _tell(settings: Settings, shown: Demo) -> None:
    from serve.demo import KEY_FILE

    lines = (
        f"console:    {settings.base_url}/console/",
        f"  agent:    {shown.agent_name}, password {shown.agent_password}",
        f"  lead:     {shown.lead_name}, password {shown.lead_password}",
        f"claim link: {shown.claim_link}",
        f"keys:       {settings.data_dir / KEY_FILE}",
    )
    click.echo("\n".join(lines))
    if not _is_answering(settings):
        click.echo(
            f"Nothing answers at {settings.host}:{settings.port} yet: start the service with"
            " `python -m serve`. One that listens on another port: give this command its"
            " FRESHCLAIM_PORT, too."
        )


def _is_answering(settings: Settings) -> bool:
    import socket

    try:
        with socket.create_connection((settings.host, settings.port), timeout=1):
            return True
    except OSError:
        return False
