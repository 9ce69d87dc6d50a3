"""The rate of an exponential law, refitted by maximum likelihood."""

from sympy import Eq, Lt, digamma, log, oo

from theory import ChiSquare, E, Integers, Loop, Noise, Var, claim, coordinate


class Rate(Loop):
    """r' = n/(sum of n draws): the sum is chi-square with 2n degrees of freedom over 2 r."""

    n: Integers(1)
    r = coordinate(positive=True)
    initial = {"r": 1}

    def step(self, now):
        return {"r": now["r"] * 2 * self.n / Noise("Q", ChiSquare(2 * self.n))}


@claim
def true_mean(n=Integers(2), t=Integers(0)):
    """The mean rate grows by n/(n - 1) a fit."""
    return Eq(E(Rate(n).r(t)), (n / (n - 1)) ** t)


@claim
def false_mean(n=Integers(2), t=Integers(0)):
    """The mean rate grows by (n + 1)/n a fit."""
    return Eq(E(Rate(n).r(t)), ((n + 1) / n) ** t)


@claim
def true_variance(n=Integers(3), t=Integers(0)):
    """The variance is (n^2/((n - 1)(n - 2)))^t - (n/(n - 1))^(2t)."""
    return Eq(Var(Rate(n).r(t)), (n**2 / ((n - 1) * (n - 2))) ** t - (n / (n - 1)) ** (2 * t))


@claim
def true_log(n=Integers(1), t=Integers(0)):
    """The mean logarithm grows by log n - psi(n)."""
    return Eq(E(log(Rate(n).r(t))), t * (log(n) - digamma(n)))


@claim
def false_infinite(n=Integers(1), t=Integers(1)):
    """With one point the mean rate is finite, too."""
    return Lt(E(Rate(n).r(t)), oo)
