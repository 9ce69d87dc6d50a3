"""An urn where a share c of what is added is a fair coin's. Source: textbook, stochastic approximation."""

from sympy import Eq, Rational, gamma, oo

from theory import CLOCK, Binomial, E, Integers, Limit, Loop, Noise, Probability, claim, coordinate

HALF = Rational(1, 2)


class Urn(Loop):
    """Two balls at first; the share x of the red ones; every step adds one."""

    c: Probability()
    x0: Probability()
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.x0}

    def step(self, now):
        added = Noise("B", Binomial(1, (1 - self.c) * now["x"] + self.c / 2))
        return {"x": now["x"] + (added - now["x"]) / (CLOCK + 2)}


@claim
def true_mean(c=Probability(), x0=Probability(), t=Integers(0)):
    """What is left of the first share is a quotient of gamma functions."""
    left = 2 * gamma(t + 3 - c) / (gamma(3 - c) * gamma(t + 3))
    return Eq(E(Urn(c, x0).x(t)), HALF + (x0 - HALF) * left)


@claim
def false_mean(c=Probability(), x0=Probability(), t=Integers(0)):
    """One step earlier."""
    left = gamma(t + 2 - c) / (gamma(2 - c) * gamma(t + 2))
    return Eq(E(Urn(c, x0).x(t)), HALF + (x0 - HALF) * left)


@claim
def true_limit(c=Probability(), x0=Probability(), t=Integers(0)):
    """It tends to 1/2."""
    return Limit(E(Urn(c, x0).x(t)), (t, oo), HALF)


@claim
def false_limit(c=Probability(), x0=Probability(), t=Integers(0)):
    """It tends to x0."""
    return Limit(E(Urn(c, x0).x(t)), (t, oo), x0)
