"""A Gaussian is sampled at a temperature and refitted."""

from sympy import Eq, digamma, log

from theory import ChiSquare, E, Integers, Loop, Noise, Positive, claim, coordinate


class Tempered(Loop):
    """v: the fitted variance; draws at temperature tau have the variance tau v."""

    n: Integers(2)
    tau: Positive
    v = coordinate(positive=True)
    initial = {"v": 1}

    def step(self, now):
        return {"v": self.tau * now["v"] * Noise("Q", ChiSquare(self.n - 1)) / (self.n - 1)}


@claim
def true_mean(n=Integers(2), tau=Positive(), t=Integers(0)):
    """The mean variance is tau^t."""
    return Eq(E(Tempered(n, tau).v(t)), tau**t)


@claim
def true_drift(n=Integers(2), tau=Positive(), t=Integers(0)):
    """log v drifts by log tau + psi((n - 1)/2) - log((n - 1)/2)."""
    return Eq(E(log(Tempered(n, tau).v(t))), t * (log(tau) + digamma((n - 1) / 2) - log((n - 1) / 2)))


@claim
def true_still_collapses(n=Integers(2), t=Integers(1)):
    """At the temperature 1 + 1/n it still collapses: log v falls."""
    return E(log(Tempered(n, 1 + 1 / n).v(t))) < 0


@claim
def false_collapses(n=Integers(2), t=Integers(1)):
    """At the temperature 1 + 2/n it still collapses: log v falls."""
    return E(log(Tempered(n, 1 + 2 / n).v(t))) < 0


@claim
def true_second(n=Integers(2), tau=Positive(), t=Integers(0)):
    """The mean square is (tau^2 (n + 1)/(n - 1))^t."""
    return Eq(E(Tempered(n, tau).v(t) ** 2), (tau**2 * (n + 1) / (n - 1)) ** t)


@claim
def false_second(n=Integers(2), tau=Positive(), t=Integers(0)):
    """The mean square is (tau^2 (1 + 2/n))^t."""
    return Eq(E(Tempered(n, tau).v(t) ** 2), (tau**2 * (1 + 2 / n)) ** t)
