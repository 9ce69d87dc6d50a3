"""Constants of performative prediction in balls: held against SciPy's distribution functions, and grids in floats."""

from __future__ import annotations

import math
from contextlib import suppress

import numpy as np
import pytest
from flint import arb
from likelihood_models import LogNormal, Weibull
from scipy import integrate, optimize, stats
from sympy import Rational, exp, log, oo, tanh

from theory import Empirical, LikelihoodLoop, Mixture, MultivariateNormal, Normal, Parameter, Points, Reals
from theory.language.errors import CannotTell
from theory.language.laws import ChiSquare, Exponential, Laplace, Logistic, Poisson, Uniform
from theory.proof.arithmetic.precision import precision
from theory.proof.enclose import value
from theory.proof.likelihood.constants import constant
from theory.proof.likelihood.fits import best
from theory.proof.likelihood.moved import _Moves, moved
from theory.proof.likelihood.score import score_of
from theory.stability import models

half = Rational(1, 2)
LOGISTIC = models.LogisticModel(Exponential(1), 1)
STUDENT = models.StudentModel(3, Laplace(0, 1), 1)
GUMBEL = models.GumbelModel(Normal(0, 1), 1)
WEIGHT = models.MixtureWeight(1, Laplace(0, 1), 1)
COUNTS = models.NegativeBinomialModel(Mixture(half, Poisson(1), Poisson(5)), 1)
CIRCLE = models.VonMisesModel(Uniform(-1, 2), 1)


WEIBULL, LOGNORMAL = Weibull(Exponential(1), 1), LogNormal(ChiSquare(4), 1)


def number(x) -> float:
    ball = constant(x)
    assert ball.is_finite()
    assert ball.rad() < 1e-5 * (1 + abs(float(ball.mid())))
    return float(ball.mid())


def parameters(loop) -> np.ndarray:
    return np.array([float(b.mid()) for b in best(loop.of_data)])


# ---- movement: W1 of models that are near, by distribution functions that are not ours --------------------------------


def moved_by(cdf, theta: np.ndarray, low: float, high: float) -> float:
    """The largest W1(theta, theta + h v)/h over directions v, by differences of distribution functions on a grid."""
    h, x = 1e-5, np.linspace(low, high, 40_001)

    def speed(angle: float) -> float:
        v = h * np.array([math.cos(angle), math.sin(angle)])[: len(theta)]
        return float(np.trapezoid(np.abs(cdf(x, *(theta + v)) - cdf(x, *(theta - v))), x)) / (2 * h)

    if len(theta) == 1:
        return speed(0.0)
    angles = np.linspace(0, np.pi, 181)
    k = int(np.argmax([speed(a) for a in angles]))
    found = optimize.minimize_scalar(lambda a: -speed(a), bounds=(angles[k] - 0.02, angles[k] + 0.02), method="bounded")
    return float(-found.fun)


@pytest.mark.thin(3)
@pytest.mark.parametrize(
    ("loop", "cdf", "low", "high"),
    [
        (models.LogisticLocation(Exponential(1), 1), lambda x, m: stats.logistic.cdf(x, m), -40, 40),
        (WEIGHT, lambda x, w: w * stats.norm.cdf(x + 1) + (1 - w) * stats.norm.cdf(x - 1), -12, 12),
        (LOGISTIC, stats.logistic.cdf, -30, 30),
        (GUMBEL, stats.gumbel_r.cdf, -10, 40),
        (models.GammaModel(Uniform(0, 3), 1), lambda x, k, s: stats.gamma.cdf(x, k, scale=s), 0, 40),
        (WEIBULL, lambda x, k, s: stats.weibull_min.cdf(x, k, scale=s), 0, 40),
        (LOGNORMAL, lambda x, m, s: stats.lognorm.cdf(x, s, scale=np.exp(m)), 0, 400),
        (models.CurvedGaussian(Uniform(0, 3), 1), lambda x, t: stats.norm.cdf(x, t, t), -12, 15),
        (models.TwoMeans(models.TWO, 1), lambda x, a, b: (stats.norm.cdf(x, a) + stats.norm.cdf(x, b)) / 2, -14, 14),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, LikelihoodLoop) else "",
)
def test_movement_is_what_distribution_functions_say(loop, cdf, low, high):
    assert number(loop.movement) == pytest.approx(moved_by(cdf, parameters(loop), low, high), rel=2e-4)


