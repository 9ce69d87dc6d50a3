"""The Hellinger affinity of the truth and the model, when a mean is refitted to its own n draws."""

from sympy import Eq, exp, sqrt

from theory import E, Integers, Loop, Noise, Normal, claim, coordinate


class Mean(Loop):
    n: Integers(1)
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)}


@claim
def true_affinity(n=Integers(1), t=Integers(0)):
    """N(0, 1) and N(x, 1) have the affinity exp(-x^2/8), which is (1 + t/(4n))^(-1/2) on the average."""
    return Eq(E(exp(-(Mean(n).x(t) ** 2) / 8)), 1 / sqrt(1 + t / (4 * n)))


@claim
def false_affinity(n=Integers(1), t=Integers(0)):
    """It is exp(-t/(8n)) on the average."""
    return Eq(E(exp(-(Mean(n).x(t) ** 2) / 8)), exp(-t / (8 * n)))
