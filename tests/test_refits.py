"""Finite loops of likelihood models: fits beside SciPy's, draws beside the density, the limit, what is lost and counted."""

import pickle
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats
from scipy.optimize import minimize
from sympy import (
    Eq,
    Lambda,
    Le,
    Rational,
    Symbol,
    asinh,
    besseli,
    binomial,
    cos,
    cosh,
    exp,
    factorial,
    lambdify,
    log,
    loggamma,
    pi,
    sinh,
)

from reports.workbench import check
from simulate import estimate, sample
from simulate.engine import special as ours
from simulate.engine.draws import drawn
from simulate.engine.refits import code_of, simulation
from simulate.engine.streams import generator
from theory import E, Integers, Naturals, Parameter, Points, Positive, Reals, Var, claim
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import Binomial, Density, Empirical, Exponential, Laplace, Normal, Uniform
from theory.language.likelihood import LikelihoodLoop, Refitted
from theory.proof.arithmetic.precision import precision
from theory.proof.likelihood import fits
from theory.proof.likelihood.score import score_of

pytestmark = pytest.mark.xdist_group("refits")  # what is compiled of a model is compiled once

half = Rational(1, 2)


class Location(LikelihoodLoop):
    theta: Parameter(Reals())

    def log_density(self, x):
        return -2 * log(cosh((x - self.theta) / 2)) - log(4)


class Student(LikelihoodLoop):
    nu: Positive
    m: Parameter(Reals())
    s: Parameter(Positive())

    def log_density(self, x):
        k, z = (self.nu + 1) / 2, (x - self.m) / self.s
        return -k * log(1 + z**2 / self.nu) - log(self.s) + loggamma(k) - loggamma(self.nu / 2) - log(self.nu * pi) / 2


class Gumbel(LikelihoodLoop):
    m: Parameter(Reals())
    b: Parameter(Positive())

    def log_density(self, x):
        z = (x - self.m) / self.b
        return -z - exp(-z) - log(self.b)


class Inverted(Gumbel):
    """The same, drawn by its inverse."""

    def quantile(self, u):
        return self.m - self.b * log(-log(u))


class Gamma(LikelihoodLoop):
    k: Parameter(Positive())
    scale: Parameter(Positive())
    support = Positive()

    def log_density(self, x):
        return (self.k - 1) * log(x) - x / self.scale - loggamma(self.k) - self.k * log(self.scale)


class Beta(LikelihoodLoop):
    a: Parameter(Positive())
    b: Parameter(Positive())
    support = Reals(0, 1)

    def log_density(self, x):
        a, b = self.a, self.b
        return (a - 1) * log(x) + (b - 1) * log(1 - x) - loggamma(a) - loggamma(b) + loggamma(a + b)


class VonMises(LikelihoodLoop):
    m: Parameter(Reals())
    k: Parameter(Positive())
    support = Reals(-pi, pi)

    def log_density(self, x):
        return self.k * cos(x - self.m) - log(2 * pi * besseli(0, self.k))


class SinhArcsinh(LikelihoodLoop):
    m: Parameter(Reals())
    s: Parameter(Positive())
    e: Parameter(Reals())
    d: Parameter(Positive())

    def log_density(self, x):
        z = (x - self.m) / self.s
        u = self.d * asinh(z) - self.e
        return -(sinh(u) ** 2) / 2 + log(cosh(u)) + log(self.d / self.s) - log(1 + z**2) / 2 - log(2 * pi) / 2


class TwoBumps(LikelihoodLoop):
    a: Parameter(Reals())
    b: Parameter(Reals())

    def log_density(self, x):
        return log(exp(-((x - self.a) ** 2) / 2) / 2 + exp(-((x - self.b) ** 2) / 2) / 2) - log(2 * pi) / 2


class Two(LikelihoodLoop):
    """Two normal laws, the second with a scale of its own: the likelihood has no bound where it falls to 0 at a point."""

    a: Parameter(Reals())
    s: Parameter(Positive())

    def log_density(self, x):
        return log(exp(-(x**2) / 2) / 2 + exp(-(((x - self.a) / self.s) ** 2) / 2) / (2 * self.s)) - log(2 * pi) / 2


class Poisson(LikelihoodLoop):
    r: Parameter(Positive())
    support = Naturals()

    def log_density(self, x):
        return x * log(self.r) - self.r - loggamma(x + 1)


class Counts(Poisson):
    """The same with a factorial."""

    def log_density(self, x):
        return x * log(self.r) - self.r - log(factorial(x))


