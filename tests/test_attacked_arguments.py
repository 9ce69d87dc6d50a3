"""False statements that were proved by arguments that asked too little: of a scale, a landing, of what has no value."""

import pytest
from stated import is_proved, stated
from sympy import (
    Abs,
    Eq,
    Ge,
    Gt,
    Heaviside,
    KroneckerDelta,
    Le,
    Max,
    Min,
    Piecewise,
    Rational,
    Symbol,
    ceiling,
    exp,
    log,
    oo,
    sign,
    sin,
    sqrt,
    tanh,
)
from test_continuity import SHARES, Followed, Verified

from theory import Binomial, E, Integers, Limit, Loop, Noise, Normal, Positive, Prob, Probability, coordinate
from theory.proof.relations import continuity
from theory.proof.relations.learned import Learned
from theory.proof.relations.prove import prove
from theory.proof.relations.scales import keeps_its_sign
from theory.proof.symbols.overgrown import overgrown

P = Positive()
XR = {"x": P, "r": P}

# ---- the ratio of two sides stays what it is along a scale, along which the larger side may change its sign


@pytest.mark.parametrize(
    "relation",
    [
        lambda x, r: Ge(x**r - r + 1, 0),
        lambda x, r: Ge((1 + x) ** r - r * x, 0),
        lambda x, r: Ge(exp(-x * r) - r + 1, 0),
        lambda x, r: Ge(sqrt(x**2 + 1) - r * x + r, 0),
        lambda x, r: Le((exp(x) * (r - Rational(1, 2))).expand(), ((exp(x) + 1) * (r - Rational(1, 2))).expand()),
        lambda x, r: Le(r * log(1 + x) - log(1 + x) / 2, r * x - x / 2),
    ],
)
def test_a_side_that_changes_its_sign(relation):
    assert not is_proved(relation, **XR)


@pytest.mark.parametrize(
    ("relation", "holds"),
    [
        (lambda x, r: Le(x * r, (x**2 + r**2) / 2), True),
        (lambda x, r: Le(x * r, (x**2 + r**2) * Rational(49, 100)), False),
        (lambda x, r: Le(2 * sqrt(x * r), x + r), True),
    ],
)
def test_a_side_that_keeps_it(relation, holds):
    assert is_proved(relation, **XR) == holds


def test_what_a_scale_multiplies_by_a_power_keeps_its_sign():
    c = stated(lambda x, r: Ge(x, r), **XR)
    x, r = c.symbols["x"], c.symbols["r"]
    one = {x: Rational(1), r: Rational(1)}
    assert keeps_its_sign(x**2 - 3 * x * r, one)
    assert not keeps_its_sign(x**2 - 3 * x, one)
    assert keeps_its_sign(x**2 - 3 * r, {x: Rational(1), r: Rational(2)})


# ---- a step that lands on the limit, and leaves it again


def lands(step, start=1, **kind):
    class Landing(Loop):
        x = coordinate(**kind)
        initial = property(lambda self: {"x": start})

        def step(self, now):
            return {"x": step(now["x"])}

    return Landing()


def falls(x):
    return Max(x - Rational(1, 4), 0)


@pytest.mark.parametrize(
    ("step", "holds"),
    [
        (falls, True),
        (lambda x: falls(x) + KroneckerDelta(x, 0), False),
        (lambda x: falls(x) + 1 - sign(x), False),
        (lambda x: falls(x) + Heaviside(-x, 1), False),
        (lambda x: falls(x) + 1 - ceiling(x / (1 + x)), False),
        (lambda x: falls(x) + Piecewise((0, x > 0), (1, True)), False),
        (lambda x: falls(x) + Piecewise((1, Eq(x, 0)), (0, True)), False),
        (lambda x: falls(x) + 0**x, False),
        (lambda x: Piecewise((tanh(x), x > 0), (1, True)), True),  # it never lands there
    ],
)
def test_where_it_lands_it_has_to_stay(step, holds):
    assert is_proved(lambda t: Limit(lands(step).x(t), (t, oo), 0), t=Integers(0)) == holds
    if not holds:
        assert not is_proved(lambda t: Limit(lands(step, positive=True).x(t), (t, oo), 0), t=Integers(0))


