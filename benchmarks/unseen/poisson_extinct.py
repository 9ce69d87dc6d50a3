"""The rate of a Poisson law, refitted to n of its own draws."""

from sympy import Eq, exp, oo

from theory import Integers, Limit, Loop, Noise, Poisson, Positive, Prob, claim, coordinate


class FittedPoisson(Loop):
    """The rate of a Poisson law, refitted to n of its own draws."""

    n: Integers(1)
    lam: Positive

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.lam}

    def step(self, state):
        return {"x": Noise("Y", Poisson(self.n * state["x"])) / self.n}


@claim(source="Kolmogorov's estimate for critical branching, in the Poisson loop of Suresh et al. 2412.17646")
def true_survival_rate(n=Integers(1), lam=Positive(), t=Integers(0)):
    """The probability that the rate is not yet 0 falls like 2 n lam/t.

    n x is a branching process with Poisson(1) offspring (variance 1): a line survives k steps with probability ~ 2/k,
    and there are Poisson(n lam) lines after the first fit, so 1 - exp(-n lam 2/t) ~ 2 n lam/t.
    """
    return Limit(t * Prob(FittedPoisson(n, lam).x(t) > 0), (t, oo), 2 * n * lam)


@claim(source="the same without the 2 of Kolmogorov")
def false_survival_rate(n=Integers(1), lam=Positive(), t=Integers(0)):
    """It falls like n lam/t. (False by the factor 2/variance.)"""
    return Limit(t * Prob(FittedPoisson(n, lam).x(t) > 0), (t, oo), n * lam)


@claim(source="folklore: generating functions")
def true_two_fits(n=Integers(1), lam=Positive()):
    """After two fits the rate is 0 with probability exp(-n lam (1 - 1/e)).

    Given the total y after one fit it is e^-y, and E e^-y of a Poisson(n lam) total is exp(n lam (1/e - 1)).
    """
    return Eq(Prob(Eq(FittedPoisson(n, lam).x(2), 0)), exp(-n * lam * (1 - exp(-1))))


@claim(source="the same, complement taken")
def false_two_fits(n=Integers(1), lam=Positive()):
    """With probability exp(-n lam/e). (False: 1 - 1/e is 0.632, 1/e is 0.368.)"""
    return Eq(Prob(Eq(FittedPoisson(n, lam).x(2), 0)), exp(-n * lam * exp(-1)))
