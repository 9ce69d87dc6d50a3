"""Spreads of sums over generations: sums of covariances over pairs of them."""

from __future__ import annotations

import pytest
from stated import assert_proved, is_proved
from sympy import Eq, Sum, Symbol

from theory import E, Integers, Loop, Noise, Normal, Positive, Probability, Var, coordinate
from theory.proof.methods import enclosed

k = Symbol("k", integer=True, nonnegative=True)
P, S, T = Probability(), Positive(), Integers(1)


class Chain(Loop):
    """a: how much of the last value stays; it starts at 0."""

    a: Positive()
    s: Positive()
    x = coordinate()

    @property
    def initial(self):
        return {"x": 0}

    def step(self, state):
        return {"x": self.a * state["x"] + self.s * Noise("Z", Normal(0, 1))}


class Stationary(Chain):
    @property
    def initial(self):
        return {"x": Noise("X", Normal(0, self.s**2 / (1 - self.a**2)))}


def total(loop, t, low=1):
    return Sum(loop.x(k), (k, low, t))


TRUE = {
    "a walk": (lambda s, t: Eq(Var(total(Chain(1, s), t)), s**2 * t * (t + 1) * (2 * t + 1) / 6), {"s": S, "t": T}),
    "its square, from the start on": (
        lambda s, t: Eq(E(total(Chain(1, s), t, 0) ** 2), s**2 * t * (t + 1) * (2 * t + 1) / 6),
        {"s": S, "t": T},
    ),
    "the mean over generations": (
        lambda a, t: Eq(
            Var(total(Stationary(a, 1), t) / t),
            (t * (1 - a**2) - 2 * a * (1 - a**t)) / ((1 - a) ** 2 * (1 - a**2) * t**2),
        ),
        {"a": P, "t": T},
    ),
    "of innovations": (
        lambda a, t: Eq(Var(total(Chain(a, 1), t)), Sum(((1 - a**k) / (1 - a)) ** 2, (k, 1, t))),
        {"a": P, "t": T},
    ),
    "of three": (lambda a: Eq(Var(total(Chain(a, 1), 3)), 1 + (1 + a) ** 2 + (1 + a + a**2) ** 2), {"a": P}),
}
FALSE = {
    "as if they were independent": (
        lambda s, t: Eq(Var(total(Chain(1, s), t)), s**2 * t * (t + 1) / 2),
        {"s": S, "t": T},
    ),
    "pairs once": (
        lambda a: Eq(Var(total(Chain(a, 1), 2)), 1 + a + 1 + a**2),
        {"a": P},
    ),
    "one more": (
        lambda s, t: Eq(Var(total(Chain(1, s), t + 1)), s**2 * t * (t + 1) * (2 * t + 1) / 6),
        {"s": S, "t": T},
    ),
}


@pytest.mark.parametrize(("relation", "domains"), TRUE.values(), ids=TRUE)
def test_it_is_proved(relation, domains):
    assert_proved(relation, **domains)


@pytest.mark.parametrize(("relation", "domains"), FALSE.values(), ids=FALSE)
def test_a_false_one_is_not(relation, domains):
    assert not is_proved(relation, **domains)


def test_in_balls():
    found = enclosed(Var(total(Chain(1, 1), 5)))
    assert found.contains(55)
    assert not found.contains(56)
