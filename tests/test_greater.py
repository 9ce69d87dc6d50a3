"""The greater of two normal draws, in closed form: beside numbers that are known, and beside quadrature."""

import pytest
from mpmath import inf, mpf, ncdf, npdf, quad, sqrt
from sympy import Abs, Max, Min, Rational, log, pi
from sympy import sqrt as root

from theory import E, Noise, Normal, Positive, claim
from theory.language.errors import CannotTell
from theory.proof.methods import moment
from theory.proof.relations.prove import prove

X, Y, Z = (Noise(name, Normal(0, 1)) for name in "XYZ")


def form(x):
    return moment(E(x)).form


def test_of_two_standard_normals():
    assert form(Max(X, Y)) == 1 / root(pi)
    assert form(Min(X, Y)) == -1 / root(pi)
    assert form(3 * Abs(X - Y)) == 6 / root(pi)
    assert form(Max(X + Y, X)) == 1 / root(2 * pi)  # X + max(Y, 0): a draw in both is one draw


@pytest.mark.parametrize(("a", "c", "variance"), [(0, 1, 3), (2, 3, Rational(1, 2)), (-1, Rational(1, 2), 2)])
def test_it_is_what_quadrature_gives(a, c, variance):
    found = form(Max(a + c * X, Noise("W", Normal(Rational(1, 3), variance))))
    b, v, s = mpf(1) / 3, mpf(float(c)), sqrt(mpf(float(variance)))

    def below(x):  # E max(x, W)
        return x * ncdf(x, b, s) + b * ncdf(b, x, s) + s**2 * npdf(x, b, s)

    truth = quad(lambda x: below(x) * npdf(x, a, v), [-inf, a, inf])
    assert abs(found.evalf(20) - truth) < 1e-10


def test_what_is_not_linear_is_left_alone():
    for x in (Max(X**2, Y), Max(X * Y, Z), Max(log(2 + X**2), Y)):
        with pytest.raises(CannotTell):
            form(x)


def test_a_bound_and_a_false_one():
    def bound(least):
        @claim
        def better(s=Positive()):
            """The better of two unlike models."""
            return E(Max(s * X, Y)) >= least * root(s**2 + 1) / root(2 * pi)

        return better

    assert prove(bound(1)).proved
    assert not prove(bound(Rational(101, 100))).proved
