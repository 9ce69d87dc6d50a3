"""The catalogue's entries on real, accumulated and resampled data, on inflated variances, regression and covariances.

Its numbers against the claims' own right sides, and the loops' steps against raw draws.
"""

import numpy as np
import pytest
from exact import about, derived, number
from sympy import Integer, Rational, Symbol, digamma, limit, log, oo

from simulate import sample
from theory import BadInput, E, GrowingPool, PooledGaussianLoop, catalogue
from theory.gaussian.accumulated import pooled_moments, shrunk, unbiased_end
from theory.gaussian.common import arctan_tv
from theory.gaussian.inflation import critical_inflation
from theory.gaussian.policies import best_weight
from theory.gaussian.real import (
    RandomShareLoop,
    chance_end,
    fixed,
    fixed_end,
    fixed_variance,
    fresh_end,
    growth,
    level,
    once,
    refitted,
    stationary,
    weight_end,
    weight_of_variance,
    worst_share,
)
from theory.gaussian.regression import MinimumNormLoop, RegressionLoop, relabelled, ridge_variance
from theory.gaussian.resampled import BootstrapLoop, SelectedGaussianLoop, expected, kept
from theory.gaussian.vector import MultivariateGaussianLoop, exponent, spread
from theory.language.loops import CLOCK
from theory.language.policies import Accumulate, FixedReal, FreshReal, Subsample

half = Rational(1, 2)


def right(name: str, **values):
    """The right side of a claim's relation, at these values."""
    (c,) = catalogue(name)
    return c(**{k: Rational(str(v)) if isinstance(v, float) else v for k, v in values.items()}).rhs


def left(name: str, **values):
    """And its left side: moments, by balls."""
    (c,) = catalogue(name)
    return c(**{k: Rational(str(v)) if isinstance(v, float) else v for k, v in values.items()}).lhs


def is_about(x, value: float) -> None:
    """To all digits that the catalogue gives, which are 13 or more."""
    assert float(x) == pytest.approx(value, rel=5e-13)


S1 = {"sigma0": 1}
FIXED = {"n": 5, "m": 8, "t": 4} | S1


@pytest.mark.parametrize(
    ("name", "values", "value"),
    [
        ("mix-fixed-real-known-variance", FIXED | {"mu0": 0}, 0.27462345898335),
        ("mix-fixed-real-known-variance", {"n": 100, "m": 100, "t": 10, "mu0": 0} | S1, 0.013333330154419),
        ("mix-fixed-real-fitted-variance", FIXED, 0.74404565278105),
        ("mix-fixed-real-fitted-variance-mean", FIXED, 0.055954347218952 + 0.2),
        ("mix-fresh-real-mean", {"n": 5, "m": 8, "w": 0.3, "t": 4}, 0.14643410825),
        ("bias-lambda-with-real-weight", {"n": 9, "m": 9, "w": 0.3, "lam": 0.8, "t": 5} | S1, 0.6993414656),
        ("accumulate-unbiased-gamma-product", {"n": 4, "t": 5, "mu0": 0} | S1, 0.86975682508863),
        ("accumulate-with-sampling-bias-collapses", {"n": 4, "t": 7, "lam": 0.8} | S1, 0.46840985875186),
        ("accumulate-with-sampling-bias-collapses", {"n": 4, "t": 7, "lam": 0.5} | S1, 0.27123395204114),
        pytest.param(
            "accumulate-with-sampling-bias-collapses",
            {"n": 10, "t": 999, "lam": 0.9} | S1,
            0.44157053849521,
            marks=pytest.mark.long,  # a thousand generations
        ),
        ("accumulate-independent-factors", {"n": 4, "t": 6} | S1, 0.90744233053567),
        ("accumulate-independent-factors", {"n": 100, "t": 100} | S1, 0.99984390052677),
        ("accumulate-independent-factors", {"n": 4, "t": 100} | S1, 0.90499148637616),
        ("truncated-sampling-variance", {"n": 2, "k": 1.5, "t": 6} | S1, 0.028144170910433),
        ("truncated-sampling-variance-best", {"n": 2, "t": 6} | S1, 0.10035106230357),
        ("linreg-label-noise-refit-mle", {"d": 3, "n": 9, "t": 4, "sigma": 1}, 1.4444444444444),
        ("linreg-label-noise-refit-mle", {"d": 10, "n": 100, "t": 5, "sigma": 1}, 0.46012359550562),
        ("linreg-label-noise-refit-mle-noise", {"d": 3, "n": 9, "t": 4, "sigma": 1}, 0.19753086419753),
        ("linreg-ridge-fixed-design", {"g": 2, "lam": 1, "c": 1, "t": 1, "sigma": 1}, 0.33333333333333),
        ("linreg-ridge-fixed-design", {"g": 2, "lam": 1, "c": 1, "t": 5, "sigma": 1}, 1.1470304323528),
        (
            "linreg-overparametrised-minnorm",
            {"d": 8, "n": 4, "norm": 2.25, "sigma": 0.7, "t": 4},
            3.334375,
        ),
        ("tv-expected-arctan", {"n": 4, "t": 4, "mu0": 0} | S1, 0.29516723530087),
        ("tv-expected-arctan", {"n": 10, "t": 1, "mu0": 0} | S1, 0.099831965907619),
        ("tv-expected-arctan", {"n": 1, "t": 100, "mu0": 0} | S1, 0.874334083622),
    ],
    ids=str,
)
def test_the_numbers_of_the_catalogue(name, values, value):
    is_about(right(name, **values).doit(), value)


