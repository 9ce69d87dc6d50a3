"""Two states of loops without chance that go through the same steps: their order, and how far they are apart."""

import pytest
from stated import is_proved
from sympy import Abs, Ge, Gt, Le, Lt, Rational, floor, sin, tanh

from theory import CLOCK, Integers, Loop, Positive, Probability, Reals, coordinate


class Damped(Loop):
    """It falls from 1 to where a/(1 + c x) and the share of real data hold each other."""

    a: Probability
    c: Positive
    x = coordinate()
    initial = {"x": 1}  # noqa: RUF012

    def step(self, now):
        return {"x": (1 - self.a) * now["x"] / (1 + self.c * now["x"]) + self.a}


class Answered(Loop):
    """A model that answers to what it did, less and less."""

    a: Positive
    e: Reals
    x0: Reals
    x = coordinate()
    initial = property(lambda self: {"x": self.x0})

    def step(self, now):
        return {"x": self.a + self.e * tanh(now["x"])}


class Rounded(Loop):
    """A step with jumps: its slope is 0 wherever it has one."""

    x0: Positive
    x = coordinate()
    initial = property(lambda self: {"x": self.x0})

    def step(self, now):
        return {"x": floor(2 * now["x"])}


class Timed(Loop):
    """A step that is another one in every fit."""

    x0: Positive
    x = coordinate()
    initial = property(lambda self: {"x": self.x0})

    def step(self, now):
        return {"x": sin(now["x"] * CLOCK)}


T = Integers(0)
FALLING = {"a": Probability(), "c": Positive(), "t": T}
ANSWERED = {"a": Positive(), "e": Probability(), "t": T}
TURNED = {"a": Positive(), "e": Reals(-1, 0), "t": T}
PAIR = {"e": Probability(), "x": Positive(), "y": Positive(), "t": T}
apart = lambda e, x, y, t: Abs(Answered(1, e, x).x(t) - Answered(1, e, y).x(t))  # noqa: E731
moved = lambda a, e, t: Abs(Answered(a, e, 0).x(t + 1) - Answered(a, e, 0).x(t))  # noqa: E731
CLAIMS = {
    "falls": (lambda a, c, t: Le(Damped(a, c).x(t + 1), Damped(a, c).x(t)), FALLING, True),
    "falls strictly": (lambda a, c, t: Lt(3 * Damped(a, c).x(t + 1), 3 * Damped(a, c).x(t)), FALLING, True),
    "rises": (lambda a, c, t: Ge(Damped(a, c).x(t + 1), Damped(a, c).x(t)), FALLING, False),
    "two steps": (lambda a, e, t: Gt(Answered(a, e, 0).x(t + 2), Answered(a, e, 0).x(t)), ANSWERED, True),
    "a step that falls": (lambda a, e, t: Ge(Answered(a, e, 0).x(t + 1), Answered(a, e, 0).x(t)), TURNED, False),
    "not by as much": (lambda a, e, t: Ge(Answered(a, e, 0).x(t + 1), 2 * Answered(a, e, 0).x(t)), ANSWERED, False),
    "nearer": (lambda a, e, t: Le(moved(a, e, t), a * e**t), ANSWERED, True),
    "nearer, turning": (lambda a, e, t: Le(moved(a, e, t), a * (-e) ** t), TURNED, True),
    "nearer at once": (lambda a, e, t: Le(moved(a, e, t), a * e ** (t + 1)), ANSWERED, False),
    "nearer too soon": (lambda a, e, t: Le(moved(a, e, t), a * (e / 2) ** t), ANSWERED, False),
    "strictly nearer": (lambda a, e, t: Lt(moved(a, e, t), a * e**t), ANSWERED, False),  # equal at t = 0
    "two starts": (lambda e, x, y, t: Le(apart(e, x, y, t), e**t * Abs(x - y)), PAIR, True),
    "two starts, too soon": (lambda e, x, y, t: Le(apart(e, x, y, t), e ** (2 * t) * Abs(x - y)), PAIR, False),
    "two models": (
        lambda e, x, y, t: Le(Abs(Answered(1, e, x).x(t) - Answered(2, e, y).x(t)), e**t * Abs(x - y)),
        PAIR,
        False,
    ),
    "jumps": (lambda x, y, t: Le(Abs(Rounded(x).x(t) - Rounded(y).x(t)), Rational(1, 2) ** t * (x + y)), PAIR, False),
    "of the fit": (lambda x, y, t: Le(Abs(Timed(x).x(t) - Timed(y).x(t)), Abs(x - y)), PAIR, False),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_states_beside_each_other(name):
    relation, domains, holds = CLAIMS[name]
    names = relation.__code__.co_varnames[: relation.__code__.co_argcount]
    assert is_proved(relation, **{n: domains[n] for n in names}) == holds


def test_a_side_condition_on_the_generation_is_not_used_before_it():
    """With t >= 9 a condition may hold that does not at the start."""
    late = {"where": lambda a, t: a * (t + 1) < 1, "a": Positive(), "t": Integers(9)}
    assert not is_proved(lambda a, t: Le(Answered(a, 1, 2).x(t + 1), Rational(1, 2) * Answered(a, 1, 2).x(t)), **late)
