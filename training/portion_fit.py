"""Fits what turns filled shares into a missing volume, on calibration pairs alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.calibration import LEAST_LEFT, LEFT_ABOVE, LEFT_BELOW, UNDECIDED_MOST, Calibration
from model.portion import Filling, compare, measure_filling
from model.regions import sigmoid
from model.scores import Portion
from training.measure import Run
from training.portion_pairs import DRAWN_SORT, RENDERED_SORT, PortionPair
from training.statistics import conformal_margin

APART = 0.1
"""Shortfall from which a pair's order is to be told: the policy's first threshold."""
_UNDECIDED_STEP, _UNDECIDED_LEVELS = 0.05, 5
"""Levels that are tried, from `UNDECIDED_MOST` to stricter ones; drawn pairs are easier than real
photos, so they may not loosen it."""
_ORDER_RIGHT = 0.97
"""Share of pairs whose order is to be right: more than the target, for the pairs are few."""
_LEAST_PAIRS = 10
"""Pairs below which a share of them is chance."""
_LEAST_RENDERED = 5
"""Rendered pairs below which the curve and the least width of its interval stay as they were."""
_NEVER = 2.0
"""A filled share that no container has."""
_TAIL = 0.95
"""Each end of the 90 % interval covers this share."""


class Reading(NamedTuple):
    """A pair as the network reads it; a filling is None where no container was seen whole."""

    pair: PortionPair
    packing: Filling | None
    customer: Filling | None

    def estimate(self, calibration: Calibration, *, swapped: bool = False) -> Portion | None:
        """The portion against the packing photo, or with the two photos' parts swapped.

        Returns:
            None where the model abstains.
        """
        mine, full = (self.packing, self.customer) if swapped else (self.customer, self.packing)
        portion = compare(mine, full, (), calibration) if full is not None else None
        return portion if portion and portion.interval else None


def read_pairs(run: Run, pairs: Iterable[PortionPair], calibration: Calibration) -> list[Reading]:
    """Runs the network over pairs; pictures are dropped as soon as they are read."""
    readings = []
    for pair in pairs:
        packing, customer = (_read(run, bgr, calibration) for bgr in (pair.packing, pair.customer))
        blank = np.zeros((0, 0, 3), np.uint8)
        readings.append(Reading(replace(pair, packing=blank, customer=blank), packing, customer))
    return readings


def _read(run: Run, bgr: NDArray[np.uint8], calibration: Calibration) -> Filling | None:
    maps = run(bgr).maps
    food = np.maximum(maps["food"], maps["foreign"])
    return measure_filling(sigmoid(maps["container"]), sigmoid(food), calibration)


def list_fills(readings: Sequence[Reading]) -> list[tuple[float, float]]:
    """Filled share read and true, of every photo whose truth is exact."""
    return [
        (filling.share, truth)
        for reading in readings
        if reading.pair.shares
        for filling, truth in zip(reading[1:], reading.pair.shares, strict=True)
        if filling is not None
    ]


def fit_portion(readings: Sequence[Reading], start: Calibration) -> Calibration:
    """Returns the calibration with the numbers of the portion fitted.

    Without rendered pairs nothing here knows a volume: the curve and the least width of its
    interval are then those that were fitted once (`docs/decisions/0009-volume-from-area.md`).

    Args:
        readings: of drawn and rendered pairs of the calibration split.
        start: what else is calibrated.
    """
    fills = [abs(read - truth) for read, truth in list_fills(readings)]
    fitted = replace(start, fill_margin=conformal_margin(fills or [1.0]))
    drawn, rendered = (
        [r for r in readings if r.pair.sort == sort] for sort in (DRAWN_SORT, RENDERED_SORT)
    )
    fitted = replace(fitted, undecided_most=_fit_undecided(drawn, fitted))
    if len(_list_left(rendered, fitted)) >= _LEAST_RENDERED:
        fitted = replace(fitted, left_power=_fit_power(drawn + rendered, fitted))
    # A container full to the walls is where depth is misread most; it widens the interval.
    tried = replace(fitted, brimful_from=_NEVER)
    missed = [
        np.log(max(truth, LEAST_LEFT)) - np.log(max(left, LEAST_LEFT))
        for left, truth in _list_left(drawn + rendered, tried)
    ]
    if len(missed) < _LEAST_PAIRS:
        return fitted
    below = max(conformal_margin(-np.array(missed), _TAIL), 0.0)
    above = max(conformal_margin(missed, _TAIL), 0.0)
    if len(_list_left(rendered, tried)) < _LEAST_RENDERED:
        below, above = max(below, LEFT_BELOW), max(above, LEFT_ABOVE)
    return replace(fitted, left_below=below, left_above=above)


def _fit_undecided(readings: Sequence[Reading], start: Calibration) -> float:
    """The most undecided cells with which the order of drawn pairs is still told right.

    Rendered pairs are also misread where the level is lower and no cell is in doubt.
    """
    best = start.undecided_most
    for step in range(_UNDECIDED_LEVELS):
        level = UNDECIDED_MOST - step * _UNDECIDED_STEP
        told = list_orders(readings, replace(start, undecided_most=level))
        if len(told) < _LEAST_PAIRS:
            return best
        best = level
        if np.mean(told) >= _ORDER_RIGHT:
            return best
    return best


def list_orders(readings: Sequence[Reading], calibration: Calibration) -> list[bool]:
    """Whether fuller is told from emptier, each photo taken once for the one as packed.

    Pairs whose truth lies less than `APART` apart, and abstentions, are left out.
    """
    told = []
    for reading in readings:
        if reading.pair.shortfall >= APART:
            estimates = (
                (reading.estimate(calibration), True),
                (reading.estimate(calibration, swapped=True), False),
            )
            told += [
                ((portion.shortfall_fraction or 0.0) > 0) == is_short
                for portion, is_short in estimates
                if portion is not None
            ]
    return told


def _fit_power(readings: Sequence[Reading], start: Calibration) -> float:
    """The power with the least mean squared error, every sort of pairs weighing the same."""

    def error(power: float) -> float:
        tried = replace(start, left_power=power)
        sorts = {reading.pair.sort for reading in readings}
        known = [_list_left([r for r in readings if r.pair.sort == s], tried) for s in sorts]
        return float(
            np.mean([np.mean([(left - truth) ** 2 for left, truth in k]) for k in known if k])
        )

    return float(min(np.linspace(0.7, 2.5, 37), key=lambda power: error(float(power))))


def _list_left(readings: Sequence[Reading], calibration: Calibration) -> list[tuple[float, float]]:
    """What is left, estimated and true, of the pairs that are estimated."""
    return [
        (1 - (portion.shortfall_fraction or 0.0), min(1 - r.pair.shortfall, 1.0))
        for r in readings
        if (portion := r.estimate(calibration)) is not None
    ]