@pytest.mark.parametrize(
    ("x", "value"),
    [
        (fixed_end(Integer(100), 1000), 0.014761904761905),
        (critical_inflation(Integer(2)), 3.5621448359804),
        (critical_inflation(Integer(10)), 1.1221050951625),
        (critical_inflation(Integer(100)), 1.0101865521015),
        (fresh_end(Integer(100), 100, half), 0.0066666666666667),
        (stationary(Integer(5), 8)[0], 0.88495575221239),
        (stationary(Integer(5), 8)[1], 0.11504424778761),
        (stationary(Integer(5), 8, 1)[0], 1.0869565217391),
        (stationary(Integer(5), 8, 1)[1], 0.1304347826087),
        (weight_of_variance(10, 10), 0.64068286862404),
        (weight_of_variance(100, 100), 0.62016017552522),
        (weight_end(10, 10, weight_of_variance(10, 10)), 0.14237397080534),
        (weight_end(10, 10, best_weight(Integer(1))), 0.14276007116597),
        (level(Rational(3, 10), Rational(4, 5)), 0.68181818181818),
        (level(Rational(1, 100), Rational(9, 10)), 0.091743119266055),
        (chance_end(Integer(5), Rational(3, 10))[0], 1.3783783783784),
        (chance_end(Integer(8), Rational(15, 100))[0], 1.6204379562044),
        (unbiased_end(Integer(4)), 0.83633805624722),
        (unbiased_end(Integer(10)), 0.93514065368478),
        (unbiased_end(Integer(100)), 0.99354712154103),
        (shrunk(GrowingPool(10 * (2**CLOCK - 1)), 60).doit(), 0.86688019174818),
        (kept(Integer(1)), 0.29112509477279),
        (kept(Rational(3, 2)), 0.55152441576155),
        (kept(Integer(3)), 0.97333692466254),
        (1 + ridge_variance(Integer(2), 1), 1.4),
        (sum(exponent(Integer(4), i) for i in (1, 2, 3)), -3.7206310412689),
        (exponent(Integer(2), 1), -1.2703628454615),
        (4 * (digamma(3) - log(3)), -0.70331181427857),  # E log of the noise, n - d = 6
        (expected(6, 0, 4), 0.40187757201646),
        (expected(6, Rational(2, 5), 4), 0.97607510288066),
        (pooled_moments(Integer(4), 6, 1)[0], 0.64715372721354),
        (pooled_moments(Integer(4), 6, 1)[1], 0.84151312934028),
        (pooled_moments(Integer(10), 100, 1)[0], 0.3382207099174),
        (pooled_moments(Integer(10), 100, 1)[1], 1.2039446206333),
        (1 / fixed_end(Integer(100), 100), 75.0),
        (1 / fixed_end(Integer(100), 1000), 67.741935483871),
        (100 / best_weight(Integer(1)), 161.80339887499),
        (100 / best_weight(Rational(1, 10)), 370.15621187164),
    ],
    ids=str,
)
def test_the_forms_of_the_catalogue(x, value):
    is_about(x.n(20), value)


