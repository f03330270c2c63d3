"""Command line of training; `python -m training --help` lists what it does."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click
import cv2
import torch

from model.errors import FreshclaimError
from model.layout import SIDE_MULTIPLE
from model.severity import POLICY_PATH
from model.weights import WEIGHTS, Session, load_release
from training.alarms import find_alarms, read_alarms, write_alarms
from training.build import build as build_index
from training.build import load_index
from training.candidates import CHECKPOINT, Scope, measure_release, prepare_candidate
from training.certify import certify as make_certificate
from training.certify import describe, read_promise
from training.export import export_fp32, load_network
from training.fit import FitSettings, scale_rates
from training.fit import fit as fit_network
from training.manifests import OPEN, RESEARCH, TRAIN, UNCLEAR, photos_root, select
from training.measure import run_with
from training.merging import blend, join, split
from training.options import check_device, check_side
from training.pack import PackSettings
from training.pack import pack as pack_files
from training.portion_sets import refit
from training.recipe import Recipe
from training.reexport import export_again
from training.release import go_back
from training.release import release as release_weights
from training.rescore import rescore as rescore_photos
from training.retrain import RetrainSettings
from training.retrain import retrain as retrain_network
from training.stock import add_alarms, load_stock

_RUNS = Path("runs")
_BUILD = _RUNS / "build"
_folder = click.Path(path_type=Path, file_okay=False)
_target = click.Path(path_type=Path, dir_okay=False)
_file = click.Path(path_type=Path, exists=True, dir_okay=False)


class _Commands(click.Group):
    """Turns errors raised on purpose into one line and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except FreshclaimError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands, commands=[blend, join, split])
def main() -> None:
    """Trains, measures and releases the vision model."""
    # A pool of threads made before a fork hangs in the workers that compose.
    cv2.setNumThreads(0)


@main.command()
@click.option("--photos", type=_folder, help="Photos root; FRESHCLAIM_PHOTOS or ../shared/photos.")
@click.option(
    "--licences",
    default=f"{OPEN},{RESEARCH}",
    show_default=True,
    help=f"What may train: {OPEN}, {RESEARCH}. {UNCLEAR.capitalize()} ones never do.",
)
def build(photos: Path | None, licences: str) -> None:
    """Prepare the photos: index, splits without near-duplicates, food masks."""
    chosen = [name.strip() for name in licences.split(",")]
    if unknown := set(chosen) - {OPEN, RESEARCH}:
        raise click.BadParameter(f"unknown: {', '.join(sorted(unknown))}", param_hint="--licences")
    index = build_index(photos or photos_root(), _BUILD, [*chosen, UNCLEAR])
    click.echo(f"{len(index.rows)} photos, {len({row.group for row in index.rows})} groups")


@main.command()
@click.option("--out", default=_RUNS / "pack", show_default=True, type=_folder)
@click.option(
    "--part-mib",
    default=PackSettings.part_mib,
    show_default=True,
    type=click.FloatRange(min=1),
    help="Of one archive.",
)
@click.option(
    "--long-side",
    default=PackSettings.long_side_px,
    show_default=True,
    type=click.IntRange(min=64),
    help="Pixels; longer photos are shrunk, others keep their bytes.",
)
@click.option(
    "--quality",
    default=PackSettings.quality,
    show_default=True,
    type=click.IntRange(1, 100),
    help="JPEG quality of shrunk photos.",
)
@click.option("--also", type=_file, multiple=True, help="Another file: a checkpoint, alarms.")
def pack(out: Path, part_mib: float, long_side: int, quality: int, also: tuple[Path, ...]) -> None:
    """Pack what `fit` reads as numbered archives, to train on another machine.

    There `tar -xf` each in the root of the checkout and set FRESHCLAIM_PHOTOS=runs/photos.
    """
    settings = PackSettings(part_mib, long_side, quality)
    packed = pack_files(load_index(photos_root(), _BUILD), out, settings, also)
    for role, count in packed.files.items():
        click.echo(f"{role:20} {count:6} files {packed.size_bytes[role] / 2**20:7.1f} MiB")
    whole = sum(path.stat().st_size for path in packed.parts) / 2**20
    click.echo(f"{len(packed.parts)} archives, {whole:.1f} MiB: {out}")


