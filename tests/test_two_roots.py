"""Two terms with roots, compared by their powers; and what is normal with a variance that is a root's, in events."""

from __future__ import annotations

import pytest
from stated import assert_proved, is_proved
from sympy import Abs, Eq, Ge, Gt, Le, Lt, Max, Piecewise, Rational, erf, erfc, erfinv, exp, pi, sqrt

from theory import Cov, E, Integers, Loop, Noise, Normal, Positive, Prob, Probability, Quantile, Reals, Var, coordinate
from theory.proof.relations import bowls

A, T = Reals(0, 1), Integers(0)
LITTLE = Rational(1, 10**9)


class Walk(Loop):
    """Part of what there was, and noise."""

    a: Reals
    x = coordinate()

    @property
    def initial(self):
        return {"x": 0}

    def step(self, state):
        return {"x": self.a * state["x"] + Noise("Z", Normal(0, 1))}


def variance(a, t):
    return (1 - a ** (2 * t)) / (1 - a**2)


def correlation(a, t):
    now, then = Walk(a).x(t), Walk(a).x(t + 1)
    return Cov(now, then) / sqrt(Var(now) * Var(then))


TRUE = {
    "two square roots": ({"a": A, "t": T}, lambda a, t: Le(sqrt(variance(a, t)), 1 / sqrt(1 - a**2))),
    "none is reached": ({"a": A, "t": T}, lambda a, t: Lt(sqrt(variance(a, t)), 1 / sqrt(1 - a**2))),
    "with a number": ({"a": A, "t": T}, lambda a, t: Le(sqrt(2 * variance(a, t) / pi), 1 / sqrt(1 - a**2))),
    "a root of a quotient of negative numbers": (
        {"a": A, "t": T},
        lambda a, t: Ge(1 / sqrt(1 - a**2), sqrt((a ** (2 * t) - 1) / (a**2 - 1))),
    ),
    "a fourth root": (
        {"a": A, "t": Integers(1)},
        lambda a, t: Le((1 - a**t) ** Rational(1, 4), sqrt(1 - a ** (2 * t)) / (1 - a**t) ** Rational(1, 4)),
    ),
    "a mean size below the deviation": (
        {"a": A, "t": T},
        lambda a, t: Le(E(Abs(Walk(a).x(t))), 1 / sqrt(1 - a**2)),
    ),
    "an event of a normal state": ({"a": A, "t": Integers(1)}, lambda a, t: Eq(Prob(Walk(a).x(t) > 0), Rational(1, 2))),
    "an event above a level": (
        {"a": A, "t": Integers(1), "u": Reals(-3, 3)},
        lambda a, t, u: Eq(Prob(Walk(a).x(t) > u), erfc(u / sqrt(2 * variance(a, t))) / 2),
    ),
    "a mean size": ({"a": A, "t": T}, lambda a, t: Eq(E(Abs(Walk(a).x(t))), sqrt(2 * variance(a, t) / pi))),
    "a mean of the positive part, from the start on": (
        {"a": A, "t": T},
        lambda a, t: Eq(E(Max(Walk(a).x(t), 0)), sqrt(variance(a, t) / (2 * pi))),
    ),
    "an exponential mean": ({"a": A, "t": T}, lambda a, t: Eq(E(exp(Walk(a).x(t))), exp(variance(a, t) / 2))),
    "a correlation": (
        {"a": A, "t": Integers(1)},
        lambda a, t: Eq(correlation(a, t), a * sqrt(variance(a, t) / (1 + a**2 * variance(a, t)))),
    ),
    "a quantile": (
        {"a": A, "t": Integers(1), "q": Probability()},
        lambda a, t, q: Eq(Quantile(Walk(a).x(t), q), sqrt(2 * variance(a, t)) * erfinv(2 * q - 1)),
    ),
}