def test_the_moments_of_the_catalogue():
    about(E(refitted(5, 8, ddof=1).v(4)), 0.91768098324583, 11)
    apart = refitted(5, 8, ddof=1)
    about(E((apart.mu(4) - apart.real(4)) ** 2), 0.069283398294919, 11)
    about(E(PooledGaussianLoop(4, Accumulate(), start="fit", ddof=1).error(5) ** 2), 0.36730123709948, 11)
    loop = RandomShareLoop(5, Rational(3, 10))
    is_about(derived(E(loop.v(6))), 1.22223161661299)
    is_about(derived(E(loop.mu(6) ** 2)), 0.458976863961446)
    assert number(left("mix-fresh-real-variance-weight", n=6, m=9, w=half, t=3, sigma0=1)) == pytest.approx(
        float(once(6, 9, half) * (1 + growth(9, half) + growth(9, half) ** 2)), rel=1e-9
    )


def test_where_the_error_is_largest_with_fixed_real_data():
    shares = {2: 0.60582958618827, 10: 0.83405336755077}
    tops = {2: 1.3264467765236, 10: 1.4426909459762}
    for t, share in shares.items():
        is_about(worst_share(t).n(20), share)
        x = worst_share(t).n(30)
        is_about(1 + x * (1 - x ** (2 * t)) / (1 + x), tops[t])
    n, m = 7, np.arange(1, 400)
    for t in (1, 2, 10):
        error = 1 / n + m * (1 - (m / (n + m)) ** (2 * t)) / (n * (n + 2 * m))
        x = float(worst_share(t))
        assert abs(m[error.argmax()] - n * x / (1 - x)) < 1


def test_below_the_threshold_moments_grow_and_above_they_settle():
    """N = 10: the threshold is alpha = 0.04875."""
    threshold = 1 - (np.sqrt(4 * 10**2 + 1) - 1) / 20
    assert threshold == pytest.approx(0.048750780274961, rel=1e-12)
    for alpha, settles in ((0.02, False), (0.04, False), (0.06, True), (0.1, True)):
        v, m = 1.0, 0.0
        for _ in range(20_000):
            v, m = (
                alpha + (1 - alpha) * v + alpha * (1 - alpha) * m,
                (1 - alpha) ** 2 * m + (alpha + (1 - alpha) * v + alpha * (1 - alpha) * m) / 10,
            )
            if v > 1e6:
                break
        assert (v < 1e6) == settles
        if settles:
            assert v == pytest.approx(float(chance_end(Integer(10), Rational(str(alpha)))[0]), rel=1e-6)


def test_the_plane_of_two_covariances():
    """tr Sigma_0^2 = 6.01, (tr Sigma_0)^2 = 12.25: the catalogue's truth, by what the claim says of any."""
    a, b, nu, t = Rational(601, 100), Rational(1225, 100), 11, 5
    up, down = (2 * a + b) * (1 + Rational(2, nu)) ** t / 3, (b - a) * (1 - Rational(1, nu)) ** t / 3
    is_about(up - down, 17.359472278968)
    is_about(up + 2 * down, 21.234021334857)
    assert spread((3, 1)) == (10, 16)


# ---- the steps against raw draws ------------------------------------------------------------------------------------

RUNS = 60_000


def close(x: np.ndarray, wanted, value=number) -> None:
    """The mean of draws against a moment, by balls: six standard errors, a false alarm once in a billion."""
    assert abs(x.mean() - float(value(wanted))) < 6 * x.std() / np.sqrt(len(x))


