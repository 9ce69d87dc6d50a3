"""Limits of sums and products up to t: known values, what is left open, numbers far out, and claims with their false twins."""

import numpy as np
import pytest
from exact import certified_sign
from hypothesis import given, settings
from hypothesis import strategies as st
from stated import assert_proved, is_proved
from sympy import (
    Eq,
    Integer,
    Le,
    Product,
    Rational,
    RisingFactorial,
    Sum,
    Symbol,
    cosh,
    gamma,
    harmonic,
    lambdify,
    log,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
)

from theory import CLOCK, ChiSquare, E, Limit, Loop, Noise, Normal, Var, coordinate
from theory.language.domains import Integers, Positive, Reals
from theory.language.errors import CannotTell
from theory.proof.symbols.asymptotics import Limits

t = Symbol("t", integer=True, positive=True)
j, i = Symbol("j", integer=True, positive=True), Symbol("i", integer=True, positive=True)
a = Symbol("a", positive=True)
share = a / (1 + a)
inner = Product((i + share / 2) ** 2 / (i + 1) ** 2, (i, j + 1, t))

KNOWN = {
    Sum(1 / j**2, (j, 1, t)): pi**2 / 6,
    Sum(1 / (2 * j - 1) ** 2, (j, 1, t)): pi**2 / 8,
    Sum(1 / (j * (j + 2)), (j, 1, t + 3)): Rational(3, 4),
    Sum(1 / j, (j, 3, t)) / log(t): 1,
    harmonic(t, 2): pi**2 / 6,
    Sum(1 / (j**2 + a**2), (j, 1, t)): (pi * a * cosh(pi * a) / sinh(pi * a) - 1) / (2 * a**2),
    Sum(j**a, (j, 1, t)) / t ** (a + 1): 1 / (a + 1),
    Sum(log(j) / j, (j, 1, t)) / log(t) ** 2: Rational(1, 2),
    Sum(share**j, (j, 0, t)): 1 + a,
    Sum(j * share**j, (j, 0, t)): a * (1 + a),
    Sum((1 + a) ** j, (j, 0, t)) / (1 + a) ** t: (1 + a) / a,
    Sum((-2) ** j, (j, 1, t)) / (-2) ** t: Rational(2, 3),
    Sum(share ** (t - j) * j, (j, 0, t)) / t: 1 + a,
    Sum(gamma(j + 1), (j, 1, t)) / gamma(t + 1): 1,
    Sum(gamma(j) / gamma(j + a + 1), (j, 1, t)): 1 / (a * gamma(a + 1)),
    Sum(inner / (j + 1) ** 2, (j, 1, t)) * t: 1 + a,
    Product(1 + a**2 / j**2, (j, 1, t)): sinh(pi * a) / (pi * a),
    Product(1 - share**2 / j**2, (j, 1, t)): sin(pi * share) / (pi * share),
    Product(1 + a**2 / (j - Rational(1, 2)) ** 2, (j, 1, t)): cosh(pi * a),
    Product((j**2 + a**2) / (j**2 - Rational(1, 4)), (j, 2, t)): sinh(pi * a) / (a * (1 + a**2)) * Rational(3, 8),
    1 - sqrt(Sum(1 / j**2, (j, 1, t))): 1 - pi / sqrt(6),
}
UNKNOWN = [
    Sum(1 / (t + j), (j, 1, t)),
    Sum((-1) ** j / j, (j, 1, t)),
    Sum(1 / (j - 3) ** 2, (j, 1, t)),  # a term has no value
    Sum(1 / j, (j, 1, t)) - log(t),  # leading terms that cancel
    Sum(1 / j, (j, 1, 2 * t)),
    Sum((1 / j) ** (1 + a / t), (j, 1, t)),
    Product(1 - 4 / j**2, (j, 1, t)),  # a factor is 0
    Product(1 + (-1) ** j / j, (j, 1, t)),
    t * (pi**2 / 6 - Sum(1 / j**2, (j, 1, t))),
]


@pytest.mark.thin(2)
@pytest.mark.parametrize("x", KNOWN, ids=str)
def test_known_limits(x):
    found = Limits(t, certified_sign).of(x)
    assert (found - KNOWN[x]).rewrite("exp").simplify() == 0 or abs(
        (found - KNOWN[x]).subs(a, Rational(2, 3)).evalf()
    ) < 1e-12


@pytest.mark.parametrize("x", UNKNOWN, ids=str)
def test_what_is_left_open(x):
    with pytest.raises(CannotTell):
        Limits(t, certified_sign).of(x)


SMALL = st.sampled_from([Rational(k, 4) for k in range(1, 13)])
TERMS = st.one_of(
    st.builds(lambda p, q: (j + p) / ((j + q) * (j + p + 1) ** 2), SMALL, SMALL),
    st.builds(lambda p, q: (j**2 + p) / (j + q) ** 4, SMALL, SMALL),
    st.builds(lambda p, r: (j + p) ** 2 * (r / 4) ** j, SMALL, SMALL.filter(lambda r: r < 3)),
    st.builds(lambda p, q: gamma(j + p) / gamma(j + p + q + 1), SMALL, SMALL),
    st.builds(lambda p: 1 / (j**2 + p), SMALL),
)
FAR = 10_000


