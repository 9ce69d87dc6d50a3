"""Locations retrained with real data: numbers of the catalogue, the fit, population maps."""

from itertools import pairwise

import numpy as np
import pytest
from exact import about, number
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational

from simulate import estimate
from simulate.engine.populations import _step
from theory.language.laws import Laplace, Logistic, Noise, Normal, Uniform
from theory.language.moments import W1, E, Var
from theory.proof.arithmetic.precision import precision
from theory.proof.enclose import value
from theory.proof.methods import roots
from theory.stability.location import LocationLoop, misfit_constant

half = Rational(1, 2)
POPULATIONS = [
    LocationLoop(Logistic(), Normal(0, 4), 2, start=1),
    LocationLoop(Logistic(), Laplace(), 1, start=-3, gamma=half),
    LocationLoop(Laplace(), Laplace(), 4, start=3),
    LocationLoop(Logistic(), Uniform(-3, 3), half, start=2),
]


@pytest.mark.parametrize(
    ("data", "lam", "jacobian"),
    [
        (Normal(0, 4), 1, 0.5239557097371),
        (Normal(0, 4), 5, 0.8462301252275),
        (Laplace(), 1, 0.4632024808142),
        (Uniform(-3, 3), 1, 0.5248935341839),
        (Normal(0, 100), 1, 0.8093513355535),
        (Logistic(), 3, 0.75),
    ],
    ids=str,
)
def test_jacobians(data, lam, jacobian):
    loop = LocationLoop(Logistic(), data, lam)
    about(loop.jacobian(0), jacobian)
    h = Rational(1, 10**4)  # and the map's own difference quotient
    moved = LocationLoop(Logistic(), data, lam, start=h).theta(1)
    assert number(moved) / float(h) == pytest.approx(jacobian, rel=1e-7)


@pytest.mark.parametrize(
    ("lam", "gamma", "rate", "most"),
    [(1, half, 0.3493038064914, 0.5262622239302), (5, 2, 0.2820767084092, 0.6578277799128)],
)
def test_a_corrector(lam, gamma, rate, most):
    loop = LocationLoop(Logistic(), Normal(0, 4), lam, gamma=gamma)
    about(loop.jacobian(0), rate)
    h = Rational(1, 10**4)
    moved = LocationLoop(Logistic(), Normal(0, 4), lam, start=h, gamma=gamma).theta(1)
    assert number(moved) / float(h) == pytest.approx(rate, rel=1e-7)
    about((1 + gamma) / (2 + gamma) / misfit_constant(loop), most)  # the published limit on lam


@pytest.mark.parametrize(
    ("data", "lam", "published", "sharp", "true"),
    [
        (Normal(0, 4), Rational(1, 4), 0.3986581444004, 0.2218074508557, 0.2157854358139),
        (Normal(0, 1), Rational(1, 4), 0.4673660594464, 0.2415662896597, 0.1678161192766),
        (Laplace(), Rational(1, 4), 0.4247297921109, 0.2296507562178, 0.1774455261425),
        (Normal(0, 100), Rational(1, 50), 0.5224556162457, 0.2554906090516, 0.07826031677838),
    ],
    ids=str,
)
def test_the_published_rate_and_ours(data, lam, published, sharp, true):
    loop = LocationLoop(Logistic(), data, lam)
    x = lam * misfit_constant(loop)
    about(x / (1 - x), published)
    about(x / (1 + x), sharp)
    about(loop.jacobian(0), true)


@pytest.mark.parametrize(
    ("family", "lam", "start", "after"),
    [
        (Laplace(), half, 3, 0.605825232243266),
        (Laplace(), 1, 3, 1.5),
        (Laplace(), 4, 3, 2.73374521037011),
        (Laplace(), half, 30, 0.693147180559758),
        (Laplace(), 4, 30, 29.7123179275483),
        (Logistic(), half, 3, 0.9323668687747),
        (Logistic(), half, 40, 1.632306592717),
        (Logistic(), 4, 3, 2.479401891884),
        (Logistic(), 4, 40, 40 - 0.7645943814133),
    ],
    ids=str,
)
def test_far_from_the_fixed_point(family, lam, start, after):
    about(LocationLoop(family, family, lam, start=start).theta(1), after)


@pytest.mark.thin(2)
@pytest.mark.parametrize("loop", POPULATIONS, ids=str)
def test_slope_and_pull_are_the_derivatives_of_the_score(loop):
    now = arb(1.3)
    for at in (-0.7, 0.4, 2.2):
        h = arb(2) ** -30
        with precision(120):
            a = arb(at)
            slope = (roots.score(loop, a + h, now) - roots.score(loop, a - h, now)) / (2 * h)
            assert abs(slope - roots.score(loop, a, now, "slope")) < 1e-8
            assert slope < 0
            if isinstance(loop.family, Logistic):
                pull = (roots.score(loop, a, now + h) - roots.score(loop, a, now - h)) / (2 * h)
                assert abs(pull - roots.score(loop, a, now, "pull")) < 1e-8


@pytest.mark.thin(2)
@pytest.mark.parametrize("loop", POPULATIONS, ids=str)
def test_bend_bounds_the_change_of_the_slope(loop):
    assert loop.bend is not None or not isinstance(loop.data, Laplace)
    bend = float(loop.bend)
    now = arb(1.3)
    slopes = [(a, float(roots.score(loop, arb(a), now, "slope").mid())) for a in np.linspace(-4, 4, 41)]
    assert all(abs(s - r) <= bend * abs(a - b) * (1 + 1e-9) for (a, s), (b, r) in pairwise(slopes))


@pytest.mark.parametrize("loop", POPULATIONS, ids=str)
def test_the_next_parameter_is_a_root(loop):
    ball = value(E(loop.theta(1))).value
    now = arb(int(loop.start))
    assert roots.score(loop, ball.lower() - arb(2) ** -30, now) > 0
    assert roots.score(loop, ball.upper() + arb(2) ** -30, now) < 0


@settings(max_examples=200, deadline=None)
@given(st.floats(-0.3, 0.3), st.floats(0.2, 2.0), st.floats(-1.5, 1.5), st.floats(0, 0.02))
def test_a_step_from_an_interval_for_the_score_contains_the_root(root, steep, bend, width):
    """The score c - steep d - bend d^2/2 vanishes at `root`, and its slope at d differs from -steep by at most |bend d|."""
    c = arb(steep) * arb(root) + arb(bend) * arb(root) ** 2 / 2
    out = _step(c + arb(0, width), arb(-steep), abs(arb(bend)))
    if abs(bend) * (abs(root) + 2 * width / steep) < 0.2 * steep:  # nearly straight
        assert out.is_finite()
    if out.is_finite() and abs(bend * root) < steep:  # so far it decreases
        assert out.contains(arb(root))


@pytest.mark.parametrize("loop", POPULATIONS[:3], ids=str)
def test_sampled_roots(loop):
    (ball,) = estimate([loop.theta(1)], 400_000, seed=2)
    exact = number(loop.theta(1))
    assert abs(ball.midpoint - exact) <= ball.radius < 0.06
    assert str(ball.guarantee) == "finite sample"


def test_means_under_a_law_are_sampled():
    z, y = Noise("Z", Laplace()), Noise("Z", Normal(1, 4))
    quantities = [E(z**2), E(y**3), Var(y), W1(Normal(0, 4), Logistic())]
    for q, ball in zip(quantities, estimate(quantities, 400_000, seed=4), strict=True):
        exact = 4.0 if q == quantities[2] else number(q)
        assert abs(ball.midpoint - exact) <= ball.radius < 0.1 * exact
