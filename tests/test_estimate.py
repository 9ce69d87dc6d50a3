"""Intervals keep their level, refuse where they cannot, and spend no more than alpha (rules 15, 17, 18, 19).

Calibration tests fail a correct interval with probability at most 1e-5 each (`allowed`), about 3e-4 for the file.
"""

from math import exp, inf, log, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betainc, gammaln, ndtri, stdtr

from simulate.engine import estimate as est
from simulate.engine.estimate import (
    Histogram,
    Sums,
    binomial_ball,
    bounded_ball,
    clt_ball,
    error_share,
    pareto_k,
    quantile_ball,
    quantile_edges,
    quantile_ranks,
    tail_share,
)
from theory.language.balls import Guarantee

LEVELS = (1e-1, 1e-2, 1e-3)
numbers = st.floats(-1e3, 1e3, allow_nan=False).map(lambda v: round(v, 6))


def allowed(repetitions: int, level: float, alarm: float = 1e-5) -> int:
    """Misses that an interval with exactly this miss probability exceeds with probability below `alarm`."""
    k = int(repetitions * level)
    while betainc(k + 1, repetitions - k, level) > alarm:  # P(Bin > k)
        k += 1
    return k


def misses(ball, truth: float) -> bool:
    return not ball.value.contains(truth)


def lognormal_skewness(s: float) -> float:
    return (exp(s * s) + 2) * sqrt(exp(s * s) - 1)


# -- sums --------------------------------------------------------------------------------------------------------------
@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(numbers, min_size=1, max_size=50)
    | st.tuples(st.integers(1, 400), st.integers(0, 99)).map(
        lambda t: np.random.default_rng(t[1]).lognormal(size=t[0])
    ),
    st.lists(st.integers(0, 400), max_size=6),
    st.floats(-10, 10),
)
def test_any_split_merges_to_the_whole(values, cuts, shift):
    x = np.array(values)
    parts = [Sums.of(v, shift) for v in np.split(x, sorted(min(c, x.size) for c in cuts))]
    whole, merged, folded = Sums.of(x, shift), Sums.merged(parts), Sums()
    for part in parts:
        folded = folded.merge(part)
    d = x - x.mean()
    size = np.abs(x).max()
    for got in (whole, merged, folded):
        assert got.count == x.size
        assert (got.low, got.high, got.shift) == (x.min(), x.max(), shift)
        assert np.array_equal(np.sort(got.top), np.sort(np.abs(x - shift))[-est.TOP :])
        assert got.mean == pytest.approx(x.mean(), rel=1e-9, abs=1e-12 * size)
        for p, m in ((2, got.m2), (3, got.m3), (4, got.m4)):
            # odd sums cancel: relative to the sum of absolute values; equal values have rounding only
            assert m == pytest.approx((d**p).sum(), rel=1e-9, abs=1e-9 * (np.abs(d) ** p).sum() + (1e-9 * size) ** p)
    for field in ("mean", "m2", "m3", "m4"):
        assert getattr(merged, field) == getattr(folded, field)  # the same bits


def test_sums_of_far_shifted_values_do_not_cancel():
    x = np.random.default_rng(0).standard_exponential((8, 5000))
    near, far = Sums.merged([Sums.of(v) for v in x]), Sums.merged([Sums.of(v + 1e6) for v in x])
    assert far.variance == pytest.approx(near.variance, rel=1e-9)
    assert far.skewness == pytest.approx(near.skewness, rel=1e-8)
    assert near.variance == pytest.approx(x.var(ddof=1), rel=1e-12)
    assert near.skewness == pytest.approx(2, abs=0.1)


def test_different_shifts_do_not_merge():
    with pytest.raises(ValueError, match="shifts"):
        Sums.of(np.ones(3), 0.0).merge(Sums.of(np.ones(3), 1.0))


# -- rule 15 -----------------------------------------------------------------------------------------------------------
def test_shares_sum_to_at_most_alpha_and_to_nearly_all_of_it():
    alpha, reach = 1e-6, range(1, 201)
    one = sum(2 * error_share(alpha, j, k, 3) * 3 for j in reach for k in reach)  # two batches, three estimates
    assert 0.99 * alpha < 2048 * one < alpha  # 200 points and looks leave two tails of 0.3 % each
    tail = 6 / pi**2 / 200  # bound of the sum beyond 200
    assert 2048 * one + 2 * alpha * tail >= alpha * (1 - 1e-12)


