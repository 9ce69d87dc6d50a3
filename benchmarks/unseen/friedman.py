"""Friedman's urn: two balls of the colour drawn are added, and one of the other."""

from sympy import Eq, Rational, gamma, oo

from theory import CLOCK, Binomial, E, Integers, Limit, Loop, Noise, claim, coordinate


class Friedman(Loop):
    """Two red balls at first; there are 3 t + 2 after t draws."""

    red = coordinate(positive=True)
    initial = {"red": 2}

    def step(self, now):
        drawn = Noise("drawn", Binomial(1, now["red"] / (3 * CLOCK - 1)))
        return {"red": now["red"] + 1 + drawn}


@claim
def true_mean(t=Integers(0)):
    """(3 t + 2)/2 + t! Gamma(2/3)/Gamma(t + 2/3) are red in the mean."""
    third = Rational(2, 3)
    return Eq(E(Friedman().red(t)), (3 * t + 2) / 2 + gamma(t + 1) * gamma(third) / gamma(t + third))


@claim
def false_mean(t=Integers(0)):
    """(3 t + 2)/2 + t! Gamma(1/3)/Gamma(t + 1/3) are red in the mean."""
    third = Rational(1, 3)
    return Eq(E(Friedman().red(t)), (3 * t + 2) / 2 + gamma(t + 1) * gamma(third) / gamma(t + third))


@claim
def true_share(t=Integers(0)):
    """Half of them are red in the end."""
    return Limit(E(Friedman().red(t)) / (3 * t + 2), (t, oo), Rational(1, 2))


@claim
def false_share(t=Integers(0)):
    """Two thirds of them are red in the end."""
    return Limit(E(Friedman().red(t)) / (3 * t + 2), (t, oo), Rational(2, 3))
