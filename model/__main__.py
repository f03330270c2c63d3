"""Command line of the model: `python -m model assess PHOTO...`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from model.assessment import Assessment
from model.bench import enlarge_photo, run_benchmark
from model.errors import FreshclaimError
from model.overlay import draw_overlay
from model.scorer import Scorer

SAMPLE = Path("datasets/rendered/photos/salad_clean_oak.jpg")


@click.group()
def main() -> None:
    """Scores photos of delivered food: spoilage, foreign objects, portion."""


@main.command()
@click.argument("photos", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--packing", type=click.Path(path_type=Path), help="Packing photo of the same order.")
@click.option(
    "--overlay",
    type=click.Path(path_type=Path, file_okay=False, writable=True),
    help="Folder for evidence pictures.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def assess(
    photos: tuple[Path, ...], packing: Path | None, overlay: Path | None, as_json: bool
) -> None:
    """Assess PHOTOS and print what they show.

    Exit code 0 when every photo could be used, 1 when some could not, 2 on a wrong call.
    """
    scorer = Scorer()
    packing_bytes = _read(packing) if packing else None
    if packing and packing_bytes is None:
        raise click.BadParameter(f"cannot read {packing}", param_hint="--packing")
    all_usable = True
    for path in photos:
        data = _read(path)
        try:
            assessment = scorer.assess(data or b"", path.name, packing_bytes)
        except FreshclaimError as error:
            raise click.ClickException(str(error)) from error
        all_usable &= assessment.usable
        click.echo(json.dumps(assessment.to_dict()) if as_json else describe(assessment))
        if overlay and assessment.usable:
            overlay.mkdir(parents=True, exist_ok=True)
            (overlay / f"{path.stem}.jpg").write_bytes(draw_overlay(assessment))
    sys.exit(0 if all_usable else 1)


@main.command()
@click.option(
    "--photo",
    default=SAMPLE,
    show_default=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Enlarged to 12 megapixels first.",
)
@click.option("--rounds", default=15, show_default=True)
def bench(photo: Path, rounds: int) -> None:
    """Time an assessment of a 12 MP photo against decode + resize + the network alone."""
    result = run_benchmark(enlarge_photo(photo.read_bytes()), rounds)
    click.echo(f"floor   {result.floor_s * 1000:7.1f} ms  reduced decode, resize, both views")
    click.echo(f"assess  {result.assess_s * 1000:7.1f} ms  the whole assessment")
    click.echo(f"ratio   {result.ratio:7.2f}     median of {rounds} rounds (target 1.3)")
    click.echo(f"memory  {result.resident_mb:7.0f} MB  peak resident, benchmark included")


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as error:
        click.echo(f"{path}: {error.strerror}", err=True)
        return None


def describe(assessment: Assessment) -> str:
    """Returns an assessment as a few aligned lines for people."""
    scores = assessment.scores
    lines = [f"{assessment.photo}  {assessment.width_px} x {assessment.height_px}"]
    if assessment.problems:
        lines.append(f"  not usable      {', '.join(assessment.problems)}")
    if scores.scene:
        lines.append(f"  scene           {scores.scene.label} ({scores.scene.probability:.0%})")
    if scores.spoilage:
        low, high = scores.spoilage.interval
        lines.append(
            f"  spoilage        {scores.spoilage.probability:.0%}, "
            f"{scores.spoilage.area_fraction:.0%} of the food [{low:.0%} to {high:.0%}], "
            f"mould {scores.spoilage.mould_probability:.0%}"
        )
    if scores.foreign_object:
        named = ", ".join(
            f"{o.kind} {o.probability:.0%} at {list(o.box_px)}"
            for o in scores.foreign_object.objects
        )
        lines.append(f"  foreign object  {scores.foreign_object.probability:.0%}  {named}".rstrip())
    if scores.portion.shortfall_fraction is not None and scores.portion.interval:
        low, high = scores.portion.interval
        lines.append(
            f"  portion         {scores.portion.shortfall_fraction:.0%} short "
            f"[{low:.0%} to {high:.0%}], by {scores.portion.basis}"
        )
    reasons = "; ".join(reason.text_en for reason in assessment.grade.reasons)
    lines.append(f"  severity        {assessment.grade.severity}: {reasons}")
    return "\n".join(lines)


if __name__ == "__main__":
    main(prog_name="python -m model")
