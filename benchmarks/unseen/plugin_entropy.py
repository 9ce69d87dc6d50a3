"""The entropy that is left of a coin, refitted to n of its own tosses."""

from sympy import Ge, Le, log

from theory import E, Integers, Probability, SymbolLoop, claim, entr


def entropy(p):
    return entr(p) + entr(1 - p)


@claim
def true_loss(n=Integers(1), p=Probability(), t=Integers(0)):
    """A fit loses at most log(1 + 1/n) of entropy (Paninski)."""
    return Ge(E(entropy(SymbolLoop(p, n).share(t))), entropy(p) - t * log(1 + 1 / n))


@claim
def false_loss(n=Integers(1), p=Probability(), t=Integers(0)):
    """At most the first order of it, 1/(2n)."""
    return Ge(E(entropy(SymbolLoop(p, n).share(t))), entropy(p) - t / (2 * n))


@claim
def true_falls(n=Integers(1), p=Probability(), t=Integers(0)):
    """Entropy falls from fit to fit."""
    x = SymbolLoop(p, n).share
    return Le(E(entropy(x(t + 1))), E(entropy(x(t))))


@claim
def false_falls(n=Integers(1), p=Probability(), t=Integers(0)):
    """By the factor of the diversity, 1 - 1/n, at least."""
    x = SymbolLoop(p, n).share
    return Le(E(entropy(x(t + 1))), (1 - 1 / n) * E(entropy(x(t))))
