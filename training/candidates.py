"""From a checkpoint to a candidate for release: graph, calibration, figures, report."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.layout import prepare_input
from model.weights import CALIBRATION, GRAPH, RELEASE, Release, Session, identify, load_release
from training.build import Index
from training.calibrate import calibrate
from training.cases import Case, composite_cases, real_cases, unseen_cases
from training.evaluate import evaluate, judge_scores, list_aurocs
from training.export import export_fp32, load_network
from training.manifests import CALIBRATION as CALIBRATION_SPLIT
from training.manifests import TEST
from training.measure import Measured, measure_cases, run_with
from training.portion_sets import calibration_pairs, measuring_pairs
from training.quantise import export_int8
from training.report import write_report
from training.robustness import judge_robustness
from training.stock import Stock, load_stock
from training.tallies import Figures
from training.targets import judge_targets

CHECKPOINT, FIGURES = "checkpoint.pt", "figures.json"
_QUANTISER_PHOTOS = 60
_EVERY_MEAL, _EVERY_COMPOSITE = 2, 4
"""One in so many is measured again after each change that a grade should survive."""
_AUROC_LOSS = 0.01
"""The most that int8 may lose on an AUROC; else the fp32 graph is the candidate."""
_LEAST_SPEEDUP = 1.6
"""How many times faster int8 must be; below, it saves too little to be worth any loss."""


@dataclass(frozen=True)
class Scope:
    """How much is measured: composites a slice, container pairs, and the seed of both."""

    each: int = 60
    pairs: int = 60
    seed: int = 5


def prepare_candidate(index: Index, checkpoint: Path, out: Path, scope: Scope) -> Figures:
    """Exports, quantises, calibrates and measures a checkpoint.

    Args:
        index: photos; calibration photos set every number, test photos only measure.
        checkpoint: written by `fit`.
        out: folder for network.onnx, calibration.json, checkpoint.pt, release.json,
            figures.json and report.html.
        scope: how much to measure.

    Returns:
        The figures on the test split, with those of fp32 and int8 compared.
    """
    out.mkdir(parents=True, exist_ok=True)
    fp32 = export_fp32(load_network(checkpoint), out / "fp32.onnx")
    inputs = _list_inputs(index)
    int8 = export_int8(fp32, out / "int8.onnx", inputs)
    stock = load_stock(index, CALIBRATION_SPLIT)
    runs = {path.stem: run_with(Session(path.read_bytes(), 1)) for path in (fp32, int8)}
    measured = {
        name: measure_cases(run, all_cases(index, CALIBRATION_SPLIT, scope, stock))
        for name, run in runs.items()
    }
    times_faster = measure_speedup(fp32, int8, inputs[:20])
    quantisation = compare_graphs(measured["fp32"], measured["int8"], times_faster)
    name = quantisation["shipped"]
    shutil.copy(out / f"{name}.onnx", out / GRAPH)
    if checkpoint.resolve() != (out / CHECKPOINT).resolve():
        shutil.copy(checkpoint, out / CHECKPOINT)
    pairs = calibration_pairs(stock, scope.seed + 1, scope.pairs)
    calibrate(measured[name], runs[name], pairs).write(out / CALIBRATION)
    sign(out)
    return measure_release(index, load_release(out), out, scope, {"quantisation": quantisation})


def compare_graphs(fp32: list[Measured], int8: list[Measured], times_faster: float) -> Figures:
    """Accuracy and speed of int8 against fp32 on the same cases, and which of them may ship."""
    ours, theirs = list_aurocs(judge_scores(fp32)), list_aurocs(judge_scores(int8))
    lost = {name: round(ours[name] - theirs[name], 4) for name in ours}
    worth_it = max(lost.values()) <= _AUROC_LOSS and times_faster >= _LEAST_SPEEDUP
    return {
        "shipped": "int8" if worth_it else "fp32",
        "auroc_lost": lost,
        "times_faster": round(times_faster, 2),
    }


def measure_release(
    index: Index, release: Release, out: Path, scope: Scope, extra: Figures | None = None
) -> Figures:
    """Measures a release on the test split; writes figures.json and report.html into `out`."""
    stock = load_stock(index, TEST)
    run = run_with(release.open_session())
    cases = all_cases(index, TEST, scope, stock)
    measured = measure_cases(run, cases, release.calibration)
    pairs = measuring_pairs(stock, scope.seed, scope.pairs)
    figures: Figures = {
        "model": {"version": release.version, "sha256": release.sha256},
        "scope": {**asdict(scope), "split": TEST},
        **evaluate(measured, run, pairs, release.calibration),
        **(extra or {}),
    }
    clean = (case for case in real_cases(index, TEST) if case.slice.startswith("clean/"))
    made = composite_cases(stock, TEST, scope.seed, scope.each)
    for name, taken, step in (
        ("real_photos", clean, _EVERY_MEAL),
        ("composites", made, _EVERY_COMPOSITE),
    ):
        figures[name]["robustness"] = judge_robustness(run, release.calibration, taken, step)
    figures = {"targets": [asdict(verdict) for verdict in judge_targets(figures)], **figures}
    out.mkdir(parents=True, exist_ok=True)
    (out / FIGURES).write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    write_report(figures, measured, release.calibration, out / "report.html")
    return figures


def sign(folder: Path) -> None:
    """Names a candidate by the date and its digest."""
    sha256 = identify((folder / GRAPH).read_bytes(), (folder / CALIBRATION).read_bytes())
    version = f"{time.strftime('%Y.%m.%d', time.gmtime())}-{sha256[:8]}"
    text = json.dumps({"version": version, "sha256": sha256}, indent=2)
    (folder / RELEASE).write_text(text + "\n", "utf-8")


def measure_speedup(fp32: Path, int8: Path, inputs: list[NDArray[np.float32]]) -> float:
    """How many times faster int8 is, photo by photo in turn, median over photos."""
    sessions = [Session(path.read_bytes(), 1) for path in (fp32, int8)]
    for session in sessions:
        session.run(inputs[0])
    ratios = []
    for image in inputs:
        took = []
        for session in sessions:
            began = time.perf_counter()
            session.run(image)
            took.append(time.perf_counter() - began)
        ratios.append(took[0] / took[1])
    return float(np.median(ratios))


def all_cases(index: Index, split: str, scope: Scope, stock: Stock) -> Iterator[Case]:
    """Real photos of a split, then composites on its clean photos; unknown things to test on.

    To calibrate there is more spoilage: tails of an interval need many shares.
    """
    yield from real_cases(index, split)
    yield from composite_cases(stock, split, scope.seed, scope.each)
    if split == CALIBRATION_SPLIT:
        yield from composite_cases(stock, split, scope.seed + 1, 2 * scope.each, "spoiled/")
    if split == TEST:
        yield from unseen_cases(stock, scope.seed, scope.each)


def _list_inputs(index: Index) -> list[NDArray[np.float32]]:
    """Prepared calibration photos of all kinds, for the quantiser."""
    photos = [case.bgr for case in real_cases(index, CALIBRATION_SPLIT)]
    chosen = photos[:: max(1, len(photos) // _QUANTISER_PHOTOS)]
    return [prepare_input(bgr)[0] for bgr in chosen]
