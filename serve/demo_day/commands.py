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
@click.option("--yes", is_flag=True, help="Also where the database holds other shops.")
@click.pass_obj
def group(settings: Settings, samples: Path, yes: bool) -> None:
    """Fills the database with a day of claims, so that every page has something to show.

    Some sixty claims of the last 24 hours on rendered sample pictures, scored by the model, decided
    by the policy, judged by two demo agents and a lead; some wait for you. It takes about a minute.
    All of it is written or, where it is broken off, nothing. The service may run meanwhile: its own
    claims wait until the day is written.

    Once a date: a second run on the same day (UTC) only prints again what to open, one on another
    day adds that day. Where the database holds shops other than the demo's, it refuses without
    --yes: nothing that is in the ledger can be taken out again.
    """
    from serve.runtime import open_runtime, publish_policy_file
    from serve.samples import MANIFEST

    if not (samples / MANIFEST).is_file():
        raise click.ClickException(f"No sample pictures in {samples}: there is no {MANIFEST}.")
    with open_runtime(settings) as runtime:
        _refuse_strangers(runtime, yes=yes)
        publish_policy_file(runtime)
        from serve.demo import prepare_demo

        shown = prepare_demo(runtime)
        _play(runtime, samples)
    _tell(settings, shown)


def _refuse_strangers(runtime: Runtime, *, yes: bool) -> None:
    from serve.accounts.service import list_shops
    from serve.demo import PARTNER_NAME, SHOP_NAME

    with runtime.transaction() as session:
        strangers = sorted({name for _, name in list_shops(session)} - {SHOP_NAME, PARTNER_NAME})
    if strangers and not yes:
        raise click.ClickException(
            f"The database holds shops that are not the demo's: {', '.join(strangers[:5])}."
            " The demo's claims would stay in its ledger for ever. If that is meant: --yes."
        )


def _play(runtime: Runtime, samples: Path) -> None:
    from serve.demo_day.day import count_cases, is_played, play_day
    from serve.times import utc_now

    # What the day has in store is no news to its author.
    for name in ("httpx", "serve.alerts.service"):
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
        "Where the service does not run yet, start it: python -m serve",
    )
    click.echo("\n".join(lines))
