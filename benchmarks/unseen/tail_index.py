"""A power-law tail is refitted to n of its own draws: Hill's estimate of 1/index."""

from sympy import Eq, Lt, digamma, log

from theory import ChiSquare, E, Integers, Loop, Noise, Positive, Var, claim, coordinate


class Tail(Loop):
    """g' is g times the mean of n exponential draws."""

    n: Integers(2)
    g0: Positive
    g = coordinate(positive=True)

    @property
    def initial(self):
        return {"g": self.g0}

    def step(self, now):
        return {"g": now["g"] * Noise("Q", ChiSquare(2 * self.n)) / (2 * self.n)}


@claim
def true_index(n=Integers(2), g0=Positive(), t=Integers(0)):
    """The index 1/g grows like (n/(n - 1))^t in the mean."""
    return Eq(E(1 / Tail(n, g0).g(t)), (n / (n - 1)) ** t / g0)


@claim
def false_index(n=Integers(2), g0=Positive(), t=Integers(0)):
    """The index 1/g grows like (1 + 1/n)^t in the mean."""
    return Eq(E(1 / Tail(n, g0).g(t)), (1 + 1 / n) ** t / g0)


@claim
def true_log(n=Integers(2), g0=Positive(), t=Integers(0)):
    """log g falls by log n - psi(n) a fit."""
    return Eq(E(log(Tail(n, g0).g(t))), log(g0) - t * (log(n) - digamma(n)))


@claim
def true_faster(n=Integers(2), g0=Positive(), t=Integers(1)):
    """That is more than t/(2 n)."""
    return Lt(E(log(Tail(n, g0).g(t))), log(g0) - t / (2 * n))


@claim
def false_faster(n=Integers(2), g0=Positive(), t=Integers(1)):
    """That is more than 4 t/(5 n)."""
    return Lt(E(log(Tail(n, g0).g(t))), log(g0) - 4 * t / (5 * n))


@claim
def true_spread(n=Integers(2), g0=Positive(), t=Integers(0)):
    """The relative variance of g is (1 + 1/n)^t - 1."""
    return Eq(Var(Tail(n, g0).g(t)) / g0**2, (1 + 1 / n) ** t - 1)
