"""A coin that answers to its own forecast: n tosses with probability a + e p."""

from sympy import Eq, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Probability, Var, claim, coordinate


class Forecast(Loop):
    n: Integers(1)
    a: Probability()
    e: Probability()
    p = coordinate()
    initial = {"p": 0}

    def step(self, now):
        return {"p": Noise("S", Binomial(self.n, self.a + self.e * now["p"])) / self.n}


@claim(where=lambda a, e: a + e < 1)
def true_mean(n=Integers(1), a=Probability(), e=Probability(), t=Integers(0)):
    """The mean is a (1 - e^t)/(1 - e)."""
    return Eq(E(Forecast(n, a, e).p(t)), a * (1 - e**t) / (1 - e))


@claim(where=lambda a, e: a + e < 1)
def true_variance(n=Integers(1), a=Probability(), e=Probability(), t=Integers(0)):
    """The variance tends to m (1 - m)/(n (1 - e^2) + e^2), with m = a/(1 - e)."""
    m = a / (1 - e)
    return Limit(Var(Forecast(n, a, e).p(t)), (t, oo), m * (1 - m) / (n * (1 - e**2) + e**2))


@claim(where=lambda a, e: a + e < 1)
def false_variance(n=Integers(1), a=Probability(), e=Probability(), t=Integers(0)):
    """The variance tends to m (1 - m)/(n (1 - e^2)), with m = a/(1 - e)."""
    m = a / (1 - e)
    return Limit(Var(Forecast(n, a, e).p(t)), (t, oo), m * (1 - m) / (n * (1 - e**2)))
