"""Genes are drawn anew from N, then from 2N, 3N, ... parents."""

from sympy import Eq, Product, symbols

from theory import CLOCK, Binomial, E, Integers, Loop, Noise, Probability, claim, coordinate

k = symbols("k", integer=True, positive=True)


class Grown(Loop):
    """In generation k, N k genes are drawn with the share of the generation before."""

    N: Integers(2)
    p: Probability()
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, now):
        size = self.N * CLOCK
        return {"x": Noise("B", Binomial(size, now["x"])) / size}


@claim
def true_diversity(N=Integers(2), p=Probability(), t=Integers(0)):
    """Heterozygosity is multiplied by 1 - 1/(N k)."""
    x = Grown(N, p).x(t)
    return Eq(E(x * (1 - x)), p * (1 - p) * Product(1 - 1 / (N * k), (k, 1, t)))


@claim
def false_diversity(N=Integers(2), p=Probability(), t=Integers(0)):
    """Heterozygosity is multiplied by 1 - 1/N."""
    x = Grown(N, p).x(t)
    return Eq(E(x * (1 - x)), p * (1 - p) * (1 - 1 / N) ** t)


@claim
def true_bound(N=Integers(2), p=Probability(), t=Integers(1)):
    """At least (1 - 1/N)^t of it is left."""
    x = Grown(N, p).x(t)
    return E(x * (1 - x)) >= p * (1 - p) * (1 - 1 / N) ** t
