from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from model.canonical import draw_fraction
from model.risk import (
    bound_share,
    compute_p_value,
    count_needed,
    is_kept,
    measure_wealth,
    reject_holm,
)

SHARES = st.sampled_from([0.005, 0.02, 0.1, 0.5])


@settings(deadline=None, derandomize=True)
@given(st.integers(0, 3000), st.floats(0, 1), SHARES)
def test_the_p_value_is_that_of_the_binomial_test(audited: int, part: float, share: float) -> None:
    wrong = round(part * audited)
    expected = stats.binom.cdf(wrong, audited, share) if audited else 1.0
    assert compute_p_value(wrong, audited, share) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_the_p_value_of_very_many_audits_is_a_number() -> None:
    assert compute_p_value(1900, 100_000, 0.02) == pytest.approx(
        stats.binom.cdf(1900, 100_000, 0.02), rel=1e-6
    )
    assert compute_p_value(10, 10**6, 0.02) == 0.0


@settings(deadline=None, derandomize=True)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.sampled_from([0.05, 0.2]))
def test_holm_rejects_what_its_adjusted_p_values_say(p_values: list[float], level: float) -> None:
    """By the definition of adjusted p-values: running maxima of (m - rank) p (Holm 1979)."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, highest = {}, 0.0
    for rank, i in enumerate(order):
        highest = max(highest, p_values[i] * (len(p_values) - rank))
        adjusted[i] = highest
    # A p-value right at its limit may fall to either side in floating point.
    clear = [i for i in range(len(p_values)) if not math.isclose(adjusted[i], level)]
    found = reject_holm(p_values, level)
    assert [found[i] for i in clear] == [adjusted[i] < level for i in clear]


@settings(deadline=None, derandomize=True)
@given(SHARES, st.sampled_from([0.05, 0.01]), st.integers(1, 6))
def test_needed_audits_are_the_fewest_that_prove(share: float, level: float, tests: int) -> None:
    needed = count_needed(share, level, tests)
    assert compute_p_value(0, needed, share) <= level / tests
    assert compute_p_value(0, needed - 1, share) > level / tests


@settings(deadline=None, derandomize=True)
@given(st.lists(st.booleans(), max_size=450), SHARES)
def test_a_bet_against_the_promise_is_fair(wrongs: list[bool], share: float) -> None:
    """What the next audit brings on average, at the allowed share, is what there is."""
    now = measure_wealth(wrongs, share)
    after = share * measure_wealth([*wrongs, True], share)
    after += (1 - share) * measure_wealth([*wrongs, False], share)
    assert after == pytest.approx(now, rel=1e-9)


def test_wealth_starts_at_one_and_grows_with_wrong_ones_alone() -> None:
    assert measure_wealth([], 0.02) == 1.0
    assert measure_wealth([True], 0.02) > 1.0 > measure_wealth([False], 0.02) > 0.0
    assert measure_wealth([True] * 3000, 0.02) > 1e100


def test_claims_audited_more_often_are_thinned_to_the_others() -> None:
    draws = [draw_fraction("thin", f"claim-{number}") for number in range(20_000)]
    kept = [is_kept(draw, 0.10, 0.05) for draw in draws]
    assert sum(kept) / len(draws) == pytest.approx(0.5, abs=0.015)
    assert all(is_kept(draw, 0.05, 0.05) for draw in draws)
    assert not any(is_kept(draw, 0.05, 0.0) for draw in draws)


def test_thinning_is_independent_of_the_draw_of_blind_cases() -> None:
    ids = [f"claim-{number}" for number in random.Random(0).sample(range(10**9), 40_000)]
    blind = [claim for claim in ids if draw_fraction("blind", claim) < 0.10]
    kept = sum(is_kept(draw_fraction("thin", claim), 0.10, 0.05) for claim in blind) / len(blind)
    assert kept == pytest.approx(0.5, abs=0.03)


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 3000), st.floats(0, 1), st.sampled_from([0.9, 0.95, 0.99]))
def test_the_interval_is_that_of_clopper_and_pearson(
    audited: int, part: float, confidence: float
) -> None:
    wrong = round(part * audited)
    exact = stats.binomtest(wrong, audited).proportion_ci(confidence, method="exact")
    found = bound_share(wrong, audited, confidence)
    assert found == pytest.approx((exact.low, exact.high), rel=1e-6, abs=1e-12)
