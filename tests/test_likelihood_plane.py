"""Points of the plane: means, fits, constants and refits of likelihood loops, against NumPy and SciPy that share nothing."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, arb_mat
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import linalg, optimize, stats
from sympy import Abs, Lambda, Rational, Symbol, cosh, log, pi, sin, sqrt, tanh
from test_refits import points_and_fits

from simulate.engine.draws import drawn
from simulate.engine.refits import code_of, simulation
from simulate.engine.streams import generator
from theory import Empirical, LikelihoodLoop, Mixture, MultivariateNormal, Normal, Parameter, Positive, R, Reals
from theory.language.errors import BadInput, CannotTell
from theory.language.laws import Density
from theory.proof.arithmetic.precision import precision
from theory.proof.arithmetic.spaces import bell_of, expected
from theory.proof.likelihood import fits
from theory.proof.likelihood.constants import constant, jacobian
from theory.proof.likelihood.information import curvature, information
from theory.proof.likelihood.misfit import coupled
from theory.proof.likelihood.norms import eigenvalues
from theory.stability.models import AdditiveFlow, CircleMean, CouplingFlow, PlaneGaussian, inside
from theory.stability.plane import CURVED, FLOWS, GAUSSIANS, PAIR, TABLE, WIDE

half = Rational(1, 2)
X, Y = Symbol("x", real=True), Symbol("y", real=True)


def value(ball: arb, accuracy: float = 1e-8) -> float:
    assert ball.is_finite()
    assert ball.rad() < accuracy * (1 + abs(ball))
    return float(ball.mid())


def floats(matrix: arb_mat) -> np.ndarray:
    return np.array([[value(x) for x in row] for row in matrix.tolist()])


# ---- the models and the data, written again -------------------------------------------------------------------------


def gaussian(x, a, b, p, q, r):
    return bell(x, [a, b], np.array([[p * p, p * q], [p * q, q * q + r * r]]))


def bell(x, mean, covariance):
    away = x - np.array(mean)[:, None]
    return (
        -(away * np.linalg.solve(covariance, away)).sum(axis=0) / 2 - np.log(np.linalg.det(2 * np.pi * covariance)) / 2
    )


def circle(x, theta):
    return stats.norm.logpdf(x[0], np.cos(theta)) + stats.norm.logpdf(x[1], np.sin(theta))


def additive(x, a, b):
    return stats.norm.logpdf(x[0]) + stats.norm.logpdf(x[1], a + b * np.tanh(x[0]))


def coupling(x, a, s, b, c):
    return stats.norm.logpdf(x[0], a, s) + stats.norm.logpdf(x[1], b * np.tanh(x[0]), np.exp(c * np.tanh(x[0])))


DENSITIES = {PlaneGaussian: gaussian, CircleMean: circle, AdditiveFlow: additive, CouplingFlow: coupling}
STARTS = {
    PlaneGaussian: (half, -1, 1, half, 2),
    CircleMean: (half,),
    AdditiveFlow: (half, -1),
    CouplingFlow: (half, 2, -1, Rational(1, 4)),
}
GRID = np.array(np.meshgrid(*[np.linspace(-16, 16, 161)] * 2)).reshape(
    2, -1
)  # the trapezoid rule: exact for smooth bells
CELL = 0.2**2


def weights(data) -> tuple[np.ndarray, np.ndarray]:
    """Places and weights at which means under the data are sums."""
    if isinstance(data, Empirical):
        at = np.array([[float(x) for x in point] for point in data.points]).T
        return at, np.full(at.shape[1], 1 / at.shape[1])
    parts = data.parts if isinstance(data, Mixture) else [(1, data)]
    heights = [float(w) * np.exp(bell(GRID, *moments_of(law))) for w, law in parts]
    return GRID, CELL * np.sum(heights, axis=0)


def moments_of(law: MultivariateNormal) -> tuple[np.ndarray, np.ndarray]:
    return np.array(law.mean, float), np.array(law.covariance.tolist(), float)


def refit(kind, data, lam, theta, near):
    """The maximum of E_data log p + lam E_model log p near a place, by SciPy."""
    density = DENSITIES[kind]
    x, v = weights(data)
    w = CELL * np.exp(density(GRID, *theta))
    scales = np.array([p.domain.lo >= 0 for p in kind.parameters.values()], bool)

    def loss(u):
        after = np.where(scales, np.exp(u), u)
        kept = v > 1e-300
        return -(density(x[:, kept], *after) @ v[kept]) - lam * (density(GRID, *after) @ w)

    begin = np.where(scales, np.log(np.where(scales, near, 1)), near)
    found = optimize.minimize(loss, begin, method="BFGS", options={"gtol": 1e-9}).x
    return np.where(scales, np.exp(found), found)


# ---- means ----------------------------------------------------------------------------------------------------------

numbers = st.fractions(-3, 3, max_denominator=8).map(lambda q: Rational(q.numerator, q.denominator))
sizes = st.fractions(Rational(1, 2), 2, max_denominator=8).map(lambda q: Rational(q.numerator, q.denominator))
bells = st.builds(
    lambda a, b, p, q, r: MultivariateNormal((a, b), ((p * p, p * q), (p * q, q * q + r * r))),
    numbers,
    numbers,
    sizes,
    numbers,
    sizes,
)


@given(bells, st.integers(0, 5), st.integers(0, 5))
def test_moments_of_a_gaussian(law, i, j):
    """Against Gauss and Hermite's rule, which is exact for polynomials."""
    z, u = np.polynomial.hermite_e.hermegauss(12)
    root = np.linalg.cholesky(np.array(law.covariance.tolist(), float))
    at = np.array([[float(m)] for m in law.mean]) + root @ np.array(np.meshgrid(z, z)).reshape(2, -1)
    w = np.outer(u, u).ravel() / u.sum() ** 2
    (found,) = expected((X**i * Y**j,), (X, Y), law, {})
    size = (np.abs(at[0]) ** i * np.abs(at[1]) ** j) @ w
    assert value(found) == pytest.approx((at[0] ** i * at[1] ** j) @ w, abs=1e-10 * (1 + size))