class Trials(LikelihoodLoop):
    """Ten trials."""

    p: Parameter(Reals(0, 1))
    support = Integers(0, 10)

    def log_density(self, x):
        return x * log(self.p) + (10 - x) * log(1 - self.p) + log(binomial(10, x))


def points_and_fits(loop, real, m, seed):
    """(the points that one generation fits, the parameters that it finds, whether each is lost), of real points.

    real: a row, or one for each coordinate.
    """
    module, model = code_of(loop).module, loop
    start = np.array([float(x) for x in loop.start])
    real = np.atleast_2d(real)
    d, n = real.shape
    points = np.empty((d, n + m))
    points[:, :n] = real
    if m:
        assert module.fill_points(generator(seed, "refits", 0), points, n, start, module.new_memory())
    theta, lost = start[None].copy(), np.zeros(1)
    low, high = (np.array([float(getattr(p.domain, e)) for p in model.parameters.values()]) for e in ("lo", "hi"))
    assert module.generation(generator(seed, "refits", 0), real[None], m, theta, lost, low, high) == -1
    return points, theta[0], lost[0]


def by_scipy(loop, points):
    """The maximum of the log-likelihood by SciPy, from the start of the loop, polished by Newton's steps on its own score."""
    floats, positive = score_of(loop.of_data).floats, [bool(p.domain.lo >= 0) for p in loop.parameters.values()]

    def lack(theta):
        value = -floats(points, theta)[0].mean() if (theta > 0)[positive].all() else np.inf
        return value if np.isfinite(value) else np.inf

    start = np.array([float(x) for x in loop.start])
    simplex = start + start[1] / 4 * np.array([(0, 0), (1, 0), (0, 1)])
    options = {"xatol": 1e-7, "fatol": 1e-13, "maxiter": 4000, "initial_simplex": simplex}
    found = minimize(lack, start, method="Nelder-Mead", options=options)
    theta = found.x
    for _ in range(4):
        _, slope, curvature = floats(points, theta)
        theta = theta - np.linalg.solve(curvature.mean(axis=2), slope.mean(axis=1))
    return theta, -np.linalg.eigvalsh(floats(points, theta)[2].mean(axis=2)).max()


# ---- fits -----------------------------------------------------------------------------------------------------------


def test_a_factorial_is_fitted_as_the_gamma_function_that_it_is():
    """It ended in an error of the program, where draws are compiled; and of 171 and more floats know no factorial."""
    start, real = (300,), np.array([280.0, 310.0, 305.0])
    plain, named = (points_and_fits(c(Normal(0, 1), 1, start=start), real, 5, 3) for c in (Poisson, Counts))
    assert np.array_equal(plain[0], named[0])
    assert plain[1] == named[1] == pytest.approx(plain[0].mean())
    assert not named[2]


@pytest.mark.thin(3)
@pytest.mark.parametrize("family", ["gumbel", "student", "gamma"])
@settings(max_examples=4)
@given(
    st.integers(6, 40),
    st.integers(0, 40),
    st.floats(-3, 3),
    st.floats(0.2, 5),
    st.integers(0, 10**6),
)
def test_a_fit_is_the_maximum_that_scipy_finds(family, n, m, place, size, seed):
    rng = np.random.default_rng(seed)
    if family == "student":
        loop, real = Student(3, Normal(0, 1), 1, start=(place, size)), rng.normal(place, size, n)
    elif family == "gumbel":
        loop, real = Gumbel(Normal(0, 1), 1, start=(place, size)), rng.normal(place + size / 2, size, n)
    else:
        loop, real = Gamma(Exponential(1), 1, start=(1 + abs(place), size)), rng.exponential(size, n)
    points, theta, lost = points_and_fits(loop, real, m, seed)
    expected, curvature = by_scipy(loop, points)
    assert not lost
    assert curvature > 0
    assert theta == pytest.approx(expected, rel=1e-7, abs=1e-7 * size)


@pytest.mark.long
@pytest.mark.parametrize(
    ("loop", "points"),
    [
        (Poisson(Binomial(9, half), 1, start=(30,)), [3.0, 1, 0, 0, 7, 2, 2]),
        (Trials(Binomial(10, half), 1, start=(Rational(1, 100),)), [3.0, 1, 0, 0, 7, 2, 2]),
    ],
    ids=["poisson", "trials"],
)
def test_means_of_counts_are_fitted_exactly_from_afar(loop, points):
    points = np.array(points)
    _, theta, lost = points_and_fits(loop, points, 0, 0)
    assert not lost
    assert theta[0] == pytest.approx(points.mean() / (1 if isinstance(loop, Poisson) else 10), rel=1e-12)


