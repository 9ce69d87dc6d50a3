"""The divergence of a coin from its estimate with one added to both counts (Laplace), after n tosses."""

from sympy import Le, log

from theory import KL, Binomial, E, Finite, Integers, Noise, Probability, claim


def risk(n, p):
    q = (Noise("B", Binomial(n, p)) + 1) / (n + 2)
    return E(KL(Finite((1 - p, p)), Finite((1 - q, q))))


@claim
def true_risk(n=Integers(1), p=Probability()):
    """It is at most log(1 + 1/(n + 1))."""
    return Le(risk(n, p), log(1 + 1 / (n + 1)))


@claim
def false_risk(n=Integers(1), p=Probability()):
    """At most 1/(2 (n + 2)), as it is nearly for a fair coin."""
    return Le(risk(n, p), 1 / (2 * (n + 2)))
