"""Bootstrap of the bootstrap: n different records are resampled, n at a time, again and again."""

from sympy import Eq, Rational, Symbol, factorial

from theory import CategoricalLoop, E, HittingTime, Integers, Points, Prob, claim

s = Symbol("s", integer=True, nonnegative=True)


def records(n):
    return CategoricalLoop(p=(Rational(1, n),) * n, n=n)


@claim
def true_still_distinct(n=Points(2, 3, 4), t=Integers(0)):
    """That no record has been lost."""
    return Eq(Prob(records(n).support(t) >= n), (factorial(n) / n**n) ** t)


@claim
def false_still_distinct(n=Points(2, 3, 4), t=Integers(0)):
    """A generation too many."""
    return Eq(Prob(records(n).support(t) >= n), (factorial(n) / n**n) ** (t + 1))


@claim
def true_first_loss(n=Points(2, 3, 4)):
    """The mean number of generations until the first record is lost."""
    return Eq(E(HittingTime(records(n).support(s) < n, s)), 1 / (1 - factorial(n) / n**n))


@claim
def false_first_loss(n=Points(2, 3, 4)):
    """As if counted from 0."""
    return Eq(E(HittingTime(records(n).support(s) < n, s)), 1 / (1 - factorial(n) / n**n) - 1)