@given(bells, st.sampled_from([tanh(X) * Y**2, tanh(X) ** 2 * Y, Y**3 / (1 + X**2), sin(X) * Y]))
@settings(max_examples=12)
def test_means_of_what_is_a_polynomial_in_one_coordinate_only(law, f):
    z, u = np.polynomial.hermite_e.hermegauss(120)
    root = np.linalg.cholesky(np.array(law.covariance.tolist(), float))
    at = np.array([[float(m)] for m in law.mean]) + root @ np.array(np.meshgrid(z, z)).reshape(2, -1)
    w = np.outer(u, u).ravel() / u.sum() ** 2
    numeric = {tanh(X) * Y**2: lambda x, y: np.tanh(x) * y**2, tanh(X) ** 2 * Y: lambda x, y: np.tanh(x) ** 2 * y}
    numeric |= {Y**3 / (1 + X**2): lambda x, y: y**3 / (1 + x**2), sin(X) * Y: lambda x, y: np.sin(x) * y}
    (found,) = expected((f,), (X, Y), law, {})
    values = numeric[f](*at)
    assert value(found) == pytest.approx(values @ w, abs=2e-3 * (1 + np.abs(values) @ w))


@given(bells)
@settings(max_examples=12)
def test_a_gaussian_is_seen_in_its_density(law):
    bell = bell_of(Density(Lambda((X, Y), law.log_density(X, Y))))
    assert bell is not None
    assert (bell.mass, bell.mean, bell.covariance) == (0, tuple(law.mean), law.covariance)


# ---- fits -----------------------------------------------------------------------------------------------------------


