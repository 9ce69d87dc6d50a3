"""Importance weights along t generations: a product of likelihood ratios of N(m, 1) over N(0, 1)."""

from sympy import Eq, Min, erfc, exp, sqrt

from theory import E, Integers, Loop, Noise, Normal, Positive, Prob, claim, coordinate


class Ratios(Loop):
    """w is multiplied by the ratio at a fresh draw from N(0, 1)."""

    m: Positive

    w = coordinate(positive=True)
    initial = {"w": 1}

    def step(self, now):
        return {"w": now["w"] * exp(self.m * Noise("Z", Normal(0, 1)) - self.m**2 / 2)}


@claim
def true_second_moment(m=Positive(), t=Integers(0)):
    """The effective sample size falls geometrically."""
    return Eq(E(Ratios(m).w(t) ** 2), exp(m**2 * t))


@claim
def false_second_moment(m=Positive(), t=Integers(0)):
    """Half of the exponent, which is KL."""
    return Eq(E(Ratios(m).w(t) ** 2), exp(m**2 * t / 2))


@claim
def true_typical(m=Positive(), t=Integers(1)):
    """A weight is above its mean ever more seldom."""
    return Eq(Prob(Ratios(m).w(t) > 1), erfc(m * sqrt(t) / (2 * sqrt(2))) / 2)


@claim
def false_typical(m=Positive(), t=Integers(1)):
    """As if all draws had the same sign."""
    return Eq(Prob(Ratios(m).w(t) > 1), erfc(m * t / (2 * sqrt(2))) / 2)


@claim
def true_clipped(m=Positive(), t=Integers(1)):
    """What clipping at 1 leaves of the mean weight: 1 - TV."""
    return Eq(E(Min(Ratios(m).w(t), 1)), erfc(m * sqrt(t) / (2 * sqrt(2))))


@claim
def false_clipped(m=Positive(), t=Integers(1)):
    """Half of it."""
    return Eq(E(Min(Ratios(m).w(t), 1)), erfc(m * sqrt(t) / (2 * sqrt(2))) / 2)
