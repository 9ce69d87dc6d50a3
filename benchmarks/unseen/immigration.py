"""Branching with immigration: Poisson counts whose mean is m of the last count, and b."""

from sympy import Eq, exp, oo

from theory import Cov, E, Integers, Limit, Loop, Noise, Poisson, Positive, Prob, Probability, Var, claim, coordinate


class Counts(Loop):
    """z' ~ Poisson(m z + b)."""

    m: Probability
    b: Positive
    z = coordinate(nonnegative=True)
    initial = {"z": 0}

    def step(self, now):
        return {"z": Noise("born", Poisson(self.m * now["z"] + self.b))}


@claim
def true_mean(m=Probability(), b=Positive(), t=Integers(0)):
    """b (1 - m^t)/(1 - m) in the mean."""
    return Eq(E(Counts(m, b).z(t)), b * (1 - m**t) / (1 - m))


@claim
def true_variance(m=Probability(), b=Positive(), t=Integers(0)):
    """The variance tends to b/((1 - m)(1 - m^2))."""
    return Limit(Var(Counts(m, b).z(t)), (t, oo), b / ((1 - m) * (1 - m**2)))


@claim
def false_variance(m=Probability(), b=Positive(), t=Integers(0)):
    """The variance tends to b/(1 - m)^2."""
    return Limit(Var(Counts(m, b).z(t)), (t, oo), b / (1 - m) ** 2)


@claim
def true_memory(m=Probability(), b=Positive(), t=Integers(0), k=Integers(0)):
    """The covariance over k generations is m^k of the variance."""
    z = Counts(m, b).z
    return Eq(Cov(z(t), z(t + k)), m**k * Var(z(t)))


@claim
def true_none(m=Probability(), b=Positive()):
    """Nobody is there in the second generation with probability exp(-b - b (1 - exp(-m)))."""
    return Eq(Prob(Counts(m, b).z(2) <= 0), exp(-b - b * (1 - exp(-m))))


@claim
def false_none(m=Probability(), b=Positive()):
    """Nobody is there in the second generation with probability exp(-b - b m)."""
    return Eq(Prob(Counts(m, b).z(2) <= 0), exp(-b - b * m))
