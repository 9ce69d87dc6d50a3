"""The draws of a refitted normal law, not its parameters: their tails grow heavy. Source: textbook, scale mixtures."""

from sympy import Abs, Eq, EulerGamma, Le, digamma, log, sqrt

from theory import ChiSquare, E, Integers, Loop, Noise, Normal, Positive, Prob, claim, coordinate


class Drawn(Loop):
    """v is the fitted variance, y a draw from the model before."""

    n: Integers(2)
    v = coordinate(positive=True)
    y = coordinate()
    initial = {"v": 1, "y": 0}

    def step(self, now):
        dof = self.n - 1
        return {"v": now["v"] * Noise("Q", ChiSquare(dof)) / dof, "y": sqrt(now["v"]) * Noise("Z", Normal(0, 1))}


@claim
def true_variance(n=Integers(2), t=Integers(1)):
    """The variance of a draw stays 1."""
    return Eq(E(Drawn(n).y(t) ** 2), 1)


@claim
def true_kurtosis(n=Integers(2), t=Integers(1)):
    """Its kurtosis is 3 ((n + 1)/(n - 1))^(t - 1)."""
    y = Drawn(n).y(t)
    return Eq(E(y**4) / E(y**2) ** 2, 3 * ((n + 1) / (n - 1)) ** (t - 1))


@claim
def false_kurtosis(n=Integers(2), t=Integers(1)):
    """Its kurtosis is 3 ((n + 1)/(n - 1))^t."""
    y = Drawn(n).y(t)
    return Eq(E(y**4) / E(y**2) ** 2, 3 * ((n + 1) / (n - 1)) ** t)


@claim
def true_typical(n=Integers(2), t=Integers(1)):
    """E log |y| falls: by (log((n - 1)/2) - psi((n - 1)/2))/2 a fit, from -(gamma + log 2)/2."""
    fall = (log((n - 1) / 2) - digamma((n - 1) / 2)) / 2
    return Eq(E(log(Abs(Drawn(n).y(t)))), -(EulerGamma + log(2)) / 2 - (t - 1) * fall)


@claim
def false_typical(n=Integers(2), t=Integers(1)):
    """From 0."""
    fall = (log((n - 1) / 2) - digamma((n - 1) / 2)) / 2
    return Eq(E(log(Abs(Drawn(n).y(t)))), -(t - 1) * fall)


@claim
def true_absolute(n=Integers(2), t=Integers(1)):
    """E |y| falls."""
    loop = Drawn(n)
    return Le(E(Abs(loop.y(t + 1))), E(Abs(loop.y(t))))


@claim
def true_chebyshev(n=Integers(2), a=Positive(), t=Integers(1)):
    """A draw is a away from the mean with probability 1/a^2 at most."""
    return Le(Prob(Abs(Drawn(n).y(t)) >= a), 1 / a**2)


@claim
def false_chebyshev(n=Integers(2), a=Positive(), t=Integers(1)):
    """With probability 1/(4 a^2) at most."""
    return Le(Prob(Abs(Drawn(n).y(t)) >= a), 1 / (4 * a**2))
