"""`python -m serve policy`."""

from __future__ import annotations

from pathlib import Path

import click

from serve.settings import Settings

_FILE = click.Path(path_type=Path)


@click.group()
def group() -> None:
    """Checks, compares, tries and publishes policies."""


@group.command()
@click.argument("file", type=_FILE)
@click.pass_obj
def publish(settings: Settings, file: Path) -> None:
    """Publishes the policy FILE: it is in force from its effective_from on."""
    from serve.policy.rules import read_policy
    from serve.policy.service import publish_policy
    from serve.runtime import open_runtime

    policy = read_policy(file)
    with open_runtime(settings) as runtime, runtime.transaction() as session:
        new = publish_policy(session, policy)
    since = f"{policy.table.effective_from:%Y-%m-%d %H:%M} UTC"
    click.echo(f"{policy.version}: {'published' if new else 'was published'}, holds from {since}")
