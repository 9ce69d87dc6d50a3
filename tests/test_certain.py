"""Coordinates that move without chance beside random ones: counts by which others are divided, from where they are not 0."""

from __future__ import annotations

import pytest
from stated import assert_proved, is_proved
from sympy import Abs, Eq, Le, Rational, log, oo, sqrt

from theory import (
    CLOCK,
    Binomial,
    Cov,
    E,
    Integers,
    Limit,
    Loop,
    Noise,
    Normal,
    Positive,
    Prob,
    Probability,
    Var,
    coordinate,
    observable,
)
from theory.proof.structures import certain, without_counts

P, T, T1 = Probability(), Integers(0), Integers(1)


class Mean(Loop):
    """A sum and a count, both 0 at first."""

    p: Probability()
    s = coordinate()
    n = coordinate()
    mean = observable(of=lambda loop, now: now["s"] / now["n"])

    @property
    def initial(self):
        return {"s": 0, "n": 0}

    def step(self, state):
        return {"s": state["s"] + Noise("X", Binomial(1, self.p)), "n": state["n"] + 1}


class Running(Loop):
    """The same, kept up to date; and a count of what is random."""

    m = coordinate()
    n = coordinate(nonnegative=True)
    c = coordinate()

    @property
    def initial(self):
        return {"m": 0, "n": 0, "c": 1}

    def step(self, state):
        n, z = state["n"] + 1, Noise("Z", Normal(0, 1))
        return {
            "m": state["m"] + (z - state["m"]) / n,
            "n": n,
            "c": state["c"] + Noise("B", Binomial(1, Rational(1, 2))),
        }


class Falling(Loop):
    """A number that falls below 0."""

    m = coordinate()
    n = coordinate()

    @property
    def initial(self):
        return {"m": 0, "n": 3}

    def step(self, state):
        return {"m": state["m"] + Noise("Z", Normal(0, 1)), "n": state["n"] - 1}


TRUE = {
    "mean": (lambda p, t: Eq(E(Mean(p).mean(t)), p), {"p": P, "t": T1}),
    "as a quotient": (lambda p, t: Eq(E(Mean(p).s(t) / Mean(p).n(t)), p), {"p": P, "t": T1}),
    "variance": (lambda p, t: Eq(Var(Mean(p).mean(t)), p * (1 - p) / t), {"p": P, "t": T1}),
    "covariance": (
        lambda p, t: Eq(Cov(Mean(p).mean(t), Mean(p).mean(t + 1)), p * (1 - p) / (t + 1)),
        {"p": P, "t": T1},
    ),
    "it falls": (lambda p, t: Le(Var(Mean(p).mean(t + 1)), Var(Mean(p).mean(t))), {"p": P, "t": T1}),
    "in the end": (lambda p, t: Limit(t * Var(Mean(p).mean(t)), (t, oo), p * (1 - p)), {"p": P, "t": T1}),
    "Chebyshev": (
        lambda p, a, t: Le(Prob(Abs(Mean(p).mean(t) - p) >= a), p * (1 - p) / (t * a**2)),
        {"p": P, "a": Positive(), "t": T1},
    ),
    "divided in the step": (lambda t: Eq(Var(Running().m(t)), 1 / t), {"t": T1}),
    "past 0": (lambda t: Eq(E(Falling().m(t) / Falling().n(t)), 0), {"t": Integers(4)}),
    "its size": (lambda t: Eq(E(Falling().m(t) ** 2 * Abs(Falling().n(t))), t * Abs(3 - t)), {"t": T}),
}
FALSE = {
    "variance": (lambda p, t: Eq(Var(Mean(p).mean(t)), p * (1 - p) / (t + 1)), {"p": P, "t": T1}),
    "at the start it is none": (lambda p, t: Eq(E(Mean(p).mean(t)), p), {"p": P, "t": T}),
    "a quotient at the start": (lambda p, t: Eq(E(Mean(p).s(t) / Mean(p).n(t)), p), {"p": P, "t": T}),
    "divided in the step": (lambda t: Eq(Var(Running().m(t)), 1 / (t + 1)), {"t": T1}),
    "a random count": (lambda t: Eq(E(Running().m(t) / (Running().c(t) - 2)), 0), {"t": T1}),
    "at 0": (lambda t: Eq(E(Falling().m(t) / Falling().n(t)), 0), {"t": T}),
    "a root of what is below 0": (lambda t: Eq(E(Falling().m(t) * sqrt(Falling().n(t))), 0), {"t": T}),
    "its logarithm": (lambda t: Eq(E(Falling().m(t) * log(Falling().n(t))), 0), {"t": T1}),
    "its size": (lambda t: Eq(E(Falling().m(t) ** 2 * Abs(Falling().n(t))), t * (3 - t)), {"t": T}),
}


@pytest.mark.parametrize(("relation", "domains"), TRUE.values(), ids=TRUE)
def test_it_is_proved(relation, domains):
    assert_proved(relation, **domains)


@pytest.mark.parametrize(("relation", "domains"), FALSE.values(), ids=FALSE)
def test_a_false_one_is_not(relation, domains):
    assert not is_proved(relation, **domains)


def test_which_are_numbers():
    assert certain(Running()) == {"n"}
    now = {"m": Falling().symbols()["m"], "n": Falling().symbols()["n"], "c": Falling().symbols()["m"]}
    plain = without_counts(Running())
    assert plain.step(now)["n"] == now["n"] + 1
    assert plain.step(now)["m"].has(CLOCK)
    assert not plain.step(now)["m"].has(now["n"])
    assert without_counts(Falling()) == Falling()
