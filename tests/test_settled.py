"""States that the first fit moves and no later one: rounded counts, cut ranges; and what goes on moving."""

import pytest
from stated import is_proved
from sympy import Eq, Max, Min, Rational, ceiling, floor

from theory import CLOCK, Binomial, E, Integers, Loop, Noise, Normal, Positive, Reals, Var, coordinate

Z = Noise("Z", Normal(0, 1))


class Residual(Loop):
    """What is expected of a type of particles: the whole part stays, the rest is drawn."""

    c: Positive

    k = coordinate()
    initial = property(lambda self: {"k": self.c})

    def step(self, now):
        whole = floor(now["k"])
        return {"k": whole + Noise("B", Binomial(1, now["k"] - whole))}


class DrawnAgain(Residual):
    """A coin is thrown in every fit."""

    def step(self, now):
        return {"k": floor(now["k"]) + Noise("B", Binomial(1, Rational(1, 2)))}


class Cut(Loop):
    """A draw is cut to the range from 0 to 1, after it was stretched."""

    by: Positive

    x = coordinate()
    initial = {"x": Z}  # noqa: RUF012

    def step(self, now):
        return {"x": Max(0, Min(1, self.by * now["x"]))}


class Followed(Loop):
    """One is rounded up, another one follows it a fit later."""

    x = coordinate()
    y = coordinate()
    initial = {"x": Rational(1, 3), "y": 0}  # noqa: RUF012

    def step(self, now):
        return {"x": ceiling(now["x"]), "y": now["x"]}


class Scheduled(Loop):
    """A range that shrinks from fit to fit."""

    x = coordinate()
    initial = {"x": Z}  # noqa: RUF012

    def step(self, now):
        return {"x": Min(now["x"], 1 / CLOCK)}


def spread(c):
    return (c - floor(c)) * (1 - c + floor(c))


T, LATER = {"t": Integers(1)}, {"c": Positive(), "t": Integers(1)}
CLAIMS = {
    "its variance stays": (lambda c, t: Eq(Var(Residual(c).k(t)), spread(c)), LATER, True),
    "it adds up": (lambda c, t: Eq(Var(Residual(c).k(t)), t * spread(c)), LATER, False),
    "at the start, too": (lambda c, t: Eq(Var(Residual(c).k(t)), spread(c)), LATER | {"t": Integers(0)}, False),
    "of a coin": (lambda c, t: Eq(Var(DrawnAgain(c).k(t)), Rational(1, 4)), LATER, False),
    "of two fits": (lambda c, t: Eq(E(Residual(c).k(t) * Residual(c).k(t + 1)), c**2 + spread(c)), LATER, True),
    "of two fits of a coin": (
        lambda c, t: Eq(E(DrawnAgain(c).k(t) * DrawnAgain(c).k(t + 1)), E(DrawnAgain(c).k(1) ** 2)),
        LATER,
        False,
    ),
    "cut once": (lambda t: Eq(E(Cut(1).x(t)), E(Cut(1).x(1))), T, True),
    "stretched and cut": (lambda t: Eq(E(Cut(2).x(t)), E(Cut(2).x(1))), T, False),
    "followed": (lambda t: Eq(E(Followed().y(t)), Rational(1, 3)), T, False),
    "scheduled": (lambda t: Eq(E(Scheduled().x(t)), E(Scheduled().x(1))), T, False),
    "a polynomial in a rounded number": (
        lambda t, x: Eq((x - floor(x)) ** 2 + 2 * x * floor(x), x**2 + floor(x) ** 2),
        T | {"x": Reals()},
        True,
    ),
    "another one": (lambda t, x: Eq((x - floor(x)) ** 2, x**2 + floor(x) ** 2), T | {"x": Reals()}, False),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_what_no_later_fit_moves(name):
    relation, domains, proved = CLAIMS[name]
    assert is_proved(relation, **domains) == proved
