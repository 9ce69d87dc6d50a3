"""Events of what grows by independent steps: one draw from the law of the sum."""

import pytest
from scipy import stats
from stated import is_proved
from sympy import Eq, Integer, Le, Rational, Sum, Symbol, atan, binomial, exp, factorial, log, pi, sqrt

from theory import (
    CLOCK,
    Beta,
    Binomial,
    Cauchy,
    ChiSquare,
    Exponential,
    Gamma,
    Geometric,
    Integers,
    Loop,
    NegativeBinomial,
    Noise,
    Poisson,
    Positive,
    Prob,
    Probability,
    Reals,
    Uniform,
    coordinate,
)
from theory.language.laws import Law
from theory.proof.enclose import value
from theory.proof.standard import standardise

k = Symbol("k", integer=True, nonnegative=True)


class Added(Loop):
    """2 Z - 1 is added in every step."""

    law: Law
    x = coordinate()

    @property
    def initial(self):
        return {"x": Integer(3)}

    def step(self, now):
        return {"x": now["x"] + 2 * Noise("Z", self.law) - 1}


class Later(Added):
    """The law changes from fit to fit."""

    def step(self, now):
        return {"x": now["x"] + Noise("Z", self.law) / CLOCK}


@pytest.mark.parametrize(
    ("law", "known"),
    [
        (Binomial(2, Rational(1, 3)), stats.binom(14, 1 / 3)),
        (Poisson(2), stats.poisson(14)),
        (ChiSquare(3), stats.chi2(21)),
        (Exponential(2), stats.gamma(7, scale=2)),
        (Gamma(Rational(3, 2), 2), stats.gamma(10.5, scale=2)),
        (Geometric(Rational(1, 3)), stats.nbinom(7, 1 / 3, loc=7)),
        (NegativeBinomial(Rational(1, 2), Rational(1, 3)), stats.nbinom(3.5, 1 / 3)),
        (Cauchy(1, 2), stats.cauchy(7, 14)),
    ],
    ids=lambda x: str(x) if isinstance(x, Law) else "by SciPy",
)
def test_as_scipy_has_it(law, known):
    """x(7) = 3 - 7 + 2 S."""
    for place in (-3, 4, 21):
        ball = value(standardise(Prob(Added(law).x(7) > place))).value
        assert float(ball.mid()) == pytest.approx(known.sf((place + 4) / 2), rel=1e-8)


def test_forms():
    coin, p = Binomial(1, Rational(1, 2)), {"p": Probability(), "t": Integers(0)}
    assert is_proved(lambda t: Eq(Prob(Eq(Added(coin).x(2 * t), 3)), binomial(2 * t, t) / 4**t), t=Integers(0))
    assert is_proved(lambda t: Le(Prob(Eq(Added(coin).x(2 * t), 3)), 1 / sqrt(pi * t)), t=Integers(1))
    assert is_proved(lambda t: Eq(Prob(Eq(Added(coin).x(2 * t + 1), 3)), 0), t=Integers(0))
    assert is_proved(lambda p, t: Eq(Prob(Eq(Added(Binomial(1, p)).x(t), 3 + t)), p**t), **p)
    assert is_proved(
        lambda m, t: Eq(Prob(Eq(Added(Poisson(m)).x(t), 3 + t)), exp(-m * t) * (m * t) ** t / factorial(t)),
        m=Positive(),
        t=Integers(1),
    )
    assert is_proved(
        lambda a, t: Eq(Prob(Added(Cauchy(0, 1)).x(t) > 3 - t + 2 * a), Rational(1, 2) - atan(a / t) / pi),
        a=Positive(),
        t=Integers(1),
    )


def test_what_is_false_or_no_sum_is_not_proved():
    coin = Binomial(1, Rational(1, 2))
    assert not is_proved(lambda t: Eq(Prob(Eq(Added(coin).x(2 * t), 3)), binomial(2 * t + 1, t) / 4**t), t=Integers(0))
    assert not is_proved(lambda p, t: Eq(Prob(Eq(Added(Binomial(1, p)).x(t), 3)), 0), p=Probability(), t=Integers(0))
    assert not is_proved(
        lambda a, t: Eq(Prob(Later(Cauchy(0, 1)).x(t) > 3 + a), Rational(1, 2) - atan(a / t) / pi),
        a=Positive(),
        t=Integers(1),
    )


class Multiplied(Loop):
    """x' = 2 x B^c."""

    law: Law
    c: Reals
    x = coordinate()

    @property
    def initial(self):
        return {"x": Integer(1)}

    def step(self, now):
        return {"x": 2 * now["x"] * Noise("B", self.law) ** self.c}


def survival(t, level):
    """P(G > level) of a gamma draw of shape t, by the Poisson process."""
    return exp(-level) * Sum(level**k / factorial(k), (k, 0, t - 1))


LEVEL = {"e": Probability(), "t": Integers(1)}


@pytest.mark.parametrize(
    ("relation", "proved"),
    [
        (lambda e, t: Eq(Prob(Multiplied(Uniform(0, 1), 1).x(t) < 2**t * e), survival(t, -log(e))), True),
        (lambda e, t: Eq(Prob(Multiplied(Uniform(0, 1), 1).x(t) < 2**t * e), survival(t + 1, -log(e))), False),
        (lambda e, t: Eq(Prob(Multiplied(Beta(3, 1), 1).x(t) < 2**t * e), survival(t, -3 * log(e))), True),
        (lambda e, t: Eq(Prob(Multiplied(Beta(3, 1), 2).x(t) < 2**t * e), survival(t, -3 * log(e) / 2)), True),
        (lambda e, t: Eq(Prob(Multiplied(Beta(3, 1), 2).x(t) < 2**t * e), survival(t, -3 * log(e))), False),
        (
            lambda e, t: Eq(Prob(Multiplied(Uniform(0, 3), -1).x(t) > (2 / (3 * e)) ** t), survival(t, -t * log(e))),
            True,
        ),
        (lambda e, t: Eq(Prob(Multiplied(Uniform(0, 1), 1).x(t) > 1), 1 - survival(t, t * log(2))), True),
        (lambda e, t: Eq(Prob(Multiplied(Beta(1, 3), 1).x(t) < 2**t * e), survival(t, -3 * log(e))), False),
        (lambda e, t: Eq(Prob(Multiplied(Uniform(-1, 1), 1).x(t) < 2**t * e), survival(t, -log(e))), False),
    ],
)
def test_products_of_draws_whose_logarithms_are_exponential(relation, proved):
    assert is_proved(relation, **LEVEL) == proved


def test_a_poisson_count_is_above_a_number():
    draw = lambda m: Noise("N", Poisson(m))  # noqa: E731
    domains = {"m": Positive(), "n": Integers(0)}
    assert is_proved(lambda m, n: Eq(Prob(draw(m) <= n), survival(n + 1, m)), **domains)
    assert is_proved(lambda m, n: Eq(Prob(draw(m) > n + 1), 1 - survival(n + 2, m)), **domains)
    assert not is_proved(lambda m, n: Eq(Prob(draw(m) < n + 1), survival(n + 2, m)), **domains)
