"""What divides by a mean, a distance or a state that has no form: it has to be other than 0 by its sign, or by balls.

"Cannot tell" counted as "other than 0": E x/E x = 1 was proved where E x is 0.
"""

import pytest
from stated import assert_proved, is_proved
from sympy import Eq, Gt, Rational, exp, log, sin, sqrt

from theory import (
    TV,
    ChiSquare,
    E,
    Exponential,
    Finite,
    Integers,
    Laws,
    Loop,
    Noise,
    Normal,
    Positive,
    Prob,
    Probability,
    Var,
    coordinate,
)
from theory.curation.common import CuratedLoop
from theory.language.finite_loops import FiniteLoop
from theory.stability import models

HALF, FIFTH = Rational(1, 2), Rational(1, 5)
A, T = Positive(), Integers(0)


class Odd(Loop):
    """Symmetric from the first fit on: its mean is 0, and has no form that is derived."""

    x = coordinate()
    initial = property(lambda self: {"x": 1})

    def step(self, now):
        return {"x": sin(now["x"] * Noise("X", Normal(0, 1)))}


def mean(t):
    return E(Odd().x(t))


def far(a):
    """A number without a form: near 0 for small a, and above 1/5 for a = 1."""
    return E(sin(sin(a * Noise("X", Exponential(1))))) - FIFTH


def apart(a):
    """Near 1/2 for small a, below 0 for large ones."""
    return TV(ChiSquare(3), Normal(3, a)) - HALF


def picks(p, *weights):
    return CuratedLoop(Finite((p, 1 - p)), weights, 2)


FALSE = {
    "a mean that is 0": (lambda t: Eq(mean(t) / mean(t), 1), {"t": Integers(1)}),
    "its inverses": (lambda t, a: Eq(1 / mean(t) - 1 / mean(t) + a, a), {"t": Integers(1), "a": A}),
    "its logarithms": (lambda t, a: Eq(log(mean(t)) - log(mean(t)) + a, a), {"t": Integers(1), "a": A}),
    "a number that is 0 somewhere": (lambda a: Gt(1 / far(a) ** 2 + a, 1 / far(a) ** 2), {"a": A}),
    "its root": (lambda a: Eq(sqrt(far(a)) ** 2, far(a)), {"a": A}),
    "its logarithm": (lambda a: Eq(exp(log(far(a))), far(a)), {"a": A}),
    "a distance that is": (lambda a: Eq(apart(a) * a / apart(a), a), {"a": A}),
    "a mass that is": (
        lambda p, t: Eq((picks(p, 2, 1).mass(t, 0) - HALF) / (picks(p, 2, 1).mass(t, 0) - HALF), 1),
        {"p": Probability(), "t": T},
    ),
    "a mean weight that is": (
        lambda p, t: Eq((E(picks(p, 2, 1).weight(t)) - 3 * HALF) / (E(picks(p, 2, 1).weight(t)) - 3 * HALF), 1),
        {"p": Probability(), "t": T},
    ),
    "a variance that is 0 for equal weights": (
        lambda w, t: Eq(Var(picks(HALF, w, 1).weight(t)) / Var(picks(HALF, w, 1).weight(t)), 1),
        {"w": A, "t": T},
    ),
    "a mass that nobody has at first": (
        lambda t: Eq(picks(0, 2, 1).mass(t, 0) / picks(0, 2, 1).mass(t, 0), 1),
        {"t": T},
    ),
    "the best weight where none has a probability": (
        lambda p, t: Eq(
            Prob(CuratedLoop(p, K=2).weight(t) >= p.largest) / Prob(CuratedLoop(p, K=2).weight(t) >= p.largest), 1
        ),
        {"p": Laws(line=2), "t": T},
    ),
    "a constant of a model": (
        lambda a: Eq(
            (models.LogisticLocation(Normal(0, 1), 1).alpha - a) / (models.LogisticLocation(Normal(0, 1), 1).alpha - a),
            1,
        ),
        {"a": A},
    ),
}
TRUE = {
    "a mean weight": (
        lambda p, t: Eq(E(picks(p, 2, 1).weight(t)) / E(picks(p, 2, 1).weight(t)), 1),
        {"p": Probability(), "t": T},
    ),
    "the best weight where it has a probability": (
        lambda p, t: Eq(
            Prob(CuratedLoop(p, K=2).weight(t) >= p.largest) / Prob(CuratedLoop(p, K=2).weight(t) >= p.largest), 1
        ),
        {"p": Laws(), "t": T},
    ),
    "a constant of a model": (
        lambda a: Eq(
            (models.LogisticLocation(Normal(0, 1), 1).alpha + a) / (models.LogisticLocation(Normal(0, 1), 1).alpha + a),
            1,
        ),
        {"a": A},
    ),
}


@pytest.mark.parametrize("name", FALSE)
def test_what_may_be_0_is_not_divided_by(name):
    relation, domains = FALSE[name]
    assert not is_proved(relation, **domains)


@pytest.mark.parametrize("name", TRUE)
def test_what_is_never_0_is(name):
    relation, domains = TRUE[name]
    assert_proved(relation, **domains)


def test_a_user_s_loop_on_atoms_that_leaves_its_step_unsaid_may_be_random():
    class Mute(FiniteLoop):
        start: Finite

        def step(self, state):
            raise NotImplementedError

    assert not is_proved(lambda t: Eq(Var(Mute(Finite((HALF, HALF))).mass(t, 0)), 0), t=T)
