"""Recursions that change with the generation and have a short form all the same: learning rates of 1/t, running means."""

import pytest
from stated import assert_proved, is_proved
from sympy import Abs, Eq, Le, Rational, exp, pi, sqrt

from theory.language.domains import Integers, Positive, Reals
from theory.language.laws import Noise, Normal
from theory.language.loops import CLOCK, Loop, coordinate
from theory.language.moments import Cov, E, Prob, Var
from theory.proof.enclose import value
from theory.proof.methods import moment

third = Rational(1, 3)
HERE = {"s": Positive(), "x0": Reals(), "t": Integers(1)}


class Averaged(Loop):
    """x moves to what is drawn by 1/(t + a): with a = 0 it is the mean of all draws, and the start is forgotten."""

    s: Positive
    x0: Reals
    a: Integers(0)
    x = coordinate()
    initial = property(lambda self: {"x": self.x0})

    def step(self, now):
        return {"x": now["x"] + (Noise("Z", Normal(1, self.s**2)) - now["x"]) / (CLOCK + self.a)}


def brute(s2, x0, a, t):
    """Mean and second moment, generation by generation, in fractions."""
    mean, square = x0, x0**2
    for k in range(1, t + 1):
        r = Rational(1, k + a)
        mean, square = (1 - r) * mean + r, (1 - r) ** 2 * square + 2 * (1 - r) * r * mean + r**2 * (s2 + 1)
    return mean, square


@pytest.mark.parametrize("a", [0, 1, 2])
@pytest.mark.parametrize("t", [1, 2, 5])
def test_as_by_brute_force(a, t):
    loop = Averaged(2, third, a)
    mean, square = brute(4, third, a, t)
    assert moment(E(loop.x(t))).form == mean
    assert moment(E(loop.x(t) ** 2)).form == square
    assert abs(float(value(E(loop.x(t) ** 2)).value) - float(square)) < 1e-12


def test_a_mean_of_all_draws():
    loop = lambda s, x0: Averaged(s, x0, 0)  # noqa: E731
    assert_proved(lambda s, x0, t: Eq(E(loop(s, x0).x(t)), 1), **HERE)
    assert not is_proved(lambda s, x0, t: Eq(E(loop(s, x0).x(t)), 1), **HERE | {"t": Integers(0)})  # x0 at first
    assert_proved(lambda s, x0, t: Eq(Var(loop(s, x0).x(t)), s**2 / t), **HERE)
    assert not is_proved(lambda s, x0, t: Eq(Var(loop(s, x0).x(t)), s**2 / (t + 1)), **HERE)
    assert_proved(lambda s, x0, t: Eq(E(Abs(loop(s, x0).x(t) - 1)), s * sqrt(2 / (pi * t))), **HERE)
    assert not is_proved(lambda s, x0, t: Eq(E(Abs(loop(s, x0).x(t) - 1)), s * sqrt(2 / (pi * (t + 1)))), **HERE)
    far = lambda s, x0, t, c: Prob(Abs(loop(s, x0).x(t) - 1) > c)  # noqa: E731
    assert_proved(lambda s, x0, t, c: Le(far(s, x0, t, c), 2 * exp(-t * c**2 / (2 * s**2))), c=Positive(), **HERE)
    assert not is_proved(lambda s, x0, t, c: Le(far(s, x0, t, c), 2 * exp(-t * c**2 / s**2)), c=Positive(), **HERE)


def test_a_start_that_counts_as_one_draw():
    loop = lambda s, x0: Averaged(s, x0, 1)  # noqa: E731
    here = HERE | {"t": Integers(0)}
    assert_proved(lambda s, x0, t: Eq(E(loop(s, x0).x(t)), (x0 + t) / (t + 1)), **here)
    assert not is_proved(lambda s, x0, t: Eq(E(loop(s, x0).x(t)), (x0 + t + 1) / (t + 2)), **here)
    assert_proved(lambda s, x0, t: Eq(Var(loop(s, x0).x(t)), s**2 * t / (t + 1) ** 2), **here)
    assert not is_proved(lambda s, x0, t: Eq(Var(loop(s, x0).x(t)), s**2 / (t + 1)), **here)
    assert_proved(
        lambda s, x0, t: Eq(Cov(loop(s, x0).x(t), loop(s, x0).x(t + 1)), s**2 * t / ((t + 1) * (t + 2))), **here
    )
