"""The mean number of failures of a geometric law (0, 1, 2, ...), refitted to n of its own draws."""

from sympy import Eq, exp

from theory import Integers, Loop, NegativeBinomial, Noise, Positive, Prob, Var, claim, coordinate


class FittedGeometric(Loop):
    """The mean number of failures of a geometric law (0, 1, 2, ...), refitted to n of its own draws."""

    n: Integers(1)
    m0: Positive

    m = coordinate()

    @property
    def initial(self):
        return {"m": self.m0}

    def step(self, state):
        return {"m": Noise("Y", NegativeBinomial(self.n, 1 / (1 + state["m"]))) / self.n}


@claim(source="Suresh et al. 2412.17646 (one-parameter families): geometric laws")
def true_variance(n=Integers(1), m0=Positive(), t=Integers(0)):
    """The variance of the fitted mean is m0 (m0 + 1) ((1 + 1/n)^t - 1).

    One draw has variance m(m+1), so E(m'^2 + m' | m) = (m^2 + m)(1 + 1/n), and E m_t = m0.
    By hand t = 1: m0(m0+1)/n.
    """
    return Eq(Var(FittedGeometric(n, m0).m(t)), m0 * (m0 + 1) * ((1 + 1 / n) ** t - 1))


@claim(source="the formula of the exponential law, taken over")
def false_variance(n=Integers(1), m0=Positive(), t=Integers(0)):
    """It is m0^2 ((1 + 1/n)^t - 1), as of exponential laws. (False: counts vary by m(m + 1).)"""
    return Eq(Var(FittedGeometric(n, m0).m(t)), m0**2 * ((1 + 1 / n) ** t - 1))


@claim(source="folklore: all draws are 0")
def true_lost_at_once(n=Integers(1), m0=Positive()):
    """After one fit the model is stuck at 0 with probability (1 + m0)^-n.

    A draw is 0 with probability 1/(1 + m0), and all n have to be.
    """
    return Eq(Prob(Eq(FittedGeometric(n, m0).m(1), 0)), (1 + m0) ** (-n))


@claim(source="that of the Poisson law, taken over")
def false_lost_at_once(n=Integers(1), m0=Positive()):
    """With probability exp(-n m0). (False: that is a Poisson count's.)"""
    return Eq(Prob(Eq(FittedGeometric(n, m0).m(1), 0)), exp(-n * m0))
