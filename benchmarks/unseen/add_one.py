"""A coin refitted with one added to both counts. Source: Laplace's rule of succession."""

from sympy import Eq, Rational, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Probability, Var, claim, coordinate


class AddOne(Loop):
    n: Integers(1)
    p0: Probability()
    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        return {"p": (Noise("S", Binomial(self.n, now["p"])) + 1) / (self.n + 2)}


HALF = Rational(1, 2)


@claim
def true_mean(n=Integers(1), p=Probability(), t=Integers(0)):
    """It forgets where it began."""
    return Eq(E(AddOne(n, p).p(t)), HALF + (n / (n + 2)) ** t * (p - HALF))


@claim
def false_mean(n=Integers(1), p=Probability(), t=Integers(0)):
    """At the rate of n/(n + 1)."""
    return Eq(E(AddOne(n, p).p(t)), HALF + (n / (n + 1)) ** t * (p - HALF))


@claim
def true_limit(n=Integers(1), p=Probability(), t=Integers(0)):
    """The variance tends to n/(4(5n + 4))."""
    return Limit(Var(AddOne(n, p).p(t)), (t, oo), n / (4 * (5 * n + 4)))


@claim
def false_limit(n=Integers(1), p=Probability(), t=Integers(0)):
    """The variance tends to 1/20."""
    return Limit(Var(AddOne(n, p).p(t)), (t, oo), Rational(1, 20))


@claim
def true_bound(n=Integers(1), t=Integers(0)):
    """From 1/2 the variance is below 1/20."""
    return Var(AddOne(n, HALF).p(t)) < Rational(1, 20)