def test_a_share_depends_on_its_own_numbers_only():
    first = error_share(1e-6, 1, 1, 1)
    assert first == pytest.approx(1e-6 / 4096 * 36 / pi**4)
    assert error_share(1e-6, 3, 4, 2) == pytest.approx(first / 9 / 16 / 2)
    with pytest.raises(ValueError, match="count from 1"):
        error_share(1e-6, 0, 1)


# -- rule 17 -----------------------------------------------------------------------------------------------------------
def test_each_interval_says_with_what_right():
    x = np.random.default_rng(1).random(5000)
    sums, hist = Sums.of(x), Histogram.of(x, quantile_edges(np.random.default_rng(2).random(2000), 0.5))
    balls = [
        binomial_ball(10, 5000, 1e-9),
        quantile_ball(hist, 0.5, 1e-9),
        bounded_ball(sums, 0, 1, 1e-9),
        clt_ball(sums, 1e-9),
    ]
    right = [Guarantee.EXACT_LAW, Guarantee.EXACT_LAW, Guarantee.FINITE_SAMPLE, Guarantee.ASYMPTOTIC]
    assert [b.guarantee for b in balls] == right
    assert all((b.error, b.replicates, b.note) == (1e-9, 5000, "") for b in balls)
    assert all(b.delta == 0 for b in balls[:3])


# -- rule 18: the asymptotic interval ----------------------------------------------------------------------------------
def calibrate(s: float, n: int, repetitions: int, known: bool, seed: int) -> dict[float, tuple[int, int]]:
    """Per level: (usable intervals, usable intervals that miss the mean 1) on lognormals of log-sd s."""
    rng, counts = np.random.default_rng(seed), {level: [0, 0] for level in LEVELS}
    skewness = lognormal_skewness(s) if known else None
    for _ in range(repetitions):
        sums = Sums.of(np.exp(s * rng.standard_normal(n) - s * s / 2))
        for level, count in counts.items():
            ball = clt_ball(sums, level, skewness)
            count[0] += not ball.note
            count[1] += not ball.note and misses(ball, 1)
    return {level: tuple(count) for level, count in counts.items()}


@pytest.mark.thin(3)
@pytest.mark.parametrize(
    ("s", "n", "repetitions", "known", "usable"),  # usable: least share of usable intervals per level
    [
        (0.3, 1000, 4000, False, (0.9, 0.9, 0.9)),
        (0.3, 200, 8000, True, (0.9, 0.9, 0.9)),
        (1.0, 20000, 2000, False, (0.5, 0.5, 0.5)),
        (1.0, 5000, 4000, True, (0.5, 0.5, 0.5)),
        (1.5, 10000, 2000, False, (0.05, 0.04, 0)),
        (1.5, 10000, 2000, True, (0.05, 0, 0)),
    ],
)
def test_usable_asymptotic_intervals_miss_at_most_nominally(s, n, repetitions, known, usable):
    for (level, (used, missed)), least in zip(calibrate(s, n, repetitions, known, 7).items(), usable, strict=True):
        assert used >= least * repetitions
        assert missed <= allowed(repetitions, level)  # "usable and misses": what a verdict can suffer


def test_heavy_tails_are_refused_where_a_plain_interval_misses_far_too_often():
    s, n, repetitions, level = 2.5, 5000, 800, 1e-2
    rng, plain, used = np.random.default_rng(3), 0, 0
    for _ in range(repetitions):
        sums = Sums.of(np.exp(s * rng.standard_normal(n) - s * s / 2))
        plain += abs(sums.mean - 1) > -ndtri(level / 2) * sqrt(sums.variance / n)
        used += not clt_ball(sums, level).note
    assert plain > 5 * level * repetitions
    assert used <= 0.01 * repetitions


def test_skewed_samples_need_the_smaller_share():
    """Exponentials, delta about 0.7: Student's interval at the full share under-covers, ours does not."""
    n, repetitions, level = 150, 60000, 1e-2
    x = np.random.default_rng(4).standard_exponential((repetitions, n))
    t = np.abs(x.mean(axis=1) - 1) / (x.std(axis=1, ddof=1) / sqrt(n))
    share, delta = tail_share(level, 2.0, n)
    assert 0.5 < delta <= 1
    assert (stdtr(n - 1, -t) < level / 2).sum() > allowed(repetitions, level)
    assert (stdtr(n - 1, -t) < share / 2).sum() <= allowed(repetitions, level)
    radius = -est.stdtrit(n - 1, share / 2) * sqrt(x[0].var(ddof=1) / n)
    ball = clt_ball(Sums.of(x[0]), level, 2.0)
    assert ball.radius == pytest.approx(radius, rel=1e-6)
    assert ball.delta == delta


