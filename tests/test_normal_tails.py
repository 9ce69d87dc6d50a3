"""Tails of normal states below exponentials of squares."""

from __future__ import annotations

import pytest
from stated import assert_proved, is_proved, stated
from sympy import Abs, Gt, Le, Lt, Rational, Sum, Symbol, erf, erfc, exp, pi, sqrt

from theory import KL, TV, Integers, Loop, Noise, Normal, Positive, Prob, Probability, coordinate
from theory.proof.relations.prove import prove

DOMAINS = {"a": Probability(), "u": Positive(), "t": Integers(1)}


class Chain(Loop):
    a: Probability()
    x = coordinate()

    @property
    def initial(self):
        return {"x": 0}

    def step(self, state):
        return {"x": self.a * state["x"] + Noise("Z", Normal(0, 1))}


def bound(a, u, c=2):
    return exp(-(u**2) * (1 - a**2) / c)


TRUE = {
    "one side": lambda a, u, t: Le(Prob(Chain(a).x(t) >= u), bound(a, u)),
    "half of it": lambda a, u, t: Le(Prob(Chain(a).x(t) >= u), bound(a, u) / 2),
    "both sides": lambda a, u, t: Le(Prob(Abs(Chain(a).x(t)) >= u), 2 * bound(a, u)),
}
FALSE = {
    "of half the variance": lambda a, u, t: Le(Prob(Chain(a).x(t) >= u), bound(a, u, 1)),
    "a third of it": lambda a, u, t: Le(Prob(Chain(a).x(t) >= u), bound(a, u) / 3),
    "on the other side": lambda a, u, t: Le(Prob(Chain(a).x(t) >= -u), bound(a, u)),
}


@pytest.mark.parametrize("relation", TRUE.values(), ids=TRUE)
def test_it_is_proved(relation):
    assert_proved(relation, **DOMAINS)


@pytest.mark.parametrize("relation", FALSE.values(), ids=FALSE)
def test_a_false_one_is_not(relation):
    assert not is_proved(relation, **DOMAINS)


def tail(x):
    """P(Z > x)."""
    return erfc(x / sqrt(2)) / 2


def share(m, c):
    """How many of the pseudo-labels sign(x) of N(m, 1) and N(-m, 1) are wrong where |x| > c."""
    return tail(c + m) / (tail(c - m) + tail(c + m))


@pytest.mark.parametrize(
    ("relation", "proved"),
    [
        (lambda m, c: Lt(tail(c + m) * exp(2 * c * m), tail(c - m)), True),
        (lambda m, c: Lt(tail(c + m) * exp(3 * c * m), tail(c - m)), False),
        (lambda m, c: Lt(share(m, c), 1 / (1 + exp(2 * c * m))), True),
        (lambda m, c: Lt(share(m, c), 1 / (1 + exp(3 * c * m))), False),
        (lambda m, c: Lt(share(m, c), tail(m) / (tail(m) + (1 - tail(m)) * exp(2 * c * m))), False),
        (lambda m, c: Gt(share(m, c), 1 / (1 + exp(2 * c * m))), False),
        (lambda m, c: Gt(erfc(m) * exp(m**2), 2 / (sqrt(pi) * (m + sqrt(m**2 + 2)))), True),
        (lambda m, c: Gt(erfc(m) * exp(m**2), 2 / (sqrt(pi) * (m + sqrt(m**2 + 1)))), False),
        (lambda m, c: Lt(erfc(-m) * exp(m), 2), False),  # which grows
        (lambda m, c: Lt(erfc(m) * exp(2 * m**2), 1), False),
    ],
)
def test_two_tails_beside_an_exponential(relation, proved):
    """What falls like exp(-x^2) is 0 in the end beside an exponential that grows more slowly."""
    assert is_proved(relation, m=Positive(), c=Positive()) == proved


@pytest.mark.parametrize(
    ("relation", "proved"),
    [
        (lambda d, v: Le(TV(Normal(d, v), Normal(0, v)), sqrt(1 - exp(-KL(Normal(d, v), Normal(0, v))))), True),
        (lambda d, v: Le(TV(Normal(d, v), Normal(0, v)), sqrt(1 - exp(-KL(Normal(d, v), Normal(0, v)) / 4))), False),
        (lambda d, v: Le(TV(Normal(d, v), Normal(0, v)), sqrt(KL(Normal(d, v), Normal(0, v))) / 2), False),
        (lambda d, v: Lt(erf(d) + v, sqrt(1 - exp(-2 * d**2)) + v), True),
        (lambda d, v: Lt(erf(d), sqrt(1 - exp(-(d**2)))), False),  # 4/pi d^2 against d^2
        (lambda d, v: Lt(erf(d - v), sqrt(1 - exp(-4 * (d - v) ** 2))), False),  # equal at d = v
    ],
)
def test_a_square_has_less_than_a_disc(relation, proved):
    """Polya: erf(z)^2 <= 1 - exp(-4 z^2/pi), and with it the bound of Bretagnolle and Huber."""
    assert is_proved(relation, d=Positive(), v=Positive()) == proved


def test_what_stands_within_a_function_is_not_replaced_by_its_bound():
    """A factor exp(-erf(z)/c) was taken for exp(-1/c): false near 0."""
    tiny, disc = Rational(1, 10**9), lambda z: sqrt(1 - exp(-4 * z**2 / pi))
    assert not is_proved(lambda z: Le(erf(z) * exp(-erf(z) * tiny), exp(-tiny) * disc(z)), z=Positive())
    assert_proved(lambda z: Le(erf(z) * exp(-z), exp(-z) * disc(z)), z=Positive())
    assert_proved(lambda z: Le(erfc(z) * exp(-z), exp(-z) * exp(-(z**2))), z=Positive())


@pytest.mark.parametrize("event", [lambda x, k: x**2 > k, lambda x, k: x > k**2])
def test_a_way_that_leads_back_to_where_it_began_ends(event):
    """What has the sign of a sum was that sum again, and so on, until Python had no room for it: no verdict, and an error."""
    k, x = Symbol("k", integer=True), Noise("X", Normal(0, 1))
    found = prove(stated(lambda t: Le(Sum((1 - k) * Prob(event(x, k)), (k, 1, 3)), 0), t=Integers(1)))
    assert found.proved or found.reason
