"""The forward process of a diffusion model with a linear schedule (Ho et al. 2020): b k/T of the variance is noise in step k."""

from sympy import Le, Product, Symbol, exp

from theory import Integers, Probability, claim

k = Symbol("k", integer=True, positive=True)


def kept(b, T):
    """How much of the variance is still the data's after T steps."""
    return Product(1 - b * k / T, (k, 1, T))


@claim
def true_kept(b=Probability(), T=Integers(1)):
    """At most exp(-b (T + 1)/2)."""
    return Le(kept(b, T), exp(-b * (T + 1) / 2))


@claim
def false_kept(b=Probability(), T=Integers(1)):
    """At most exp(-b (T + 1))."""
    return Le(kept(b, T), exp(-b * (T + 1)))
