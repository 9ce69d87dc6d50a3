"""A gamma law of known shape k is refitted to n of its own draws."""

from sympy import Eq, digamma, log, sqrt

from theory import ChiSquare, E, Integers, Loop, Noise, Positive, Var, claim, coordinate


class GammaRefit(Loop):
    """The mean is multiplied by a chi-square of 2 k n degrees of freedom, over that number."""

    n: Integers(1)
    k: Positive
    m = coordinate(positive=True)
    initial = {"m": 1}

    def step(self, now):
        return {"m": now["m"] * Noise("Q", ChiSquare(2 * self.k * self.n)) / (2 * self.k * self.n)}


@claim
def true_variance(n=Integers(1), k=Positive(), t=Integers(0)):
    """The variance of the mean is (1 + 1/(k n))^t - 1."""
    return Eq(Var(GammaRefit(n, k).m(t)), (1 + 1 / (k * n)) ** t - 1)


@claim
def false_variance(n=Integers(1), k=Positive(), t=Integers(0)):
    """The variance of the mean is (1 + 1/n)^t - 1."""
    return Eq(Var(GammaRefit(n, k).m(t)), (1 + 1 / n) ** t - 1)


@claim
def true_log(n=Integers(1), k=Positive(), t=Integers(0)):
    """log m drifts by psi(k n) - log(k n)."""
    return Eq(E(log(GammaRefit(n, k).m(t))), t * (digamma(k * n) - log(k * n)))


@claim
def true_between(n=Integers(1), k=Positive(), t=Integers(0)):
    """It falls at least by 1/(2 k n) a fit."""
    return E(log(GammaRefit(n, k).m(t))) <= -t / (2 * k * n)


@claim
def false_between(n=Integers(1), k=Positive(), t=Integers(1)):
    """It falls at least by 1/(k n) a fit."""
    return E(log(GammaRefit(n, k).m(t))) <= -t / (k * n)


@claim
def true_root(n=Integers(1), k=Positive(), t=Integers(0)):
    """sqrt(m) does not rise."""
    return E(sqrt(GammaRefit(n, k).m(t))) <= 1