@pytest.mark.thin(4)
@pytest.mark.parametrize("kind", DENSITIES, ids=lambda kind: kind.__name__)
@given(
    points=st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=6, max_size=9, unique=True),
    lam=st.fractions(Rational(1, 4), 3, max_denominator=8),
)
@settings(max_examples=3)
def test_one_fit_is_the_optimum_of_the_mixed_likelihood(kind, points, lam):
    centred = np.cov(np.array(points).T)
    assume(np.linalg.det(centred) > 0.2)
    data, lam = (
        Empirical([(Rational(x, 2), Rational(y, 2)) for x, y in points]),
        Rational(lam.numerator, lam.denominator),
    )
    start = STARTS[kind]
    found = [value(x) for x in fits.state(kind(data, lam, start=start), 1)]
    again = refit(kind, data, float(lam), [float(x) for x in start], np.array(found) + 0.01)
    assert again == pytest.approx(found, rel=2e-6, abs=2e-6)


@pytest.mark.thin(4)
@pytest.mark.parametrize("data", [WIDE, PAIR], ids=["wide", "pair"])
@pytest.mark.parametrize("kind", DENSITIES, ids=lambda kind: kind.__name__)
def test_best_fits_to_densities(kind, data):
    found = [value(x) for x in fits.best(kind(data, 1))]
    assert refit(kind, data, 0.0, found, np.array(found) + 0.02) == pytest.approx(found, rel=1e-5, abs=1e-5)


@pytest.mark.thin(5)
@pytest.mark.parametrize("loop", [*CURVED[:4], FLOWS[0], pytest.param(GAUSSIANS[1], marks=pytest.mark.long)], ids=str)
def test_the_jacobian_is_the_derivative_of_the_map(loop):
    """By central differences of SciPy's fits."""
    kind, best = type(loop), np.array([value(x) for x in fits.best(loop)])
    J, h = floats(jacobian(loop)), 1e-2
    for j in range(len(best)):
        step = h * np.eye(len(best))[j]
        ends = [refit(kind, loop.data, 1.0, best + side * step, best) for side in (1, -1)]
        assert (ends[0] - ends[1]) / (2 * h) == pytest.approx(J[:, j], abs=2e-3)


@pytest.mark.parametrize("loop", GAUSSIANS, ids=str)
def test_a_gaussian_moves_by_the_share_of_synthetic_data(loop):
    assert floats(jacobian(loop.at(lam=3))) == pytest.approx(0.75 * np.eye(5), abs=1e-8)


@pytest.mark.long
@pytest.mark.parametrize("loop", [GAUSSIANS[0], pytest.param(GAUSSIANS[1], marks=pytest.mark.long)], ids=str)
def test_hotter_draws_spread_a_gaussian(loop):
    """Draws at temperature T have T times the covariance: that of a fixed point is C/(1 + lam - lam T)."""
    hot = loop.at(lam=half, temperature=Rational(3, 2))
    p, q, r = (value(x) for x in fits.fixed(hot)[2:])
    cold = np.array([value(x) for x in fits.best(loop)[2:]])
    assert [p, q, r] == pytest.approx(cold / np.sqrt(0.75), rel=1e-8, abs=1e-8)


@pytest.mark.thin(4)
@pytest.mark.parametrize("kind", DENSITIES, ids=lambda kind: kind.__name__)
def test_data_in_the_model_have_its_curvature_and_no_misfit(kind):
    loop = inside(kind(WIDE, 1), *STARTS[kind])
    assert [value(x) for x in fits.best(loop)] == pytest.approx([float(x) for x in STARTS[kind]], abs=1e-9)
    assert floats(curvature(loop)) == pytest.approx(floats(information(loop)), rel=1e-8, abs=1e-8)
    assert constant(loop.eps) == 0


class ByCovariance(LikelihoodLoop):
    """A Gaussian by the entries of its covariance, in coordinates that are no chain."""

    a: Parameter(Reals())
    b: Parameter(Reals())
    v: Parameter(Positive())
    c: Parameter(Reals())
    w: Parameter(Positive())
    support = R(2)

    def log_density(self, x):
        y, z, D = x[0] - self.a, x[1] - self.b, self.v * self.w - self.c**2
        return -(self.w * y**2 - 2 * self.c * y * z + self.v * z**2) / (2 * D) - log(D) / 2 - log(2 * pi)


