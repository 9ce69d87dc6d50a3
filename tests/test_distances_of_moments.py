"""Distances of laws whose parameters are moments, which are numbers; and that what cancels in their forms had a value."""

from __future__ import annotations

import pytest
from stated import assert_proved, is_proved, prove, stated
from sympy import Abs, Eq, Le, Rational, erf, exp, log, sqrt

from theory import (
    ISE,
    KL,
    TV,
    W2,
    Binomial,
    E,
    Integers,
    Loop,
    Noise,
    Normal,
    Poisson,
    Positive,
    Prob,
    Reals,
    Var,
    coordinate,
)
from theory.gaussian.common import GaussianLoop
from theory.language.errors import BadInput

S, T, T1 = Positive(), Integers(0), Integers(1)


class Walk(Loop):
    s: Positive()
    x = coordinate()

    @property
    def initial(self):
        return {"x": 0}

    def step(self, state):
        return {"x": state["x"] + self.s * Noise("Z", Normal(0, 1))}


class Lost(Loop):
    """A variance that is doubled, or lost."""

    a: Reals(0, 1)
    v = coordinate(nonnegative=True)

    @property
    def initial(self):
        return {"v": self.a}

    def step(self, state):
        return {"v": 2 * state["v"] * Noise("B", Binomial(1, Rational(1, 2)))}


def fitted(loop, t):
    return Normal(E(loop.x(t)), Var(loop.x(t)))


TRUE = {
    "KL": lambda s, t: Eq(KL(fitted(Walk(s), t), Normal(0, 1)), (t * s**2 - 1 - log(t * s**2)) / 2),
    "TV": lambda s, t: Eq(TV(Normal(E(Walk(s).x(t)), 1), Normal(s, 1)), erf(s / sqrt(2) / 2)),
    "W2": lambda s, t: Eq(W2(fitted(Walk(s), t), Normal(0, 1)), Abs(sqrt(t) * s - 1)),
    "counts": lambda s, t: Eq(KL(Poisson(1 + Var(Walk(1).x(t))), Poisson(1)), (1 + t) * log(1 + t) - t),
    "coins": lambda s, t: Eq(TV(Binomial(1, exp(-Var(Walk(s).x(t)))), Binomial(1, 0)), exp(-t * s**2)),
    "twice": lambda s, t: Eq(KL(Normal(0, 2 * Var(Walk(s).x(t))), Normal(0, Var(Walk(s).x(t)))), (1 - log(2)) / 2),
    "a draw": lambda s, t: Eq(E(Noise("Y", fitted(Walk(s), t)) ** 2), t * s**2),
}
FALSE = {
    "KL": lambda s, t: Eq(KL(fitted(Walk(s), t), Normal(0, 1)), (t * s**2 + 1 - log(t * s**2)) / 2),
    "the other way": lambda s, t: Eq(KL(Normal(0, 1), fitted(Walk(s), t)), (t * s**2 - 1 - log(t * s**2)) / 2),
    "no laws": lambda s, t: Eq(KL(Normal(0, -2 * Var(Walk(s).x(t))), Normal(0, -Var(Walk(s).x(t)))), (1 - log(2)) / 2),
    "a draw": lambda s, t: Eq(E(Noise("Y", Normal(0, -Var(Walk(s).x(t)))) ** 2), -t * s**2),
    "an event": lambda s, t: Eq(Prob(Noise("Y", Normal(0, -Var(Walk(s).x(t)))) > 0), Rational(1, 2)),
}


@pytest.mark.parametrize("relation", TRUE.values(), ids=TRUE)
def test_it_is_proved(relation):
    assert_proved(relation, s=S, t=T1)


@pytest.mark.parametrize("relation", FALSE.values(), ids=FALSE)
def test_a_false_one_is_not(relation):
    assert not is_proved(relation, s=S, t=T1)


def test_of_a_shipped_loop():
    def far(n, t):
        loop = GaussianLoop(n)
        return Eq(KL(Normal(0, E(loop.sigma(t) ** 2) + Var(loop.mu(t))), Normal(0, 1)), (t / n - log(1 + t / n)) / 2)

    assert_proved(far, n=Integers(2), t=T)


def test_what_is_random_is_told():
    with pytest.raises(BadInput, match="is a random quantity"):
        prove(stated(lambda t: Le(KL(Normal(Walk(1).x(t), Var(Walk(1).x(t))), Normal(0, 1)), 1), t=T1))


WITHOUT_DENSITY = {
    "a parameter": (lambda a: Eq(KL(Normal(0, 2 * a), Normal(0, a)), (1 - log(2)) / 2), {"a": T}),
    "by as much as it is wide": (lambda a: Eq(TV(Normal(0, a), Normal(sqrt(a), a)), erf(sqrt(2) / 4)), {"a": T}),
    "of one law": (lambda a: Eq(ISE(Normal(0, a), Normal(0, a)), 0), {"a": T}),
    "at the start": (
        lambda t: Eq(KL(Normal(0, 2 * Var(Walk(1).x(t))), Normal(0, Var(Walk(1).x(t)))), (1 - log(2)) / 2),
        {"t": T},
    ),
    "of a state": (
        lambda a, t: Eq(E(KL(Normal(0, 2 * Lost(a).v(t)), Normal(0, Lost(a).v(t)))), (1 - log(2)) / 2),
        {"a": Reals(0, 1), "t": T},
    ),
}


@pytest.mark.parametrize(("relation", "domains"), WITHOUT_DENSITY.values(), ids=WITHOUT_DENSITY)
def test_one_number_has_no_density(relation, domains):
    found = prove(stated(relation, **domains))
    assert not found.proved
    assert "may have no value" in found.reason


def test_from_where_it_has_one():
    assert_proved(lambda a: Eq(TV(Normal(0, a), Normal(sqrt(a), a)), erf(sqrt(2) / 4)), a=T1)


@pytest.mark.parametrize(
    "said", [lambda far: Le(0, far), lambda far: Le(far / far, 2), lambda far: Eq(Var(Walk(1).x(0)) + far - far, 0)]
)
def test_of_a_law_that_is_not_stated_that_is_the_reason(said):
    """What it takes to have a density was taken to be nothing: another reason was told, or the proof ended in an error."""
    lawless = prove(stated(lambda t: said(E(KL(Walk(1).model(t), Normal(0, 1)))), t=T))
    assert (lawless.proved, lawless.refuted) == (False, False)
    assert "Walk states no law of its models" in lawless.reason
    assert is_proved(lambda t: said(E(KL(GaussianLoop(5).model(t), Normal(0, 1)))), t=T1)
