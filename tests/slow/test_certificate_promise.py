"""The promise of the risk certificate, by simulation; run with -s to see the figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from model.canonical import draw_fraction
from model.certificate import GRID, Promise, prove
from model.risk import is_kept

pytestmark = pytest.mark.slow

DRAWS = 10_000
PROMISE = Promise(0.02, 0.95)
ALPHA, DELTA = PROMISE.max_wrong_fraction, PROMISE.level
SLACK = 3 * math.sqrt(DELTA * (1 - DELTA) / DRAWS)
"""Three standard errors of a share of delta among so many draws."""

EDGE = (0.10, 0.06, 0.020, 0.020, 0.020, 0.020)
FALLING = (0.08, 0.05, 0.035, 0.024, 0.010, 0.002)
ODD = (0.001, 0.001, 0.001, 0.03, 0.03, 0.03)
FLAT = (ALPHA,) * 6
"""Chance of being wrong between a threshold of the grid and the next one, lowest first."""


def tail_shares(chances: tuple[float, ...]) -> NDArray[np.float64]:
    """The true share of wrong ones from each threshold on; as many claims between any two."""
    sums = np.cumsum(np.array(chances)[::-1])[::-1]
    return sums / np.arange(len(chances), 0, -1)


def draw_counts(chances: tuple[float, ...], audits: int, seed: int) -> NDArray[np.int64]:
    """Audited and wrong at each threshold: (draws, thresholds, 2)."""
    rng = np.random.default_rng(seed)
    between = rng.multinomial(audits, np.full(len(chances), 1 / len(chances)), DRAWS)
    wrong = rng.binomial(between, chances)
    both = np.stack([between, wrong], axis=2)
    return np.cumsum(both[:, ::-1], axis=1)[:, ::-1]


def judge(counts: NDArray[np.int64], true: NDArray[np.float64]) -> tuple[float, float]:
    """Returns the shares of draws with a certificate, and with one whose promise is broken.

    A true share of exactly alpha counts as broken: it is the worst case of the test.
    """
    grid = GRID["spoilage"]
    issued = broken = 0
    for draw in counts.tolist():
        threshold = prove("spoilage", draw, PROMISE).threshold
        if threshold is not None:
            issued += 1
            broken += bool(true[grid.index(threshold)] >= ALPHA - 1e-12)
    return issued / len(counts), broken / len(counts)


@pytest.mark.parametrize(
    ("name", "chances", "audits"),
    [
        ("flat, at alpha", FLAT, 1000),
        ("edge", EDGE, 2000),
        ("falling", FALLING, 1500),
        ("odd", ODD, 1500),
    ],
)
def test_a_broken_promise_is_as_rare_as_promised(
    name: str, chances: tuple[float, ...], audits: int
) -> None:
    true = tail_shares(chances)
    issued, broken = judge(draw_counts(chances, audits, seed=1), true)
    print(f"\n{name}: true shares {true.round(4)}, issued {issued:.4f}, broken {broken:.4f}")
    assert broken <= DELTA + SLACK


def test_enough_good_audits_bring_a_certificate() -> None:
    good = (0.012, 0.010, 0.008, 0.006, 0.004, 0.002)
    for audits, least in ((500, 0.2), (1000, 0.7), (2000, 0.99)):
        issued, _ = judge(draw_counts(good, audits, seed=2), tail_shares(good))
        print(f"\n{audits} audits of which {tail_shares(good)[0]:.3f} wrong: issued {issued:.4f}")
        assert issued >= least


def test_thinning_keeps_the_promise_where_audits_are_drawn_unevenly() -> None:
    """Small claims are audited half as often as large ones, and are wrong more often."""
    chance, share, rate = (0.026, 0.006), (0.7, 0.3), (0.05, 0.10)
    assert np.dot(chance, share) == pytest.approx(ALPHA)
    rng = np.random.default_rng(3)
    broken = dict.fromkeys(("thinned", "as drawn"), 0.0)
    draws, claims = 2000, 40_000
    kept = [
        np.array(
            [is_kept(draw_fraction("thin", f"{kind}-{i}"), rate[kind], 0.05) for i in range(20_000)]
        )
        for kind in (0, 1)
    ]
    for _ in range(draws):
        large = int(rng.binomial(claims, share[1]))
        judged = [rng.binomial(n, p) for n, p in zip((claims - large, large), rate, strict=True)]
        wrongs = [rng.random(n) < p for n, p in zip(judged, chance, strict=True)]
        picked = [rng.integers(0, 20_000, n) for n in judged]
        thinned = [w[keep[ids]] for w, keep, ids in zip(wrongs, kept, picked, strict=True)]
        for name, sample in (("thinned", thinned), ("as drawn", wrongs)):
            counts = [(sum(w.size for w in sample), int(sum(w.sum() for w in sample)))]
            broken[name] += prove("delivery", counts, PROMISE).threshold is not None
    shares = {name: count / draws for name, count in broken.items()}
    print(f"\nbroken: {shares}")
    assert shares["thinned"] <= DELTA + 3 * math.sqrt(DELTA / draws)
    assert shares["as drawn"] > 2 * DELTA