class Curve(LikelihoodLoop):
    """A mean on a surface in R(3), with a scale."""

    a: Parameter(Reals())
    b: Parameter(Reals())
    s: Parameter(Positive())
    support = R(3)

    def log_density(self, x):
        far = (x[0] - self.a) ** 2 + (x[1] - self.b) ** 2 + (x[2] - self.a * self.b) ** 2
        return -far / (2 * self.s**2) - 3 * log(self.s) - 3 * log(2 * pi) / 2


@pytest.mark.long
def test_a_gaussian_in_other_coordinates():
    found = [value(x) for x in fits.best(ByCovariance(PAIR, 1))]
    assert found == pytest.approx([0, 0.5, 2, 0.75, 1.75], abs=1e-9)
    assert value(constant(ByCovariance(PAIR, 2).rate)) == pytest.approx(2 / 3, abs=1e-7)
    loop = ByCovariance(PAIR, 1, start=(0, 0, 2, -1, 1))
    points, theta, lost = points_and_fits(loop, np.random.default_rng(0).normal(size=(2, 30)), 30, 0)
    assert not lost
    C = np.cov(points, bias=True)
    assert theta == pytest.approx([*points.mean(axis=1), C[0, 0], C[0, 1], C[1, 1]], rel=1e-7, abs=1e-7)


def test_a_model_of_three_coordinates():
    points = np.array([(0, 1, 1), (2, 3, 0), (1, 1, -1), (-1, 0, 2), (0, -2, 1)])
    found = [value(x) for x in fits.best(Curve(Empirical(points.tolist()), 1))]

    def loss(u):
        a, b, s = u
        return ((points - (a, b, a * b)) ** 2).sum(axis=1).mean() / (2 * s * s) + 3 * np.log(s)

    again = optimize.minimize(
        loss, np.array(found) + 0.02, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-14}
    )
    assert again.x == pytest.approx(found, abs=1e-6)


# ---- constants ------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.integers(-3, 3), min_size=2, max_size=5),
    st.lists(st.integers(1, 5), min_size=5, max_size=5),
    st.sampled_from([53, 128]),
)
def test_eigenvalues_multiple_ones_too(values, direction, bits):
    """Of Q D Q with an exact reflection Q: those of D."""
    d = len(values)
    v = direction[:d]
    norm = sum(x * x for x in v)
    with precision(bits):
        Q = arb_mat(d, d, [arb(int(i == j)) - 2 * arb(v[i] * v[j]) / norm for i in range(d) for j in range(d)])
        D = arb_mat(d, d, [arb(values[i] if i == j else 0) for i in range(d) for j in range(d)])
        found = eigenvalues(Q * D * Q)
    for ball, exact in zip(found, sorted(values), strict=True):
        assert ball.contains(exact)
        assert ball.rad() < 2.0 ** (20 - bits)


@pytest.mark.parametrize("loop", [CURVED[0], CURVED[3]], ids=["circle", "flow"])
@given(x=st.tuples(st.floats(-3, 3), st.floats(-3, 3)), turn=st.floats(0, 6.3))
@settings(max_examples=40)
def test_no_step_changes_the_hessian_by_more_than_L(loop, x, turn):
    L, theta = value(constant(loop.L)), [value(y) for y in fits.best(loop)]
    assert _change(loop, x, turn, theta) <= L * (1 + 1e-5) + 1e-6


@pytest.mark.thin(2)
@pytest.mark.parametrize("loop", [CURVED[0], CURVED[3]], ids=["circle", "flow"])
def test_some_step_changes_the_hessian_by_L(loop):
    theta = [value(y) for y in fits.best(loop)]
    turns = np.linspace(0, np.pi, 61)
    most = max(_change(loop, (x, 0.0), t, theta) for x in np.linspace(-2, 2, 41) for t in turns)
    assert most == pytest.approx(value(constant(loop.L)), rel=5e-3)


