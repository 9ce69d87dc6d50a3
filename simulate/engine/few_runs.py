"""Intervals for three to a hundred runs, each with what it assumes of their law (rule 25).

Nothing here counts as guaranteed, but where the bounds are known and not assumed: what is said under an assumption is
told beside what is said without one, with the assumption.
"""

from __future__ import annotations

from bisect import bisect_left
from math import inf, isfinite, log2, sqrt

import numpy as np
from scipy.special import chdtri, stdtrit

from .small_samples import lower_limit

NORMAL, SYMMETRIC, BOUNDED = "normal (t)", "symmetric (signed rank)", "bounded"
SKEWED = "as skew as they look (bent t)"
BOLD = np.array([1.0, 0.9, 0.75, *(2.0 ** -np.arange(1, 10))])  # fractions of the capital that a few runs are bet on
MOST_RANKED = 200  # runs: of more there are too many pairs, and intervals that assume nothing do
MOST_RUNS = 10**6  # that are told as needed
SKEW = 2.5  # standard errors of a normal sample's skewness, from where on runs are visibly not normal, nor symmetric
ABOVE = 3.0  # standard deviations that positive values lie above 0, or else a normal law would have negative ones

Interval = tuple[float, float]


def not_so(x: np.ndarray, floor: float = -inf) -> str:
    """Why values are visibly not normal, nor symmetric; "" where that is not seen.  floor: below which they cannot be.

    A gate, seen in the values, can only keep a test from deciding. What Student's interval then misses of lognormal means, over
    its nominal error 1e-3, at 3, 5, 8, 20 and 86 runs: log-sd 0.3: 1.2, 2.1, 2.7, 3.2, 0.9; log-sd 1: 6.6, 7.2, 1.5, 0, 0;
    log-sd 2: 18, 2.1, 0, 0, 0. Without it: log-sd 1: 7, 26, 41, 33, 15; log-sd 2: 112, 228, 260, 230, 136.
    """
    n = len(x)
    sd = float(np.std(x)) if n > 2 and np.isfinite(x).all() else 0.0
    if not sd > 0:
        return ""
    mean = float(np.mean(x))
    skewness = float(np.mean(((x - mean) / sd) ** 3))
    if abs(skewness) > SKEW * sqrt(6 * (n - 2) / ((n + 1) * (n + 3))):
        return f"the runs are visibly skew ({skewness:.2g})"
    if mean - floor < ABOVE * sd * sqrt(n / (n - 1)):
        return "the runs are positive and spread widely: normal values would be negative, too"
    return ""


def normal_interval(x: np.ndarray, error: float) -> Interval:
    """The mean of normal values, by Student; (-oo, oo) of fewer than two, or where they do not vary."""
    n = len(x)
    sd = float(np.std(x, ddof=1)) if n > 1 and np.isfinite(x).all() else 0.0
    if not sd > 0 or np.min(x) == np.max(x):
        return -inf, inf
    middle, half = float(np.mean(x)), float(-stdtrit(n - 1, error / 2)) * sd / sqrt(n)
    half = half * (1 + 1e-9) + 2.0**-48 * float(np.max(np.abs(x)))
    return middle - half, middle + half


def variance_interval(low: np.ndarray, high: np.ndarray, error: float) -> Interval:
    """The variance of normal values, each known to lie in a span, by chi squared; (0, oo) of fewer than two, or of constants."""
    n = len(low)
    if n < 2 or not np.isfinite(high - low).all() or (np.min(low) == np.max(low) and np.min(high) == np.max(high)):
        return 0.0, inf
    middle, half = low / 2 + high / 2, float(np.linalg.norm(high - low)) / 2
    size = float(np.linalg.norm(middle - np.mean(middle)))
    room = half + 2.0**-45 * float(
        np.linalg.norm(middle)
    )  # so much may each of the values' sizes about their mean be off
    ends = chdtri(n - 1, error / 2), chdtri(n - 1, 1 - error / 2)
    return max(0.0, size - room) ** 2 / float(ends[0]) * (1 - 1e-9), (size + room) ** 2 / float(ends[1]) * (1 + 1e-9)


def bounded_interval(x: np.ndarray, low: float, high: float, error: float) -> Interval:
    """The mean of values within [low, high], at any number of them, by betting on either side with half of the error."""
    if len(x) == 0 or not np.isfinite(x).all():
        return low, high
    if np.min(x) < low or np.max(x) > high:
        raise ValueError(f"values from {np.min(x):g} to {np.max(x):g} are not within [{low:g}, {high:g}]")
    rounding = 2.0**-48 * max(abs(low), abs(high))
    bottom = low + lower_limit(x - low, error / 2, BOLD) - rounding
    top = high - lower_limit(high - x, error / 2, BOLD) + rounding
    return max(low, bottom), min(high, top)


def symmetric_interval(x: np.ndarray, error: float) -> Interval:
    """The centre of values whose law is symmetric about it: between two means of pairs, by Wilcoxon's signed ranks.

    The law of the rank sum is exact; ties make it hold all the more. (-oo, oo) where so few values cannot reach the error,
    and of more than `MOST_RANKED`.
    """
    n = len(x)
    if not 0 < n <= MOST_RANKED or not np.isfinite(x).all() or np.min(x) == np.max(x):
        return -inf, inf
    sums = np.ones(1)  # the probabilities of each rank sum
    for rank in range(1, n + 1):
        sums = (np.pad(sums, (0, rank)) + np.pad(sums, (rank, 0))) / 2
    k = int(np.searchsorted(np.cumsum(sums), error / 2 * (1 - 1e-9), side="right"))  # P(sum <= k - 1) <= error/2
    if k < 1:
        return -inf, inf
    i, j = np.triu_indices(n)
    means = np.sort(x[i] / 2 + x[j] / 2)
    rounding = 2.0**-50 * float(np.max(np.abs(x)))
    return float(means[k - 1]) - rounding, float(means[len(means) - k]) + rounding


def level_told(runs: int, error: float) -> str:
    """What so few runs cannot reach by signs or ranks, in words; "" where they do.

    All of them lie on one side of the claimed value with probability 2^(1 - runs), if it is the median.
    """
    if runs < 1 or 2.0 ** (1 - runs) <= error * (1 - 1e-9):
        return ""
    needed = int(np.ceil(1 - log2(error * (1 - 1e-9))))
    return f"{runs} runs reach 2^-{runs - 1} = {2.0 ** (1 - runs):.2g} at best, where {error:.2g} is asked: {needed} runs do"


def runs_needed(distance: float, sd: float, error: float) -> int | None:
    """So many normal runs tell a mean at this distance from what is claimed; None if more than `MOST_RUNS`."""
    if not (distance > 0 and sd > 0 and isfinite(distance) and isfinite(sd)):
        return None

    def enough(n: int) -> bool:
        return float(-stdtrit(n - 1, error / 2)) * sd / sqrt(n) < distance

    needed = 2 + bisect_left(range(2, MOST_RUNS + 1), True, key=enough)
    return needed if needed <= MOST_RUNS else None
