"""Means of functions of the largest, or the smallest, of several independent draws: finite, and in balls."""

import pytest
from mpmath import exp as mp_exp
from mpmath import ncdf, quad
from sympy import Eq, Max, Min, Rational, S, exp, log, pi, sqrt

from reports import check
from theory import Cauchy, ChiSquare, Claim, E, Exponential, Laplace, Logistic, Noise, Normal, StudentT, Uniform
from theory.language.errors import CannotTell
from theory.language.verdicts import Verdict
from theory.proof.arithmetic.means import with_laws


def three(law):
    return [Noise(name, law) for name in "XYZ"]


U, V, W = three(Normal(0, 1))
X, Y, Z = three(Exponential(1))

KNOWN = {
    Max(U, V, W): 3 / (2 * sqrt(pi)),
    Min(U, V, W): -3 / (2 * sqrt(pi)),
    Max(U, V, W) ** 2: 1 + sqrt(3) / (2 * pi),
    Max(0, U, V): 1 / sqrt(2 * pi) + 1 / (2 * sqrt(pi)),
    Max(-U, V): 1 / sqrt(pi),
    Min(2 * X, Y, 3 * Z): Rational(6, 11),
    Max(X, Y, Z): Rational(11, 6),
    exp(-Min(X, Y)): Rational(2, 3),
    Max(*three(Uniform(0, 1))): Rational(3, 4),
    Max(*three(Logistic(0, 1))): Rational(3, 2),
    Max(*three(Laplace(0, 1))): Rational(9, 8),
    Max(*three(ChiSquare(2))): Rational(11, 3),
    Max(Noise("D", Uniform(-1, 0)), X): 1,
}


@pytest.mark.parametrize("f", KNOWN, ids=str)
def test_means_of_the_largest(f):
    ball = with_laws(E(f), {})
    assert ball.overlaps(with_laws(S(KNOWN[f]), {}))
    assert ball.rad() < 1e-9


def test_other_laws_than_one():
    """E Max(U, X), a normal and an exponential draw, is the integral of 1 - F G over the positive numbers, here by mpmath."""
    ball = with_laws(E(Max(U, X)), {})
    other = quad(lambda x: 1 - ncdf(x) * (1 - mp_exp(-x)), [0, 2, 10, 60])
    assert float(ball.mid()) == pytest.approx(float(other), abs=1e-9)


@pytest.mark.parametrize(
    "f",
    [
        Max(*three(Cauchy(0, 1))),
        Max(*three(StudentT(1))),
        Max(U, Noise("V", Normal(X, 1))),
        Max(U, U + V),
        Max(U * V, W),
    ],
    ids=str,
)
def test_what_is_infinite_or_depends_has_no_ball(f):
    with pytest.raises(CannotTell):
        with_laws(E(f), {})


def stated(relation):
    def claimed():
        """Of the largest."""
        return relation

    return Claim(claimed)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(3 / (2 * sqrt(pi)), Verdict.SUPPORTED), (3 / (2 * sqrt(pi)) + log(1 + S(10) ** -9), Verdict.REFUTED)],
)
def test_a_claim_about_the_largest_is_decided(value, verdict):
    (found,) = check([stated(Eq(E(Max(U, V, W)), value))], seconds=2)
    assert found.verdict == verdict
