"""Fits the calibration of a model on the calibration split alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_softmax

from model.calibration import Calibration, Logistic, log_odds
from model.layout import SCENES
from training.measure import SHOWN_FROM, Measured, Run
from training.portion_fit import fit_portion, read_pairs
from training.portion_pairs import PortionPair
from training.scene import ANY_FOOD, UNKNOWN_SCENE
from training.statistics import conformal_margin, fit_curve, fit_logistic

ASSUMED_SHARE = {"foreign": 0.3, "spoiled": 0.3, "mould": 0.05}
"""Share of positives that probabilities assume: claims come from people who saw something, and
few of them mould, which alone brings the whole price back."""
_FOOD_REFUSED = 0.02
"""Share of food photos that may be taken for not-food."""
_COVERAGE = 0.9
_FOLDS = 8
_LEAST_FOUND = 40
"""Cases of found spoilage below which a margin of 5 % a side would be the largest error seen."""
_KINDS_RIGHT = 0.9
"""Share of named kinds that are to be right: the kind decides on half or all of the price."""
_LEAST_NAMED = 20
"""Objects below which such a share is chance."""
_NOT_FOOD = SCENES.index("not_food")


def calibrate(measured: list[Measured], run: Run, pairs: Iterable[PortionPair]) -> Calibration:
    """Returns the calibration of a model.

    Args:
        measured: real and composite cases of the calibration split.
        run: the network, for the pairs.
        pairs: drawn and, where they are at hand, rendered pairs of the calibration split.
    """
    spoiled = _fit(measured, "spoiled")
    foreign, shares = _fit(measured, "foreign"), _fit_shares(measured, spoiled)
    start = Calibration(
        foreign=foreign,
        spoiled=spoiled,
        mould=_fit(measured, "mould"),
        foreign_cell=_fit_foreign_cell(measured),
        kind_from=_fit_kind(measured, foreign),
        spoiled_cell=shares.cell,
        food_cell=0.5,
        container_cell=0.5,
        scene_temperature=_fit_temperature(measured),
        not_food_from=0.5,
        spoiled_share=shares.curve,
        share_below=shares.below,
        share_above=shares.above,
        fill_margin=1.0,
    )
    not_food_from = _fit_not_food(measured, start.scene_temperature)
    return replace(fit_portion(read_pairs(run, pairs, start), start), not_food_from=not_food_from)


def truth_of(item: Measured, name: str) -> bool | None:
    """Returns whether a case shows a defect: foreign, spoiled or mould; None where unknown."""
    if name == "mould":
        return False if item.case.spoiled is False else item.case.mould
    return item.case.foreign if name == "foreign" else item.case.spoiled


def _fit(measured: list[Measured], name: str) -> Logistic:
    known = [(m.scores[name], truth) for m in measured if (truth := truth_of(m, name)) is not None]
    scores, truths = (np.array(values, float) for values in zip(*known, strict=True))
    positives = max(float(truths.sum()), 1.0)
    odds = ASSUMED_SHARE[name] / (1 - ASSUMED_SHARE[name])
    return fit_logistic(scores, truths, odds * (truths.size - positives) / positives)


def _fit_foreign_cell(measured: list[Measured]) -> float:
    """The cell probability at which regions overlap the objects best."""
    shown = [(m, m.object_cells) for m in measured if m.object_cells is not None]
    levels = np.linspace(0.2, 0.8, 13)

    def overlap(level: float) -> float:
        shares = []
        for m, cells in shown:
            seen = m.maps["foreign"] >= level * 255
            shares.append((seen & cells).sum() / max((seen | cells).sum(), 1))
        return float(np.mean(shares))

    return float(levels[int(np.argmax([overlap(level) for level in levels]))]) if shown else 0.5


def _fit_kind(measured: list[Measured], foreign: Logistic) -> float:
    """The least probability from which nine of ten named kinds are right; 1 where none is.

    Every region counts that is likely enough to be shown, those on clean photos included.
    """
    named = [n for m in measured for n in m.named if foreign.apply(n.score) >= SHOWN_FROM]
    for level in np.linspace(0.2, 0.98, 40):
        right = [n.is_right for n in named if n.share >= level]
        if len(right) >= _LEAST_NAMED and np.mean(right) >= _KINDS_RIGHT:
            return float(level)
    return 1.0


def measure_share(item: Measured, spoiled_cell: float, food_cell: float = 0.5) -> float:
    """Returns the spoiled share of the food at a threshold."""
    spoiled = item.maps["spoiled"] >= spoiled_cell * 255
    visible = spoiled | (item.maps["food"] >= food_cell * 255)
    return float(spoiled.sum() / max(int(visible.sum()), 1))


def is_found(item: Measured, spoiled: Logistic) -> bool:
    """Whether spoilage is likelier than not; only then a share and its interval are of use."""
    return spoiled.apply(item.scores["spoiled"]) >= 0.5


class _Shares(NamedTuple):
    """From marked cells to the spoiled share: cell threshold, curve, interval in log-odds."""

    cell: float
    curve: Logistic
    below: float
    above: float


def _fit_shares(measured: list[Measured], spoiled: Logistic) -> _Shares:
    """Fitted where spoilage was found: where it was missed no share is acted on."""
    found = [
        (m, m.case.spoiled_share)
        for m in measured
        if m.case.spoiled_share is not None and is_found(m, spoiled)
    ]
    if len(found) < _LEAST_FOUND:
        return _Shares(0.5, Logistic(1.0, 0.0), 60.0, 60.0)
    cell, curve = _fit_cells(found)
    folds = [_miss(found, fold, cell) for fold in range(_FOLDS)]
    missed, tail = np.concatenate(folds), (1 + _COVERAGE) / 2
    below, above = conformal_margin(-missed, tail), conformal_margin(missed, tail)
    return _Shares(cell, curve, max(below, 0.0), max(above, 0.0))


def _fit_cells(found: list[tuple[Measured, float]]) -> tuple[float, Logistic]:
    """The cell threshold and the curve with the least mean error of the share."""
    fits = []
    for cell in np.linspace(0.2, 0.6, 9):
        odds, truths = _list_shares(found, float(cell))
        curve = fit_curve(odds, truths)
        error = float(np.abs(expit(curve.slope * odds + curve.offset) - truths).mean())
        fits.append((error, float(cell), curve))
    _, cell, curve = min(fits, key=lambda fit: fit[0])
    return cell, curve


def _miss(found: list[tuple[Measured, float]], fold: int, cell: float) -> NDArray[np.float64]:
    """How far shares are off, in log-odds, on a fold that did not fit the curve (Vovk 2015).

    The cell threshold is that of all folds: another one a fold would be another measurement.
    """
    others = [item for n, item in enumerate(found) if n % _FOLDS != fold]
    curve = fit_curve(*_list_shares(others, cell))
    odds, truths = _list_shares(found[fold::_FOLDS], cell)
    return np.array([log_odds(t) for t in truths]) - curve.slope * odds - curve.offset


def _list_shares(
    found: list[tuple[Measured, float]], cell: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log-odds of the marked shares at a cell threshold, and the true shares."""
    odds = np.array([log_odds(measure_share(m, cell)) for m, _ in found])
    return odds, np.array([truth for _, truth in found], float)


def _fit_temperature(measured: list[Measured]) -> float:
    known = [m for m in measured if m.case.scene not in (UNKNOWN_SCENE, ANY_FOOD)]
    logits = np.stack([m.scene for m in known]).astype(float)
    truths = np.array([m.case.scene for m in known])
    levels = np.geomspace(0.5, 4.0, 25)
    losses = [
        -log_softmax(logits / level, axis=1)[np.arange(len(truths)), truths].mean()
        for level in levels
    ]
    return float(levels[int(np.argmin(losses))])


def _fit_not_food(measured: list[Measured], temperature: float) -> float:
    """The least threshold that refuses at most 2 % of the food, and not below one half."""
    food = [m for m in measured if m.case.scene not in (UNKNOWN_SCENE, _NOT_FOOD)]
    shares = [
        float(np.exp(log_softmax(m.scene.astype(float) / temperature))[_NOT_FOOD]) for m in food
    ]
    return float(np.clip(np.quantile(shares, 1 - _FOOD_REFUSED), 0.5, 0.99))
