"""A Gaussian of fitted mean and variance: its total variation against plain quadrature, and how its loop draws laws by turns."""

import mpmath
import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from runs import examples
from scipy import stats
from sympy import Rational, lambdify, symbols

from simulate import sample
from simulate.mixing.distances import gaussian
from theory.gaussian.common import arctan_tv
from theory.language.functions import fitted_tv, normal_tv
from theory.language.laws import Normal
from theory.language.moments import TV
from theory.language.schemes import Accumulated, Balanced, FullySynthetic, RealAndLast
from theory.mixing.turns import GaussianTurnsLoop
from theory.proof.arithmetic import normals
from theory.proof.arithmetic.programs import enclose

MEANS, VARIANCES = st.floats(-4, 4), st.floats(0.05, 20)


def outright(m: float, w: float) -> float:
    """Half the area between the densities, split where they cross, in 20 digits."""
    with mpmath.workdps(20):
        gap = lambda x: abs(mpmath.npdf(x, m, mpmath.sqrt(w)) - mpmath.npdf(x))  # noqa: E731
        if w == 1:
            ends = [m / 2]
        else:
            a, b, c = 1 / w - 1, -2 * m / w, m * m / w + mpmath.log(w)
            root = mpmath.sqrt(b * b - 4 * a * c)
            ends = sorted([(-b - root) / (2 * a), (-b + root) / (2 * a)])
        far = 12 * (1 + mpmath.sqrt(w)) + abs(m)
        places = sorted({-far, *(x for x in (*ends, 0, m) if abs(x) < far), far})
        return float(mpmath.quad(gap, places) / 2)


@examples(8, 60)
@given(MEANS, VARIANCES)
def test_of_two_gaussians(m, w):
    """Balls hold the integral, and floats are near it; so is what the simulation of the experiments has."""
    ball, own = normals.normal_tv(arb(m), arb(w)), outright(m, w)
    assert float(ball.rad()) < 1e-6
    assert float(ball.mid()) == pytest.approx(own, abs=1e-9)
    assert float(normal_tv._imp_(np.array([m]), np.array([w]))[0]) == pytest.approx(own, abs=1e-9)
    assert gaussian(m, w) == pytest.approx(own, abs=1e-9)


@examples(8, 60)
@given(MEANS, VARIANCES, st.floats(0, 0.2), st.floats(0, 1), st.floats(0, 1))
def test_on_boxes_balls_hold_what_is_inside(m, w, size, a, b):
    inside = normals.normal_tv(arb(m + (2 * a - 1) * size), arb(w * (1 + (2 * b - 1) * size)))
    assert normals.normal_tv(arb(m, 1.001 * size), arb(w, 1.001 * w * size)).overlaps(inside)


def test_at_the_corners():
    """Equal laws, equal variances, and what is no variance."""
    at = lambda m, w: float(normal_tv._imp_(np.array([m]), np.array([w]))[0])  # noqa: E731
    assert at(0.0, 1.0) == 0
    assert float(normals.normal_tv(arb(0), arb(1)).upper()) == 0
    assert at(1.0, 1.0) == pytest.approx(2 * stats.norm.cdf(0.5) - 1)
    assert at(1.0, 1 + 1e-12) == pytest.approx(2 * stats.norm.cdf(0.5) - 1)
    assert at(1.0, 0.0) == at(1.0, -1.0) == 1
    m = symbols("m", real=True)
    assert lambdify(m, normal_tv(m, 1))(1.0) == pytest.approx(2 * stats.norm.cdf(0.5) - 1)
    mu, sigma = GaussianTurnsLoop(5).mu(1), GaussianTurnsLoop(5).sigma(1)
    assert TV(Normal(mu, sigma**2), Normal(2, 9)).expanded() == normal_tv((mu - 2) / 3, sigma**2 / 9)
    assert TV(Normal(2, 9), Normal(mu, sigma**2)).expanded() == normal_tv((mu - 2) / 3, sigma**2 / 9)


# ---- a fit ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 10])
def test_of_a_fit_by_plain_quadrature(n):
    """Gauss's rule over mean and chi-square, which knows nothing of crossings that are split."""
    z, weights = np.polynomial.hermite_e.hermegauss(120)
    q = stats.chi2(n - 1).ppf((np.arange(4000) + 0.5) / 4000)
    means = normal_tv._imp_(z[:, None] / np.sqrt(n), q / n).mean(axis=1)
    plain = weights @ means / weights.sum()
    ball = enclose(fitted_tv(n))
    assert float(ball.rad()) < 0.01 * plain
    assert abs(float(ball.mid()) - plain) < float(ball.rad()) + 1e-3 * plain
    for other in (enclose(fitted_tv(n + 1)), enclose(arctan_tv(Rational(1, n)))):
        assert abs(float(other.mid()) - plain) > 4 * float(ball.rad())


def test_what_is_no_number_of_points_has_no_ball():
    assert not normals.fitted_tv(arb(1)).is_finite()
    assert not normals.fitted_tv(arb(2.5)).is_finite()
    assert not normals.fitted_tv(arb(5, 1)).is_finite()


# ---- the loop -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", [FullySynthetic(), RealAndLast(Rational(1, 4)), Accumulated(), Balanced()])
def test_laws_are_drawn_with_the_weights_of_the_scheme(scheme):
    """By the variance of the mean: that of the law drawn, and the law's own over n. Beside it, plain NumPy."""
    n, t, count = 8, 4, 200_000
    paths = sample(GaussianTurnsLoop(n, scheme), ["mu", "sigma"], t=t, replicates=count, seed=3)
    rng = np.random.default_rng(5)
    mu, sigma = np.zeros((count, 1)), np.ones((count, 1))
    for i in range(1, t + 1):
        pick = np.searchsorted(np.cumsum([float(x) for x in scheme.row(i)])[:-1], rng.random(count), side="right")
        m, s = (np.take_along_axis(x, pick[:, None], 1) for x in (mu, sigma))
        points = m + s * rng.standard_normal((count, n))
        mu = np.hstack([mu, points.mean(axis=1, keepdims=True)])
        sigma = np.hstack([sigma, points.std(axis=1, keepdims=True)])
    for i in (2, t):
        for own, other in ((paths["mu"][:, i] ** 2, mu[:, i] ** 2), (paths["sigma"][:, i], sigma[:, i])):
            assert abs(own.mean() - other.mean()) < 6 * np.hypot(own.std(), other.std()) / np.sqrt(count)
