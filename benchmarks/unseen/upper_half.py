"""Only draws above the mean are kept, and the mean is fitted to one of them."""

from sympy import Abs, Eq, pi, sqrt

from theory import E, Integers, Loop, Noise, Normal, Positive, Prob, Var, claim, coordinate


class UpperHalf(Loop):
    """x' = x + s |Z|."""

    s: Positive
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] + self.s * Abs(Noise("Z", Normal(0, 1)))}


@claim
def true_growth(s=Positive(), t=Integers(0)):
    """The mean grows by s sqrt(2/pi) a fit."""
    return Eq(E(UpperHalf(s).x(t)), t * s * sqrt(2 / pi))


@claim
def false_growth(s=Positive(), t=Integers(0)):
    """The mean grows by s/sqrt(pi) a fit."""
    return Eq(E(UpperHalf(s).x(t)), t * s / sqrt(pi))


@claim
def true_variance(s=Positive(), t=Integers(0)):
    """The variance grows by s^2 (1 - 2/pi)."""
    return Eq(Var(UpperHalf(s).x(t)), t * s**2 * (1 - 2 / pi))


@claim
def true_sure(s=Positive(), t=Integers(0)):
    """It never falls."""
    return Eq(Prob(UpperHalf(s).x(t) >= 0), 1)


@claim
def false_half(s=Positive(), t=Integers(1)):
    """After some fits it is above its mean with probability 1/2."""
    return Eq(Prob(UpperHalf(s).x(t) >= t * s * sqrt(2 / pi)), 1 / 2)