def test_movement_on_whole_numbers_is_what_scipy_says():
    k = np.arange(2_000)
    r, p = parameters(COUNTS)
    h = 1e-5

    def speed(angle: float) -> float:
        a, b = h * math.cos(angle), h * math.sin(angle)
        gap = stats.nbinom.cdf(k, r + a, p + b) - stats.nbinom.cdf(k, r - a, p - b)
        return float(np.abs(gap).sum()) / (2 * h)

    assert number(COUNTS.movement) == pytest.approx(max(speed(a) for a in np.linspace(0, np.pi, 721)), rel=1e-4)
    assert number(models.PoissonModel(Poisson(3), 1).movement) == pytest.approx(3, rel=1e-9)


def test_movement_on_a_circle():
    """Along the line from -pi to pi, as its W1 is."""
    assert number(CIRCLE.movement) == pytest.approx(
        moved_by(
            lambda x, mu, kappa: stats.vonmises.cdf(x, kappa, mu) - stats.vonmises.cdf(-np.pi, kappa, mu),
            parameters(CIRCLE),
            -np.pi,
            np.pi,
        ),
        rel=1e-4,
    )


def test_movement_is_the_largest_of_all_directions():
    """Of a location and scale it is the largest E |v_1 + v_2 Z|, of Student's law and of a logistic one E |Z|."""
    assert number(STUDENT.movement) == pytest.approx(2 * math.sqrt(3) / math.pi, rel=1e-6)
    assert number(LOGISTIC.movement) == pytest.approx(2 * math.log(2), rel=1e-6)
    assert number(GUMBEL.movement) > max(
        1, integrate.quad(lambda z: abs(z) * stats.gumbel_r.pdf(z), -10, 60)[0] + 1e-3
    )  # at an angle between the axes


def test_movement_is_infinite_without_a_mean():
    assert constant(models.StudentModel(1, Normal(0, 1), 1).movement) == arb.pos_inf()
    assert number(models.StudentLocation(1, Normal(0, 1), 1).movement) == pytest.approx(1, rel=1e-12)


class Thrown(LikelihoodLoop):
    """Any law on three numbers."""

    a: Parameter(Reals())
    b: Parameter(Reals())
    support = Points(0, 1, 2)

    def log_density(self, x):
        return self.a * x * (2 - x) + self.b * x * (x - 1) / 2 - log(1 + exp(self.a) + exp(self.b))


def test_movement_on_few_numbers():
    loop = Thrown(Empirical((0, 0, 1, 2, 2)), 1)
    p = np.array([2, 1, 2]) / 5
    slope = np.diag(p) - np.outer(p, p)  # of the masses in (0, a, b)
    flows = np.cumsum(slope[:, 1:], axis=0)[:2]

    largest = max(np.abs(flows @ [math.cos(t), math.sin(t)]).sum() for t in np.linspace(0, math.pi, 20_001))
    assert number(loop.movement) == pytest.approx(largest, rel=1e-6)


def test_what_moves_in_a_space():
    data = Mixture(
        half, MultivariateNormal((-1, 0), ((1, 0), (0, 1))), MultivariateNormal((1, 1), ((1, half), (half, 2)))
    )
    assert number(models.CircleMean(data, 1).movement) == pytest.approx(1, rel=1e-12)
    assert number(models.AdditiveFlow(data, 1).movement) == pytest.approx(1, rel=1e-12)


# ---- beta and gamma: grids -------------------------------------------------------------------------------------------


def on_a_grid(loop, low: float, high: float) -> tuple[float, float]:
    """(beta, gamma) by differences on a grid."""
    theta, h = parameters(loop), 1e-5
    floats, x = score_of(loop.of_data).floats, np.linspace(low, high, 200_001)
    slope = (floats(x + h, theta)[1] - floats(x - h, theta)[1]) / (2 * h)
    curvature = -np.moveaxis(floats(x, theta)[2], -1, 0)
    return float(np.linalg.norm(slope, axis=0).max()), float(np.linalg.eigvalsh(curvature)[:, 0].min())


