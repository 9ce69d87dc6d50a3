"""Where states without chance tend to, from one side and without a closed form, how fast, and what comes close and is false."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orbits import FromStart
from stated import is_proved, stated
from sympy import Abs, Ge, Integer, Le, Lt, Max, Piecewise, Rational, Symbol, exp, lambdify, oo, sqrt, tanh

from theory import CLOCK, Integers, Limit, Loop, Positive, Probability, coordinate
from theory.proof.relations.prove import prove

T = {"t": Integers(0)}
LATER = {"t": Integers(1)}
SHARE = Probability()


def loop_of(step, start, **kind):
    """x -> step(x), from `start`."""

    class Sequence(Loop):
        x = coordinate(**kind)
        initial = property(lambda self: {"x": start})

        def step(self, now):
            return {"x": step(now["x"])}

    return Sequence()


def tends(step, end, start=1, g=lambda x, t: x, **domains):
    """Whether g(x(t), t) is proved to tend to `end`."""
    return is_proved(
        lambda t, **d: Limit(g(loop_of(lambda x: step(x, **d), start).x(t), t), (t, oo), end), **domains, **LATER
    )


class Heron(Loop):
    """The mean of x and a/x, from a + 1."""

    a: Positive
    x = coordinate(positive=True)
    initial = property(lambda self: {"x": self.a + 1})

    def step(self, now):
        return {"x": (now["x"] + self.a / now["x"]) / 2}


class HeronFrom1(Heron):
    """From 1, below the root where a > 1."""

    initial = property(lambda self: {"x": 1})


def test_a_root_is_approached_from_above():
    given = {"a": Positive(), **T}
    assert is_proved(lambda a, t: Limit(Heron(a).x(t), (t, oo), sqrt(a)), **given)
    assert not is_proved(lambda a, t: Limit(Heron(a).x(t), (t, oo), sqrt(a + Rational(1, 100))), **given)
    assert is_proved(lambda a, t: Le(Heron(a).x(t + 1), Heron(a).x(t)), **given)
    assert is_proved(lambda a, t: Ge(Heron(a).x(t), sqrt(a)), **given)
    assert not is_proved(lambda a, t: Le(Heron(a).x(t + 1), Heron(a).x(t) / 2), **given)
    assert not is_proved(lambda a, t: Le(HeronFrom1(a).x(t + 1), HeronFrom1(a).x(t)), **given)  # of t = 0 it is false


class Recessive(Loop):
    """A recessive allele that costs s."""

    q0: Probability
    s: Probability
    q = coordinate(positive=True)
    initial = property(lambda self: {"q": self.q0})

    def step(self, now):
        q = now["q"]
        return {"q": q * (1 - self.s * q) / (1 - self.s * q**2)}


@pytest.mark.parametrize(
    ("relation", "holds"),
    [
        (lambda q, t, s: Limit(q(t), (t, oo), 0), True),
        (lambda q, t, s: Lt(q(t + 1), q(t)), True),
        (lambda q, t, s: Lt(q(t), q(t + 1)), False),
        (lambda q, t, s: Limit(t * q(t), (t, oo), 1 / s), True),
        (lambda q, t, s: Limit(t * q(t), (t, oo), 1 / (2 * s)), False),
        (lambda q, t, s: Limit((3 * t + 5) ** 2 * q(t) ** 2, (t, oo), 9 / s**2), True),
        (lambda q, t, s: Limit((3 * t + 5) ** 2 * q(t) ** 2, (t, oo), 9 / s), False),
        (lambda q, t, s: Limit(t**2 * q(t), (t, oo), 0), False),
    ],
)
def test_a_recessive_allele_goes_like_1_over_s_t(relation, holds):
    assert is_proved(lambda q0, s, t: relation(Recessive(q0, s).q, t, s), q0=SHARE, s=SHARE, **T) == holds


def test_what_falls_without_a_form_tends_to_0():
    b = {"b": SHARE}
    assert tends(lambda x, b: tanh(b * x), 0, **b)
    assert not tends(lambda x, b: tanh(2 * b * x), 0, **b)  # for b above 1/2 it does not
    assert not tends(lambda x: tanh(2 * x), 0)
    assert tends(lambda x: tanh(x), 0)  # in x + O(x^3)
    assert tends(lambda x: Max(x - Rational(1, 7), 0), 0)
    assert not tends(lambda x: Max(x - Rational(1, 7), Rational(1, 9)), 0)
    assert not tends(lambda x: Max(x - Rational(1, 7), x - x**2, 0) + x / 2, 0)


def test_a_jump_stops_what_falls():
    """From 2 it comes ever nearer to 1, below which it would jump to 0."""
    jumping = lambda x: Piecewise(((1 + x) / 2, x > 1), (0, True))  # noqa: E731
    assert not tends(jumping, 0, start=2)


@pytest.mark.parametrize(
    ("step", "g", "end", "holds"),
    [
        (lambda x, a: x + a / x, lambda x, t: 1 / x, lambda a: 0, True),
        (lambda x, a: x + a / x, lambda x, t: x / sqrt(t), lambda a: sqrt(2 * a), True),
        (lambda x, a: x + a / x, lambda x, t: x / sqrt(t), lambda a: 2 * a, False),
        (lambda x, a: x + a / x, lambda x, t: x / t, lambda a: 0, False),
        (lambda x, a: x + a / x**2, lambda x, t: x**3 / t, lambda a: 3 * a, True),
        (lambda x, a: x + a / x**2, lambda x, t: x**3 / t, lambda a: a, False),
        (lambda x, a: x + a * exp(-x), lambda x, t: 1 / (1 + x), lambda a: 0, True),
        (
            lambda x, a: x + a * (x - 5) ** 2 * exp(-x),
            lambda x, t: 1 / (1 + x),
            lambda a: 0,
            False,
        ),  # 5 stops it, or it is beyond
        (lambda x, a: x / (1 + a * x), lambda x, t: t * x, lambda a: 1 / a, True),
        (lambda x, a: x / (1 + a * x), lambda x, t: t * x, lambda a: a, False),
    ],
)
def test_what_has_no_fixed_point_goes_away_and_how_fast(step, g, end, holds):
    def relation(a, t):
        x = loop_of(lambda x: step(x, a), Integer(1), positive=True).x(t)
        return Limit(g(x, t), (t, oo), end(a))

    assert is_proved(relation, a=Positive(), **LATER) == holds


def test_a_step_that_changes_with_the_fit_has_no_fixed_point():
    class Slower(FromStart):
        start: Positive
        x = coordinate(positive=True)

        def step(self, now):
            return {"x": now["x"] * (1 - 1 / (1 + CLOCK) ** 2)}

    assert not is_proved(lambda s, t: Limit(Slower(s).x(t), (t, oo), 0), s=Positive(), **T)


STEPS = {
    "tanh": lambda x, a: tanh(a * x),
    "exp": lambda x, a: 1 - exp(-a * x),
    "root": lambda x, a: sqrt(a * x),
    "pushed": lambda x, a: x + a / (1 + x),
    "heron": lambda x, a: (x + a / x) / 2,
    "cut": lambda x, a: Max(x - a, x / 2),
    "apart": lambda x, a: Abs(x - a) / 2,
    "logistic": lambda x, a: x + a * x * (1 - x) / 4,
}


@given(name=st.sampled_from(sorted(STEPS)), a=st.integers(1, 12), start=st.integers(1, 16))
def test_what_is_said_to_tend_somewhere_does(name, a, start):
    """Of whatever step and start: a number that is proved to be the limit is come near to."""
    a, start = Rational(a, 4), Rational(start, 4)
    loop = loop_of(lambda x: STEPS[name](x, a), start)
    y = Symbol("y", positive=True)
    step, x = lambdify(y, STEPS[name](y, a), "math"), float(start)
    for _ in range(20_000):
        x = step(x)
    for end in (0, 1, sqrt(a), a, Rational(1, 2)):
        if prove(stated(lambda t, e=end: Limit(loop.x(t), (t, oo), e), **T)).proved:
            assert math.isclose(x, float(end), abs_tol=0.02), (name, a, start, end, x)
