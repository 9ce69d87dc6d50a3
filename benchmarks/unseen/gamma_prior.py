"""A Poisson rate is replaced by its posterior mean under a gamma prior, from n counts of the model itself."""

from sympy import oo

from theory import Integers, Limit, Loop, Noise, Poisson, Positive, Var, claim, coordinate


class PosteriorMean(Loop):
    """A prior of shape a and rate b."""

    n: Integers(1)
    a: Positive
    b: Positive

    rate = coordinate(nonnegative=True)

    @property
    def initial(self):
        return {"rate": self.a / self.b}

    def step(self, now):
        return {"rate": (self.a + Noise("N", Poisson(self.n * now["rate"]))) / (self.b + self.n)}


@claim
def true_spread(n=Integers(1), a=Positive(), b=Positive(), t=Integers(0)):
    """The variance tends to n a/(b^2 (b + 2 n)), less than half of the prior's."""
    return Limit(Var(PosteriorMean(n, a, b).rate(t)), (t, oo), n * a / (b**2 * (b + 2 * n)))


@claim
def false_spread(n=Integers(1), a=Positive(), b=Positive(), t=Integers(0)):
    """It tends to a/b^2, that of the prior, as with draws from the posterior."""
    return Limit(Var(PosteriorMean(n, a, b).rate(t)), (t, oo), a / b**2)