def _falling(x):
    """Gamma(a)/Gamma(b), which are too large for floats, as a rising factorial."""
    top, bottom = (next(g.args[0] for g in part.atoms(gamma)) for part in x.as_numer_denom())
    return 1 / RisingFactorial(top, bottom - top)


@settings(max_examples=15)
@given(x=TERMS, low=st.integers(1, 4))
def test_endless_sums_in_numbers(x, low):
    limits = Limits(t, certified_sign)
    found = limits.of(Sum(x, (j, low, t - 2)))
    assert not found.has(Sum)
    f = lambdify(j, x.replace(lambda e: e.is_Mul and e.has(gamma), _falling), "scipy")
    rest = float(found) - f(np.arange(low, FAR, dtype=float)).sum()
    lead = limits.leading(x.subs(j, t))
    tail = float(lead.c / (-lead.power - 1)) * FAR ** float(lead.power + 1) if lead.base == 1 else 0.0
    assert abs(rest - tail) <= 2e-3 * tail + 1e-10 * float(found)


@settings(max_examples=15)
@given(p=SMALL, q=SMALL, low=st.integers(1, 4), half=st.booleans())
def test_endless_products_in_numbers(p, q, low, half):
    k = j - Rational(1, 2) if half else j
    x = (k**2 + p) * (j + q) / ((k + 1) ** 2 * (j + q - Rational(1, 8)))
    lead = Limits(t, certified_sign).leading(Product(x, (j, low, t)))
    far = lambdify(j, x)(np.arange(low, FAR + 1, dtype=float)).prod()
    assert abs(far / (float(lead.c) * FAR ** float(lead.power)) - 1) < 2e-3


class MeanOfAll(Loop):
    """The mean of all data so far, of which a share comes from the mean itself."""

    share: Reals
    mean = coordinate("y")
    initial = {"mean": Noise("U", Normal(0, 1))}  # noqa: RUF012

    def step(self, now):
        x = self.share * now["mean"] + Noise("U", Normal(0, 1))
        return {"mean": now["mean"] + (x - now["mean"]) / (CLOCK + 1)}


class Accumulated(Loop):
    """The mean of all draws so far, exponential ones with that mean."""

    n: Integers(1)
    theta = coordinate(positive=True)
    initial = {"theta": Integer(1)}  # noqa: RUF012

    def step(self, now):
        batch = now["theta"] * Noise("Q", ChiSquare(2 * self.n)) / (2 * self.n)
        return {"theta": now["theta"] + (batch - now["theta"]) / CLOCK}


HALF = Reals(0, Rational(1, 2))


def ratio(s):
    return Limit(Var(MeanOfAll(s).mean(t)) * (1 + t * (1 - s) ** 2), (t, oo))


def spread(n):
    return Limit(n * E((Accumulated(n).theta(t) - 1) ** 2), (t, oo))


def end(n):
    return n * (sinh(pi / sqrt(n)) / (pi / sqrt(n)) - 1)


TRUE = {
    "a ratio of variances": (lambda s: Eq(ratio(s), (1 - s) ** 2 / (1 - 2 * s)), {"s": HALF}),
    "an endless product": (lambda n: Eq(spread(n), end(n)), {"n": Integers(1)}),
    "a sum of means": (lambda c: Limit(Sum(c / j**2, (j, 1, t)), (t, oo), c * pi**2 / 6), {"c": Positive()}),
    "a bound": (lambda c: Le(Limit(Sum(c / j**2, (j, 1, t)), (t, oo)), 2 * c), {"c": Positive()}),
}
FALSE = {
    "another ratio": (lambda s: Eq(ratio(s), 1 / (1 - 2 * s)), {"s": HALF}),
    "a ratio a little larger": (lambda s: Eq(ratio(s), Rational(1001, 1000) * (1 - s) ** 2 / (1 - 2 * s)), {"s": HALF}),
    "beyond its pole": (lambda s: Eq(ratio(s), (1 - s) ** 2 / (1 - 2 * s)), {"s": Reals(0, 1)}),
    "the product of n + 1": (lambda n: Eq(spread(n), end(n + 1)), {"n": Integers(1)}),
    "no excess": (lambda n: Eq(spread(n), pi**2 / 6), {"n": Integers(1)}),
    "one term more": (lambda c: Limit(Sum(c / j**2, (j, 2, t)), (t, oo), c * pi**2 / 6), {"c": Positive()}),
    "too small a bound": (lambda c: Le(Limit(Sum(c / j**2, (j, 1, t)), (t, oo)), 1.6 * c), {"c": Positive()}),
}


@pytest.mark.parametrize("name", TRUE)
def test_a_limit_is_proved(name):
    relation, domains = TRUE[name]
    assert_proved(relation, **domains)


@pytest.mark.parametrize("name", FALSE)
def test_a_false_limit_is_not(name):
    relation, domains = FALSE[name]
    assert not is_proved(relation, **domains)
