"""A budget B for real data at price 1 and synthetic data at price c: errors a/real + b/synthetic."""

from sympy import Eq, Symbol, sqrt

from theory import ArgMin, Positive, claim

share = Symbol("share", positive=True)


def best(a, b, c):
    """The share of the budget that is best spent on real data; the budget is 1."""
    return ArgMin(a / share + b * c / (1 - share), (share, 0, 1))


@claim
def true_share(a=Positive(), b=Positive(), c=Positive()):
    """sqrt(a)/(sqrt(a) + sqrt(b c))."""
    return Eq(best(a, b, c), sqrt(a) / (sqrt(a) + sqrt(b * c)))


@claim
def false_share(a=Positive(), b=Positive(), c=Positive()):
    """a/(a + b c)."""
    return Eq(best(a, b, c), a / (a + b * c))