@pytest.mark.parametrize("error", [1e-6, 1e-9])
def test_the_level_holds_at_the_levels_a_suite_spends(error):
    """Exponentials at the gate, tilted to the ends of the interval: the miss probability to about 4 %."""
    n = next(n for n in range(1000, 20000, 50) if tail_share(error, 2.0, n)[1] <= 1)  # 2,400 and 7,800
    rng, levels, missed = np.random.default_rng(13), np.array([error, tail_share(error, 2.0, n)[0]]), np.zeros(2)
    for side in (-1, 1):
        for i, q in enumerate(-est.stdtrit(n - 1, levels / 2)):
            m = 1 / (1 - side * q / sqrt(n))  # exponentials of mean m end near the boundary: m - 1 = q m / sqrt(n)
            x = m * rng.standard_exponential((2000, n))
            t = side * (x.mean(axis=1) - 1) / x.std(axis=1, ddof=1) * sqrt(n)
            weight = np.exp(x.sum(axis=1) * (1 / m - 1) + n * log(m))
            missed[i] += np.where(t > q, weight, 0).mean()
    assert missed[0] > 2 * error  # Student's interval at the full share
    assert 0.3 * error < missed[1] < error  # with share exp(-delta) and its own gate: 1.3 error


def test_share_solves_the_fixed_point_and_stops_at_the_gate():
    for error in (1e-2, 1e-6, 1e-12, 1e-16):
        for n in (10**4, 10**5, 10**6, 10**8):
            share, delta = tail_share(error, 6.0, n)
            z = -ndtri(share / 2)
            if delta <= 1:
                assert share == pytest.approx(error * exp(-est.STUDENT * delta), rel=1e-9)
                assert delta == pytest.approx(z**3 * 6 / (6 * sqrt(n)), rel=1e-9)
    assert tail_share(1e-12, 6.0, 10**4)[1] > 1 > tail_share(1e-12, 6.0, 10**6)[1] > 0
    assert tail_share(1e-6, 0.0, 10) == (1e-6, 0.0)
    assert not tail_share(1e-6, float("nan"), 10**6)[1] <= 1


def test_gates_are_named_in_the_note():
    rng = np.random.default_rng(5)
    x = rng.standard_exponential(1000)
    assert clt_ball(Sums.of(x), 1e-9).note.startswith("skewness: delta = ")
    assert clt_ball(Sums.of(x), 1e-9, inf).note.startswith("skewness: delta = inf > 1")
    heavy = Sums.of(rng.standard_cauchy(10**5))
    assert "Pareto k = " in clt_ball(heavy, 1e-2).note
    assert not clt_ball(heavy, 1e-2, 0.0).note  # a known law needs no guess at its tail
    constant = clt_ball(Sums.of(np.full(1000, 0.1)), 1e-6)
    assert constant.note.startswith("no variation seen")
    assert not constant.value.is_finite()
    assert clt_ball(Sums.of(np.array([1.0, np.inf])), 1e-6).note.startswith("overflow")
    assert clt_ball(Sums.of(np.array([1.0])), 1e-6).note
    assert clt_ball(Sums(), 1e-6).note


def test_estimated_skewness_is_doubled():
    sums = Sums.of(np.random.default_rng(6).standard_exponential(10**5))
    assert clt_ball(sums, 1e-6).delta == clt_ball(sums, 1e-6, 2 * sums.skewness).delta > 0
    assert clt_ball(sums, 1e-6).radius > clt_ball(sums, 1e-6, sums.skewness).radius > clt_ball(sums, 1e-6, 0.0).radius


def test_student_quantiles_are_accurate_far_out():
    """Their tail, summed independently as a regularised beta function, at the levels a suite spends."""
    for df in (9, 100, 10**4, 10**7):
        for p in (1e-3, 1e-9, 1e-12, 1e-16):
            t = -est.stdtrit(df, p / 2)
            assert betainc(df / 2, 0.5, df / (df + t * t)) == pytest.approx(p, rel=1e-7 if df < 10**7 else 1e-5)


