"""Figures of the portion against a packing photo: drawn, rendered and real pairs apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from model.calibration import Calibration
from training.portion_fit import APART, Reading, list_fills, list_orders
from training.portion_pairs import DRAWN_SORT, REAL_SORT, RENDERED_SORT, SORTS

Figures = dict[str, Any]

TRUTHS = {
    DRAWN_SORT: "area, exact",
    RENDERED_SORT: "volume, exact",
    REAL_SORT: "area by masks of food drawn by hand, camera distance not corrected",
}


def judge_portion(readings: Sequence[Reading], calibration: Calibration) -> Figures:
    """Returns the figures by sort of pairs; sorts without pairs are left out."""
    by_sort = {sort: [r for r in readings if r.pair.sort == sort] for sort in SORTS}
    return {sort: _judge(sort, of, calibration) for sort, of in by_sort.items() if of}


def _judge(sort: str, readings: Sequence[Reading], calibration: Calibration) -> Figures:
    known = [
        (portion.shortfall_fraction or 0.0, portion.interval, max(reading.pair.shortfall, 0.0))
        for reading in readings
        if (portion := reading.estimate(calibration)) is not None and portion.interval
    ]
    orders = list_orders(readings, calibration)
    figures: Figures = {
        "truth": TRUTHS[sort],
        "pairs": len(readings),
        "estimated": len(known),
        "abstained": len(readings) - len(known),
        "pairs_short_by_a_tenth_or_more": int(sum(r.pair.shortfall >= APART for r in readings)),
        "orders_told": len(orders),
        "order_right": _mean(orders),
        "mean_error": _mean([abs(estimate - truth) for estimate, _, truth in known]),
        "interval_covers": _mean([low <= truth <= high for _, (low, high), truth in known]),
        "interval_width": _mean([high - low for _, (low, high), _ in known]),
    }
    if fills := list_fills(readings):
        figures["filled_share_mean_error"] = _mean([abs(read - truth) for read, truth in fills])
    return figures


def _mean(values: Sequence[float | bool]) -> float | None:
    """The mean to four places; None of nothing, which JSON can tell."""
    return round(float(np.mean(values)), 4) if len(values) else None
