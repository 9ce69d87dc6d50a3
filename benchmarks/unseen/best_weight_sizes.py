"""A mean is refitted to a weighted mean of m points of its own and n fresh real ones: the best weight, forever."""

from sympy import Eq, Symbol, oo, sqrt

from theory import ArgMin, Integers, Limit, Loop, Noise, Normal, Reals, Var, claim, coordinate

t = Symbol("t", integer=True, nonnegative=True)
u = Symbol("u", real=True)


class Weighted(Loop):
    """Weight w on the mean of m own points, 1 - w on that of n real ones; all of variance 1."""

    w: Reals(0, 1)
    m: Integers(1)
    n: Integers(1)

    mu = coordinate()
    initial = {"mu": 0}

    def step(self, now):
        own = now["mu"] + Noise("Y", Normal(0, 1)) / sqrt(self.m)
        return {"mu": self.w * own + (1 - self.w) * Noise("X", Normal(0, 1)) / sqrt(self.n)}


def lasting(w, m, n):
    """The variance in the end."""
    return (w**2 / m + (1 - w) ** 2 / n) / (1 - w**2)


@claim
def true_lasting(w=Reals(0, 1), m=Integers(1), n=Integers(1)):
    """The variance that is left in the end."""
    return Limit(Var(Weighted(w, m, n).mu(t)), (t, oo), lasting(w, m, n))


@claim
def false_lasting(w=Reals(0, 1), m=Integers(1), n=Integers(1)):
    """With 1 - w for 1 - w^2."""
    return Limit(Var(Weighted(w, m, n).mu(t)), (t, oo), (w**2 / m + (1 - w) ** 2 / n) / (1 - w))


@claim
def true_best(m=Integers(1), n=Integers(1)):
    """The best weight, with k = m/n: 0.382 for equal sizes."""
    k = m / n
    return Eq(ArgMin(lasting(u, m, n), (u, 0, 1)), (1 + 2 * k - sqrt(1 + 4 * k)) / (2 * k))


@claim
def false_best(m=Integers(1), n=Integers(1)):
    """The weight of one fit, by inverse variances."""
    return Eq(ArgMin(lasting(u, m, n), (u, 0, 1)), m / (m + n))
