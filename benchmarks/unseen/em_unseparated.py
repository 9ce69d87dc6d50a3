"""EM for two Gaussians of means x and -x, when the data are one standard normal (Dwivedi et al. 2018)."""

from sympy import Le, Lt, tanh

from theory import E, Noise, Normal, Positive, claim

X = Noise("X", Normal(0, 1))


@claim
def true_shrinks(x=Positive()):
    """A step of EM, x' = E X tanh(x X), shrinks the distance."""
    return Lt(E(X * tanh(x * X)), x)


@claim
def false_cubic(x=Positive()):
    """It shrinks it by x^3/2 at least: which is so near 0 only."""
    return Le(E(X * tanh(x * X)), x * (1 - x**2 / 2))
