"""Moran's model looked at backwards: lines of descent meet."""

from sympy import Eq, Le

from theory import Binomial, E, HittingTime, Integers, Loop, Noise, Points, Prob, claim, coordinate


class Lineages(Loop):
    """k lines among N; two of them meet in a step with probability k (k - 1)/N^2."""

    N: Integers(2)
    k = coordinate()

    @property
    def initial(self):
        return {"k": self.N}

    def step(self, now):
        k = now["k"]
        return {"k": k - Noise("met", Binomial(1, k * (k - 1) / self.N**2))}


@claim
def true_ancestor(N=Points(2, 3, 5, 8)):
    """All have one ancestor N (N - 1) steps ago, in the mean."""
    k = Lineages(N).k
    return Eq(E(HittingTime(lambda s: k(s) <= 1)), N * (N - 1))


@claim
def false_ancestor(N=Points(2, 3, 5, 8)):
    """All have one ancestor N^2 steps ago, in the mean."""
    k = Lineages(N).k
    return Eq(E(HittingTime(lambda s: k(s) <= 1)), N**2)


@claim
def true_last(N=Points(3, 5, 8), t=Integers(0)):
    """More than one line is left after t steps with probability 3 (N - 1)/(N + 1) (1 - 2/N^2)^t at most."""
    k = Lineages(N).k
    return Le(Prob(k(t) > 1), 3 * (N - 1) / (N + 1) * (1 - 2 / N**2) ** t)


@claim
def false_last(N=Points(3, 5, 8), t=Integers(0)):
    """More than one line is left after t steps with probability (1 - 2/N^2)^t at most."""
    k = Lineages(N).k
    return Le(Prob(k(t) > 1), (1 - 2 / N**2) ** t)
