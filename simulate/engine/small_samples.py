"""Intervals for means of a few hundred values that somebody measured, of a law that nobody knows.

`estimate.clt_ball` is made for millions of replicates: its gate asks for a skewness below 0.2 at 200 values. Here the
interval itself bends with the skewness. Beside it there is a lower limit of means that are never negative, which holds
whatever the tail.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, exp, inf, isfinite, log, sqrt
from typing import Any

import numpy as np
from flint import arb
from scipy.special import ndtri, stdtrit

from theory.language.balls import Ball, Guarantee

from .blocks import Statistic
from .estimate import PARETO_GATE, TOP, Sums, _enclose, binomial_ball, bounded_ball, pareto_k, quantile_ranks
from .ties import Both, Values

FLOOR_SHARE = 0.1  # of the error of a mean that is never negative: for its lower limit
BETS = 2.0 ** -np.arange(1, 13)  # fractions of the capital bet on a larger mean, an equal part of the capital on each
# runs, and z a, of an interval that assumes that the runs show how skew they are: what benchmarks/bent.py finds by its rule
LEAST_BENT, MOST_BENT = 85, 1.5
LEAST = 1e-300  # of the largest value: no lower limit is looked for below


@dataclass(frozen=True)
class Measurement:
    """What the values of a statistic over the runs say of its mean (or quantile).

    ball: its note says why it decides nothing.  spread: the standard deviation of a value.
    tail: what may harm an asymptotic ball, with the limits, "" where nothing can.
    floor: a lower limit of a mean that is never negative; None where there is none.
    more: so many times the runs would be needed for the ball to count; inf where that is not known.
    open: the share of the values that have two readings, since they lie at a jump within the file's rounding.
    """

    ball: Ball
    spread: float = 0.0
    tail: str = ""
    floor: float | None = None
    more: float = 1.0
    open: float = 0.0


def measure(statistic: Statistic, x: Values, error: float, nonnegative: bool = False) -> Measurement:
    """A statistic from its values, by what is known of it (rule 19). nonnegative: whether it is never below 0.

    Of values in two readings: from the lower end of the lower one to the upper end of the upper one.
    """
    if isinstance(x, Both):
        low, high = (measure(statistic, y, error, nonnegative) for y in (x.low, x.high))
        value = low.ball.value.union(high.ball.value)
        ball = replace(low.ball, value=value, note=low.ball.note or high.ball.note)
        return replace(low, ball=ball, tail=low.tail or high.tail, more=max(low.more, high.more), open=x.open)
    if statistic.kind == "quantile":
        needed = log(error / 2) / log(max(statistic.level, 1 - statistic.level))
        return Measurement(quantile_ball(np.sort(x), statistic.level, error), more=max(1.0, needed / len(x)))
    if statistic.kind == "indicator":
        return Measurement(binomial_ball(int(np.count_nonzero(x)), len(x), error))
    if statistic.bounds:
        sums = Sums.of(x)
        return Measurement(bounded_ball(sums, *statistic.bounds, error), sqrt(max(sums.variance, 0.0)))
    if not nonnegative or not np.isfinite(x).all():
        return mean_ball(x, error)
    return replace(mean_ball(x, (1 - FLOOR_SHARE) * error), floor=lower_limit(x, FLOOR_SHARE * error))


def mean_ball(x: np.ndarray, error: float) -> Measurement:
    """The mean, by Student's interval bent by the skewness (Hall's cubic transformation, 1992); ASYMPTOTIC.

    On the side that skewness harms its end is (1 - (1 - z a)^(1/3)) 3/a standard errors away, a = 2 |skewness| / sqrt(N):
    the estimated skewness is doubled, as in rule 18; on the other it is z away, as without. Gates: z a <= 1, which is
    delta <= z^2/6; N >= 4 z^2 of the normal law; and the Pareto shape of the 3 sqrt(N) values farthest out.

    Misses over `error`, measured without the gate on the Pareto shape, N = 64 to 1000: 0 to 1.2 for normal, lognormal
    (log-sd 0.2 to 2.5), exponential and chi-square laws at errors from 1e-2 to 1e-4, for Student (2, 3, 5 degrees of
    freedom) and Pareto laws (tail index 1.5 to 4) at 1e-2 and 1e-3; for lognormal laws by importance sampling down to
    1e-7, N from 128 on: 0 to 0.5. Student's interval alone: up to 1000. What no interval for an unbounded mean can
    exclude is a rare component that no run has shown.
    """
    n = len(x)
    with np.errstate(all="ignore"):
        sums = Sums.of(x, float(np.mean(x)) if n else 0.0)
    if n < 2 or not isfinite(sums.m2) or not sums.m2 > 0 or sums.low == sums.high:
        note = "fewer than two runs" if n < 2 else "no variation seen" if isfinite(sums.m2) else "a value is not finite"
        return Measurement(Ball(arb(0, inf), Guarantee.ASYMPTOTIC, "data", n, error, note=note), more=inf)
    (low, high), z, a = _bent(sums, n, error)
    value = _enclose(low, high)
    farthest = max(24, min(TOP, int(3 * sqrt(n))))
    k = pareto_k(np.sort(np.abs(x - sums.mean))[-farthest:])
    gate = PARETO_GATE + 1.3 / sqrt(farthest) - 1.3 / sqrt(TOP)  # fewer values scatter more: by a standard error of k
    delta, limit = z**3 * a / 6, z * z / 6
    tail = f"delta = {delta:.2g} (limit {limit:.2g}), Pareto k = {k:.2f} (limit {gate:.2f})"
    least = ceil(4 * float(ndtri(error / 2)) ** 2)
    reasons, more = [], max((z * a) ** 2, least / n)
    if n < least:  # of so few the tail says nothing
        note = f"fewer than the {least} runs that this error probability needs"
        ball = Ball(value, Guarantee.ASYMPTOTIC, "data", n, error, delta, note)
        return Measurement(ball, sqrt(sums.variance), more=1.0)
    if delta > limit:
        reasons.append("too skew for so few runs")
    if k >= gate:
        reasons, more = [*reasons, "heavy tail"], inf
    ball = Ball(value, Guarantee.ASYMPTOTIC, "data", n, error, delta, ", ".join(reasons))
    return Measurement(ball, sqrt(sums.variance), tail, more=more)


def _bent(sums: Sums, n: int, error: float) -> tuple[tuple[float, float], float, float]:
    """The bent interval with z and a as of `mean_ball`, whatever they are."""
    low, high, z, a = bent_ends(sums.mean, sums.variance, sums.skewness, n, error)
    rounding = 2.0**-48 * max(abs(sums.low), abs(sums.high))
    return (float(low) - rounding, float(high) + rounding), z, float(a)


def bent_ends(mean: Any, variance: Any, skewness: Any, n: int, error: float) -> tuple[Any, Any, float, Any]:
    """(lower end, upper end, z, a) of bent intervals as of `mean_ball`, from arrays of estimates of samples of n."""
    z, a, se = float(-stdtrit(n - 1, error / 2)), 2 * np.abs(skewness) / sqrt(n), np.sqrt(variance / n)
    far = np.where(a > 1e-6, (1 - np.cbrt(1 - z * a)) * 3 / np.maximum(a, 1e-6), z)
    down, up = np.where(skewness > 0, z, far), np.where(skewness > 0, far, z)
    return mean - down * se, mean + up * se, z, a


def bent_interval(x: np.ndarray, error: float) -> tuple[tuple[float, float], str]:
    """The mean by the bent interval with fewer gates than `mean_ball` has, and why it decides nothing, "" if it may.

    It assumes that the runs show how skew their law is: that no part of it is so rare that fewer than five of the runs are
    expected to be of it. Over the laws and numbers of runs of benchmarks/bent.txt at which that is so, it misses no more
    often than `error`, 0.05 to 1e-4. Where it is not so it does: of normal values of which a hundredth lies 20 deviations
    out, at 100 runs, 3.7 times as often as 0.05, 30 times as often as 1e-3.
    """
    n, nothing = len(x), (-inf, inf)
    if n < LEAST_BENT or not np.isfinite(x).all():
        return nothing, f"fewer than {LEAST_BENT} runs do not show how skew they are"
    sums = Sums.of(x, float(np.mean(x)))
    if not sums.m2 > 0 or sums.low == sums.high:
        return nothing, "no variation seen"
    ends, z, a = _bent(sums, n, error)
    return (ends, "") if z * a <= MOST_BENT else (nothing, f"too skew for {n} runs ({sums.skewness:.2g})")


def lower_limit(x: np.ndarray, error: float, bets: np.ndarray = BETS) -> float:
    """A lower limit of the mean of values that are never negative, though they may be rounded to below 0; FINITE_SAMPLE,
    whatever the tail.

    Betting (Waudby-Smith and Ramdas 2024): if the mean is m, the capital prod (1 + b (x_i/m - 1)), b in [0, 1], has mean
    1, so it exceeds 1/error with probability at most error (Markov). It falls as m grows: the limit is where it crosses.
    """
    top = float(np.max(x, initial=0.0))
    if not top > 0:
        return 0.0
    x = np.maximum(x, 0.0) / top

    def rich(m: float) -> bool:
        with np.errstate(divide="ignore"):  # who bets all of it loses all of it at 0
            log_capital = np.log1p(bets[:, None] * (x / m - 1)).sum(axis=1)
        most = log_capital.max()
        if most == -inf:
            return False
        return bool(most + log(np.exp(log_capital - most).mean()) >= -log(error))

    low, high = log(LEAST), 0.0  # at the largest value no bet has won
    if not rich(LEAST):
        return 0.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if rich(exp(middle)) else (low, middle)
    return top * exp(low) * (1 - 1e-9)


def quantile_ball(x: np.ndarray, q: float, error: float) -> Ball:
    """The q-quantile, between order statistics of the sorted values; EXACT_LAW."""
    n = len(x)
    lower, upper = quantile_ranks(n, q, error)
    if lower < 1 or upper > n:
        note = f"too few runs for the {q:g}-quantile"
        return Ball(arb(0, inf), Guarantee.EXACT_LAW, "data", n, error, note=note)
    if not (isfinite(x[lower - 1]) and isfinite(x[upper - 1])):
        return Ball(arb(0, inf), Guarantee.EXACT_LAW, "data", n, error, note="a value is not finite")
    return Ball(_enclose(x[lower - 1], x[upper - 1]), Guarantee.EXACT_LAW, "data", n, error)