def _change(loop, x, turn, theta):
    """How fast the Hessian of the log-density changes at x in a direction, by differences."""
    density, h, d = DENSITIES[type(loop)], 1e-2, len(theta)
    u = 1e-2 * np.array([np.cos(turn), np.sin(turn)])

    def hessian(at):
        def f(*steps):
            return density(np.array(at)[:, None], *(np.array(theta) + h * np.sum(steps, axis=0)))[0]

        e = np.eye(d)
        return np.array([[(f(a, b) - f(a, -b) - f(-a, b) + f(-a, -b)) / (4 * h * h) for b in e] for a in e])

    gap = (hessian(np.array(x) + u) - hessian(np.array(x) - u)) / 2e-2
    return np.abs(np.linalg.eigvalsh(gap)).max()


@pytest.mark.thin(3)
@pytest.mark.parametrize("loop", [*GAUSSIANS, *FLOWS], ids=str)
def test_a_hessian_that_is_quadratic_in_x_has_no_bound(loop):
    assert constant(loop.L) == arb.pos_inf()


@given(bells, bells)
def test_two_gaussians_are_coupled_as_best_they_can_be(p, q):
    (m, C), (k, D) = map(moments_of, (p, q))
    root = linalg.sqrtm(C)
    gap = ((m - k) ** 2).sum() + np.trace(C + D - 2 * np.real(linalg.sqrtm(root @ D @ root)))
    assert value(coupled(p, q, (X, Y), {}), 1e-4) == pytest.approx(np.sqrt(max(gap, 0)), abs=1e-6)


@pytest.mark.long
@given(st.sampled_from([*CURVED[:5], *FLOWS, *GAUSSIANS]), st.floats(0, 3.2), st.integers(0, 10**6))
@settings(max_examples=25)
def test_the_bound_on_W1_is_above_that_of_every_projection(loop, turn, seed):
    """W1 of points is at least that along a line; of samples, whose own distance from their laws is of order n^(-1/2)."""
    rng, u = np.random.default_rng(seed), np.array([np.cos(turn), np.sin(turn)])
    best = [Rational(value(x)) for x in fits.best(loop)]
    model = loop.law_of(dict(zip(loop.state, best, strict=True)))
    samples = [u @ drawn(law, rng, 20_000) for law in (loop.data, model)]
    assert stats.wasserstein_distance(*samples) <= value(constant(loop.eps), 1e-6) + 0.1


def test_flows_are_coupled_by_the_same_noise():
    loop = CURVED[2]
    a, b = (value(x) for x in fits.best(loop))
    z = np.random.default_rng(0).standard_normal((2, 10**6))
    x = np.array([1 + np.sqrt(2) * z[0], z[0] / np.sqrt(8) + np.sqrt(7 / 8) * z[1]])
    y = np.array([z[0], a + b * np.tanh(z[0]) + z[1]])
    assert value(constant(loop.eps)) ** 2 == pytest.approx(((x - y) ** 2).sum(axis=0).mean(), rel=5e-3)


# ---- refits ---------------------------------------------------------------------------------------------------------

by_seed = st.tuples(st.integers(8, 60), st.integers(0, 60), st.integers(0, 10**6))


@given(by_seed)
def test_a_refitted_gaussian_has_the_moments_of_its_points(drawn_as):
    n, m, seed = drawn_as
    real = np.random.default_rng(seed).normal(size=(2, n)) * [[1.0], [3.0]] + [[2.0], [-1.0]]
    points, (a, b, p, q, r), lost = points_and_fits(PlaneGaussian(WIDE, 1, start=(0, 0, 1, half, 1)), real, m, seed)
    assert not lost
    assert (a, b) == pytest.approx(points.mean(axis=1), abs=1e-7)
    root = np.linalg.cholesky(np.cov(points, bias=True))
    assert [p, q, r] == pytest.approx([root[0, 0], root[1, 0], root[1, 1]], rel=1e-7, abs=1e-7)


