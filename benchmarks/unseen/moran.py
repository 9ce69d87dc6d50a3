"""The Moran model: one individual dies, one is copied."""

from sympy import Eq, Or, harmonic, oo

from theory import Binomial, E, HittingTime, Integers, Limit, Loop, Noise, Points, Prob, claim, coordinate


class Moran(Loop):
    """k of N individuals are of the first type; a random one is copied over a random one."""

    N: Integers(2)
    k: Integers(0)
    share = coordinate()

    @property
    def initial(self):
        return {"share": self.k / self.N}

    def step(self, now):
        x = now["share"]
        return {"share": x + (Noise("born", Binomial(1, x)) - Noise("dead", Binomial(1, x))) / self.N}


@claim(where=lambda k, N: k <= N)
def true_diversity(N=Integers(2), k=Integers(1), t=Integers(0)):
    """Heterozygosity decays by 1 - 2/N^2 a step."""
    x = Moran(N, k).share
    return Eq(E(2 * x(t) * (1 - x(t))), 2 * k / N * (1 - k / N) * (1 - 2 / N**2) ** t)


@claim(where=lambda k, N: k <= N)
def false_diversity(N=Integers(2), k=Integers(1), t=Integers(0)):
    """Heterozygosity decays by 1 - 1/N^2 a step."""
    x = Moran(N, k).share
    return Eq(E(2 * x(t) * (1 - x(t))), 2 * k / N * (1 - k / N) * (1 - 1 / N**2) ** t)


@claim
def true_fixation(N=Points(3, 4, 5), t=Integers(0)):
    """A single copy takes over with probability 1/N."""
    return Limit(Prob(Moran(N, 1).share(t) >= 1), (t, oo), 1 / N)


@claim
def false_fixation(N=Points(3, 4, 5), t=Integers(0)):
    """A single copy takes over with probability 1/(N + 1)."""
    return Limit(Prob(Moran(N, 1).share(t) >= 1), (t, oo), 1 / (N + 1))


@claim
def true_time(N=Points(3, 4, 5)):
    """Until one type is left it takes N (1 + 1/2 + ... + 1/(N - 1)) steps from a single copy, in the mean."""
    x = Moran(N, 1).share
    T = HittingTime(lambda s: Or(x(s) <= 0, x(s) >= 1))
    return Eq(E(T), N * harmonic(N - 1))


@claim
def false_time(N=Points(3, 4, 5)):
    """Until one type is left it takes N (N - 1) steps from a single copy, in the mean."""
    x = Moran(N, 1).share
    T = HittingTime(lambda s: Or(x(s) <= 0, x(s) >= 1))
    return Eq(E(T), N * (N - 1))