def test_from_below_it_has_to_stay_too():
    rises = lambda x: Min(2 * x, 1)  # noqa: E731
    half = Rational(1, 3)
    assert is_proved(lambda t: Limit(lands(rises, half).x(t), (t, oo), 1), t=Integers(0))
    leaves = lambda x: rises(x) - KroneckerDelta(x, 1) / 2  # noqa: E731
    assert not is_proved(lambda t: Limit(lands(leaves, half).x(t), (t, oo), 1), t=Integers(0))


def test_for_one_number_alone_it_lands():
    assert not is_proved(
        lambda a, t: Limit(lands(lambda x: x * Abs(x - a) / 2 + KroneckerDelta(x, 0)).x(t), (t, oo), 0),
        a=Probability(),
        t=Integers(0),
    )


# ---- what has no value where two rates are one


@pytest.mark.parametrize(
    "relation",
    [
        lambda a, b, t: Eq(E(Followed(a, b).y(t) / (a - b)) * (a - b), a**t - b**t),
        lambda a, b, t: Eq(E(Followed(a, b).y(t) + 1 / (a - b)) - 1 / (a - b), a**t - b**t),
        lambda a, b, t: Le(E(Followed(a, b).y(t) / (a - b)) * (a - b), a**t),
        lambda a, b, t: Eq(E(Followed(a, b).y(t) / Abs(a - b)) * Abs(a - b), a**t - b**t),
        lambda a, b, t: Eq(E(Verified(a, b).kept(t) / (a - b)) * (a - b), a / 2 * b**t + (1 - a / 2) * a**t),
    ],
)
def test_no_value_is_none_by_continuity(relation):
    assert not is_proved(relation, **SHARES)


@pytest.mark.parametrize(
    ("where", "is_open"),
    [
        (lambda a, b: a < b, True),
        (lambda a, b: a + b**2 > Rational(1, 2), True),
        (lambda a, b: KroneckerDelta(a, b) + a - Rational(1, 2) > 0, False),
        (lambda a, b: 0 ** ((a - b) ** 2) + a - 1 > 0, False),
    ],
)
def test_a_condition_that_jumps_may_leave_a_line(where, is_open):
    c = stated(lambda a, b, t: Eq(a**t, b**t), **SHARES, where=where)
    known = Learned(c, {})
    assert continuity.is_beside(known, c.symbols["a"] - c.symbols["b"]) == is_open


# ---- events that have no value at a value of a draw


def test_an_event_without_a_value_is_told():
    x = Noise("X", Normal(0, 1))
    found = prove(stated(lambda p: Eq(Prob(log(Noise("U", Binomial(1, p))) + x > 0), p / 2), p=Probability()))
    assert not found.proved
    assert not found.refuted


# ---- what is nothing as a function of its waves is not above 0


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (lambda w, h: (sin(h * w) + 1) ** 2, lambda w, h: sin(h * w) ** 2 + 2 * sin(h * w) + 1),
        (lambda w, h: (1 + sin(h * w) / w) / (1 + 1 / w), lambda w, h: (w + sin(h * w)) / (w + 1)),
        (lambda w, h: h * (1 + sin(w) / w), lambda w, h: h + h * sin(w) / w),
    ],
)
def test_nothing_is_not_above_0(a, b):
    assert is_proved(lambda w, h: Ge(a(w, h), b(w, h)), w=P, h=P)
    assert not is_proved(lambda w, h: Gt(a(w, h), b(w, h)), w=P, h=P)


# ---- an exponential grows faster than a density falls by a coefficient that is a number


def test_a_coefficient_that_is_no_number_says_nothing():
    a, x = Symbol("a", positive=True), Noise("X", Normal(0, 1))
    assert overgrown(exp(x**3 / 9))
    assert overgrown(a * exp(x**4))
    assert not overgrown(exp(a * x**3))
    assert not overgrown(exp(a * x**4))
