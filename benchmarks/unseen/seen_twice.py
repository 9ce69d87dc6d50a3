"""n draws from n equally likely documents: which are drawn twice or more, and memorised."""

from sympy import E as e
from sympy import oo

from theory import Binomial, Integers, Limit, Noise, Prob, claim


def memorised(n):
    return Prob(Noise("N", Binomial(n, 1 / n)) >= 2)


@claim
def true_share(n=Integers(2)):
    """For many documents the share 1 - 2/e of them."""
    return Limit(memorised(n), (n, oo), 1 - 2 / e)


@claim
def false_share(n=Integers(2)):
    """The share 1/(2 e), the Poisson probability of two."""
    return Limit(memorised(n), (n, oo), 1 / (2 * e))
