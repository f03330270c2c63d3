"""How seldom a good certificate freezes, and how soon a broken one; -s shows the figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from model.certificate import Promise
from model.risk import RESTART, TIMES_THE_ODDS, measure_wealth

pytestmark = pytest.mark.slow

PROMISE = Promise(0.02, 0.95)
ALPHA, DELTA = PROMISE.max_wrong_fraction, PROMISE.level
DRAWS = 4000


def trace_wealth(wrongs: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The wealth after each audit, (draws, audits): measure_wealth for many draws at once."""
    draws, audits = wrongs.shape
    wealth = np.zeros((draws, audits))
    starts = range(0, audits, RESTART)
    for number, start in enumerate(starts, 1):
        wrong = np.cumsum(wrongs[:, start:], axis=1)
        count = np.arange(1, audits - start + 1)
        stake = 1 / (number * (number + 1))
        wealth[:, :start] += stake
        for times in TIMES_THE_ODDS:
            p = times * ALPHA / (1 - ALPHA + times * ALPHA)
            up, down = math.log(p / ALPHA), math.log((1 - p) / (1 - ALPHA))
            bet = np.exp(wrong * (up - down) + count * down)
            wealth[:, start:] += stake / len(TIMES_THE_ODDS) * bet
    return wealth + 1 / (len(starts) + 1)


def find_freezes(*phases: tuple[int, float], draws: int, seed: int) -> NDArray[np.float64]:
    """Audits until the freeze, inf without one; phases of audits and their share of wrong ones."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws // 200):
        wrongs = np.concatenate([rng.random((200, n)) < p for n, p in phases], axis=1)
        over = trace_wealth(wrongs) >= 1 / DELTA
        found.append(np.where(over.any(axis=1), over.argmax(axis=1) + 1.0, np.inf))
    return np.concatenate(found)


def test_the_trace_is_what_the_service_computes() -> None:
    wrongs = np.random.default_rng(0).random((5, 350)) < 0.05
    traced = trace_wealth(wrongs)
    for draw, row in zip(wrongs.tolist(), traced, strict=True):
        for audits in (1, 99, 100, 101, 200, 350):
            assert measure_wealth(draw[:audits], ALPHA) == pytest.approx(row[audits - 1])


def test_a_certificate_that_just_holds_is_seldom_frozen() -> None:
    frozen = np.isfinite(find_freezes((1000, ALPHA), draws=DRAWS, seed=1)).mean()
    print(f"\nfrozen within 1000 audits at a true share of alpha: {frozen:.4f}")
    assert 0 < frozen <= DELTA


@pytest.mark.parametrize(
    ("times", "audits", "least"), [(2, 1000, 0.8), (3, 400, 0.9), (5, 150, 0.9), (10, 60, 0.9)]
)
def test_a_broken_promise_is_noticed(times: int, audits: int, least: float) -> None:
    found = find_freezes((1000, times * ALPHA), draws=1000, seed=2)
    print(f"\nat {times} alpha frozen after {np.median(found):.0f} audits (median)")
    assert (found <= audits).mean() >= least


def test_a_long_good_time_hides_no_bad_one() -> None:
    found = find_freezes((1000, ALPHA / 2), (700, 3 * ALPHA), draws=1000, seed=3)
    late = found[found > 1000] - 1000
    print(f"\n3 alpha after 1000 good audits: frozen after {np.median(late):.0f} more (median)")
    assert (late <= 600).mean() >= 0.9
