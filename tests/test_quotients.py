"""Means of quotients over several draws: against known ones and NumPy's draws, and what has no mean has no ball."""

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import is_proved, stated
from sympy import Abs, Dummy, Eq, Integer, Lt, Max, Rational, pi, sign, sqrt

from theory import ChiSquare, E, Exponential, Integers, Noise, Normal, Points, Uniform
from theory.language.errors import CannotTell
from theory.language.laws import StudentT
from theory.proof.arithmetic.programs import compile_expr
from theory.proof.arithmetic.rings import Balls
from theory.proof.enclose import at_point, value
from theory.proof.standard import standardise
from theory.proof.symbols.quotients import reduced

X, Y, Z = (Noise(name, Normal(0, 1)) for name in "XYZ")
W = Noise("W", Normal(1, 2))
Q, P = Noise("Q", ChiSquare(3)), Noise("P", Exponential(2))
half = Rational(1, 2)


def ball(f):
    """E f in balls, from those of its standard moments."""
    x = standardise(E(f))
    names = {m: Dummy() for m in x.atoms(E)}
    return compile_expr(x.xreplace(names), tuple(names.values()))(Balls, *(value(m).value for m in names))


KNOWN = {
    1 / (X**2 + Y**2 + Z**2): 1,
    X**2 / (X**2 + Y**2): 0.5,
    X**2 * Y**2 / (X**2 + Y**2) ** 2: 0.125,
    sqrt(X**2 + Y**2): mp.sqrt(mp.pi / 2),
    X / (X**2 + Y**2): 0,
    (X - Y) ** 2 / ((X - Y) ** 2 + Z**2): 2
    - mp.sqrt(2),  # of C/(C + D/2), C and D chi-square with 1: sqrt(2)/(1 + sqrt(2))
    (X**2 + 3 * Y**2) / (X**2 + Y**2 + Z**2) ** 2: mp.mpf(4) / 3,
}


@pytest.mark.parametrize("f", KNOWN, ids=str)
def test_known_means(f):
    found = ball(f)
    assert abs(float(found.mid()) - float(KNOWN[f])) < 1e-10
    assert found.rad() < 1e-9


@pytest.mark.parametrize(
    "f",
    [
        1 / (X**2 + Y**2),
        1 / (X**2 + Y**2) ** 2,
        X / (X**2 + Y**2) ** Rational(3, 2),  # 0 by symmetry, were it a mean
        X * Y / (X**2 + Y**2) ** 2,
        1 / (X + Y) ** 2,
        1 / (X**2 - Y**2),
        1 / (X**2 + Y**2 - 1),
        1 / (X**2 + Y**2 - Q),
        1 / (X**2 + W),
        1 / (X**2 + Noise("U", Uniform(0, 1))),
        1 / (X**2 + Noise("T", StudentT(5)) ** 2),
    ],
    ids=str,
)
def test_what_has_no_mean_or_is_not_seen_to_have_one_has_no_ball(f):
    with pytest.raises((CannotTell, ArithmeticError)):
        ball(f)


@settings(max_examples=3, deadline=None)
@given(
    a=st.integers(-3, 3),
    b=st.integers(1, 3),
    c=st.integers(0, 2),
    d=st.sampled_from([half, Integer(1), Rational(3, 2)]),
    j=st.integers(0, 2),
)
def test_they_are_those_of_many_draws(a, b, c, d, j):
    found = ball(W**j / ((X - a) ** 2 + (W - Y) ** 2 + b * Q + c * P + 1) ** d)
    rng = np.random.default_rng(0)
    x, y, w = (rng.standard_normal(10**5) for _ in range(3))
    w = 1 + np.sqrt(2) * w
    q, p = rng.chisquare(3, 10**5), rng.exponential(2, 10**5)
    drawn = w**j / ((x - a) ** 2 + (w - y) ** 2 + b * q + c * p + 1) ** float(d)
    assert abs(float(found.mid()) - drawn.mean()) < 6 * drawn.std() / 300 + 1e-12
    assert found.rad() < 1e-8


def stein(c):
    """The risk of a shrunken mean in three dimensions, at distance d from where it is shrunk to."""

    def relation(k, d):
        draws = [X + d, Y, Z]
        square = sum(x**2 for x in draws)
        return Lt(E(sum((x - (d if i == 0 else 0) - c * x / square) ** 2 for i, x in enumerate(draws))), 3)

    return relation


def test_steins_estimator_is_better_and_a_bolder_one_is_not():
    for c, d, verdict in ((1, 2, "supported"), (1, Rational(1, 10), "supported"), (3, Rational(1, 10), "refuted")):
        claim = stated(lambda k, c=c, d=d: stein(c)(k, d), k=Points(0))
        assert at_point(claim, claim.points()[0], 0.1).verdict == verdict


def test_an_equality_and_its_twin():
    right = stated(lambda s: Eq(E(1 / sqrt(X**2 + s * Y**2 + s * Z**2)) * s / s, sqrt(2 / pi)), s=Points(1))
    wrong = stated(lambda s: Eq(E(1 / sqrt(X**2 + s * Y**2 + s * Z**2)), sqrt(2 / pi) * 1001 / 1000), s=Points(1))
    assert at_point(right, right.points()[0], 0.1).verdict == "supported"
    assert at_point(wrong, wrong.points()[0], 0.1).verdict == "refuted"


def test_what_divides_is_not_taken_for_positive():
    """1/(X + Y) of normal draws has either sign: |X/(X + Y)| is not |X|/(X + Y), and the mean of sign(1/(X + Y)) is 0, not 1."""
    x, y = (Noise(name, Normal(0, 1)) for name in "XY")
    assert reduced(Abs(x / (x + y))) in (None, Abs(x / (x + y)), Abs(x) / Abs(x + y))
    for wrong in (1, Rational(1, 1000)):
        assert not is_proved(lambda t, wrong=wrong: Eq(E(sign(1 / (x + y))), wrong), t=Integers(1))
    assert not is_proved(lambda t: Eq(E(x / (x + y) * sign(1 / (x + y))), half), t=Integers(1))
    assert not is_proved(lambda t: Eq(E(Max(0, sign(1 / (x + y)))), 1), t=Integers(1))