@pytest.mark.parametrize("k", [0.0, 0.2, 0.5, 1.0])
def test_pareto_shape_is_recovered(k):
    u = np.random.default_rng(8).random((400, 64))
    x = ((u**-k) - 1) / k if k else -np.log(u)
    fitted = np.array([pareto_k(5 + 1e3 * v) for v in x])
    # mean over 400 fits; 63 excesses leave a small bias, one fit has a standard error of about (1 + k) / 8
    assert fitted.mean() == pytest.approx(k, abs=0.05)
    assert fitted.std() == pytest.approx((1 + k) / 8, rel=0.25)


def test_no_pareto_shape_without_twenty_excesses():
    assert np.isnan(pareto_k(np.arange(20.0)))
    assert np.isfinite(pareto_k(np.arange(21.0)))
    assert np.isnan(pareto_k(np.repeat((0.0, 1.0), (50, 14))))
    assert np.isnan(pareto_k(np.ones(64)))


# -- rule 19: exact laws -----------------------------------------------------------------------------------------------
def binomial_tail(k: int, n: int, p: float) -> float:
    """P(Bin(n, p) >= k), summed term by term."""
    i = np.arange(k, n + 1)
    choose = gammaln(n + 1) - gammaln(i + 1) - gammaln(n - i + 1)
    return float(np.exp(choose + i * log(p) + (n - i) * np.log1p(-p)).sum())


@pytest.mark.parametrize(("k", "n"), [(0, 5), (1, 10), (3, 1000), (500, 1000), (997, 1000), (1000, 1000)])
@pytest.mark.parametrize("error", [1e-2, 1e-6, 1e-12])
def test_clopper_pearson_is_at_its_level_by_direct_sums(k, n, error):
    ball = binomial_ball(k, n, error)
    low, high = float(ball.value.lower()), float(ball.value.upper())
    assert ball.value.contains(k / n)
    # never more than error / 2, and not needlessly less: the ball is padded by 1e-9 of its radius, which
    # swallows an endpoint that is nearer to 0 or 1 than that
    for tail in ([(k, low)] if k > 0 else []) + ([(n - k, 1 - high)] if k < n else []):
        if tail[1] > 1e-4 * ball.radius:
            assert binomial_tail(tail[0], n, tail[1]) == pytest.approx(error / 2, rel=1e-3)
            assert binomial_tail(tail[0], n, tail[1]) <= error / 2 * (1 + 1e-9)
        else:
            assert tail[1] > -1e-8


@pytest.mark.parametrize(("p", "n"), [(0.5, 200), (0.003, 1000), (0.999, 500)])
def test_clopper_pearson_covers_exactly(p, n):
    """No sampling: the miss probability is the sum over all outcomes."""
    k = np.arange(n + 1)
    mass = np.exp(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + k * log(p) + (n - k) * np.log1p(-p))
    for level in LEVELS:
        missed = np.array([misses(binomial_ball(int(i), n, level), p) for i in k])
        assert mass[missed].sum() <= level


def test_binomial_ball_is_symmetric_and_sharp_near_one():
    near = binomial_ball(10**9 - 3, 10**9, 1e-12)
    assert (1 - near.value).overlaps(binomial_ball(3, 10**9, 1e-12).value)
    assert near.radius == pytest.approx(binomial_ball(3, 10**9, 1e-12).radius, rel=1e-6)
    assert float(near.value.upper()) <= 1


def test_ranks_are_the_innermost_by_direct_sums():
    for n, q, error in ((50, 0.5, 1e-2), (1000, 0.9, 1e-6), (2000, 0.03, 1e-12)):
        lower, upper = quantile_ranks(n, q, error)
        if lower >= 1:
            assert binomial_tail(n - lower + 1, n, 1 - q) <= error / 2  # P(Bin(n, q) <= lower - 1)
        assert binomial_tail(n - lower, n, 1 - q) > error / 2
        assert binomial_tail(upper, n, q) <= error / 2 < binomial_tail(upper - 1, n, q)