@pytest.mark.thin(3)
@pytest.mark.parametrize(
    ("loop", "low", "high"),
    [
        (LOGISTIC, -30, 30),
        (STUDENT, -100, 100),
        (models.TwoMeans(models.TWO, 1), -20, 20),
        (CIRCLE, -math.pi + 1e-4, math.pi - 1e-4),
        (COUNTS, 1e-4, 200),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, LikelihoodLoop) else "",
)
def test_beta_and_gamma_are_what_a_grid_finds(loop, low, high):
    beta, gamma = on_a_grid(loop, low, high)
    assert number(loop.beta) == pytest.approx(beta, rel=1e-3)
    assert number(loop.gamma) == pytest.approx(gamma, rel=1e-3)


def test_gamma_that_is_known():
    assert number(models.PoissonModel(Poisson(3), 1).gamma) == pytest.approx(3, rel=1e-9)
    assert number(models.NaturalGaussian(Laplace(0, 1), 1).gamma) == pytest.approx(2, rel=1e-9)
    assert number(models.GaussianModel(Laplace(0, 1), 1).gamma) == pytest.approx(-1 / 8, rel=1e-9)
    assert abs(number(models.LogisticLocation(Logistic(0, 1), 1).gamma)) < 1e-15


def test_gamma_may_be_infinite():
    data = MultivariateNormal((1, 0), ((2, 1), (1, 1)))
    assert value(models.CircleMean(data, 1).gamma).value == arb.neg_inf()
    with pytest.raises(CannotTell, match="unbounded"):
        constant(GUMBEL.gamma)


@pytest.mark.parametrize(
    "loop", [GUMBEL, models.GaussianModel(Laplace(0, 1), 1), models.NaturalGaussian(Laplace(0, 1), 1)]
)
def test_beta_is_infinite(loop):
    assert value(loop.beta).value == arb.pos_inf()


# ---- what is made of them --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loop", [LOGISTIC, CIRCLE], ids=lambda loop: type(loop).__name__)
def test_the_limit_is_where_kappa_is_1(loop):
    H, info = (np.array([[number(x) for x in row] for row in m.tolist()]) for m in (loop.H, loop.fisher))
    slope = number(loop.movement) * number(loop.beta)

    def kappa(lam: float) -> float:
        return lam * slope / float(np.linalg.eigvalsh(H + lam * info)[0])

    limit = number(loop.performative_limit)
    assert limit == pytest.approx(optimize.brentq(lambda lam: kappa(lam) - 1, 1e-6, 100), rel=1e-5)
    assert number(loop.at(lam=2).risk_curvature) == pytest.approx(
        float(np.linalg.eigvalsh(H + 2 * info)[0]) / 3, rel=1e-9
    )


class Leaning(LikelihoodLoop):
    """Between a uniform law and Beta(2, 2); the score changes its sign twice, and both ends are places where D is 0."""

    a: Parameter(Reals())
    support = Reals(0, 1)

    def log_density(self, x):
        return log(1 + tanh(self.a) / 2 * (6 * x * (1 - x) - 1))


@pytest.mark.parametrize("near", [0.999, 0.001, 1.0])
def test_an_end_of_the_support_is_no_crossing(near, monkeypatch):
    """D is 0 at both: from there Newton's method found one of them, and a ball without the truth, 1/32."""
    loop = Leaning(Uniform(0, 1), 1)
    monkeypatch.setattr(_Moves, "_guess", lambda self, values: near)
    with precision(128), suppress(ArithmeticError, CannotTell):
        assert moved(loop).overlaps(arb(1) / 32)


def test_with_synthetic_data_alone_the_risk_is_the_models_own():
    loop = models.LogisticLocation(Normal(0, 1), oo)
    assert number(loop.sensitivity) == pytest.approx(1)
    assert number(loop.risk_curvature) == pytest.approx(1 / 3)  # the Fisher information
    assert loop.kappa == loop.movement * loop.beta / loop.fisher[0, 0]
