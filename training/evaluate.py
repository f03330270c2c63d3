"""Figures of a model on the test split; real photos and composites in tables of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from scipy.special import softmax

from model.calibration import Calibration, Logistic
from model.layout import SCENES
from model.severity import default_rules
from training.calibrate import ASSUMED_SHARE, is_found, measure_share, truth_of
from training.grades import judge_grades
from training.measure import Measured, Run
from training.portion_figures import judge_portion
from training.portion_fit import read_pairs
from training.portion_pairs import PortionPair
from training.scene import ANY_FOOD, UNKNOWN_SCENE
from training.statistics import measure_auroc, measure_calibration_error

_NOT_FOOD = SCENES.index("not_food")
_CLEAN_FLAGGED = 0.05
"""Share of clean photos that may be flagged where recall is read."""
_LEAST_GROUPS = 10
"""Distinct things below which an AUROC moves by chance alone more than the gates allow."""

Figures = dict[str, Any]


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
    clean = _starts(real, "clean/")
    figures = judge_scores(measured)
    figures["real_photos"] |= {
        "scene": _judge_scene(real, calibration),
        "clean": _judge_clean(clean, calibration),
    }
    figures["composites"]["spoilage"] |= _judge_area(composites, calibration)
    figures["composites"] |= {
        "grades": judge_grades(composites, default_rules()),
        "calibration_error": {
            "data": "composites and the clean photos they were made from",
            "cases": len(composites) + len(clean),
            "foreign_object": _judge_probabilities(
                composites + clean, "foreign", calibration.foreign
            ),
            "spoilage": _judge_probabilities(composites + clean, "spoiled", calibration.spoiled),
        },
    }
    figures["portion"] = judge_portion(read_pairs(run, pairs, calibration), calibration)
    return figures


def judge_scores(measured: list[Measured]) -> Figures:
    """The figures that need no calibration: AUROCs and where the strongest point lies."""
    real = [m for m in measured if not m.case.composite]
    composites = [m for m in measured if m.case.composite]
    clean = _starts(real, "clean/")
    return {
        "real_photos": {"spoilage": _judge_real_spoilage(real)},
        "composites": {
            "foreign_object": _judge_foreign(composites, clean),
            "spoilage": _judge_spoilage(composites, clean),
        },
    }


def list_aurocs(figures: Figures) -> dict[str, float]:
    """The headline AUROCs by name, those that enough distinct things stand behind."""
    foreign, spoilage = figures["composites"]["foreign_object"], figures["composites"]["spoilage"]
    named = {
        "composites: foreign object against clean": foreign["auroc_against_clean"],
        "composites: foreign object against food controls": foreign["auroc_against_controls"],
        "composites: spoilage against clean": spoilage["auroc_against_clean"],
    }
    for source, row in figures["real_photos"]["spoilage"].items():
        if row["groups"] >= _LEAST_GROUPS:
            named[f"real photos: {source} against fresh"] = row["auroc"]
    return {name: value for name, value in named.items() if np.isfinite(value)}


def _scores(items: Sequence[Measured], name: str) -> list[float]:
    return [m.scores[name] for m in items]


def _starts(items: Sequence[Measured], *prefixes: str) -> list[Measured]:
    return [m for m in items if m.case.slice.startswith(prefixes)]


def _judge_scene(real: Sequence[Measured], calibration: Calibration) -> Figures:
    def refused(m: Measured) -> bool:
        share = softmax(m.scene.astype(float) / calibration.scene_temperature)[_NOT_FOOD]
        return bool(share >= calibration.not_food_from)

    food = [m for m in real if m.case.scene not in (UNKNOWN_SCENE, _NOT_FOOD)]
    other = [m for m in real if m.case.scene == _NOT_FOOD]
    named = [m for m in food if m.case.scene != ANY_FOOD]
    return {
        "not_food_found": _mean([refused(m) for m in other]),
        "not_food_photos": len(other),
        "food_refused": _mean([refused(m) for m in food]),
        "food_photos": len(food),
        "kind_of_food_right": _mean([int(m.scene[:3].argmax()) == m.case.scene for m in named]),
        "photos_of_known_kind": len(named),
    }


def _judge_clean(clean: Sequence[Measured], calibration: Calibration) -> Figures:
    by_source: dict[str, list[Measured]] = defaultdict(list)
    for m in clean:
        by_source[m.case.slice.split("/")[1]].append(m)
    return {
        "photos": len(clean),
        "graded_moderate_or_severe": _mean([m.severity in ("moderate", "severe") for m in clean]),
        "graded_unknown": _mean([m.severity == "unknown" for m in clean]),
        "graded_none": _mean([m.severity == "none" for m in clean]),
        "kinds_named": sum(len(m.shown_kinds) for m in clean),
        "foreign_object_above_one_half": _mean(
            [calibration.foreign.apply(m.scores["foreign"]) >= 0.5 for m in clean]
        ),
        "spoilage_above_one_half": _mean(
            [calibration.spoiled.apply(m.scores["spoiled"]) >= 0.5 for m in clean]
        ),
        "sources": {
            name: {
                "photos": len(items),
                "graded_moderate_or_severe": _mean(
                    [m.severity in ("moderate", "severe") for m in items]
                ),
            }
            for name, items in sorted(by_source.items())
        },
    }


def _judge_real_spoilage(real: Sequence[Measured]) -> Figures:
    fresh, decayed = _starts(real, "fresh/"), _starts(real, "decayed/")
    figures: Figures = {}
    for name in sorted({m.case.slice for m in decayed}):
        items = [m for m in decayed if m.case.slice == name]
        others = [m for m in fresh if m.case.slice.split("/")[1] != name.split("/")[1]]
        figures[name.split("/")[1]] = {
            "photos": len(items),
            "groups": len({m.case.group for m in items}),
            "fresh_photos_of_other_sources": len(others),
            "auroc": _auroc(_scores(items, "spoiled"), _scores(others, "spoiled")),
        }
    return figures


def _judge_foreign(composites: Sequence[Measured], clean: Sequence[Measured]) -> Figures:
    shown, controls = _starts(composites, "foreign/"), _starts(composites, "control/food")
    clean_scores = np.array(_scores(clean, "foreign"))
    level = float(np.quantile(clean_scores, 1 - _CLEAN_FLAGGED)) if clean_scores.size else 0.0
    by_slice: dict[str, list[Measured]] = defaultdict(list)
    for m in shown:
        by_slice[m.case.slice.split("/")[1]].append(m)

    def found(items: Sequence[Measured]) -> float:
        return _mean([m.scores["foreign"] >= level and bool(m.peak_hit) for m in items])

    return {
        "composites": len(shown),
        "clean_photos": len(clean),
        "food_controls": len(controls),
        "auroc_against_clean": _auroc(_scores(shown, "foreign"), clean_scores),
        "auroc_against_controls": _auroc(_scores(shown, "foreign"), _scores(controls, "foreign")),
        "found_at_5_percent_clean_flagged": found(shown),
        "strongest_point_on_object": _mean([bool(m.peak_hit) for m in shown]),
        "box_centred_on_object": _mean([bool(m.box_hit) for m in shown]),
        "boxed": sum(bool(m.box_hit) for m in shown),
        "kind_named_where_boxed": sum(m.named_kind not in (None, "other") for m in shown),
        "kind_named_right": sum(m.named_kind == m.case.kind != "other" for m in shown),
        "kinds": {
            name: {
                "composites": len(items),
                "auroc_against_clean": _auroc(_scores(items, "foreign"), clean_scores),
                "found_at_5_percent_clean_flagged": found(items),
                "strongest_point_on_object": _mean([bool(m.peak_hit) for m in items]),
            }
            for name, items in sorted(by_slice.items())
        },
    }


def _judge_spoilage(composites: Sequence[Measured], clean: Sequence[Measured]) -> Figures:
    spoiled = _starts(composites, "spoiled/")
    leaves = _starts(composites, "spoiled/leaf")
    healthy = _starts(composites, "control/leaf")
    return {
        "composites": len(spoiled),
        "clean_photos": len(clean),
        "auroc_against_clean": _auroc(_scores(spoiled, "spoiled"), _scores(clean, "spoiled")),
        "leaf_composites": len(leaves),
        "healthy_leaf_composites": len(healthy),
        "auroc_leaves_against_healthy_twins": _auroc(
            _scores(leaves, "spoiled"), _scores(healthy, "spoiled")
        ),
    }


def _judge_area(composites: Sequence[Measured], calibration: Calibration) -> Figures:
    known = [(m, m.case.spoiled_share) for m in composites if m.case.spoiled_share is not None]
    found = [is_found(m, calibration.spoiled) for m, _ in known]
    reads = [calibration.read_share(measure_share(m, calibration.spoiled_cell)) for m, _ in known]
    errors = [abs(share - truth) for (share, _), (_, truth) in zip(reads, known, strict=True)]
    covers = [low <= t <= high for (_, (low, high)), (_, t) in zip(reads, known, strict=True)]
    return {
        "share_mean_error": _mean(errors),
        "found": sum(found),
        "share_mean_error_where_found": _mean(_where(errors, found)),
        "share_interval_covers_where_found": _mean(_where(covers, found)),
    }


def _where(values: Sequence[float], chosen: Sequence[bool]) -> list[float]:
    return [value for value, taken in zip(values, chosen, strict=True) if taken]


def _judge_probabilities(
    items: Sequence[Measured], name: str, logistic: Logistic
) -> dict[str, float]:
    """Calibration error with cases weighted to the share of positives that was assumed."""
    known = [(m.scores[name], truth) for m in items if (truth := truth_of(m, name)) is not None]
    rng = np.random.default_rng(0)
    positive = [s for s, truth in known if truth]
    negative = [s for s, truth in known if not truth]
    if not positive or not negative:
        return {"error": float("nan")}
    wanted = round(ASSUMED_SHARE[name] / (1 - ASSUMED_SHARE[name]) * len(negative))
    drawn = list(rng.choice(positive, wanted, replace=wanted > len(positive)))
    scores = drawn + negative
    truths = [1.0] * len(drawn) + [0.0] * len(negative)
    error = measure_calibration_error([logistic.apply(s) for s in scores], truths)
    return {"error": round(error, 4)}


def _auroc(positive: Iterable[float], negative: Iterable[float]) -> float:
    return round(measure_auroc(list(positive), list(negative)), 4)


def _mean(values: Sequence[float | bool]) -> float:
    return round(float(np.mean(values)), 4) if len(values) else float("nan")