@given(st.floats(1e-3, 1e3), st.floats(-100, 100), st.integers(0, 10**6))
def test_a_fit_moves_with_its_points(scale, shift, seed):
    real = np.random.default_rng(seed).normal(size=12)
    _, theta, _ = points_and_fits(Gumbel(Normal(0, 1), 1, start=(0, 1)), real, 0, 0)
    at = (Rational(shift), Rational(scale))
    _, moved, lost = points_and_fits(Gumbel(Normal(0, 1), 1, start=at), shift + scale * real, 0, 0)
    assert not lost
    assert moved == pytest.approx([shift + scale * theta[0], scale * theta[1]], rel=1e-8, abs=1e-8 * scale)


# ---- draws ----------------------------------------------------------------------------------------------------------

DRAWN = [
    (Location, (2,), stats.logistic(2)),
    (lambda *a, **k: Student(3, *a, **k), (-1, half), stats.t(3, -1, 0.5)),
    (Gumbel, (1, 2), stats.gumbel_r(1, 2)),
    (Inverted, (1, 2), stats.gumbel_r(1, 2)),
    (Gamma, (Rational(3, 10), 2), stats.gamma(0.3, scale=2)),
    (Gamma, (400, Rational(1, 100)), stats.gamma(400, scale=0.01)),
    (Beta, (half, half), stats.beta(0.5, 0.5)),
    (Beta, (Rational(3, 10), Rational(1, 5)), stats.beta(0.3, 0.2)),
    (Beta, (2000, 30), stats.beta(2000, 30)),
    (VonMises, (half, 2), None),
    (SinhArcsinh, (1, 2, half, Rational(3, 4)), None),
    (TwoBumps, (-20, 30), None),
]


def distribution(kind, at, law):
    if law is not None:
        return law.cdf
    numbers = [float(x) for x in at]
    if kind is VonMises:
        m, k = numbers
        grid = np.linspace(-np.pi, np.pi, 20_001)
        density = np.exp(k * np.cos(grid - m)) / (2 * np.pi * special.i0(k))
        sums = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(grid))])
        return lambda x: np.interp(x, grid, sums)
    if kind is SinhArcsinh:
        m, s, e, d = numbers
        return lambda x: stats.norm.cdf(np.sinh(d * np.arcsinh((x - m) / s) - e))
    return lambda x: (stats.norm.cdf(x - numbers[0]) + stats.norm.cdf(x - numbers[1])) / 2


@pytest.mark.thin(12)
@pytest.mark.parametrize(
    ("kind", "at", "law"), DRAWN, ids=[f"{getattr(kind, '__name__', 'Student')}{at}" for kind, at, _ in DRAWN]
)
def test_draws_have_the_density_of_the_model(kind, at, law):
    module = code_of(kind(Uniform(0, 1), 1, start=at)).module
    points = np.empty(40_000)
    assert module.fill(generator(3, "draws", 0), points, 0, np.array([float(x) for x in at]), module.new_memory())
    assert stats.kstest(points, distribution(kind, at, law)).pvalue > 1e-6


@pytest.mark.long
def test_a_table_follows_the_parameters():
    """One after the other, far apart: the window of one law is where the search for the next begins."""
    module = code_of(Beta(Uniform(0, 1), 1, start=(1, 1))).module
    memory, rng, points = module.new_memory(), generator(5, "draws", 0), np.empty(5000)
    for k in (1.0, 300.0, 0.2, 5000.0, 2.0, 2.1):
        assert module.fill(rng, points, 0, np.array([k, 3.0]), memory)
        assert stats.kstest(points, stats.beta(k, 3).cdf).pvalue > 1e-6


class InverseRate(LikelihoodLoop):
    """A gamma law by its mean and the inverse of its shape; factor: of the density, 1 where it is normalised."""

    factor: Positive
    mean: Parameter(Positive())
    v: Parameter(Positive())
    support = Positive()

    def log_density(self, x):
        k = 1 / self.v
        return log(self.factor * x ** (k - 1) * exp(-k * x / self.mean) * (k / self.mean) ** k) - loggamma(k)


