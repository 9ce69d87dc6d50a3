"""Scaling laws of reward overoptimisation (Gao, Schulman, Hilton): gold reward against d = sqrt KL."""

from sympy import Eq, Symbol, exp, log, oo

from theory import ArgMax, Positive, RisesThenFalls, claim

d = Symbol("d", positive=True)


@claim
def true_rl_peak(a=Positive(), b=Positive()):
    """Of d (a - b log d) the peak is at exp(a/b - 1)."""
    return RisesThenFalls(d * (a - b * log(d)), (d, 0, oo), peak=exp(a / b - 1))


@claim
def false_rl_peak(a=Positive(), b=Positive()):
    """It is where the bracket vanishes."""
    return RisesThenFalls(d * (a - b * log(d)), (d, 0, oo), peak=exp(a / b))


@claim
def true_best_of_n(a=Positive(), b=Positive()):
    """Of d (a - b d) the best d is a/(2b)."""
    return Eq(ArgMax(d * (a - b * d), (d, 0, oo)), a / (2 * b))


@claim
def false_best_of_n(a=Positive(), b=Positive()):
    """It is a/b."""
    return Eq(ArgMax(d * (a - b * d), (d, 0, oo)), a / b)
