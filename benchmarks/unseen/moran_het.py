"""m of N individuals are of the first kind: one at random is copied, one at random dies."""

from sympy import Eq, Or, harmonic

from theory import Binomial, E, HittingTime, Integers, Loop, Noise, claim, coordinate


class Moran(Loop):
    """m of N individuals are of the first kind: one at random is copied, one at random dies."""

    N: Integers(2)
    k: Integers(1)

    m = coordinate()

    @property
    def initial(self):
        return {"m": self.k}

    def step(self, state):
        share = state["m"] / self.N
        return {"m": state["m"] + Noise("B", Binomial(1, share)) - Noise("D", Binomial(1, share))}


@claim(source="Moran 1958 (rate of loss of heterozygosity)", where=lambda N, k: k < N)
def true_heterozygosity(N=Integers(2), k=Integers(1), t=Integers(0)):
    """E m (N - m) decays by 1 - 2/N^2 a step.

    A step has the mean 0 and the variance 2 x(1 - x), x = m/N, and x(1-x) loses the variance of x. N = 2, k = 1: 1, 1/2.
    """
    m = Moran(N, k).m(t)
    return Eq(E(m * (N - m)), k * (N - k) * (1 - 2 / N**2) ** t)


@claim(source="the same, births only", where=lambda N, k: k < N)
def false_heterozygosity(N=Integers(2), k=Integers(1), t=Integers(0)):
    """E m (N - m) decays by 1 - 1/N^2 a step. (False: N = 2, k = 1, t = 1 gives 1/2.)"""
    m = Moran(N, k).m(t)
    return Eq(E(m * (N - m)), k * (N - k) * (1 - 1 / N**2) ** t)


@claim(source="Moran 1958 (mean time to absorption of a single mutant)")
def true_absorption(N=Integers(2, 7)):
    """A single mutant is lost or has taken over after N H_(N-1) steps on average.

    It spends N/j steps at j in the mean: the hitting probability 1/j over the probability to leave, with returns.
    By hand N = 2: leaves with 1/2, so 2 = 2 H_1; N = 4: T1 = 8/3 + T2/2, T2 = 2 + T1, so T1 = 22/3 = 4 H_3.
    """
    m = Moran(N, 1).m
    return Eq(E(HittingTime(lambda s: Or(m(s) <= 0, m(s) >= N))), N * harmonic(N - 1))


@claim(source="the same, off by one")
def false_absorption(N=Integers(2, 7)):
    """After N H_N steps. (False: N = 2: 2, not 3.)"""
    m = Moran(N, 1).m
    return Eq(E(HittingTime(lambda s: Or(m(s) <= 0, m(s) >= N))), N * harmonic(N))
