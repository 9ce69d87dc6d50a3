"""From a streamed sample to a ball: power sums, histograms, intervals and the error each may spend (rules 15-19).

An interval that decides nothing says why in its `note`; callers must treat a ball with a note as undecided. The level
of an interval is always the `error` passed in, the one that `error_share` grants.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import reduce
from math import exp, inf, isfinite, log, nan, pi, sqrt

import numpy as np
from flint import arb
from scipy.special import betainc, betaincc, betainccinv, betaincinv, ndtri, stdtrit

from theory.language.balls import Ball, Guarantee

from .reduction import reduction

CLAIMS = 2048  # claims that share one alpha, whatever really runs
# Largest values kept for the Pareto gate. With 64 its k has a standard error of 0.15, half its threshold, and the gate refuses
# more lognormals of log-sd 1 (a fifth, not 1 in 11 to 25) and fewer Pareto tails of index 2.5 (0.7 of them, not 0.88).
TOP = 256
PARETO_GATE = 0.3  # k at or above: too heavy a tail for the normal approximation
DELTA_GATE = 1.0
# With a known scale the worse tail is off by exp(delta), but the *studentised* mean, whose Edgeworth term is
# skew (2 z^2 + 1) / (6 sqrt N), by exp(2 delta). Two-sided misses over nominal, exponentials at the gate, error 1e-6 to
# 1e-12: 2.5 to 3.4 at the full share, 1.25 to 1.37 at exp(-delta), 0.5 at exp(-2 delta): 2 to 4 % more radius there.
STUDENT = 2.0
NO_TOP = np.empty(0)


# -- error shares ------------------------------------------------------------------------------------------------------
def error_share(alpha: float, point: int, look: int, estimates: int = 1) -> float:
    """The error probability of one estimate: `point` and `look` count from 1, `estimates` at that point share it.

    Summed over 2,048 claims, both batches, all points, all looks and the estimates of a point: at most alpha. First and
    second batches have equal halves; nothing depends on what else runs.
    """
    if min(point, look, estimates) < 1 or not 0 < alpha < 1:
        raise ValueError("point, look and estimates count from 1, and alpha lies in (0, 1)")
    return alpha / CLAIMS / 2 * (6 / (pi * point) ** 2) * (6 / (pi * look) ** 2) / estimates


# -- power sums --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, eq=False, slots=True)
class Sums:
    """A sample of one real statistic, reduced: constant size, mergeable (in block order: associative up to rounding).

    mean, m2, m3, m4: the mean and the central power *sums*, sum (x - mean)^p. low, high: least and largest value seen.
    shift: a fixed number, the same for all blocks of a statistic (0, or a pilot's mean).
    top: shape (min(count, TOP),), the largest |x - shift|, in no particular order.
    upper: the sums of the upper reading, where near-ties leave the values two readings (these are those of the lower one).
    """

    count: int = 0
    mean: float = 0.0
    m2: float = 0.0
    m3: float = 0.0
    m4: float = 0.0
    low: float = inf
    high: float = -inf
    shift: float = 0.0
    top: np.ndarray = field(default_factory=lambda: NO_TOP)
    upper: Sums | None = None

    @classmethod
    def of(cls, values: np.ndarray, shift: float = 0.0, keep: int = TOP) -> Sums:
        """The sums of `values` (any shape, all entries are replicates); overflow and nan end in a nan mean.

        keep: how many of the largest; none where no tail is looked at.
        """
        x = np.ascontiguousarray(values, dtype=float).ravel()
        if not x.size:
            return cls(shift=shift)
        mean, m2, m3, m4, low, high, top = reduction(x, shift, keep)
        return cls(x.size, mean, m2, m3, m4, low, high, shift, top)

    def merge(self, other: Sums) -> Sums:
        """The sums of both samples (Chan et al. 1979, Pebay 2008)."""
        return self._with(other, largest(np.concatenate((self.top, other.top))))

    def _with(self, other: Sums, top: np.ndarray) -> Sums:
        both = self.upper or other.upper
        upper = (self.upper or self)._with(other.upper or other, NO_TOP) if both else None
        if not self.count or not other.count:  # an empty one fits every shift
            some = self if self.count else other
            return Sums(some.count, some.mean, some.m2, some.m3, some.m4, some.low, some.high, some.shift, top, upper)
        if self.shift != other.shift:
            raise ValueError("samples with different shifts cannot be merged")
        n = self.count + other.count
        a, b, d = self.count / n, other.count / n, other.mean - self.mean
        d2 = d * d  # products, not powers: a float power raises on overflow
        m2 = self.m2 + other.m2 + d2 * n * a * b
        m3 = self.m3 + other.m3 + d2 * d * n * a * b * (a - b) + 3 * d * (a * other.m2 - b * self.m2)
        m4 = self.m4 + other.m4 + d2 * d2 * n * a * b * (a * a - a * b + b * b)
        m4 += 6 * d2 * (a * a * other.m2 + b * b * self.m2) + 4 * d * (a * other.m3 - b * self.m3)
        mean = self.mean + d * b if a >= b else other.mean - d * a
        low, high = min(self.low, other.low), max(self.high, other.high)
        return Sums(n, mean, m2, m3, m4, low, high, self.shift, top, upper)

    @staticmethod
    def merged(parts: Iterable[Sums]) -> Sums:
        """All parts, folded in their order: the same bits as repeated `merge`, with one selection of the top."""
        parts = list(parts)
        if not parts:
            return Sums()
        total = reduce(lambda some, part: some._with(part, NO_TOP), parts)
        return total._with(Sums(shift=total.shift), largest(np.concatenate([p.top for p in parts])))

    @property
    def open(self) -> float:
        """How far apart the means of the two readings are."""
        return self.upper.mean - self.mean if self.upper else 0.0

    @property
    def variance(self) -> float:
        """Unbiased, N - 1 degrees of freedom; nan below two replicates."""
        return self.m2 / (self.count - 1) if self.count > 1 else nan

    @property
    def skewness(self) -> float:
        """sqrt(N) m3 / m2^1.5: at most sqrt(N) in size, so biased to 0 under heavy tails; nan without variation."""
        scale = self.m2 * sqrt(self.m2) if self.m2 > 0 else nan
        return sqrt(self.count) * self.m3 / scale if scale else nan


def largest(values: np.ndarray) -> np.ndarray:
    """The `TOP` largest of `values`, unsorted."""
    return values if values.size <= TOP else np.partition(values, -TOP)[-TOP:].copy()  # a view would keep all of them


# -- the asymptotic interval and its gates -----------------------------------------------------------------------------
def pareto_k(top: np.ndarray) -> float:
    """Shape of a generalised Pareto law fitted to the excesses of `top` over its least element; k > 0 is a heavy tail.

    Zhang and Stephens (2009), as in PSIS but *without* the weak prior of Vehtari et al., which pulls k towards 1/2
    and so refuses more light tails. Fewer than 20 positive excesses (few replicates, or a
    statistic with few values): nan, no gate. From 64 values the standard error is about (1 + k) / 8.
    """
    x = np.sort(top)
    if x.size and not isfinite(x[-1]):
        return inf
    x = x - x[0] if x.size else x
    x = x[x > 0]
    n = x.size
    if n < 20:
        return nan
    m = 30 + int(sqrt(n))
    with np.errstate(all="ignore"):
        x = x / x[-1]  # k has no scale, and 1 / x none to overflow
        theta = 1 + (1 - np.sqrt(m / (np.arange(m) + 0.5))) / (3 * x[int(n / 4 + 0.5) - 1])
        k = np.log1p(-theta[:, None] * x).mean(axis=1)
        profile = n * (np.log(-theta / k) - k - 1)
        theta, profile = theta[np.isfinite(profile)], profile[np.isfinite(profile)]
        if not profile.size:
            return nan
        weight = np.exp(profile - profile.max())
        return float(np.log1p(-(theta @ weight / weight.sum()) * x).mean())


def tail_share(error: float, skewness: float, count: int) -> tuple[float, float]:
    """(share, delta): the level at which a studentised interval of `count` replicates misses with at most `error`.

    delta = z^3 |skewness| / (6 sqrt count) at the z of the interval itself, share = error exp(-2 delta); the least
    fixed point is the limit of an increasing sequence, left as soon as delta > 1 (then share is for display only).
    A nan skewness gives delta = nan, which passes no gate.
    """
    slope, delta = abs(skewness) / (6 * sqrt(count)), 0.0
    for _ in range(200):
        share = error * exp(-STUDENT * min(delta, DELTA_GATE))
        new = float(-ndtri(share / 2)) ** 3 * slope if slope else 0.0
        if not new <= DELTA_GATE:
            return error * exp(-STUDENT * DELTA_GATE), new
        if new - delta <= 1e-12 * new:
            break
        delta = new
    return error * exp(-STUDENT * new), new


def clt_ball(sums: Sums, error: float, skewness: float | None = None) -> Ball:
    """The mean, by Student's interval at the share of rule 18; ASYMPTOTIC: misses with probability `error`, nominally.

    skewness: that of one replicate if known from the loop, else it is estimated and doubled. Gates: delta <= 1, and, where
    the skewness is only estimated, `pareto_k` < 0.3 (a known law has no tail that a sample could fail to show). Where a
    gate fails the interval is given all the same, with a note saying why it decides nothing.
    """
    n = sums.count
    if n < 2:
        return _clt(arb(sums.mean if n else 0, inf), n, error, 0.0, "fewer than two replicates")
    if not isfinite(sums.m2) or not isfinite(sums.mean):
        return _clt(arb(0, inf), n, error, 0.0, "overflow or nan among the replicates")
    if sums.low == sums.high or sums.m2 <= 0:
        # N equal values bound the probability of any other value, never the mean, which that value may dominate.
        note = f"no variation seen: another value has probability up to {-log(error) / n:.2g}"
        return _clt(arb(0, inf), n, error, 0.0, note)
    share, delta = tail_share(error, 2 * sums.skewness if skewness is None else skewness, n)
    k = pareto_k(sums.top) if skewness is None else nan
    notes = [] if delta <= DELTA_GATE else [f"skewness: delta = {delta:.2g} > {DELTA_GATE:g}"]
    notes += [f"Pareto k = {k:.2f} >= {PARETO_GATE:g}"] if k >= PARETO_GATE else []
    radius = float(-stdtrit(n - 1, share / 2)) * sqrt(sums.variance / n)
    # The streamed mean has rounding errors of the size of the largest value, not of the mean.
    radius += 2.0**-48 * max(abs(sums.low), abs(sums.high))
    return _clt(_enclose(sums.mean - radius, sums.mean + radius), n, error, delta, "; ".join(notes))


def _clt(value: arb, n: int, error: float, delta: float, note: str) -> Ball:
    return Ball(value, Guarantee.ASYMPTOTIC, replicates=n, error=error, delta=delta, note=note)


# -- exact laws and bounded values -------------------------------------------------------------------------------------
def binomial_ball(successes: int, trials: int, error: float) -> Ball:
    """A probability, by Clopper and Pearson; EXACT_LAW for independent trials, at every probability and sample size."""
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials")
    flip = 2 * successes > trials  # near 1 floats are coarse: work with the rarer outcome, flip in ball arithmetic
    k, n = int(trials - successes if flip else successes), int(trials)
    low = float(betaincinv(k, n - k + 1, error / 2)) if k > 0 else 0.0
    high = float(betainccinv(k + 1, n - k, error / 2)) if k < n else 1.0
    value = _enclose(low, high)
    return Ball(1 - value if flip else value, Guarantee.EXACT_LAW, replicates=n, error=error)


def bounded_ball(sums: Sums, low: float, high: float, error: float) -> Ball:
    """The mean of a variable known to lie in [low, high], by empirical Bernstein; FINITE_SAMPLE, no gate needed.

    Maurer and Pontil (2009), two-sided: Bernstein up, Bernstein down and the deviation of the sample's standard
    deviation take a third of the error each, hence log(3 / error); then cut with [low, high].
    """
    if sums.count and not (low <= sums.low and sums.high <= high):
        raise ValueError(f"values from {sums.low} to {sums.high} are not within [{low}, {high}]")
    n, level = sums.count, log(3 / error)
    if n < 2:
        return Ball(_enclose(low, high), Guarantee.FINITE_SAMPLE, replicates=n, error=error)
    radius = sqrt(2 * sums.variance * level / n) + 7 * (high - low) * level / (3 * (n - 1))
    radius += 2.0**-48 * max(abs(low), abs(high))
    value = _enclose(max(low, sums.mean - radius), min(high, sums.mean + radius))
    return Ball(value, Guarantee.FINITE_SAMPLE, replicates=n, error=error)


# -- quantiles ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, eq=False, slots=True)
class Histogram:
    """Counts between fixed edges: all that a quantile needs, in memory that does not grow with the replicates.

    edges: shape (m,), increasing, chosen before anything is counted. counts: shape (m + 1,) integers; bin i holds
    edges[i-1] <= x < edges[i], bin 0 and bin m what lies outside.
    """

    edges: np.ndarray
    counts: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, edges: np.ndarray) -> Histogram:
        """The counts of these values, an array of any shape. Raises `ValueError` for nan."""
        # to look up the edges among sorted values takes a fifth of the time that a look-up of each value takes
        x = np.sort(np.asarray(values, dtype=float), axis=None)
        if x.size and np.isnan(x[-1]):
            raise ValueError("nan has no place in a histogram")
        return cls(edges, np.diff(np.searchsorted(x, edges), prepend=0, append=x.size))

    def merge(self, other: Histogram) -> Histogram:
        """The counts of both. Raises `ValueError` for other edges."""
        if self.edges is not other.edges and not np.array_equal(self.edges, other.edges):
            raise ValueError("histograms with different edges cannot be merged")
        return Histogram(self.edges, self.counts + other.counts)

    @property
    def count(self) -> int:
        """How many values were counted."""
        return int(self.counts.sum())


def quantile_edges(pilot: np.ndarray, q: float, bins: int = 4000) -> np.ndarray:
    """Shape (bins + 1,): 12 standard errors of the pilot's q-quantile to either side of it, equally spaced.

    The standard error is a third of the wider of the gaps to the order statistics 3 sqrt(n q (1 - q)) ranks away. A bad
    pilot costs width or a verdict, never validity, as long as its draws are not counted.
    """
    x = np.sort(np.asarray(pilot, dtype=float).ravel())
    n, spread = x.size, 3 * sqrt(x.size * q * (1 - q))
    below, middle, above = (x[int(np.clip(round(r), 0, n - 1))] for r in (n * q - spread, n * q, n * q + spread))
    half = 12 * max((middle - below) / 3, (above - middle) / 3, 1e-9 * abs(middle), 1e-300)
    return np.linspace(middle - half, middle + half, bins + 1)


def quantile_ball(hist: Histogram, q: float, error: float) -> Ball:
    """The q-quantile inf {x: P(X <= x) >= q}, between order statistics widened to bin edges; EXACT_LAW.

    X_(l) > quantile needs fewer than l of N values below or at it, X_(u) < quantile needs u or more strictly below:
    binomial tails with q as a bound for any law, and exactly q for continuous ones.
    """
    n = hist.count
    lower, upper = quantile_ranks(n, q, error)
    if lower < 1 or upper > n:
        return _quantile(arb(0, inf), n, error, f"{n} replicates are too few for the {q:g}-quantile")
    below, above = np.searchsorted(np.cumsum(hist.counts), (lower, upper))  # the bins of the two order statistics
    if below == 0 or above == len(hist.edges):
        return _quantile(arb(0, inf), n, error, "quantile outside the pilot's range")
    low, high = float(hist.edges[below - 1]), float(hist.edges[above])
    slack = 2.0**-40 * max(abs(low), abs(high))  # values at an atom differ by their rounding
    return _quantile(_enclose(low - slack, high + slack), n, error, "")


def _quantile(value: arb, n: int, error: float, note: str) -> Ball:
    return Ball(value, Guarantee.EXACT_LAW, replicates=n, error=error, note=note)


def quantile_ranks(n: int, q: float, error: float) -> tuple[int, int]:
    """The innermost ranks l < u, each order statistic on the wrong side with probability at most error / 2.

    l = 0 or u = n + 1 where no rank will do.
    """
    share = error / 2 * (1 - 1e-9)  # betainc is good to about 1e-12: never more than error / 2 by rounding
    # The largest l with P(Bin(n, q) <= l - 1) = I_{1-q}(n - l + 1, l) <= share,
    lower = _first(lambda k: betaincc(k, n - k + 1, q) > share, n) - 1
    # and the smallest u with P(Bin(n, q) >= u) = I_q(u, n - u + 1) <= share.
    return lower, _first(lambda k: betainc(k, n - k + 1, q) <= share, n)


def _first(test: Callable[[int], bool], n: int) -> int:
    """The least k in 1 .. n with test(k), monotone in k; n + 1 if none."""
    return 1 + bisect_left(range(1, n + 1), True, key=test)


def _enclose(low: float, high: float) -> arb:
    """A ball around [low, high], wider by 1e-9 of its radius (inexact quantile functions) and a few ulp."""
    middle = low / 2 + high / 2
    return arb(middle, max(high - middle, middle - low) * (1 + 1e-9) + 2.0**-50 * max(abs(low), abs(high)))
