"""What two draws are in together: against integrals, areas counted in fractions, and simulation."""

from itertools import pairwise

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, Piecewise, Rational, Symbol, erf, exp, pi, sqrt

from theory import ChiSquare, E, Exponential, Laplace, Loop, Noise, Normal, Prob, Uniform, coordinate
from theory.language.errors import CannotTell
from theory.proof.arithmetic.programs import to_ball
from theory.proof.enclose import value
from theory.proof.methods import moment
from theory.proof.standard import standardise

t = Symbol("t", integer=True, nonnegative=True)
half = Rational(1, 2)


def probability(event):
    return moment(Prob(event)).form


def pair(law, other=None):
    return Noise("X", law), Noise("Y", other or law)


def test_a_quarter_of_a_disc():
    x, y = pair(Uniform(0, 1))
    assert probability(x**2 + y**2 < 1) == pi / 4
    assert probability(x**2 + y**2 >= 1) == 1 - pi / 4
    assert probability((x - half) ** 2 + (y - half) ** 2 <= Rational(1, 4)) == pi / 4
    assert probability(4 * x**2 + y**2 < 1) == pi / 8
    assert probability(x**2 + (y - half) ** 2 < Rational(1, 9)) == pi / 18


@pytest.mark.parametrize("radius", [Rational(1001, 1000), 2])
def test_a_disc_that_is_cut_off_is_not_believed(radius):
    x, y = pair(Uniform(0, 1))
    with pytest.raises(CannotTell):
        probability(x**2 + y**2 < radius)
    with pytest.raises(CannotTell):
        probability((x - half) ** 2 + (y - half) ** 2 < radius / 4)


def test_radii_of_normal_draws():
    v, r = Symbol("v", positive=True), Symbol("r", positive=True)
    x, y = pair(Normal(0, v))
    assert probability(x**2 + y**2 <= r) == 1 - exp(-r / (2 * v))
    x, y = pair(Normal(1, 4), Normal(-2, 1))
    assert probability((x - 1) ** 2 + 4 * (y + 2) ** 2 > 3) == exp(-Rational(3, 8))
    for off in ((x - 1) ** 2 + (y + 2) ** 2 > 3, x**2 + 4 * (y + 2) ** 2 > 3):
        with pytest.raises(CannotTell):
            probability(off)


def test_one_above_the_other():
    assert probability(Noise("X", Exponential(2)) < Noise("Y", Exponential(2))) == half
    assert probability(Noise("X", Exponential(2)) < Noise("Y", Exponential(3))) == Rational(3, 5)
    # E(1 - exp(-Y/2)), by the moment generating function of Y
    found = probability(Noise("X", Exponential(2)) < Noise("Y", ChiSquare(3)))
    assert (found - 1 + 2 ** Rational(-3, 2)).simplify() == 0
    with pytest.raises(CannotTell):
        probability(Noise("X", Normal(0, 1)) < Noise("Y", ChiSquare(3)))
    x, y = pair(Normal(1, 1), Normal(0, 3))
    assert (probability(x > y) - (1 + erf(sqrt(2) / 4)) / 2).simplify() == 0


def test_lines_of_exponential_and_laplace_draws():
    """One more than the other by d, by hand: P(X > Y + d) = exp(-d/a) a/(a + b) where X has the mean a and Y the mean b."""
    a, b, d = (Symbol(name, positive=True) for name in "abd")
    x, y = pair(Exponential(a), Exponential(b))
    assert (probability(x > y + d) - exp(-d / a) * a / (a + b)).simplify() == 0
    assert (probability(x <= y - d) - exp(-d / b) * b / (a + b)).simplify() == 0
    x, y = pair(Laplace(0, 1))
    assert (probability(x + y > d) - (2 + d) * exp(-d) / 4).simplify() == 0
    again = Noise("X", Exponential(a), "fit", Integer(2))  # of the same name, in another generation
    assert (probability(Noise("X", Exponential(a)) + again > d) - (1 + d / a) * exp(-d / a)).simplify() == 0
    for off in (Noise("X", Uniform(0, 1)) + y > d, x > y + Symbol("c", real=True), Noise("L", Laplace(1, 1)) > y + d):
        with pytest.raises(CannotTell):
            probability(off)


ENDS = st.integers(-6, 6).map(lambda k: Rational(k, 3))


@settings(deadline=None, max_examples=40)
@given(
    ENDS.filter(bool),
    ENDS.filter(bool),
    ENDS,
    st.sampled_from((half, Integer(1), Integer(3))),
    st.sampled_from((half, Integer(2))),
)
def test_half_planes_of_two_uniform_draws(a, b, c, width, height):
    """The integral over y of how much of x is beyond the line, piece by piece of the breaks: a polynomial of degree 1 there."""
    x, y = pair(Uniform(-1, width - 1), Uniform(0, height))
    found = probability(a * x + b * y > c)

    def share(at):  # of x, at a value of y
        end = (c - b * at) / a
        low, high = (max(end, -1), width - 1) if a > 0 else (-1, min(end, width - 1))
        return max(high - low, 0) / width

    breaks = sorted({0, height, *(k for e in (-1, width - 1) if 0 < (k := (c - a * e) / b) < height)})
    exact = sum((share(u) + share(v)) / 2 * (v - u) for u, v in pairwise(breaks)) / height
    assert found == exact


class Monte(Loop):
    """Pi, by counting."""

    count = coordinate()

    @property
    def initial(self):
        return {"count": 0}

    def step(self, s):
        x, y = pair(Uniform(0, 1))
        return {"count": s["count"] + Piecewise((1, x**2 + y**2 < 1), (0, True))}


def test_pi_by_counting():
    n = Monte().count(t)
    assert (moment(E(n)).form - pi * t / 4).simplify() == 0
    found = moment(E(n**2)).form
    assert (found - (t * pi / 4 * (1 - pi / 4) + (t * pi / 4) ** 2)).expand().simplify() == 0
    ball = value(standardise(E(Monte().count(100)))).value
    assert ball.overlaps(25 * arb.pi())
    assert not ball.overlaps(to_ball(25 * pi * Rational(100001, 100000)))
    x, y = pair(Uniform(0, 1))
    assert standardise(Prob(x**2 + y**2 < 1)) == 1 - Prob(x**2 + y**2 >= 1)
    assert value(Prob(x**2 + y**2 >= 1)).value.overlaps(1 - arb.pi() / 4)
    draws = np.random.default_rng(1).random((2, 400_000))
    assert abs((draws**2).sum(axis=0).__lt__(1).mean() - float(pi / 4)) < 0.005


def test_a_draw_that_is_elsewhere_too_is_not_averaged_alone():
    """E x 1(x^2 + y^2 < 1) is no product."""

    class Joint(Loop):
        s = coordinate()

        @property
        def initial(self):
            return {"s": 0}

        def step(self, now):
            x, y = pair(Uniform(0, 1))
            return {"s": now["s"] + x * Piecewise((1, x**2 + y**2 < 1), (0, True))}

    with pytest.raises(CannotTell):
        moment(E(Joint().s(t)))
