"""A Rayleigh law is refitted by maximum likelihood to n draws: its squared scale is a chi-square mean."""

from sympy import Eq, Ge, Le, Rational, gamma, sqrt

from theory import ChiSquare, E, Integers, Loop, Noise, claim, coordinate, observable


class Rayleigh(Loop):
    """s: the squared scale."""

    n: Integers(1)
    s = coordinate(positive=True)
    scale = observable(of=lambda loop, now: sqrt(now["s"]))
    initial = {"s": 1}

    def step(self, now):
        return {"s": now["s"] * Noise("Q", ChiSquare(2 * self.n)) / (2 * self.n)}


@claim
def true_scale(n=Integers(1), t=Integers(0)):
    """The expected scale is (Gamma(n + 1/2)/(sqrt(n) Gamma(n)))^t."""
    return Eq(E(Rayleigh(n).scale(t)), (gamma(n + Rational(1, 2)) / (sqrt(n) * gamma(n))) ** t)


@claim
def false_scale(n=Integers(1), t=Integers(0)):
    """The expected scale is (Gamma(n + 1)/(sqrt(n) Gamma(n + 1/2)))^t."""
    return Eq(E(Rayleigh(n).scale(t)), (gamma(n + 1) / (sqrt(n) * gamma(n + Rational(1, 2)))) ** t)


@claim
def true_bound(n=Integers(1), t=Integers(0)):
    """The expected scale is (1 - 1/(8n))^t at least."""
    return Ge(E(Rayleigh(n).scale(t)), (1 - 1 / (8 * n)) ** t)


@claim
def false_bound(n=Integers(1), t=Integers(1)):
    """The expected scale is (1 - 1/(8n))^t at most."""
    return Le(E(Rayleigh(n).scale(t)), (1 - 1 / (8 * n)) ** t)
