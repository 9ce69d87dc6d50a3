"""A geometric law of 0, 1, 2, ... is refitted by maximum likelihood to n of its own draws."""

from sympy import Eq

from theory import ChiSquare, Integers, Loop, Noise, Poisson, Positive, Var, claim, coordinate


class Geometric(Loop):
    """m: the mean; the sum of n geometric draws is a Poisson draw with a gamma rate."""

    n: Integers(1)
    m0: Positive
    m = coordinate()

    @property
    def initial(self):
        return {"m": self.m0}

    def step(self, now):
        rate = now["m"] * Noise("G", ChiSquare(2 * self.n)) / 2
        return {"m": Noise("K", Poisson(rate)) / self.n}


@claim
def true_variance(n=Integers(1), m0=Positive(), t=Integers(0)):
    """Var m_t = m0 (1 + m0) ((1 + 1/n)^t - 1)."""
    return Eq(Var(Geometric(n, m0).m(t)), m0 * (1 + m0) * ((1 + 1 / n) ** t - 1))


@claim
def false_variance(n=Integers(1), m0=Positive(), t=Integers(0)):
    """Var m_t = m0^2 ((1 + 1/n)^t - 1)."""
    return Eq(Var(Geometric(n, m0).m(t)), m0**2 * ((1 + 1 / n) ** t - 1))
