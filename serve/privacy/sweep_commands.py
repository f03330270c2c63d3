"""`python -m serve sweep`."""

from __future__ import annotations

import click

from serve.settings import Settings


@click.command(name="sweep")
@click.option("--dry-run", is_flag=True, help="Only count what would be deleted.")
@click.option(
    "--take-over",
    "owns",
    is_flag=True,
    help="First make this database the store's owner. Only where no other one uses the store.",
)
@click.option("--many", is_flag=True, help="Delete even a large part of the store.")
@click.pass_obj
def group(settings: Settings, dry_run: bool, owns: bool, many: bool) -> None:
    """Deletes files of the photo store that no claim and no order needs, as every night.

    It refuses where the store belongs to another database, or where more would go than a crash
    leaves (docs/accounts.md). Look with --dry-run first.
    """
    from serve.privacy.sweep import count_loose, sweep_photos, take_over
    from serve.runtime import open_runtime

    with open_runtime(settings) as runtime:
        if dry_run:
            loose, total = count_loose(runtime)
            click.echo(f"{loose} of {total} files would be deleted.")
            return
        if owns:
            take_over(runtime)
        click.echo(f"{sweep_photos(runtime, many=many)} files deleted.")
