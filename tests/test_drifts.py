"""Means that no recursion closes, bounded by what a step adds at most: wherever the state may be, and not only at some places."""

import pytest
from stated import is_proved
from sympy import Eq, Ge, Le, Lt, Rational, exp, floor, oo

from theory import Binomial, E, Integers, Loop, Noise, Positive, Probability, Reals, coordinate


class Explored(Loop):
    """A bandit's estimated loss with implicit exploration."""

    loss: Probability
    eta: Reals
    g: Reals

    x = coordinate()
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        p = 1 / (1 + exp(self.eta * now["x"]))
        return {"x": now["x"] + self.loss * Noise("B", Binomial(1, p)) / (p + self.g)}


class Rounded(Loop):
    """A weight decays by a, and is rounded up or down so that its mean is kept."""

    a: Reals(0, 1)
    x0: Integers(1)

    x = coordinate()
    initial = property(lambda self: {"x": self.x0})

    def step(self, now):
        low = floor(self.a * now["x"])
        return {"x": low + Noise("B", Binomial(1, self.a * now["x"] - low))}


class TimesItsPart(Loop):
    """What it is multiplied by is of the state itself: no rate."""

    x = coordinate()
    initial = {"x": Rational(1, 2)}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] * (now["x"] - floor(now["x"])) + Noise("B", Binomial(1, Rational(1, 2)))}


L, T = Probability(), Integers(0)
PLACES = {"loss": L, "eta": Positive(), "g": Positive(), "t": T}
CLAIMS = {
    "at most the loss": (lambda loss, eta, g, t: Le(E(Explored(loss, eta, g).x(t)), loss * t), PLACES, True),
    "of any rate": (
        lambda loss, eta, g, t: Le(E(Explored(loss, eta, g).x(t)), loss * t),
        PLACES | {"eta": Reals(), "g": Reals(0, oo, closed=True)},
        True,
    ),
    "as less than half is played": (
        lambda loss, eta, g, t: Le(E(Explored(loss, eta, g).x(t)), loss * t / (1 + 2 * g)),
        PLACES,
        True,
    ),
    "of any rate, by as much": (
        lambda loss, eta, g, t: Le(E(Explored(loss, eta, g).x(t)), loss * t / (1 + 2 * g)),
        PLACES | {"eta": Reals()},
        False,
    ),
    "by more": (lambda loss, eta, g, t: Le(E(Explored(loss, eta, g).x(t)), loss * t / (1 + 3 * g)), PLACES, False),
    "strictly at 0": (lambda loss, eta, g, t: Lt(E(Explored(loss, eta, g).x(t)), loss * t), PLACES, False),
    "from below": (lambda loss, eta, g, t: Ge(E(Explored(loss, eta, g).x(t)), loss * t / (1 + 2 * g)), PLACES, False),
}


def noise(share):
    """The bound of a second moment where a step adds so much variance."""
    return lambda a, x0, t: Le(
        E(Rounded(a, x0).x(t) ** 2), a ** (2 * t) * x0**2 + share * (1 - a ** (2 * t)) / (1 - a**2)
    )


DECAY = {"a": Reals(0, 1), "x0": Integers(1), "t": T}
CLAIMS |= {
    "a quarter a step": (noise(Rational(1, 4)), DECAY, True),
    "a fifth a step": (noise(Rational(1, 5)), DECAY, False),
    "strictly at first": (lambda a, x0, t: Lt(E(Rounded(a, x0).x(t) ** 2), x0**2 + t), DECAY, False),
    "a rate that is none": (lambda t: Le(E(TimesItsPart().x(t)), (1 + t) / 2), {"t": T}, False),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_bounds_of_means(name):
    relation, domains, proved = CLAIMS[name]
    assert is_proved(relation, **domains) == proved


class LowPrecision(Loop):
    """Updates are rounded to whole units."""

    h: Positive
    b: Reals

    w = coordinate()
    initial = {"w": 0}  # noqa: RUF012

    def step(self, now):
        return {"w": now["w"] + floor(self.h * (self.b - now["w"]) + Rational(1, 2))}


@pytest.mark.parametrize(
    ("side", "proved"),
    [
        (lambda h, b: h * b < Rational(1, 2), True),
        (lambda h, b: h * b <= Rational(1, 2), False),
        (lambda h, b: h * b < 1, False),
    ],
)
def test_updates_that_are_rounded_to_nothing(side, proved):
    stuck = lambda h, b, t: Eq(LowPrecision(h, b).w(t), 0)  # noqa: E731
    assert is_proved(stuck, h=Reals(0, 1), b=Positive(), t=T, where=side) == proved
    assert not is_proved(stuck, h=Reals(0, 1), b=Reals(), t=T, where=side)
