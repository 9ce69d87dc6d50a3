"""A normal mean is refitted to batches of a random size, one more than a Poisson number of mean m."""

from sympy import Eq, exp

from theory import Integers, Loop, Noise, Normal, Poisson, Positive, Var, claim, coordinate


class RandomBatches(Loop):
    """The error of a fit has the variance 1/(1 + K), K from Poisson(m)."""

    m: Positive

    mu = coordinate()
    initial = {"mu": 0}

    def step(self, now):
        size = 1 + Noise("K", Poisson(self.m))
        return {"mu": now["mu"] + Noise("Z", Normal(0, 1 / size))}


@claim
def true_variance(m=Positive(), t=Integers(0)):
    """A generation adds (1 - exp(-m))/m."""
    return Eq(Var(RandomBatches(m).mu(t)), t * (1 - exp(-m)) / m)


@claim
def false_variance(m=Positive(), t=Integers(0)):
    """It adds that of the mean size, 1/(1 + m)."""
    return Eq(Var(RandomBatches(m).mu(t)), t / (1 + m))
