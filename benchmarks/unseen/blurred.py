"""A kernel density estimate that is resampled: n points, each a copy of one before, blurred."""

import numpy as np
from sympy import Eq

from theory import E, Integers, ProgramLoop, Reals, claim


class Blurred(ProgramLoop):
    """n points are drawn from those before, with replacement, and each is moved by h Z."""

    n: int
    h: float
    observables = ("variance",)

    def begin(rng, n, h):
        return rng.standard_normal(n)

    def retrain(rng, data, n, h):
        return rng.choice(data, n) + h * rng.standard_normal(n)

    def measure(data):
        return np.var(data)


@claim
def true_variance(n=Integers(2, 40), h=Reals(0, 2), t=Integers(0, 40)):
    """The variance is q^(t + 1) + (n - 1) h^2 (1 - q^t) with q = 1 - 1/n: it stays bounded."""
    q = 1 - 1 / n
    return Eq(E(Blurred(n, h).variance(t)), q ** (t + 1) + (n - 1) * h**2 * (1 - q**t))


@claim
def false_variance(n=Integers(2, 40), h=Reals(0, 2), t=Integers(0, 40)):
    """The variance is q^(t + 1) + t h^2."""
    q = 1 - 1 / n
    return Eq(E(Blurred(n, h).variance(t)), q ** (t + 1) + t * h**2)
