"""Figures of a model on the test split; real photos and composites in tables of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from model.calibration import Calibration, Logistic
from model.severity import default_rules
from training.calibrate import ASSUMED_SHARE, truth_of
from training.figures_foreign import judge_boxes, judge_foreign, judge_found, judge_unseen
from training.figures_photos import judge_clean, judge_scene
from training.figures_spoilage import (
    judge_area,
    judge_real_spoilage,
    judge_spoilage,
    pool_real_spoilage,
)
from training.grades import judge_grades
from training.measure import Measured, Run
from training.portion_figures import judge_portion
from training.portion_fit import read_pairs
from training.portion_pairs import PortionPair
from training.statistics import measure_calibration_error
from training.tallies import Figures, starts
from training.targets import read_figure

_LEAST_GROUPS = 10
"""Distinct things below which an AUROC moves by chance alone more than the gates allow."""
_HEADLINES = {
    "composites: foreign object against clean": "composites.foreign_object.auroc_against_clean",
    "composites: foreign object against food controls": (
        "composites.foreign_object.auroc_against_controls"
    ),
    "composites: spoilage against clean": "composites.spoilage.auroc_against_clean",
}
_BINS = 10
"""Bins of equal count over which a calibration error is taken."""


def evaluate(
    measured: list[Measured], run: Run, pairs: Iterable[PortionPair], calibration: Calibration
) -> Figures:
    """Returns all figures.

    Args:
        measured: real and composite cases of the test split, measured with the calibration.
        run: the network, for the pairs.
        pairs: drawn, rendered and real pairs that fitted nothing.
        calibration: of the model.
    """
    real = [m for m in measured if not m.case.composite]
    composites = [m for m in measured if m.case.composite]
    clean = starts(real, "clean/")
    figures = judge_scores(measured)
    figures["real_photos"] |= {
        "spoilage_of_all_sources": pool_real_spoilage(figures["real_photos"]["spoilage"]),
        "scene": judge_scene(real, calibration),
        "clean": judge_clean(clean, calibration),
    }
    figures["composites"]["foreign_object"] |= judge_boxes(composites)
    figures["composites"]["spoilage"] |= judge_area(composites, calibration)
    figures["composites"] |= {
        "foreign_object_found": judge_found(composites, clean),
        "grades": judge_grades(composites, default_rules()),
        "calibration_error": _judge_calibration(composites, clean, calibration),
    }
    figures["portion"] = judge_portion(read_pairs(run, pairs, calibration), calibration)
    return figures


def judge_scores(measured: list[Measured]) -> Figures:
    """The figures that need no calibration: AUROCs and where the strongest point lies."""
    real = [m for m in measured if not m.case.composite]
    composites = [m for m in measured if m.case.composite]
    clean = starts(real, "clean/")
    return {
        "real_photos": {"spoilage": judge_real_spoilage(real)},
        "composites": {
            "foreign_object": judge_foreign(composites, clean),
            "foreign_object_never_trained_on": judge_unseen(composites, clean),
            "spoilage": judge_spoilage(composites, clean),
        },
    }


def list_aurocs(figures: Figures) -> dict[str, float]:
    """The headline AUROCs by name, those that enough distinct things stand behind.

    Figures of another version may lack one: it is left out, and whoever compares two sets sees by
    the names that they differ.
    """
    named = {name: read_figure(figures, path) for name, path in _HEADLINES.items()}
    for source, row in figures.get("real_photos", {}).get("spoilage", {}).items():
        if row["groups"] >= _LEAST_GROUPS:
            named[f"real photos: {source} against fresh"] = row["auroc"]
    return {
        name: value for name, value in named.items() if value is not None and np.isfinite(value)
    }


def _judge_calibration(
    composites: Sequence[Measured], clean: Sequence[Measured], calibration: Calibration
) -> Figures:
    """How far probabilities are from how often they hold, on photos that set no threshold."""
    items = [*clean, *(m for m in composites if not m.case.slice.startswith("unseen/"))]
    return {
        "data": "composites of known kinds, controls and clean photos of the test split; "
        "defects drawn anew to the assumed share of them",
        "cases": len(items),
        "bins": _BINS,
        "foreign_object": _judge_probabilities(items, "foreign", calibration.foreign),
        "spoilage": _judge_probabilities(items, "spoiled", calibration.spoiled),
    }


def _judge_probabilities(items: Sequence[Measured], name: str, logistic: Logistic) -> Figures:
    """Calibration error with cases weighted to the share of positives that was assumed."""
    known = [(m.scores[name], truth) for m in items if (truth := truth_of(m, name)) is not None]
    rng = np.random.default_rng(0)
    positive = [s for s, truth in known if truth]
    negative = [s for s, truth in known if not truth]
    counts = {
        "with_defect": len(positive),
        "without": len(negative),
        "assumed_share": ASSUMED_SHARE[name],
    }
    if not positive or not negative:
        return {"error": float("nan"), **counts}
    wanted = round(ASSUMED_SHARE[name] / (1 - ASSUMED_SHARE[name]) * len(negative))
    drawn = list(rng.choice(positive, wanted, replace=wanted > len(positive)))
    scores = drawn + negative
    truths = [1.0] * len(drawn) + [0.0] * len(negative)
    error = measure_calibration_error([logistic.apply(s) for s in scores], truths, _BINS)
    return {"error": round(error, 4), **counts}
