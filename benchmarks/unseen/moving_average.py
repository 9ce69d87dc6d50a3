"""Exponential moving averages of fits."""

from sympy import Abs, Eq, Le

from theory import E, Integers, Loop, Noise, Normal, Positive, Prob, Probability, claim, coordinate


class Average(Loop):
    """m' = b m + (1 - b)(mu + s Z), from 0."""

    b: Probability
    mu: Positive
    s: Positive
    m = coordinate()
    initial = {"m": 0}

    def step(self, now):
        return {"m": self.b * now["m"] + (1 - self.b) * (self.mu + self.s * Noise("Z", Normal(0, 1)))}


@claim
def true_mse(b=Probability(), mu=Positive(), s=Positive(), t=Integers(0)):
    """The mean squared error is b^(2t) mu^2 + (1 - b)(1 - b^(2t))/(1 + b) s^2."""
    m = Average(b, mu, s).m(t)
    return Eq(E((m - mu) ** 2), b ** (2 * t) * mu**2 + (1 - b) / (1 + b) * (1 - b ** (2 * t)) * s**2)


@claim
def false_mse(b=Probability(), mu=Positive(), s=Positive(), t=Integers(0)):
    """The mean squared error is b^(2t) mu^2 + (1 - b) (1 - b^(2t)) s^2."""
    m = Average(b, mu, s).m(t)
    return Eq(E((m - mu) ** 2), b ** (2 * t) * mu**2 + (1 - b) * (1 - b ** (2 * t)) * s**2)


@claim
def true_tail(b=Probability(), mu=Positive(), s=Positive(), t=Integers(0), c=Positive()):
    """It is c or more away from its mean with probability s^2 (1 - b)/((1 + b) c^2) at most."""
    m = Average(b, mu, s).m(t)
    return Le(Prob(Abs(m - mu * (1 - b**t)) >= c), s**2 * (1 - b) / (1 + b) / c**2)
