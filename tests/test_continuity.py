"""Where a derivation divides by the difference of two parameters, a claim holds by continuity, or does not."""

import pytest
from stated import is_proved, stated
from sympy import Abs, Eq, Ge, Gt, Le, Piecewise, ceiling, floor

from theory import E, Integers, Loop, Noise, Normal, Probability, coordinate
from theory.proof.relations.prove import prove

SHARES = {"a": Probability(), "b": Probability(), "t": Integers(0)}
LATER = {**SHARES, "t": Integers(1)}


class Verified(Loop):
    """A share of answers is wrong; a verifier passes right ones at the rate a, wrong ones at the rate b."""

    a: Probability()
    b: Probability()
    wrong = coordinate()
    kept = coordinate()
    initial = property(lambda self: {"wrong": self.a / 2, "kept": 1})

    def step(self, now):
        passed = now["wrong"] * self.b + (1 - now["wrong"]) * self.a
        return {"wrong": now["wrong"] * self.b / passed, "kept": now["kept"] * passed}


class Followed(Loop):
    """y follows x, at another rate."""

    a: Probability()
    b: Probability()
    x = coordinate()
    y = coordinate()
    initial = property(lambda self: {"x": 1, "y": 0})

    def step(self, now):
        drawn = self.a * now["x"] + Noise("Z", Normal(0, 1))
        return {"x": drawn, "y": self.b * now["y"] + (self.a - self.b) * now["x"]}


class Jumping(Followed):
    """A rate that is another one where a = b."""

    def step(self, now):
        out = super().step(now)
        return {**out, "y": out["y"] + Piecewise((1, Eq(self.a, self.b)), (0, True))}


def y(a, b, t):
    return E(Followed(a, b).y(t))


def at_one(a, b):
    """1 where a = b, else 0."""
    return Piecewise((1, Eq(a, b)), (0, True))


@pytest.mark.parametrize(
    ("relation", "holds"),
    [
        (lambda a, b, t: Eq(y(a, b, t), a**t - b**t), True),
        (lambda a, b, t: Eq(y(a, b, t), a**t - b ** (t + 1)), False),
        (lambda a, b, t: Le(y(a, b, t), a**t), True),
        (lambda a, b, t: Eq(y(a, b, t), a**t - b**t + at_one(a, b)), False),
        (lambda a, b, t: Ge(y(a, b, t) ** 2, 0), True),
        (lambda a, b, t: Gt(y(a, b, t) ** 2, 0), False),  # it is 0 where a = b
        (lambda a, b, t: Le(y(a, b, t), a**t - 1 + floor(1 + Abs(a - b))), True),  # by induction
        (lambda a, b, t: Le(y(a, b, t), a**t - floor(1 - Abs(a - b))), False),  # false where a = b
        (lambda a, b, t: Le(y(a, b, t), a**t - 1 + ceiling(Abs(a - b))), False),
        (lambda a, b, t: Eq(E(Verified(a, b).kept(t)), a / 2 * b**t + (1 - a / 2) * a**t), True),
        (lambda a, b, t: Eq(E(Verified(a, b).kept(t)), a / 2 * b**t + (1 - a / 2) * a ** (t + 1)), False),
        (lambda a, b, t: Eq(E(Jumping(a, b).y(t)), a**t - b**t), False),
    ],
)
def test_two_rates_that_may_be_one(relation, holds):
    assert is_proved(relation, **LATER) == holds


def test_a_form_that_differs_beside_it_is_refuted():
    assert prove(stated(lambda a, b, t: Eq(y(a, b, t), a**t - b ** (t + 1)), **SHARES)).refuted


def test_a_side_condition_that_leaves_a_line_has_nothing_beside_it():
    on_the_line = {"where": lambda a, b: Eq(a, b)}
    assert not is_proved(lambda a, b, t: Eq(y(a, b, t), a**t - b**t + at_one(a, b)), **LATER, **on_the_line)
    beside = {"where": lambda a, b: a < b}
    assert is_proved(lambda a, b, t: Eq(y(a, b, t), a**t - b**t), **LATER, **beside)
