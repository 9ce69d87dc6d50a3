"""Preferential attachment: the links of the first page."""

from sympy import Eq, Rational, gamma, oo, sqrt

from theory import CLOCK, Binomial, E, Integers, Limit, Loop, Noise, Prob, claim, coordinate


class Page(Loop):
    """New page number t links to this one with probability d/(2 t)."""

    d = coordinate(positive=True)
    initial = {"d": 1}

    def step(self, now):
        return {"d": now["d"] + Noise("link", Binomial(1, now["d"] / (2 * CLOCK)))}


@claim
def true_mean(t=Integers(0)):
    """Gamma(t + 3/2)/(Gamma(3/2) t!) links in the mean."""
    half = Rational(3, 2)
    return Eq(E(Page().d(t)), gamma(t + half) / (gamma(half) * gamma(t + 1)))


@claim
def false_mean(t=Integers(0)):
    """Gamma(t + 1/2)/(Gamma(1/2) t!) links in the mean, and one."""
    half = Rational(1, 2)
    return Eq(E(Page().d(t)), gamma(t + half) / (gamma(half) * gamma(t + 1)))


@claim
def true_square(t=Integers(0)):
    """E d (d + 1) = 2 (t + 1)."""
    d = Page().d(t)
    return Eq(E(d * (d + 1)), 2 * (t + 1))


@claim
def false_square(t=Integers(0)):
    """E d^2 = 2 t + 1."""
    return Eq(E(Page().d(t) ** 2), 2 * t + 1)


@claim
def true_growth(t=Integers(1)):
    """E d/sqrt(t) tends to 2/sqrt(pi)."""
    from sympy import pi

    return Limit(E(Page().d(t)) / sqrt(t), (t, oo), 2 / sqrt(pi))


@claim
def true_none(t=Integers(1)):
    """No link is made in the first t steps with probability binomial(2 t, t)/4^t."""
    return Eq(Prob(Page().d(t) <= 1), gamma(t + Rational(1, 2)) / (gamma(Rational(1, 2)) * gamma(t + 1)))


@claim
def false_none(t=Integers(1)):
    """No link is made in the first t steps with probability 1/(t + 1)."""
    return Eq(Prob(Page().d(t) <= 1), 1 / (t + 1))