@given(by_seed)
def test_a_refitted_additive_flow_is_a_regression(drawn_as):
    n, m, seed = drawn_as
    real = np.random.default_rng(seed).normal(size=(2, n)) + np.array([[0.5], [1.0]])
    points, theta, lost = points_and_fits(AdditiveFlow(WIDE, 1, start=(0, 1)), real, m, seed)
    columns = np.column_stack([np.ones(n + m), np.tanh(points[0])])
    assert not lost
    assert theta == pytest.approx(np.linalg.lstsq(columns, points[1], rcond=None)[0], abs=1e-8)


@pytest.mark.long
@given(by_seed)
@settings(max_examples=12)
def test_a_refitted_flow_is_the_maximum_that_scipy_finds(drawn_as):
    n, m, seed = drawn_as
    real = np.random.default_rng(seed).normal(size=(2, n)) * [[1.0], [1.5]] + [[0.5], [0.0]]
    points, theta, lost = points_and_fits(CouplingFlow(WIDE, 1, start=(0, 1, half, 0)), real, m, seed)
    found = optimize.minimize(
        lambda u: -coupling(points, u[0], np.exp(u[1]), *u[2:]).mean(), [0, 0, 0.5, 0], tol=1e-10
    ).x
    assert not lost
    assert theta == pytest.approx([found[0], np.exp(found[1]), *found[2:]], abs=2e-4)


def test_draws_of_a_flow_are_standard_normal_when_it_is_undone():
    a, s, b, c = 0.5, 2.0, -1.0, 0.25
    module, points = code_of(CouplingFlow(WIDE, 1)).module, np.empty((2, 40_000))
    assert module.fill_points(generator(3, "draws", 0), points, 0, np.array([a, s, b, c]), module.new_memory())
    bent = np.tanh(points[0])
    z = np.array([(points[0] - a) / s, (points[1] - b * bent) * np.exp(-c * bent)])
    assert all(stats.kstest(row, "norm").pvalue > 1e-6 for row in z)
    assert abs(np.corrcoef(z)[0, 1]) < 5 / 200
    assert abs(np.corrcoef(z**2)[0, 1]) < 5 / 200


class Bumps(LikelihoodLoop):
    """x_2 is a logistic law around m, x_1 given it Gaussian around k sin x_2: the first that is drawn is tabulated."""

    m: Parameter(Reals())
    k: Parameter(Reals())
    support = R(2)

    def log_density(self, x):
        first = -2 * log(cosh((x[1] - self.m) / 2)) - log(4)
        return first - (x[0] - self.k * sin(x[1])) ** 2 / 2 - log(2 * pi) / 2


@pytest.mark.long
def test_a_coordinate_that_is_not_gaussian_is_drawn_first():
    module, points = code_of(Bumps(WIDE, 1)).module, np.empty((2, 10_000))
    assert module.fill_points(generator(3, "draws", 0), points, 0, np.array([1.0, 2.0]), module.new_memory())
    assert stats.kstest(points[1], stats.logistic(1).cdf).pvalue > 1e-6
    assert stats.kstest(points[0] - 2 * np.sin(points[1]), "norm").pvalue > 1e-6


@pytest.mark.parametrize("data", [WIDE, PAIR, TABLE, inside(CouplingFlow(WIDE, 1), half, 2, -1, half).data], ids=str)
def test_draws_of_data_have_their_moments(data):
    points = drawn(data, np.random.default_rng(0), 100_000)
    assert points.shape == (2, 100_000)
    known = [value(x) for x in expected((X, Y, X**2, X * Y, Y**2), (X, Y), data, {})]
    seen = [points[0], points[1], points[0] ** 2, points[0] * points[1], points[1] ** 2]
    for exact, column in zip(known, seen, strict=True):
        assert column.mean() == pytest.approx(exact, abs=6 * column.std() / 300)


@pytest.mark.thin(4)
@pytest.mark.parametrize("loop", [CURVED[0], CURVED[3], FLOWS[0], GAUSSIANS[2]], ids=str)
def test_many_points_follow_the_certified_map(loop):
    run = loop.at(start=STARTS[type(loop)], lam=half)
    paths = simulation(run.finite(20_000)).draw(np.random.default_rng(1), 16, range(3))
    for t in (1, 2):
        for name, exact in zip(loop.state, fits.state(run, t), strict=True):
            seen = paths[name, t]
            assert seen.mean() == pytest.approx(value(exact), abs=7 * seen.std() / 4 + 2e-3)
    assert not paths["lost", 2].any()


