import numpy as np
import pytest
from scipy.special import expit

from training.statistics import (
    conformal_margin,
    fit_logistic,
    measure_auroc,
    measure_calibration_error,
)


def test_auroc_is_the_share_of_pairs_in_order_ties_counted_half() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        positive, negative = rng.integers(0, 6, 13), rng.integers(0, 5, 17)
        pairs = positive[:, None] - negative[None, :]
        expected = ((pairs > 0) + 0.5 * (pairs == 0)).mean()
        assert measure_auroc(positive, negative) == pytest.approx(expected)


def test_auroc_of_nothing_is_not_defined() -> None:
    assert np.isnan(measure_auroc([], [1.0]))
    assert np.isnan(measure_auroc([1.0], []))


def test_platt_scaling_recovers_what_made_the_truths() -> None:
    rng = np.random.default_rng(1)
    scores = rng.normal(0, 2, 20_000)
    truths = rng.random(scores.size) < expit(1.7 * scores - 0.8)
    fitted = fit_logistic(scores, truths)
    assert fitted.slope == pytest.approx(1.7, rel=0.08)
    assert fitted.offset == pytest.approx(-0.8, abs=0.1)


def test_weighing_positives_moves_the_assumed_share_of_positives() -> None:
    truths = np.array([1.0] * 500 + [0.0] * 500)
    fitted = fit_logistic(np.zeros(1000), truths, positive_weight=0.25)
    assert fitted.apply(0.0) == pytest.approx(0.2, abs=0.02)


def test_calibration_error_tells_honest_from_boastful() -> None:
    rng = np.random.default_rng(2)
    honest = rng.random(20_000)
    truths = rng.random(honest.size) < honest
    assert measure_calibration_error(honest, truths) < 0.02
    boastful = np.where(honest > 0.5, 1.0, 0.0)
    assert measure_calibration_error(boastful, truths) == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize("coverage", [0.8, 0.9])
def test_a_conformal_margin_covers_new_errors_as_promised(coverage: float) -> None:
    rng = np.random.default_rng(3)
    covered = [
        rng.exponential() <= conformal_margin(rng.exponential(size=30), coverage)
        for _ in range(4000)
    ]
    assert coverage - 0.02 < np.mean(covered) < coverage + 0.05


def test_too_few_errors_give_the_widest_margin_seen() -> None:
    assert conformal_margin([0.1, 0.4, 0.2], 0.9) == 0.4
