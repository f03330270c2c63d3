"""Commands that make one model of several checkpoints."""

from __future__ import annotations

from pathlib import Path

import click

from training.blend import blend as blend_weights
from training.candidates import CHECKPOINT
from training.checkpoints import join_checkpoints, split_checkpoint

_folder = click.Path(path_type=Path, file_okay=False)
_file = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("start", type=_file)
@click.argument("end", type=_file)
@click.option("--run", default=Path("runs/blend"), show_default=True, type=_folder)
def blend(start: Path, end: Path, run: Path) -> None:
    """Average the weights of two checkpoints: what a run began with, and what it ended with."""
    click.echo(blend_weights(start, end, run / CHECKPOINT))


@click.command()
@click.argument("checkpoints", type=_file, nargs=-1, required=True)
@click.option("--run", default=Path("runs/join"), show_default=True, type=_folder)
def join(checkpoints: tuple[Path, ...], run: Path) -> None:
    """Let the networks of CHECKPOINTS answer together, by the mean of their logits.

    For networks that began apart, whose weights cannot be averaged. A photo takes as long as with
    all of them one after the other, layers aside that all have in common. Photos are compared by
    the embedding of the first.
    """
    click.echo(join_checkpoints(checkpoints, run / CHECKPOINT))


@click.command()
@click.argument("checkpoint", type=_file)
@click.option("--run", default=Path("runs/split"), show_default=True, type=_folder)
def split(checkpoint: Path, run: Path) -> None:
    """Take a CHECKPOINT of several networks apart, into one each that `fit --start` takes."""
    for path in split_checkpoint(checkpoint, run):
        click.echo(path)
