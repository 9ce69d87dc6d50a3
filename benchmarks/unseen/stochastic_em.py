"""EM and stochastic EM for a normal mean, of whose n data the share f is missing."""

from sympy import Eq, oo, sqrt

from theory import E, Integers, Limit, Loop, Noise, Normal, Probability, Reals, Var, claim, coordinate


class Imputed(Loop):
    """theta: the fit to the data seen, of mean y, and to those imputed by the fit before."""

    n: Integers(1)
    f: Probability()
    y: Reals
    theta = coordinate()
    initial = {"theta": 0}

    def step(self, now):
        imputed = now["theta"] + Noise("Z", Normal(0, 1)) / sqrt(self.f * self.n)
        return {"theta": (1 - self.f) * self.y + self.f * imputed}


@claim
def true_em(n=Integers(1), f=Probability(), y=Reals(), t=Integers(0)):
    """In the mean the distance to y is multiplied by the share missing."""
    return Eq(E(Imputed(n, f, y).theta(t)), y * (1 - f**t))


@claim
def false_em(n=Integers(1), f=Probability(), y=Reals(), t=Integers(0)):
    """In the mean the distance to y is multiplied by the share seen."""
    return Eq(E(Imputed(n, f, y).theta(t)), y * (1 - (1 - f) ** t))


@claim
def true_limit(n=Integers(1), f=Probability(), y=Reals(), t=Integers(0)):
    """The variance tends to f/(n (1 - f^2))."""
    return Limit(Var(Imputed(n, f, y).theta(t)), (t, oo), f / (n * (1 - f**2)))


@claim
def false_limit(n=Integers(1), f=Probability(), y=Reals(), t=Integers(0)):
    """The variance tends to 1/(n (1 - f^2))."""
    return Limit(Var(Imputed(n, f, y).theta(t)), (t, oo), 1 / (n * (1 - f**2)))


@claim
def true_below(n=Integers(1), f=Probability(), y=Reals(), t=Integers(0)):
    """The variance never exceeds f/(n (1 - f^2))."""
    return Var(Imputed(n, f, y).theta(t)) <= f / (n * (1 - f**2))
