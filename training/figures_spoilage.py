"""Figures of spoilage: told from clean food, from healthy twins, and how much of the food it is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

import numpy as np

from model.calibration import Calibration
from training.calibrate import is_found, measure_share
from training.measure import Measured
from training.tallies import Figures, average, compare, list_scores, part, starts, thing_of

_BANDS = {
    "below_a_tenth": (0.0, 0.1),
    "a_tenth_to_a_third": (0.1, 1 / 3),
    "above_a_third": (1 / 3, 1.01),
}
"""True shares by the grade that the published policy gives them: minor, moderate, severe."""


def judge_real_spoilage(real: Sequence[Measured]) -> Figures:
    """Photos of real decay against photos of real fresh produce of all other sources."""
    fresh = starts(real, "fresh/")
    figures: Figures = {}
    for name, items in part(starts(real, "decayed/"), thing_of).items():
        others = [m for m in fresh if thing_of(m) != name]
        figures[name] = {
            "photos": len(items),
            "groups": len({m.case.group for m in items}),
            "fresh_photos_of_other_sources": len(others),
            "auroc": compare(list_scores(items, "spoiled"), list_scores(others, "spoiled")),
        }
    return figures


def pool_real_spoilage(by_source: Figures) -> Figures:
    """All sources of decay in one: the chance that decayed outscores fresh, over all pairs.

    Each source is compared with the fresh produce of the others, and weighs by its pairs.
    """
    rows = [row for row in by_source.values() if np.isfinite(row["auroc"])]
    pairs = [row["photos"] * row["fresh_photos_of_other_sources"] for row in rows]
    total = sum(r["auroc"] * n for r, n in zip(rows, pairs, strict=True))
    return {
        "photos": sum(row["photos"] for row in rows),
        "groups": sum(row["groups"] for row in rows),
        "sources": len(rows),
        "auroc": round(total / sum(pairs), 4) if pairs else float("nan"),
    }


def judge_spoilage(composites: Sequence[Measured], clean: Sequence[Measured]) -> Figures:
    """Drawn and pasted decay against clean photos, decayed leaves against their healthy twins."""
    spoiled = starts(composites, "spoiled/")
    leaves = starts(composites, "spoiled/leaf")
    healthy = starts(composites, "control/leaf")
    return {
        "composites": len(spoiled),
        "clean_photos": len(clean),
        "auroc_against_clean": compare(
            list_scores(spoiled, "spoiled"), list_scores(clean, "spoiled")
        ),
        "leaf_composites": len(leaves),
        "healthy_leaf_composites": len(healthy),
        "auroc_leaves_against_healthy_twins": compare(
            list_scores(leaves, "spoiled"), list_scores(healthy, "spoiled")
        ),
    }


def judge_area(composites: Sequence[Measured], calibration: Calibration) -> Figures:
    """The spoiled share of the food against the exact one, as the product would answer it.

    The error is taken over all composites that show spoilage, missed ones included, whose true
    share is above nothing; the interval is fitted, and judged, where spoilage was found.
    """
    known = [(m, m.case.spoiled_share) for m in composites if m.case.spoiled_share is not None]
    found = [is_found(m, calibration.spoiled) for m, _ in known]
    reads = [calibration.read_share(measure_share(m, calibration.spoiled_cell)) for m, _ in known]
    errors = [abs(share - truth) for (share, _), (_, truth) in zip(reads, known, strict=True)]
    covers = [low <= t <= high for (_, (low, high)), (_, t) in zip(reads, known, strict=True)]
    return {
        "share_data": "composites whose spoiled share is exact; found: probability above one half",
        "share_composites": len(known),
        "share_mean_error": average(errors),
        "share_interval_covers": average(covers),
        "found": sum(found),
        "share_mean_error_where_found": average(list(compress(errors, found))),
        "share_interval_covers_where_found": average(list(compress(covers, found))),
        "share_by_band": {
            name: _judge_band([low <= t < high for _, t in known], errors, covers, found)
            for name, (low, high) in _BANDS.items()
        },
    }


def _judge_band(
    inside: Sequence[bool], errors: Sequence[float], covers: Sequence[bool], found: Sequence[bool]
) -> Figures:
    return {
        "composites": sum(inside),
        "found": sum(compress(found, inside)),
        "mean_error": average(list(compress(errors, inside))),
        "interval_covers": average(list(compress(covers, inside))),
    }
