"""Describing photos that the model in force has not described, `python -m serve embed`."""

from __future__ import annotations

import click

from serve.settings import Settings


@click.command()
@click.pass_obj
def group(settings: Settings) -> None:
    """Describes photos of claims under the model in force, so that they can be compared.

    To be run after new weights are released: cases are found similar under one model only. The
    newest photos come first. It can be stopped and run again: what is done stays done.
    """
    from serve.claims.embeddings import count_missing, fill_missing
    from serve.runtime import open_runtime

    with open_runtime(settings) as runtime:
        missing = count_missing(runtime)
        done = 0
        with click.progressbar(length=missing, label="photos") as bar:
            for described in fill_missing(runtime):
                done += described
                bar.update(1)
    click.echo(f"{done} photos described; {missing - done} could not be read.")
