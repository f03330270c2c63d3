"""The few statistics that figures rest on, each with its source."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import rankdata

from model.calibration import Logistic


def measure_auroc(positive: ArrayLike, negative: ArrayLike) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative.

    By ranks (Mann and Whitney 1947), ties counted half. nan where a side is empty.
    """
    above, below = np.asarray(positive, float), np.asarray(negative, float)
    if not above.size or not below.size:
        return float("nan")
    ranks = rankdata(np.concatenate([above, below]))
    least = above.size * (above.size + 1) / 2
    return float((ranks[: above.size].sum() - least) / (above.size * below.size))


def fit_logistic(scores: ArrayLike, truths: ArrayLike, positive_weight: float = 1.0) -> Logistic:
    """Fits Platt scaling by maximum likelihood, a little drawn towards slope 1.

    Args:
        scores: logits.
        truths: 0 or 1.
        positive_weight: weight of a positive against a negative, to set the share of positives
            that the probabilities assume.
    """
    x, y = np.asarray(scores, float), np.asarray(truths, float)
    weights = np.where(y > 0.5, positive_weight, 1.0)

    def loss(parameters: np.ndarray) -> float:
        p = np.clip(expit(parameters[0] * x + parameters[1]), 1e-7, 1 - 1e-7)
        fit = -(weights * (y * np.log(p) + (1 - y) * np.log(1 - p))).sum() / weights.sum()
        return float(fit + 1e-3 * ((parameters[0] - 1) ** 2 + 0.1 * parameters[1] ** 2))

    slope, offset = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return Logistic(float(slope), float(offset))


def fit_curve(odds: ArrayLike, shares: ArrayLike) -> Logistic:
    """Fits share = expit(slope * odds + offset) with the least mean absolute error.

    Args:
        odds: log-odds of measured shares.
        shares: true shares, in [0, 1].
    """
    x, y = np.asarray(odds, float), np.asarray(shares, float)

    def loss(parameters: np.ndarray) -> float:
        errors = np.abs(expit(parameters[0] * x + parameters[1]) - y)
        return float(errors.mean() + 1e-3 * ((parameters[0] - 1) ** 2 + 0.1 * parameters[1] ** 2))

    slope, offset = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return Logistic(float(slope), float(offset))


def measure_calibration_error(probabilities: ArrayLike, truths: ArrayLike, bins: int = 10) -> float:
    """Expected calibration error over bins of equal count (Naeini et al. 2015)."""
    p, y = np.asarray(probabilities, float), np.asarray(truths, float)
    order = np.argsort(p)
    gaps = [
        abs(p[part].mean() - y[part].mean()) * part.size
        for part in np.array_split(order, bins)
        if part.size
    ]
    return float(sum(gaps) / max(p.size, 1))


def conformal_margin(errors: ArrayLike, coverage: float = 0.9) -> float:
    """Split conformal quantile: covers a new error with at least `coverage` (Lei et al. 2018)."""
    values = np.sort(np.asarray(errors, float))
    rank = int(np.ceil((values.size + 1) * coverage)) - 1
    return float(values[min(max(rank, 0), values.size - 1)])
