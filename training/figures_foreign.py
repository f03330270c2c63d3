"""Figures of foreign objects: told from clean photos and from food pasted alike; found; named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.measure import Measured
from training.tallies import Figures, average, compare, list_scores, part, starts, thing_of

CLEAN_FLAGGED = 0.05
"""Share of clean photos that may be flagged where recall is read."""
FOUND, POINTED = "found_at_5_percent_clean_flagged", "flagged_and_strongest_point_on_object"


def judge_foreign(composites: Sequence[Measured], clean: Sequence[Measured]) -> Figures:
    """Figures that need no calibration, of kinds that the network was trained on."""
    shown, controls = starts(composites, "foreign/"), starts(composites, "control/food")
    clean_scores = list_scores(clean, "foreign")
    return {
        "composites": len(shown),
        "clean_photos": len(clean),
        "food_controls": len(controls),
        "auroc_against_clean": compare(list_scores(shown, "foreign"), clean_scores),
        "auroc_against_controls": compare(
            list_scores(shown, "foreign"), list_scores(controls, "foreign")
        ),
        "strongest_point_on_object": average([bool(m.peak_hit) for m in shown]),
        "kinds": _judge_parts(shown, clean_scores),
    }


def judge_unseen(composites: Sequence[Measured], clean: Sequence[Measured]) -> Figures:
    """The same of kinds that the network was never trained on."""
    shown, clean_scores = starts(composites, "unseen/"), list_scores(clean, "foreign")
    return {
        "composites": len(shown),
        "clean_photos": len(clean),
        "auroc_against_clean": compare(list_scores(shown, "foreign"), clean_scores),
        "strongest_point_on_object": average([bool(m.peak_hit) for m in shown]),
        "kinds": _judge_parts(shown, clean_scores),
    }


def judge_found(composites: Sequence[Measured], clean: Sequence[Measured]) -> Figures:
    """How many objects are found where 5 % of clean photos are flagged, by sort of object.

    Found means: the photo is flagged and the centre of the surest reported box lies on the object
    or within a cell of it. What is thin, as a hair, is as wide as its convex hull there: the
    middle of a curve is beside it. See `training.measure`.
    """
    shown = starts(composites, "foreign/")
    sorts = {
        "known_kinds": [m for m in shown if m.case.kind != "hair"],
        "hair": [m for m in shown if m.case.kind == "hair"],
        "unseen_kinds": starts(composites, "unseen/"),
    }
    level = _flag_level(list_scores(clean, "foreign"))
    return {
        "data": "composites, object 6 to 20 % of the long side; 5 % of the clean photos flagged",
        "clean_photos": len(clean),
        **{
            name: {"composites": len(items), **_find(items, level)} for name, items in sorts.items()
        },
        "kinds": {
            name: {"composites": len(items), **_find(items, level)}
            for name, items in part(
                [*shown, *sorts["unseen_kinds"]], lambda m: m.case.slice
            ).items()
        },
    }


def judge_boxes(composites: Sequence[Measured]) -> Figures:
    """Where the boxes lie at the thresholds in force, and the kinds they name."""
    shown = starts(composites, "foreign/")
    return {
        "composites": len(shown),
        "box_centred_on_object": average([bool(m.box_hit) for m in shown]),
        "boxed": sum(bool(m.box_hit) for m in shown),
        "kind_named_where_boxed": sum(m.named_kind not in (None, "other") for m in shown),
        "kind_named_right": sum(m.named_kind == m.case.kind != "other" for m in shown),
    }


def _flag_level(clean_scores: Sequence[float]) -> float:
    return float(np.quantile(clean_scores, 1 - CLEAN_FLAGGED)) if clean_scores else float("inf")


def _find(items: Sequence[Measured], level: float) -> Figures:
    flagged = [m.scores["foreign"] > level for m in items]
    return {
        FOUND: average([f and bool(m.surest_box_hit) for f, m in zip(flagged, items, strict=True)]),
        POINTED: average([f and bool(m.peak_hit) for f, m in zip(flagged, items, strict=True)]),
        "flagged": average(flagged),
    }


def _judge_parts(shown: Sequence[Measured], clean_scores: Sequence[float]) -> Figures:
    return {
        name: {
            "composites": len(items),
            "auroc_against_clean": compare(list_scores(items, "foreign"), clean_scores),
            "strongest_point_on_object": average([bool(m.peak_hit) for m in items]),
        }
        for name, items in part(shown, thing_of).items()
    }
