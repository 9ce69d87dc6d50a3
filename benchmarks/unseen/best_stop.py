"""Self-training forgets a bias b by the factor q in each round, and adds 1/n to the variance: when to stop?"""

from sympy import Eq, Symbol, log, oo

from theory import ArgMin, Integers, Positive, Probability, claim

k = Symbol("k", positive=True)


@claim(where=lambda n, b, q: 2 * n * b**2 * log(1 / q) > 1)
def true_stop(n=Integers(1), b=Positive(), q=Probability()):
    """b^2 q^(2k) + k/n is least at log(2 n b^2 log(1/q))/(2 log(1/q)) rounds."""
    return Eq(ArgMin(b**2 * q ** (2 * k) + k / n, (k, 0, oo)), log(2 * n * b**2 * log(1 / q)) / (2 * log(1 / q)))


@claim(where=lambda n, b, q: 2 * n * b**2 * log(1 / q) > 1)
def false_stop(n=Integers(1), b=Positive(), q=Probability()):
    """It is least at log(2 n b^2 log(1/q))/log(1/q) rounds."""
    return Eq(ArgMin(b**2 * q ** (2 * k) + k / n, (k, 0, oo)), log(2 * n * b**2 * log(1 / q)) / log(1 / q))
