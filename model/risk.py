"""Statistics of audits: what they prove, what they leave open, and when they break a promise."""

from __future__ import annotations

import math
from collections.abc import Sequence

TIMES_THE_ODDS = (1.5, 2.0, 4.0, 8.0)
"""Bets against a promise: that the odds of a wrong pre-approval are so many times as high."""

RESTART = 100
"""After so many audits another gambler starts anew, so that a long good time hides no bad one."""


def compute_p_value(wrong: int, audited: int, share: float) -> float:
    """Returns the exact p-value of so few wrong ones, were more than the allowed share wrong.

    It is P(X <= wrong) for X ~ Binomial(audited, share), which tests the hypothesis that the
    true share is `share` or more (Clopper and Pearson 1934).

    Args:
        wrong: audited ones that were wrong, 0 to `audited`.
        audited: how many were looked at, each drawn alike and by itself.
        share: the allowed share, in (0, 1).

    Returns:
        In [0, 1]; 1 where nothing was audited.
    """
    if wrong >= audited:
        return 1.0
    last = math.lgamma(audited + 1) - math.lgamma(wrong + 1) - math.lgamma(audited - wrong + 1)
    last += wrong * math.log(share) + (audited - wrong) * math.log1p(-share)
    # From the likeliest term down, in parts of it: no term is too small for a float.
    part = total = 1.0
    for count in range(wrong, 0, -1):
        part *= count / (audited - count + 1) * ((1 - share) / share)
        total += part
        if part < 1e-17 * total:
            break
    return min(1.0, math.exp(min(0.0, last + math.log(total))))


def bound_share(wrong: int, audited: int, confidence: float) -> tuple[float, float]:
    """Returns an exact interval for the true share of wrong ones (Clopper and Pearson 1934).

    Whatever the true share is, the interval holds it with at least the confidence: a share below
    it would give so many wrong ones, and one above it so few, with a chance of at most half of
    what the confidence leaves.

    Args:
        wrong: audited ones that were wrong, 0 to `audited`.
        audited: how many were looked at, each drawn alike and by itself; at least 1.
        confidence: such as 0.95.

    Returns:
        Lower and upper end, in [0, 1].
    """
    tail = (1 - confidence) / 2
    lower = _find_share(wrong - 1, audited, 1 - tail) if wrong else 0.0
    upper = _find_share(wrong, audited, tail) if wrong < audited else 1.0
    return lower, upper


def _find_share(wrong: int, audited: int, chance: float) -> float:
    """Returns the share for which so few wrong ones have that chance, which falls with it."""
    low, high = 0.0, 1.0
    # A float has no more than 53 bits to halve down to near 1; shares near 0 need no more either.
    for _ in range(60):
        middle = (low + high) / 2
        if compute_p_value(wrong, audited, middle) > chance:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def reject_holm(p_values: Sequence[float], level: float) -> list[bool]:
    """Returns which hypotheses are rejected; that any of these is true has at most that chance.

    Holds however the p-values depend on each other (Holm 1979), as those of nested sets of claims
    do. With it, thresholds are tested as in Learn then Test (Angelopoulos et al. 2021,
    arXiv 2110.01052, section 2).
    """
    rejected = [False] * len(p_values)
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    for done, i in enumerate(order):
        if p_values[i] > level / (len(p_values) - done):
            break
        rejected[i] = True
    return rejected


def count_needed(share: float, level: float, tests: int) -> int:
    """Returns how many audits without a wrong one prove the first of so many hypotheses."""
    return math.ceil(math.log(level / tests) / math.log1p(-share))


def measure_wealth(wrongs: Sequence[bool], share: float) -> float:
    """Returns what betting 1 against a promise would have come to after these audits.

    Every bet is fair where the true share is the allowed one: it multiplies its stake by
    1 + b (wrong - share), with b for an alternative p at (p - share) / (share (1 - share)), which
    makes it the likelihood ratio of p to the share. While the promise holds, the chance that the
    wealth ever reaches 1 / level, after however many audits, is therefore at most `level` (Ville's
    inequality; Waudby-Smith and Ramdas 2024, JRSS B 86, section 4). The stake is spread over some
    alternatives and over times to start at; what waits for a later start stays as it is.

    Args:
        wrongs: by audit, in the order of the verdicts, whether it was wrong.
        share: the allowed share of wrong ones, in (0, 1).
    """
    wealth = 0.0
    starts = range(0, len(wrongs), RESTART)
    for number, start in enumerate(starts, 1):
        wrong, audited = sum(wrongs[start:]), len(wrongs) - start
        bets = [_bet(wrong, audited, share, times) for times in TIMES_THE_ODDS]
        wealth += sum(bets) / len(bets) / (number * (number + 1))
    return wealth + 1 / (len(starts) + 1)


def _bet(wrong: int, audited: int, share: float, times_the_odds: float) -> float:
    """The likelihood ratio of a share with so many times the odds to the allowed share."""
    odds = times_the_odds * share / (1 - share)
    p = odds / (1 + odds)
    log_ratio = wrong * math.log(p / share)
    log_ratio += (audited - wrong) * (math.log1p(-p) - math.log1p(-share))
    return math.exp(min(log_ratio, 700.0))


def is_kept(draw: float, propensity: float, least: float) -> bool:
    """Evens out chances of being audited: says whether an audited claim stays in the sample.

    A claim that was audited with probability `propensity` stays with probability
    `least / propensity`. Every claim of the population is then in the sample
    with probability `least`, whatever its kind, so that the wrong ones among those in the sample
    are binomial with the share of the population. Weights instead would keep every audit, but a
    weighted sum is not binomial and has no exact test.

    Args:
        draw: a number in [0, 1), drawn uniformly for the claim alone; the same, the same answer.
        propensity: the probability with which it was to be audited, in (0, 1].
        least: the least such probability in the population, above 0, at most `propensity`.
    """
    return draw < least / propensity