@main.command()
@click.option("--steps", default=FitSettings.steps, show_default=True, help="Optimiser steps.")
@click.option("--seed", default=FitSettings.seed, show_default=True)
@click.option("--workers", default=FitSettings.workers, show_default=True, help="Composers.")
@click.option(
    "--batch",
    default=FitSettings.batch,
    show_default=True,
    type=click.IntRange(min=2),
    help="Pictures a step.",
)
@click.option("--rate-scale", type=float, help="Of learning rates; left out, root of batch / 16.")
@click.option(
    "--side",
    default=Recipe.side_px,
    show_default=True,
    # A photo is never shown larger than 1.8 times its size in the first view, 806 px.
    type=click.IntRange(SIDE_MULTIPLE * 2, SIDE_MULTIPLE * 16),
    callback=check_side,
    help=f"Pixels of a picture's side, a multiple of {SIDE_MULTIPLE}.",
)
@click.option("--frozen-blocks", default=FitSettings.frozen_blocks, show_default=True)
@click.option(
    "--device",
    default="cuda" if torch.cuda.is_available() else "cpu",
    show_default=True,
    type=click.Choice(["cpu", "cuda"]),
    callback=check_device,
)
@click.option("--start", type=_file, help="Checkpoint to go on from.")
@click.option("--alarms", type=_file, help="False alarms to learn from, see `alarms`.")
@click.option("--run", default=_RUNS / "fit", show_default=True, type=_folder)
def fit(
    steps: int,
    seed: int,
    workers: int,
    batch: int,
    rate_scale: float | None,
    side: int,
    frozen_blocks: int,
    device: str,
    start: Path | None,
    alarms: Path | None,
    run: Path,
) -> None:
    """Train the network on composites; a run found in --run is resumed."""
    settings = FitSettings(
        steps=steps,
        seed=seed,
        workers=workers,
        batch=batch,
        frozen_blocks=frozen_blocks,
        device=device,
    )
    settings = scale_rates(settings, rate_scale)
    stock = load_stock(load_index(photos_root(), _BUILD).trainable(), TRAIN)
    if alarms is not None:
        stock = add_alarms(stock, read_alarms(alarms))
    click.echo(fit_network(stock, Recipe(side_px=side), settings, run, start))


@main.command()
@click.option("--start", type=_file, required=True, help="Checkpoint of the model to look for.")
@click.option("--out", default=_RUNS / "alarms.csv", show_default=True, type=_target)
def alarms(start: Path, out: Path) -> None:
    """List where a model takes clean training photos for showing a foreign object.

    `fit --alarms` shows these places to the network more often.
    """
    index = load_index(photos_root(), _BUILD).trainable()
    with tempfile.TemporaryDirectory() as folder:
        graph = export_fp32(load_network(start), Path(folder) / "fp32.onnx").read_bytes()
    meals = select(index.rows, role="meal", split=TRAIN)
    found = find_alarms(run_with(Session(graph, 1)), index, meals)
    write_alarms(found, out)
    sure = sum(alarm.logit > 0 for alarm in found)
    click.echo(f"{len(found)} places on {len(meals)} photos, {sure} above one half: {out}")


