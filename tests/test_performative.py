"""Performative prediction: numbers of the catalogue, kernels against the step, what a loop refuses."""

import numpy as np
import pytest
from exact import number, rebuilt
from scipy.optimize import brentq
from sympy import Rational

from simulate import estimate, sample
from theory.language.laws import Mixture, Normal
from theory.language.moments import W1, E, Var
from theory.performative import BernoulliRiskLoop, LogCoshRiskLoop, QuadraticRiskLoop
from theory.performative.risk import log_cosh_step
from theory.proof.enclose import value
from theory.proof.standard import standardise

half = Rational(1, 2)
LOOPS = [
    QuadraticRiskLoop(4, Rational(4, 5), 1, beta=half, gamma=2, start=3),
    QuadraticRiskLoop(5, half, 1, variance=4, rate=Rational(1, 3), start=-2),
    BernoulliRiskLoop(12, Rational(1, 5), Rational(3, 5), half),
]


@pytest.mark.parametrize(
    ("wanted", "exact"),
    [  # the catalogue's
        (E(QuadraticRiskLoop(3, Rational(8, 5), 1, gamma=2).theta(3)), 1.22),
        (E(QuadraticRiskLoop(3, Rational(8, 5), 1, gamma=2).theta(10)), 2.2315645440),
        (E(QuadraticRiskLoop(3, 1, half).theta(20)), 10.0),
        (E(QuadraticRiskLoop(3, Rational(11, 10), 1).theta(20)), 57.2749994933),
        (E(QuadraticRiskLoop(25, Rational(4, 5)).theta(200) ** 2), 0.1111111111111),
        (E(QuadraticRiskLoop(3, Rational(4, 5), start=1, rate=half).theta(1)), 0.9),
        (E((BernoulliRiskLoop(12, Rational(1, 5), Rational(3, 5), half).theta(200) - half) ** 2), 0.031094527363184),
    ],
    ids=str,
)
def test_numbers(wanted, exact):
    standard = standardise(wanted)
    balls = {m: value(m) for m in standard.atoms(E)}
    assert all(b.radius < 1e-9 * (1 + abs(b.midpoint)) for b in balls.values())
    assert float(standard.xreplace({m: b.midpoint for m, b in balls.items()})) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("loop", LOOPS, ids=str)
def test_raw_points_have_the_moments_of_the_step(loop):
    wanted = [E(loop.theta(3)), E(loop.theta(3) ** 2)]
    for m, ball in zip(wanted, estimate(wanted, 200_000, seed=5), strict=True):
        assert abs(ball.midpoint - number(m)) <= ball.radius < 0.06 * (1 + abs(number(m)))


@pytest.mark.parametrize("loop", LOOPS, ids=str)
def test_a_shorter_run_is_the_beginning_of_a_longer_one(loop):
    a, b = (sample(loop, ["theta"], t, 300, seed=3)["theta"] for t in (2, 5))
    assert (a == b[:, :3]).all()
    assert (a[:, 0] == float(loop.start)).all()


def test_the_variance_has_a_floor():
    loop = QuadraticRiskLoop(4, half)
    (ball,) = estimate([Var(loop.theta(8))], 100_000, seed=1)
    assert abs(ball.midpoint - 1 / (4 * 0.75) * (1 - 0.5**16)) <= ball.radius < 0.02


@pytest.mark.parametrize("start", [-2.23094, 0.0, 3.0])
def test_minimised_log_cosh(start):
    z = 1 + 0.8 * start
    exact = brentq(lambda m: m + np.tanh(m - z), -50, 50, xtol=1e-14)
    loop = LogCoshRiskLoop(Rational(4, 5), start=Rational(str(start)))
    assert number(E(loop.theta(1))) == pytest.approx(exact, rel=1e-11)


def test_the_worst_ratios_of_the_catalogue():
    """Towards the stable point 0.696607126: RRM 0.3684892356 at -2.23094, gradient steps of 2/3 0.3235635491 at -20."""
    stable = brentq(lambda m: m + np.tanh(m - 1 - 0.8 * m), -5, 5, xtol=1e-14)
    assert stable == pytest.approx(0.696607126, rel=1e-8)
    at = Rational("-2.23094")
    moved = number(E(LogCoshRiskLoop(Rational(4, 5), start=at).theta(1)))
    assert (moved - stable) / (float(at) - stable) == pytest.approx(0.3684892356, rel=1e-8)
    step = float(log_cosh_step(Rational(-20), Rational(2, 3), Rational(4, 5)))
    assert abs((step - stable) / (-20 - stable)) == pytest.approx(0.3235635491, rel=1e-8)


def test_the_law_of_retraining():
    mixed = [Mixture(Rational(1, 4), Normal(0, 1), q) for q in (Normal(0, 1), Normal(Rational(7, 10), Rational(9, 4)))]
    whole = [Normal(0, 1), Normal(Rational(7, 10), Rational(9, 4))]
    a, b = (value(W1(*laws)).value for laws in (mixed, whole))
    assert (a - Rational(3, 4).p * b / 4).contains(0)
    assert abs(float(a.mid()) - 0.5525011) < 1e-7


@pytest.mark.parametrize("loop", [*LOOPS, LogCoshRiskLoop(half, start=2)], ids=str)
def test_loops_are_rebuilt_from_their_arguments(loop):
    rebuilt(loop)


@pytest.mark.parametrize(
    "loop",
    [
        QuadraticRiskLoop(0, half),
        QuadraticRiskLoop(3, half, gamma=-1),
        QuadraticRiskLoop(3, half, rate=-1),
        BernoulliRiskLoop(0, half, 0, half),
        BernoulliRiskLoop(3, half, 1, half),
    ],
    ids=str,
)
def test_parameters_that_make_no_sense(loop):
    assert loop.refuses()