# ---- what is told ---------------------------------------------------------------------------------------------------


class Doubled(PlaneGaussian):
    def log_density(self, x):
        return PlaneGaussian.log_density(self, x) + log(2)


class OneSum(LikelihoodLoop):
    a: Parameter(Reals())
    b: Parameter(Reals())
    support = R(2)

    def log_density(self, x):
        return -((x[0] - self.a - self.b) ** 2) / 2 - x[1] ** 2 / 2 - log(2 * pi)


class Kinked(LikelihoodLoop):
    a: Parameter(Reals())
    support = R(2)

    def log_density(self, x):
        return -Abs(x[0] - self.a) - Abs(x[1]) - log(4)


class Round(LikelihoodLoop):
    """A Student law in the plane: Gaussian in no coordinate."""

    a: Parameter(Reals())
    support = R(2)

    def log_density(self, x):
        return -2 * log(1 + ((x[0] - self.a) ** 2 + x[1] ** 2) / 2) - log(2 * pi)


@pytest.mark.parametrize(
    ("loop", "told"),
    [
        (Doubled(WIDE, 1), "integrates to 2.0000000"),
        (OneSum(WIDE, 1), "not identified"),
        (Kinked(WIDE, 1), "has a kink"),
        (Round(WIDE, 1), "quadratic in all coordinates but one"),
        (PlaneGaussian(Normal(0, 1), 1), r"the line; the model has points of R\(2\)"),
        (Curve(WIDE, 1), r"2 dimensions; the model has points of R\(3\)"),
        (PlaneGaussian(MultivariateNormal((0, 0), ((1, 2), (2, 1))), 1), "not positive definite"),
        (PlaneGaussian(Empirical(((0, 1), (2, 3))), 1), "border of the parameters"),
    ],
    ids=lambda x: x if isinstance(x, str) else type(x).__name__,
)
def test_what_is_no_model_of_the_plane(loop, told):
    with pytest.raises(CannotTell, match=told):
        fits.best(loop)


def test_laws_of_the_plane_that_are_none():
    with pytest.raises(BadInput, match="symmetric matrix"):
        MultivariateNormal((0, 0), ((1, 0), (1, 1)))
    with pytest.raises(BadInput, match="as many coordinates"):
        Empirical(((0, 1), (2, 3, 4)))
    with pytest.raises(BadInput, match="as many coordinates"):
        Empirical((0, (2, 3)))
    assert "different dimensions" in str(Mixture(half, Normal(0, 1), WIDE).refuses())


class Wave(LikelihoodLoop):
    """x_1 is N(a, 1), x_2 given x_1 is N(b sin(2 x_1), 1): the second derivative is periodic in x_1."""

    a: Parameter(Reals())
    b: Parameter(Reals())
    support = R(2)

    def log_density(self, x):
        return -((x[0] - self.a) ** 2 + (x[1] - self.b * sin(2 * x[0])) ** 2) / 2 - log(2 * pi)


class Beat(Wave):
    """Of two waves without a common period, of which none can be looked at."""

    def log_density(self, x):
        wave = sin(x[0]) + sin(sqrt(2) * x[0])
        return -((x[0] - self.a) ** 2 + (x[1] - self.b * wave) ** 2) / 2 - log(2 * pi)


def test_what_is_periodic_is_looked_at_over_a_period():
    """d/dx -sin^2(2x) = -2 sin(4x): L = 2."""
    data = Empirical(((0, 1), (1, 1), (2, 0), (-1, -2)))
    assert constant(Wave(data, 1).L).contains(2)
    assert constant(Wave(data, 1).L).rad() < 1e-9
    with pytest.raises(CannotTell, match="far out"):
        constant(Beat(data, 1).L)
