"""Bagging on top of bagging: how likely it is that a record is in a bootstrap sample of a bootstrap sample."""

from sympy import Eq, Sum, Symbol, binomial, exp, oo

from theory import Integers, Limit, Prob, SymbolLoop, claim

k = Symbol("k", integer=True, nonnegative=True)


@claim
def true_twice(n=Integers(2)):
    """A sum over how often it was drawn first."""
    first = binomial(n, k) * (1 / n) ** k * (1 - 1 / n) ** (n - k)
    return Eq(Prob(SymbolLoop(1 / n, n).share(2) > 0), 1 - Sum(first * (1 - k / n) ** n, (k, 0, n)))


@claim
def false_twice(n=Integers(2)):
    """As if both were independent."""
    return Eq(Prob(SymbolLoop(1 / n, n).share(2) > 0), (1 - (1 - 1 / n) ** n) ** 2)


@claim
def true_large_samples(n=Integers(2)):
    """For large n it tends to 1 - exp(-(1 - 1/e)), 46.8 %."""
    return Limit(Prob(SymbolLoop(1 / n, n).share(2) > 0), (n, oo), 1 - exp(-(1 - exp(-1))))


@claim
def false_large_samples(n=Integers(2)):
    """To (1 - 1/e)^2, 40 %."""
    return Limit(Prob(SymbolLoop(1 / n, n).share(2) > 0), (n, oo), (1 - exp(-1)) ** 2)