class AllButGamma(LikelihoodLoop):
    """A law of Lomax: affine in log(1 + x), not in log x."""

    a: Parameter(Positive())
    support = Positive()

    def log_density(self, x):
        return log(self.a) - (self.a + 1) * log(1 + x)


@pytest.mark.parametrize("at", [(3.0, 2.0), (1e-3, 1e-2)])
def test_gamma_laws_are_drawn_as_such_however_they_are_told(at):
    module = code_of(InverseRate(1, Exponential(1), 1, start=at)).module
    points = np.empty(40_000)
    assert hasattr(module, "terms")
    assert module.fill(generator(7, "draws", 0), points, 0, np.array(at), module.new_memory())
    assert stats.kstest(points, stats.gamma(1 / at[1], scale=at[0] * at[1]).cdf).pvalue > 1e-6


@pytest.mark.parametrize(("shape", "may_be"), [(1e-3, False), (0.5, True), (100.0, True)])
def test_gamma_laws_whose_draws_are_below_all_floats_are_not_drawn(shape, may_be):
    """Half of those draws are below 5e-324: the mean of log x is -1000.6, and was -526 of what stood in their place."""
    module = code_of(InverseRate(1, Exponential(1), 1, start=(1, 2))).module
    points = np.empty(40_000)
    assert module.fill(generator(7, "draws", 0), points, 0, np.array([1.0, 1 / shape]), module.new_memory()) == may_be
    if may_be:
        logs = np.log(points)
        true = special.digamma(shape) - np.log(shape)
        assert abs(logs.mean() - true) < 5 * logs.std() / len(points) ** 0.5


def test_a_loop_of_such_laws_is_left_out():
    asked = lambda v: E(InverseRate(1, Exponential(1), 1, start=(1, v)).finite(1, 20).v(1))  # noqa: E731
    with pytest.raises(BadInput, match="draws are below all floats"):
        estimate([asked(1000)], 100)
    (found,) = estimate([asked(2)], 100)
    assert found.midpoint > 0


def test_what_is_no_gamma_law_is_not_drawn_as_one():
    """A factor of 1.001 is seen, a law that is none, and one that a fixed table draws."""
    at = np.array([3.0, 2.0])
    wrong = code_of(InverseRate(Rational(1001, 1000), Exponential(1), 1, start=(3, 2))).module
    assert not wrong.fill(generator(7, "draws", 0), np.empty(10), 0, at, wrong.new_memory())
    lomax = code_of(AllButGamma(Exponential(1), 1, start=(2,))).module
    points = np.empty(40_000)
    assert not hasattr(lomax, "terms")
    assert lomax.fill(generator(7, "draws", 0), points, 0, np.array([2.0]), lomax.new_memory())
    assert stats.kstest(points, stats.lomax(2).cdf).pvalue > 1e-6


@pytest.mark.parametrize(
    ("loop", "at", "law"),
    [
        (Poisson(Binomial(5, half), 1, start=(1,)), 0.3, stats.poisson(0.3)),
        (Poisson(Binomial(5, half), 1, start=(1,)), 1000.0, stats.poisson(1000)),
        (Trials(Binomial(5, half), 1, start=(half,)), 0.9, stats.binom(10, 0.9)),
    ],
    ids=["poisson", "poisson 1000", "trials"],
)
def test_counts_have_the_probabilities_of_the_model(loop, at, law):
    module = code_of(loop).module
    points = np.empty(40_000)
    assert module.fill(generator(3, "draws", 0), points, 0, np.array([at]), module.new_memory())
    low, high = law.ppf([0.01, 0.99])
    values = np.arange(low, high + 1)
    seen = np.array([(points == v).sum() for v in values])
    seen = np.array([(points < low).sum(), *seen, (points > high).sum()])
    mass = len(points) * np.array([law.cdf(low - 1), *law.pmf(values), law.sf(high)])
    told = mass > 5
    assert stats.chi2(told.sum() - 1).sf((((seen - mass) ** 2)[told] / mass[told]).sum()) > 1e-6


@pytest.mark.long
def test_a_density_that_is_not_normalised_is_not_drawn():
    x = Symbol("x", real=True)
    with pytest.raises(CannotTell, match="normalised"):
        drawn(Density(Lambda(x, -(x**2) / 2)), generator(0, "draws", 0), 10)
    points = drawn(Density(Lambda(x, -x - exp(-x))), generator(0, "draws", 0), 20_000)
    assert stats.kstest(points, stats.gumbel_r.cdf).pvalue > 1e-6


