"""The chi-square divergence of N(x, 1) from N(0, 1), where x is refitted to its own n draws."""

from sympy import Eq, Le, exp, sqrt

from theory import E, Integers, Loop, Noise, Normal, claim, coordinate


class Mean(Loop):
    n: Integers(1)
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)}


@claim(where=lambda n, t: 2 * t < n)
def true_divergence(n=Integers(1), t=Integers(0)):
    """As long as 2t < n its mean is (1 - 2t/n)^(-1/2) - 1."""
    return Eq(E(exp(Mean(n).x(t) ** 2) - 1), 1 / sqrt(1 - 2 * t / n) - 1)


@claim(where=lambda n, t: 2 * t < n)
def false_divergence(n=Integers(1), t=Integers(0)):
    """Its mean is exp(t/n) - 1."""
    return Eq(E(exp(Mean(n).x(t) ** 2) - 1), exp(t / n) - 1)


@claim
def false_always(n=Integers(1), t=Integers(0)):
    """Its mean is 3t/n at most for every t."""
    return Le(E(exp(Mean(n).x(t) ** 2) - 1), 3 * t / n)