@pytest.mark.thin(3)
@pytest.mark.parametrize(("q", "n"), [(0.5, 1000), (0.9, 1000), (0.99, 3000)])
def test_quantile_intervals_cover_and_are_not_much_wider_than_order_statistics(q, n):
    rng, repetitions, truth, notes = np.random.default_rng(9), 3000, -log(1 - q), 0
    missed = dict.fromkeys(LEVELS, 0)
    for _ in range(repetitions):
        edges = quantile_edges(rng.standard_exponential(2000), q, bins=1000)
        x = rng.standard_exponential(n)
        hist = Histogram.of(x, edges)
        for level in LEVELS:
            ball = quantile_ball(hist, q, level)
            notes += bool(ball.note)
            missed[level] += misses(ball, truth)
    assert notes <= 0.002 * repetitions  # a pilot hardly larger than the sample
    assert all(missed[level] <= allowed(repetitions, level) for level in LEVELS)
    lower, upper = quantile_ranks(n, q, level)
    x.sort()
    assert 0 <= 2 * ball.radius - (x[upper - 1] - x[lower - 1]) <= 2.001 * (edges[1] - edges[0])


def test_quantile_ball_says_when_it_cannot():
    x = np.random.default_rng(10).standard_exponential(1000)
    edges = quantile_edges(x[:200], 0.5)
    assert quantile_ball(Histogram.of(x + 50, edges), 0.5, 1e-3).note == "quantile outside the pilot's range"
    assert quantile_ball(Histogram.of(x - 50, edges), 0.5, 1e-3).note == "quantile outside the pilot's range"
    assert "too few" in quantile_ball(Histogram.of(x[:10], edges), 0.5, 1e-9).note
    halves = Histogram.of(x[:300], edges).merge(Histogram.of(x[300:], edges))
    assert np.array_equal(halves.counts, Histogram.of(x, edges).counts)
    assert halves.count == 1000
    with pytest.raises(ValueError, match="edges"):
        halves.merge(Histogram.of(x, edges + 1))
    with pytest.raises(ValueError, match="nan"):
        Histogram.of(np.array([np.nan]), edges)


def test_bin_edges_belong_to_the_bin_above():
    assert Histogram.of([-1, 0, 0.5, 1, 2], np.array([0.0, 1.0])).counts.tolist() == [1, 2, 2]


# -- rule 19: bounded values -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("a", "b", "n"), [(1, 1, 300), (0.05, 2, 1000), (0.5, 0.5, 100)])
def test_empirical_bernstein_covers(a, b, n):
    x = 3 * np.random.default_rng(11).beta(a, b, (2000, n)) - 1
    for level in LEVELS:
        missed = sum(misses(bounded_ball(Sums.of(v), -1, 2, level), 3 * a / (a + b) - 1) for v in x)
        assert missed <= allowed(len(x), level)


def test_a_rare_value_is_missed_by_asymptotics_and_held_by_the_bound():
    """Values 0 and 1, P(1) = 1e-3, N = 200: most samples are constant, the others look tame."""
    rng, p, n, level = np.random.default_rng(12), 1e-3, 200, 1e-2
    samples = [Sums.of((rng.random(n) < p).astype(float)) for _ in range(1000)]
    constant = [s for s in samples if s.low == s.high]
    assert len(constant) > 700
    assert all(clt_ball(s, level).note for s in samples)
    assert not any(misses(bounded_ball(s, 0, 1, level), p) for s in samples)
    assert not any(misses(binomial_ball(round(s.mean * n), n, level), p) for s in constant)


def test_bounded_ball_stays_within_the_bounds_and_checks_them():
    ball = bounded_ball(Sums.of(np.array([0.2, 0.4])), 0, 1, 1e-9)
    assert ball.value.contains(0)
    assert ball.value.contains(1)
    assert ball.radius == pytest.approx(0.5)
    with pytest.raises(ValueError, match="not within"):
        bounded_ball(Sums.of(np.array([0.2, 1.4])), 0, 1, 1e-9)
    single = bounded_ball(Sums.of(np.array([0.2])), 0, 1, 1e-9)
    assert single.value.contains(0)
    assert single.value.contains(1)
    assert single.guarantee == ball.guarantee == Guarantee.FINITE_SAMPLE
    x = np.random.default_rng(14).random(10**4)  # the formula of Maurer and Pontil, a third of the error for each event
    term = log(3e9)
    radius = sqrt(2 * x.var(ddof=1) * term / 10**4) + 7 * 3 * term / (3 * 9999)
    assert bounded_ball(Sums.of(x), -1, 2, 1e-9).radius == pytest.approx(radius, rel=1e-6)
    wide, narrow = (bounded_ball(Sums.of(np.linspace(0, v, 10**5)), 0, 1, 1e-9) for v in (1, 0.01))
    assert narrow.radius < wide.radius / 10  # the variance counts, not the range