@main.command()
@click.option("--run", type=_folder, help="Folder of a run; the shipped weights when left out.")
@click.option("--each", default=Scope.each, show_default=True, help="Composites a slice.")
@click.option("--pairs", default=Scope.pairs, show_default=True, help="Drawn container pairs.")
def evaluate(run: Path | None, each: int, pairs: int) -> None:
    """Measure on the test split: print the figures, write figures.json and report.html.

    With --run the checkpoint is exported, quantised and calibrated first: a candidate for release.
    """
    index, scope = load_index(photos_root(), _BUILD), Scope(each=each, pairs=pairs)
    if run is None:
        out = _RUNS / "shipped"
        figures = measure_release(index, load_release(), out, scope)
    else:
        out = run / "candidate"
        figures = prepare_candidate(index, run / CHECKPOINT, out, scope)
    click.echo(json.dumps(figures, indent=2))
    click.echo(f"{out / 'report.html'}", err=True)


@main.command()
@click.option("--run", type=_folder, help="Folder of a run; the shipped weights when left out.")
@click.option("--pairs", default=Scope.pairs, show_default=True, help="Drawn container pairs.")
def portion(run: Path | None, pairs: int) -> None:
    """Fit what turns filled shares into a missing volume, and measure it: print, write nothing.

    Reads the pairs that `python datasets/portion_pairs/build.py --out runs/portion_pairs` renders,
    where they are. `evaluate --run` fits the same numbers along with all others.
    """
    index = load_index(photos_root(), _BUILD)
    release = load_release(run / "candidate" if run else WEIGHTS)
    click.echo(json.dumps(refit(index, release, Scope.seed, pairs), indent=2))


@main.command()
@click.option("--run", default=_RUNS / "fit", show_default=True, type=_folder)
@click.option("--back", is_flag=True, help="Put the previous release back in service.")
@click.option("--again", is_flag=True, help="Export the same weights again, with all outputs.")
def release(run: Path, back: bool, again: bool) -> None:
    """Put a run's candidate in service if it is measurably better, or go one release back."""
    if again:
        click.echo(export_again())
    else:
        click.echo(go_back() if back else release_weights(run / "candidate"))


@main.command()
@click.argument("claims", type=_folder)
@click.option("--run", default=_RUNS / "retrain", show_default=True, type=_folder)
@click.option("--steps", default=RetrainSettings.steps, show_default=True)
@click.option("--seed", default=RetrainSettings.seed, show_default=True)
@click.option("--release/--no-release", "may_release", default=True, help="Release if better.")
def retrain(claims: Path, run: Path, steps: int, seed: int, may_release: bool) -> None:
    """Fine-tune on labelled CLAIMS (what `python -m serve export` wrote) and compare.

    Exit code 0 when the challenger was released (or would be, with --no-release), 3 when the
    champion stays.
    """
    settings = RetrainSettings(steps=steps, seed=seed)
    verdict = retrain_network(claims, run, settings, WEIGHTS, may_release=may_release)
    click.echo(json.dumps(verdict, indent=2))
    if verdict["objections"]:
        raise SystemExit(3)


@main.command()
@click.argument("claims", type=_folder)
@click.option("--out", required=True, type=_target, help="Certificate to write.")
@click.option("--policy", default=POLICY_PATH, type=_file, help="What is promised; policy.toml.")
@click.option("--model", help="Its sha256; left out, that of the latest decision.")
@click.option("--rules", help="Their rules_sha256; left out, that of the latest decision.")
def certify(claims: Path, out: Path, policy: Path, model: str | None, rules: str | None) -> None:
    """Prove from blind verdicts (of an export, CLAIMS) from which confidence on the model is right.

    `python -m serve certificate load` puts it in force. Exit code 3 where nothing is proved.
    """
    certificate = make_certificate(claims, read_promise(policy), model, rules)
    out.write_text(certificate.to_text(), "utf-8", newline="")
    click.echo("\n".join([*describe(certificate), str(out)]))
    if not certificate.thresholds:
        raise SystemExit(3)


@main.command()
@click.argument("manifest", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="JSON lines to write.")
def rescore(manifest: Path, out: Path) -> None:
    """Assess every photo of a MANIFEST again with the shipped weights."""
    click.echo(f"{rescore_photos(manifest, out)} photos")


if __name__ == "__main__":
    main(prog_name="python -m training")
