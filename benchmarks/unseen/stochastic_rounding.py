"""Weights that are rounded up or down at random after each fit: unbiased, and noisier by at most a quarter a step."""

from sympy import Eq, Le, floor

from theory import Binomial, E, Integers, Loop, Noise, Reals, claim, coordinate


class RoundedWeight(Loop):
    """A weight decays by a, and is rounded to one of the two whole numbers beside it so that its mean is kept."""

    a: Reals(0, 1)
    x0: Integers(1)

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.x0}

    def step(self, now):
        low = floor(self.a * now["x"])
        return {"x": low + Noise("B", Binomial(1, self.a * now["x"] - low))}


@claim
def true_unbiased(a=Reals(0, 1), x0=Integers(1), t=Integers(0)):
    """Stochastic rounding does not bias the weight."""
    return Eq(E(RoundedWeight(a, x0).x(t)), a**t * x0)


@claim
def false_unbiased(a=Reals(0, 1), x0=Integers(1), t=Integers(0)):
    """One step too many."""
    return Eq(E(RoundedWeight(a, x0).x(t)), a ** (t + 1) * x0)


@claim
def true_noise(a=Reals(0, 1), x0=Integers(1), t=Integers(0)):
    """A step adds at most 1/4 of variance."""
    return Le(E(RoundedWeight(a, x0).x(t) ** 2), a ** (2 * t) * x0**2 + (1 - a ** (2 * t)) / (4 * (1 - a**2)))


@claim
def false_noise(a=Reals(0, 1), x0=Integers(1), t=Integers(0)):
    """A fifth is not enough."""
    return Le(E(RoundedWeight(a, x0).x(t) ** 2), a ** (2 * t) * x0**2 + (1 - a ** (2 * t)) / (5 * (1 - a**2)))
