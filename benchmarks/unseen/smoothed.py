"""Laplace smoothing of a symbol's share."""

from sympy import Eq, Rational, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Positive, Probability, Var, claim, coordinate


class Smoothed(Loop):
    """x' = (N + alpha)/(n + 2 alpha), N of n draws being of the symbol."""

    n: Integers(1)
    alpha: Positive
    p: Probability
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, now):
        return {"x": (Noise("N", Binomial(self.n, now["x"])) + self.alpha) / (self.n + 2 * self.alpha)}


@claim
def true_mean(n=Integers(1), alpha=Positive(), p=Probability(), t=Integers(0)):
    """The mean share approaches 1/2 like (n/(n + 2 alpha))^t."""
    return Eq(E(Smoothed(n, alpha, p).x(t)), Rational(1, 2) + (p - Rational(1, 2)) * (n / (n + 2 * alpha)) ** t)


@claim
def true_variance(n=Integers(1), alpha=Positive(), p=Probability(), t=Integers(0)):
    """The variance tends to n/(4 ((n + 2 alpha)^2 - n (n - 1)))."""
    return Limit(Var(Smoothed(n, alpha, p).x(t)), (t, oo), n / (4 * ((n + 2 * alpha) ** 2 - n * (n - 1))))


@claim
def false_variance(n=Integers(1), alpha=Positive(), p=Probability(), t=Integers(0)):
    """The variance tends to 1/(4 (1 + 2 alpha))."""
    return Limit(Var(Smoothed(n, alpha, p).x(t)), (t, oo), 1 / (4 * (1 + 2 * alpha)))