def test_a_stated_quantile_is_the_inverse_of_the_density():
    """The density at the quantile, times its derivative, is 1."""
    loop, u = Inverted(Normal(0, 1), 1), Symbol("u", positive=True)
    x = loop.at(start=()).func.quantile(type("At", (), {"m": Rational(1, 3), "b": Rational(5, 4)}), u)
    values = {"m": Rational(1, 3), "b": Rational(5, 4)}
    whole = lambdify(u, exp(loop.log_density_at(values, x)) * x.diff(u))
    assert whole(np.linspace(0.01, 0.99, 50)) == pytest.approx(1, rel=1e-12)


@given(st.floats(-708, 709))
def test_powers_of_e(x):
    """Two units of the last digit; what is wrong by 1e-15 is seen."""
    assert ours.exponential(x) == pytest.approx(np.exp(np.longdouble(x)), rel=5e-16, abs=0)
    assert ours.exponential(x) != pytest.approx(np.exp(np.longdouble(x)) * (1 + np.longdouble(1e-15)), rel=4e-16, abs=0)


def test_powers_of_e_at_the_ends_of_floats():
    found = [ours.exponential(x) for x in (-np.inf, -800.0, -0.0, 709.5, 800.0, np.inf)]
    assert found == [0, 0, 1, np.inf, np.inf, np.inf]
    assert np.isnan(ours.exponential(np.nan))


@given(st.floats(1e-5, 1e5), st.integers(0, 5))
def test_polygamma_functions(x, n):
    assert ours.polygamma(n, x) == pytest.approx(special.polygamma(n, x), rel=1e-12, abs=1e-14)


@given(st.floats(1e-6, 300), st.sampled_from([-1, 1]), st.integers(-3, 5))
def test_bessel_functions(x, sign, n):
    x *= sign
    assert ours.besseli(n, x) == pytest.approx(special.iv(n, x), rel=1e-12)


# ---- loops ----------------------------------------------------------------------------------------------------------


@pytest.mark.thin(3)
@pytest.mark.parametrize(
    "loop",
    [
        Location(Laplace(0, 1), 1, start=(half,)),
        Gamma(Exponential(2), half, start=(2, 1)),
        Poisson(Binomial(5, half), 2, start=(1,)),
    ],
    ids=["location", "gamma", "poisson"],
)
def test_many_points_follow_the_certified_map(loop):
    """Means of 256 runs with 4,000 points a part: six standard errors, and a bias of the order of a run's variance."""
    n, replicates = 4000, 256
    found = simulation(loop.finite(n)).draw(generator(4, "limit", 0), replicates, (1, 2))
    for t in (1, 2):
        with precision(96):
            limit = fits.state(loop, t)
        for name, x in zip(loop.state, limit, strict=True):
            runs = found[name, t]
            sd = runs.std()
            assert 0 < sd < 20 / sqrt(n)
            assert abs(runs.mean() - float(x.mid())) <= 6 * sd / sqrt(replicates) + 10 * sd**2


def test_real_points_are_kept_or_fresh():
    loop = Gumbel(Normal(0, 1), 1, start=(0, 1))
    kept = sample(loop.finite(8, 0, fixed=True), ["m", "b"], 3, 200, seed=2)
    assert np.abs(kept["m"][:, 3] - kept["m"][:, 1]).max() < 1e-9
    assert kept["m"][:, 1].std() > 0.1
    fresh = sample(loop.finite(8, 0), ["m"], 3, 4000, seed=2)["m"]
    assert abs(np.corrcoef(fresh[:, 1], fresh[:, 3])[0, 1]) < 0.1
    both = sample(loop.finite(8, 8, fixed=True), ["m"], 2, 4000, seed=2)["m"]
    free = sample(loop.finite(8, 8), ["m"], 2, 4000, seed=2)["m"]
    assert stats.ks_2samp(both[:, 1], free[:, 1]).pvalue > 1e-6
    assert np.corrcoef(both[:, 1], both[:, 2])[0, 1] > np.corrcoef(free[:, 1], free[:, 2])[0, 1] + 0.1


@pytest.mark.long
def test_a_seed_gives_the_same_paths_and_a_shorter_run_is_the_beginning_of_a_longer_one():
    loop = Beta(Uniform(0, 1), 1, start=(1, 1)).finite(10)
    long = sample(loop, ["a", "b", "lost"], 4, 9000, seed=3, workers=2)
    again = sample(loop, ["a", "b", "lost"], 2, 9000, seed=3, workers=1)
    for name, x in again.items():
        assert np.array_equal(x, long[name][:, :3])
    assert not np.array_equal(again["a"], sample(loop, ["a"], 2, 9000, seed=4)["a"])


