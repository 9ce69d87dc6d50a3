"""Variances by a recursion of their own: batches that grow, steps that shrink; held against the recursion in fractions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stated import assert_proved, is_proved
from sympy import Eq, Integer, Rational, Sum, Symbol, oo, sqrt

from theory import CLOCK, Integers, Limit, Loop, Noise, Normal, Probability, Reals, Uniform, Var, coordinate
from theory.proof.methods import moment

k = Symbol("k", integer=True, positive=True)
GIVEN = {"m": Reals(), "e": Probability(), "t": Integers(0)}


class Lazy(Loop):
    """Refitted to k draws in fit k, of a law that the model moves."""

    m: Reals
    e: Probability()
    x = coordinate()
    initial = property(lambda self: {"x": 0})

    def step(self, now):
        return {"x": self.m + self.e * now["x"] + Noise("Z", Normal(0, 1)) / sqrt(CLOCK)}


@pytest.mark.parametrize(
    ("relation", "holds"),
    [
        (lambda m, e, t: Eq(Var(Lazy(m, e).x(t)), Sum(e ** (2 * (t - k)) / k, (k, 1, t))), True),
        (lambda m, e, t: Eq(Var(Lazy(m, e).x(t)), Sum(e ** (2 * (t - k)) / (k + 1), (k, 1, t))), False),
        (lambda m, e, t: Limit(t * Var(Lazy(m, e).x(t)), (t, oo), 1 / (1 - e**2)), True),
        (lambda m, e, t: Limit(t * Var(Lazy(m, e).x(t)), (t, oo), 1 / (1 - e) ** 2), False),
        (lambda m, e, t: Limit(Var(Lazy(m, e).x(t)), (t, oo), 0), True),
    ],
)
def test_growing_batches(relation, holds):
    assert is_proved(relation, **GIVEN) == holds


def loop_of(factor, shift, scale, start):
    class Scheduled(Loop):
        x = coordinate()
        initial = property(lambda self: {"x": start + Noise("S", Uniform(-1, 1))})

        def step(self, now):
            return {"x": factor(CLOCK) * now["x"] + shift(CLOCK) + scale(CLOCK) * Noise("Z", Uniform(0, 1))}

    return Scheduled()


SHAPES = {
    "constant": lambda c: lambda k: c,
    "falling": lambda c: lambda k: c / (k + 1),
    "near 1": lambda c: lambda k: 1 - c / (k + 2),
    "rising": lambda c: lambda k: c * k,
}


@given(
    names=st.tuples(*[st.sampled_from(sorted(SHAPES))] * 3),
    numbers=st.tuples(*[st.integers(1, 5).map(lambda i: Rational(i, 4))] * 3),
    t=st.integers(0, 4),
)
def test_a_form_is_what_the_recursion_gives(names, numbers, t):
    factor, shift, scale = (SHAPES[name](c) for name, c in zip(names, numbers, strict=True))
    s = Symbol("s", integer=True, nonnegative=True)
    form = moment(Var(loop_of(factor, shift, scale, 3).x(s))).form
    v = Fraction(1, 3)
    for fit in range(1, t + 1):
        a, c = (Fraction(str(f(Integer(fit)))) for f in (factor, scale))
        v = a**2 * v + c**2 / 12
    assert Fraction(str(form.subs(s, t).doit())) == v


class Feeding(Lazy):
    """Noise that the state has a part in: the mean counts."""

    def step(self, now):
        return {"x": self.m + self.e * now["x"] * Noise("Z", Normal(1, 1)) / sqrt(CLOCK)}


def test_noise_that_the_state_has_a_part_in_is_left_to_the_means():
    once = {**GIVEN, "t": Integers(1, 1)}
    assert_proved(lambda m, e, t: Eq(Var(Feeding(m, e).x(2)), e**2 * m**2 / 2), **once)
    assert not is_proved(lambda m, e, t: Eq(Var(Feeding(m, e).x(t)), 0), **GIVEN)