FALSE = {
    "not as large as that": (
        {"a": A, "t": T},
        lambda a, t: Le(sqrt(variance(a, t)), Rational(99, 100) / sqrt(1 - a**2)),
    ),
    "the same in other words, strictly": (
        {"x": Positive(), "y": Positive()},
        lambda x, y: Lt(sqrt(x / y), sqrt(x**2 * y) / (y * sqrt(x))),
    ),
    "of a factor that changes its sign": (
        {"x": Reals(-2, 2), "y": Positive()},
        lambda x, y: Le(x * sqrt(y), sqrt(x**2 * y) * Rational(99, 100)),
    ),
    "of a factor that is negative where nobody looks": (
        {"x": Reals(0, 3), "y": Positive()},
        lambda x, y: Ge((x - LITTLE) * sqrt(1 + y), Abs(x - LITTLE) * sqrt(y)),
    ),
    "both negative": ({"x": Positive(), "y": Positive()}, lambda x, y: Le(-sqrt(x * (1 + y)), -sqrt(x) * (1 + y))),
    "an event at the start": ({"a": A, "t": T}, lambda a, t: Eq(Prob(Walk(a).x(t) > 0), Rational(1, 2))),
    "an event with the end at the start": ({"a": A, "t": T}, lambda a, t: Le(Prob(Walk(a).x(t) >= 0), Rational(1, 2))),
    "error functions of opposite arguments": (
        {"a": A, "t": Integers(1), "u": Reals(-3, 3)},
        lambda a, t, u: Eq(Prob(Walk(a).x(t) > u), erfc(-u / sqrt(2 * variance(a, t))) / 2),
    ),
    "error functions of arguments whose squares are the same": (
        {"u": Reals(-3, 3)},
        lambda u: Eq(erf(u), erf(sqrt(u**2))),
    ),
    "of another variance": (
        {"a": A, "t": Integers(1), "u": Reals(-3, 3)},
        lambda a, t, u: Eq(Prob(Walk(a).x(t) > u), erfc(u / sqrt(2 * variance(a, t + 1))) / 2),
    ),
    "and not of the larger one": (
        {"a": A, "t": T},
        lambda a, t: Gt(exp(-t) * sqrt(variance(a, t)), exp(-t) / sqrt(1 - a**2)),
    ),
    "a mean size of another number": (
        {"a": A, "t": T},
        lambda a, t: Eq(E(Abs(Walk(a).x(t))), sqrt(2 * variance(a, t) / 3)),
    ),
    "a step at the start": (
        {"a": A, "t": T},
        lambda a, t: Eq(E(Piecewise((1, Walk(a).x(t) >= 0), (0, True))), Rational(1, 2)),
    ),
    "an exponential mean of another generation": (
        {"a": A, "t": T},
        lambda a, t: Eq(E(exp(Walk(a).x(t))), exp(variance(a, t + 1) / 2)),
    ),
    "a correlation of another sign": (
        {"a": Reals(-1, 1), "t": Integers(1)},
        lambda a, t: Eq(correlation(a, t), Abs(a) * sqrt(variance(a, t) / (1 + a**2 * variance(a, t)))),
    ),
    "a quantile of another level": (
        {"a": A, "t": Integers(1), "q": Probability()},
        lambda a, t, q: Eq(Quantile(Walk(a).x(t), q), sqrt(2 * variance(a, t)) * erfinv(2 * q**2 - 1)),
    ),
}


@pytest.mark.parametrize(("domains", "relation"), TRUE.values(), ids=TRUE)
def test_it_is_proved(domains, relation):
    assert_proved(relation, **domains)


@pytest.mark.parametrize(("domains", "relation"), FALSE.values(), ids=FALSE)
def test_what_is_false_is_not(domains, relation):
    assert not is_proved(relation, **domains)


@pytest.mark.parametrize("name", ["two square roots", "none is reached", "with a number"])
def test_no_place_where_they_touch_is_looked_for(name, monkeypatch):
    """Of what has no roots any more all is seen; of the roots slopes and curvatures were looked at along each variable before."""

    def looked(*_):
        raise AssertionError("a place where the difference touches 0 was looked for")

    monkeypatch.setattr(bowls, "bounded", looked)
    domains, relation = TRUE[name]
    assert is_proved(relation, **domains)