def test_lost_fits_are_counted_and_leave_the_parameters():
    rate = Poisson(Binomial(1, Rational(1, 5)), 1, start=(3,)).finite(4, 0)  # nothing but zeros: no maximum above 0
    found = sample(rate, ["r", "lost"], 2, 20_000, seed=1)
    first = found["lost"][:, 1] == 1
    assert (found["r"][first, 1] == 3).all()
    assert (found["r"][~first, 1] != 3).all()
    assert stats.binomtest(int(first.sum()), 20_000, 0.8**4).pvalue > 1e-6
    assert set(found["lost"][:, 2]) == {0.0, 1.0, 2.0}


@pytest.mark.long
def test_a_likelihood_without_a_bound_is_lost():
    """A second component that shrinks onto a point; a scale from one point."""
    tiny = sample(Two(Normal(0, 1), 1, start=(1, 1)).finite(2, 1), ["a", "s", "lost"], 1, 2000, seed=1)
    lost = tiny["lost"][:, 1] == 1
    assert 0 < lost.mean() < 1
    assert (tiny["s"][lost, 1] == 1).all()
    assert (sample(Gumbel(Normal(0, 1), 1, start=(0, 1)).finite(1, 0), ["lost"], 2, 50)["lost"][:, 2] == 2).all()


def test_a_finite_loop_is_a_sympy_object_like_any_other():
    n = Symbol("n", integer=True, positive=True)
    loop = Gumbel(Normal(0, 1), half, start=(0, 1)).finite(n)
    assert (
        loop.subs(n, 4) == Gumbel(Normal(0, 1), half, start=(0, 1)).finite(4) == Refitted(loop.population, 4, 2, False)
    )
    assert loop.m(3).subs(n, 4).loop.real == 4
    assert loop.func(*loop.args) == loop
    fixed = Student(3, Normal(0, 1), 1).finite(5, 7, fixed=True)
    assert pickle.loads(pickle.dumps(fixed)) == fixed
    assert (fixed.real, fixed.synthetic, fixed.fixed, fixed.lam) == (5, 7, True, Rational(7, 5))
    assert fixed.s(2).is_positive
    assert not hasattr(fixed, "unknown")


def test_what_is_no_finite_loop_is_refused():
    loop = Gumbel(Normal(0, 1), half, start=(0, 1))
    with pytest.raises(BadInput, match="whole number"):
        loop.finite(3)

    class Lost(LikelihoodLoop):
        lost: Parameter(Reals())

        def log_density(self, x):
            return -((x - self.lost) ** 2) / 2 - log(2 * pi) / 2

    with pytest.raises(BadInput, match="another name"):
        Lost(Normal(0, 1), 1).finite(3)
    with pytest.raises(BadInput, match="no density"):
        sample(Gamma(Normal(0, 1), 1, start=(1, 1)).finite(3), ["k"], 1, 10)
    with pytest.raises(BadInput, match="no density"):
        sample(Poisson(Exponential(1), 1, start=(1,)).finite(3), ["r"], 1, 10)
    with pytest.raises(BadInput, match="temperature 1"):
        loop.at(temperature=2).finite(4)


def test_measured_points_are_drawn_again_and_again():
    """Real data of a user: four numbers, of which every sample has its real points."""
    loop = Poisson(Empirical((0, 1, 1, 6)), 1, start=(2,)).finite(50)
    found = sample(loop, ["r"], 1, 2000, seed=1)["r"][:, 1]
    assert abs(found.mean() - 2) < 6 * found.std() / sqrt(2000)
    assert found.var() == pytest.approx((50 * 5.5 + 50 * 2) / 100**2, rel=0.25)


def test_claims_on_finite_loops_are_simulated():
    @claim(source="by symmetry")
    def drift(n=Points(5, 20)):
        """A location has no drift where all is symmetric."""
        return Eq(E(Location(Laplace(0, 1), 1, start=(0,)).finite(n).theta(1)), 0)

    @claim(source="false: the fits vary")
    def still(n=Points(5, 20)):
        """A location that does not vary."""
        return Le(Var(Location(Laplace(0, 1), 1, start=(0,)).finite(n).theta(1)), Rational(1, 1000))

    assert [found.verdict for found in check([drift, still], seconds=6)] == ["supported", "refuted"]