@pytest.mark.parametrize("real", [FixedReal, FreshReal])
def test_real_points_beside_the_models_with_the_unbiased_variance(real):
    rng, n, m = np.random.default_rng(1), 4, 6
    first = rng.standard_normal((RUNS, n))
    mu, v = first.mean(axis=1), first.var(axis=1, ddof=1)
    for _ in range(3):
        points = first if real is FixedReal else rng.standard_normal((RUNS, n))
        new = mu[:, None] + np.sqrt(v)[:, None] * rng.standard_normal((RUNS, m))
        whole = np.hstack([points, new])
        mu, v = whole.mean(axis=1), whole.var(axis=1, ddof=1)
    loop = refitted(n, m, real=real, ddof=1)
    close(v, E(loop.v(3)))
    close(mu**2, E(loop.error(3) ** 2))
    drawn = sample(loop, ["mu", "v"], t=3, replicates=RUNS)
    close(drawn["v"][:, -1], E(loop.v(3)))
    close(drawn["mu"][:, -1] ** 2 * drawn["v"][:, -1], E(loop.mu(3) ** 2 * loop.v(3)))


def accumulated(rng, sizes, ddof, lam=1.0):
    """Mean and variance of all points so far, the last model's at a time, the first ones real."""
    mu, v, points = np.zeros(RUNS), np.ones(RUNS), np.empty((RUNS, 0))
    for k, size in enumerate(sizes):
        scale = np.sqrt(v * (lam if k else 1.0))
        points = np.hstack([points, mu[:, None] + scale[:, None] * rng.standard_normal((RUNS, size))])
        mu, v = points.mean(axis=1), points.var(axis=1, ddof=ddof)
    return mu, v


@pytest.mark.parametrize(
    ("loop", "sizes", "t", "ddof", "lam"),
    [
        (PooledGaussianLoop(3, Accumulate(), start="fit", ddof=1), (3,) * 5, 4, 1, 1.0),
        (PooledGaussianLoop(3, Accumulate(), start="fit", temperature=Rational(2, 5)), (3,) * 5, 4, 0, 0.4),
        (PooledGaussianLoop(2, GrowingPool(4 * CLOCK**2)), (4, 12, 20), 3, 0, 1.0),
        (PooledGaussianLoop(2, GrowingPool(3 * (2**CLOCK - 1))), (3, 6, 12), 3, 0, 1.0),
    ],
    ids=str,
)
def test_accumulated_points(loop, sizes, t, ddof, lam):
    mu, v = accumulated(np.random.default_rng(2), sizes, ddof, lam)
    drawn = sample(loop, ["mu", "v"], t=t, replicates=RUNS)
    known = derived if isinstance(loop.policy, GrowingPool) else number
    by_kernel = drawn["mu"][:, -1], drawn["v"][:, -1]
    for mean, variance in ((mu, v), by_kernel):
        close(variance, E(loop.v(t)), known)
        close(variance**2, E(loop.v(t) ** 2), known)
        close(mean**2, E(loop.mu(t) ** 2), known)


def test_sizes_of_any_kind():
    """The catalogue's example: 5, 3, 10 and 20 points."""
    sizes = np.array([5, 3, 10, 20])
    assert np.prod(1 - sizes / sizes.cumsum() ** 2) == pytest.approx(0.72873106254916, rel=1e-12)
    k = CLOCK  # the one cubic-and-more through 0, 5, 8, 18, 38 points after 0, 1, ..., 4 fits
    total = sum(
        N * np.prod([(k - j) / Integer(i - j) for j in range(5) if j != i]) for i, N in enumerate((0, 5, 8, 18, 38))
    )
    about(E(PooledGaussianLoop(2, GrowingPool(total)).v(4)), 0.72873106254916, 11)


def test_a_pool_of_a_fixed_budget_with_the_unbiased_variance():
    drawn = sample(PooledGaussianLoop(4, Subsample(), ddof=1), ["mu", "v"], t=6, replicates=RUNS)
    mu, v = drawn["mu"][:, -1], drawn["v"][:, -1]
    error, variance = map(float, pooled_moments(Integer(4), 6, 1))
    assert abs(v.mean() - variance) < 6 * v.std() / np.sqrt(RUNS)
    assert abs((mu**2).mean() - error) < 6 * (mu**2).std() / np.sqrt(RUNS)


