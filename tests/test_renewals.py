"""First times beyond a level to which exponential draws lead: by hand, in balls, and what is no such level."""

import pytest
from stated import is_proved
from sympy import Eq, Rational, Symbol, log

from theory import (
    CLOCK,
    Beta,
    E,
    Exponential,
    HittingTime,
    Integers,
    Loop,
    Noise,
    Positive,
    Probability,
    Reals,
    coordinate,
)
from theory.proof.methods import enclosed

s = Symbol("s", integer=True, nonnegative=True)


class Rising(Loop):
    """Exponential draws of mean a are added."""

    a: Positive

    x = coordinate()
    initial = {"x": 0}  # noqa: RUF012

    def step(self, now):
        return {"x": now["x"] + self.moved()}

    def moved(self):
        return Noise("Z", Exponential(self.a))


class Falling(Rising):
    def moved(self):
        return -Noise("Z", Exponential(self.a))


class Drifting(Rising):
    def moved(self):
        return Noise("Z", Exponential(self.a)) - self.a / 2


class Slowing(Rising):
    def moved(self):
        return Noise("Z", Exponential(self.a)) / CLOCK


class Support(Loop):
    """The largest of n points is theta times a Beta(n, 1) variable."""

    n: Integers(1)

    theta = coordinate(positive=True)
    initial = {"theta": 1}  # noqa: RUF012

    def step(self, now):
        return {"theta": now["theta"] * Noise("U", Beta(self.n, 1))}


PLACES = {"a": Positive(), "d": Positive()}


def first(event):
    return HittingTime(event, s)


@pytest.mark.parametrize(
    ("relation", "domains", "proved"),
    [
        (lambda a, d: Eq(E(first(Rising(a).x(s) > d)), 1 + d / a), PLACES, True),
        (lambda a, d: Eq(E(first(Rising(a).x(s) > d)), d / a), PLACES, False),
        (lambda a, d: Eq(E(first(Rising(a).x(s) > d) ** 2), 1 + 3 * d / a + d**2 / a**2), PLACES, True),
        (lambda a, d: Eq(E(first(Rising(a).x(s) > d)), 1 + d / a), PLACES | {"d": Reals()}, False),
        (lambda a, d: Eq(E(first(Falling(a).x(s) <= -d)), 1 + d / a), PLACES, True),
        (lambda a, d: Eq(E(first(Falling(a).x(s) <= d)), 1 + d / a), PLACES, False),
        (lambda a, d: Eq(E(first(Falling(a).x(s) > d)), 1 + d / a), PLACES, False),
        (lambda a, d: Eq(E(first(Drifting(a).x(s) > d)), 1 + 2 * d / a), PLACES, False),
        (lambda a, d: Eq(E(first(Slowing(a).x(s) > d)), 1 + d / a), PLACES, False),
        (
            lambda n, e: Eq(E(first(Support(n).theta(s) < e)), 1 - n * log(e)),
            {"n": Integers(1), "e": Probability()},
            True,
        ),
        (
            lambda n, e: Eq(E(first(Support(n).theta(s) < e)), -n * log(e)),
            {"n": Integers(1), "e": Probability()},
            False,
        ),
        (
            lambda n, e: Eq(E(first(Support(n).theta(s) < e)), 1 - n * log(e)),
            {"n": Integers(1), "e": Positive()},
            False,
        ),
    ],
)
def test_means_of_first_times(relation, domains, proved):
    assert is_proved(relation, **domains) == proved


def test_balls():
    assert enclosed(E(first(Rising(2).x(s) > 3))).overlaps(enclosed(E(first(Rising(4).x(s) > 6))))
    assert abs(float(enclosed(E(first(Support(2).theta(s) < Rational(1, 3))))) - 3.19722457733622) < 1e-12
