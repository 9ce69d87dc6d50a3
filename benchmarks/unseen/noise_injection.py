"""Training with noisy inputs is ridge regression (Bishop 1995): a slope a is fitted to inputs with noise of deviation s."""

from sympy import Eq, Symbol, oo

from theory import ArgMin, E, Noise, Normal, Positive, Reals, claim

w = Symbol("w", real=True)


def fitted(a, s):
    """The slope of the least mean squared error; inputs are standard normal."""
    x, noise = Noise("X", Normal(0, 1)), Noise("N", Normal(0, s**2))
    return ArgMin(E((a * x - w * (x + noise)) ** 2), (w, -oo, oo))


@claim
def true_shrinkage(a=Reals(), s=Positive()):
    """It is shrunk to a/(1 + s^2)."""
    return Eq(fitted(a, s), a / (1 + s**2))


@claim
def false_shrinkage(a=Reals(), s=Positive()):
    """To a/(1 + s)."""
    return Eq(fitted(a, s), a / (1 + s))