def test_points_real_by_chance():
    rng, N, alpha = np.random.default_rng(3), 5, 0.3
    mu, v = np.zeros(RUNS), np.ones(RUNS)
    for _ in range(4):
        model = mu[:, None] + np.sqrt(v)[:, None] * rng.standard_normal((RUNS, N))
        points = np.where(rng.random((RUNS, N)) < alpha, rng.standard_normal((RUNS, N)), model)
        mu, v = points.mean(axis=1), points.var(axis=1, ddof=1)
    loop = RandomShareLoop(N, Rational(3, 10))  # of which there are no balls
    close(v, E(loop.v(4)), derived)
    close(mu**2, E(loop.mu(4) ** 2), derived)


@pytest.mark.parametrize("selection", ["truncated", "best"])
def test_selected_draws(selection):
    rng, n = np.random.default_rng(4), 3
    mu, v = np.zeros(RUNS), np.ones(RUNS)
    for _ in range(3):
        if selection == "best":
            z = rng.standard_normal((2, RUNS, n)).max(axis=0)
        else:
            z = rng.standard_normal((RUNS, n))
            while (out := np.abs(z) >= 1.5).any():
                z[out] = rng.standard_normal(out.sum())
        points = mu[:, None] + np.sqrt(v)[:, None] * z
        mu, v = points.mean(axis=1), points.var(axis=1, ddof=1)
    loop = SelectedGaussianLoop(n, selection, Rational(3, 2))
    close(v, E(loop.v(3)), derived)
    if selection == "truncated":
        close(mu**2, E(loop.mu(3) ** 2), derived)


def test_resampled_points():
    rng, n, h = np.random.default_rng(5), 3, 0.4
    points = rng.standard_normal((RUNS, n))
    for _ in range(4):
        picked = np.take_along_axis(points, rng.integers(n, size=(RUNS, n)), axis=1)
        points = picked + h * rng.standard_normal((RUNS, n))
    loop = BootstrapLoop(n, Rational(2, 5))
    close(points.var(axis=1) + h**2, E(loop.variance(4)))
    close(points.mean(axis=1) ** 2, E(loop.mean(4) ** 2))


def test_the_refitted_noise_of_a_regression():
    rng, n, d, runs = np.random.default_rng(6), 9, 2, 20_000
    w, s = np.zeros((runs, d)), np.ones(runs)
    for _ in range(3):
        X = rng.standard_normal((runs, n, d))
        y = np.einsum("rnd,rd->rn", X, w) + s[:, None] * rng.standard_normal((runs, n))
        w = np.linalg.solve(X.transpose(0, 2, 1) @ X, np.einsum("rnd,rn->rd", X, y)[..., None])[..., 0]
        s = np.sqrt(((y - np.einsum("rnd,rd->rn", X, w)) ** 2).sum(axis=1) / n)
    loop = relabelled(n, d, "mle")
    close(w[:, 0] ** 2, E(loop.error(3) ** 2))
    close(s**2, E(loop.noise(3) ** 2))
    drawn = sample(loop, ["error", "noise"], t=3, replicates=RUNS)
    close(drawn["noise"][:, -1] ** 2, E(loop.noise(3) ** 2))
    close(drawn["error"][:, -1] ** 2, E(loop.error(3) ** 2))


def test_interpolation_in_more_dimensions_by_pseudo_inverses():
    rng, n, d, runs = np.random.default_rng(9), 3, 10, 20_000
    truth = rng.standard_normal(d)
    w = np.broadcast_to(truth, (runs, d))
    for _ in range(3):
        X = rng.standard_normal((runs, n, d))
        y = np.einsum("rnd,rd->rn", X, w) + 0.7 * rng.standard_normal((runs, n))
        w = np.einsum("rdn,rn->rd", np.linalg.pinv(X), y)
    loop = MinimumNormLoop(n, d, Rational(str(truth @ truth)), Rational(7, 10))
    close(((w - truth) ** 2).sum(axis=1), E(loop.excess(3)))
    close((w**2).sum(axis=1), E(loop.square(3)))
    drawn = sample(loop, ["square", "along"], t=3, replicates=runs)
    close(drawn["square"][:, -1], E(loop.square(3)))
    close(drawn["along"][:, -1], E(loop.along(3)))


