"""The mean of an exponential law, refitted to n of its own draws."""

from sympy import Eq, Le, sqrt

from theory import Cov, E, Gamma, Integers, Loop, Noise, claim, coordinate


class FittedExponential(Loop):
    """The mean of an exponential law, refitted to n of its own draws."""

    n: Integers(1)

    m = coordinate()
    initial = {"m": 1}

    def step(self, state):
        return {"m": state["m"] * Noise("G", Gamma(self.n, 1)) / self.n}


@claim(source="Suresh et al. 2412.17646 (one-parameter families): exponential laws")
def true_root_decays(n=Integers(1), t=Integers(0)):
    """E sqrt(m_t) is at most (1 + 1/(4n))^(-t/2): typical models vanish though the mean stays.

    One fit gives G(n + 1/2)/(G(n) sqrt n) < sqrt(n/(n + 1/4)) by Watson's inequality; fits are independent factors.
    By hand n = 1: 0.8862 <= 0.8944; n = 2: 0.9400 <= 0.9428.
    """
    return Le(E(sqrt(FittedExponential(n).m(t))), (1 + 1 / (4 * n)) ** (-t / 2))


@claim(source="the same with 1/3 for 1/4")
def false_root_decays(n=Integers(1), t=Integers(0)):
    """At most (1 + 1/(3n))^(-t/2). (False: n = 1, t = 1: 0.8862 > 0.8660.)"""
    return Le(E(sqrt(FittedExponential(n).m(t))), (1 + 1 / (3 * n)) ** (-t / 2))


@claim(source="folklore: the fitted mean is a martingale")
def true_covariance(n=Integers(1), s=Integers(0), t=Integers(0)):
    """The means of generations s and s + t have the covariance (1 + 1/n)^s - 1, whatever t is.

    E(m_(s+t) | m_s) = m_s, so it is Var m_s; E G^2/n^2 = n(n+1)/n^2 = 1 + 1/n in each of s fits.
    """
    loop = FittedExponential(n)
    return Eq(Cov(loop.m(s), loop.m(s + t)), (1 + 1 / n) ** s - 1)


@claim(source="the same, the later generation taken")
def false_covariance(n=Integers(1), s=Integers(0), t=Integers(0)):
    """It is (1 + 1/n)^(s + t) - 1. (False: s = 0 is no random generation, so the covariance is 0.)"""
    loop = FittedExponential(n)
    return Eq(Cov(loop.m(s), loop.m(s + t)), (1 + 1 / n) ** (s + t) - 1)