def test_the_rank_of_a_covariance_of_few_points_is_frozen():
    """n = 4 points in 6 dimensions: rank 3 from the first fit on, and the drift of the volume of these 3."""
    rng, n, d = np.random.default_rng(7), 4, 6
    factor, volumes = np.broadcast_to(np.eye(d), (5_000, d, d)), []
    for _ in range(3):
        points = rng.standard_normal((5_000, n, d)) @ factor
        factor = (points - points.mean(axis=1, keepdims=True)) / np.sqrt(n - 1)
        singular = np.linalg.svd(factor, compute_uv=False)
        assert ((singular > 1e-9 * singular[:, :1]).sum(axis=1) == n - 1).all()
        volumes.append(2 * np.log(singular[:, : n - 1]).sum(axis=1))
        factor = np.concatenate([factor, np.zeros((5_000, d - n, d))], axis=1)
    step = volumes[2] - volumes[1]
    assert abs(step.mean() + 3.7206310412689) < 6 * step.std() / np.sqrt(5_000)


def test_the_second_moments_of_a_covariance():
    drawn = np.random.default_rng(8).standard_normal((RUNS, 6, 2)) * np.sqrt([3, 1])
    S = np.einsum("rni,rnj->rij", *(2 * (drawn - drawn.mean(axis=1, keepdims=True),))) / 5
    loop = MultivariateGaussianLoop(6, 2, (3, 1))
    close((S**2).sum(axis=(1, 2)), E(loop.square(1)))
    close(np.trace(S, axis1=1, axis2=2) ** 2, E(loop.total(1) ** 2))


# ---- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loop", "reason"),
    [
        (PooledGaussianLoop(4, Accumulate(), ddof=1), "ddof = 1: where all data are kept"),
        (PooledGaussianLoop(4, known_variance=True, ddof=1), "ddof = 1: no variance is fitted"),
        (PooledGaussianLoop(4, ddof=4), "ddof = 4: less than the number of points"),
        (PooledGaussianLoop(4, FreshReal(3), weight=half / 2, ddof=1), "ddof = 1: points of equal weight"),
        (PooledGaussianLoop(4, Accumulate(), start="fit", ddof=1), None),
        (PooledGaussianLoop(4, Accumulate(), start="fit"), None),
        (PooledGaussianLoop(4, GrowingPool(5 * CLOCK + 1)), "1 points before the first fit"),
        (PooledGaussianLoop(4, GrowingPool(CLOCK)), "0 points before the first fit, 1 after it"),
        (PooledGaussianLoop(4, GrowingPool(9 * CLOCK - CLOCK**2)), "GrowingPool"),
        (PooledGaussianLoop(4, GrowingPool(5 * CLOCK), start="fit"), "start = fit: GrowingPool"),
        (RegressionLoop(4, 4, fitted_noise="mle"), "n = 4, d = 4: more inputs"),
        (RegressionLoop(9, 2, Accumulate(), fitted_noise="mle"), "fitted noise: Replace()"),
        (RegressionLoop(9, 2, fitted_noise="mle"), None),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(loop, reason):
    assert (loop.refuses() or "").startswith(reason or "")
    assert (loop.refuses() is None) == (reason is None)


def test_the_number_of_the_fit_is_no_variable_of_a_growing_pool():
    n = Symbol("n", integer=True, positive=True)
    assert PooledGaussianLoop(n, GrowingPool(n * CLOCK**2)).free_symbols == {n}
    with pytest.raises(BadInput, match="whole numbers that grow"):
        GrowingPool(5 * CLOCK / 2).at(1)
    with pytest.raises(BadInput, match="too large to be drawn"):
        sample(PooledGaussianLoop(2, GrowingPool(5 * (2**CLOCK - 1))), ["v"], t=60, replicates=10)


def test_the_error_with_fixed_real_data_is_that_of_the_mixing_family():
    about(E(fixed(5, 8).error(4) ** 2), float(fixed_variance(Integer(5), 8, 4)), 11)
    t = Symbol("t", positive=True)
    assert limit(1 - arctan_tv(t), t, oo) == 0
