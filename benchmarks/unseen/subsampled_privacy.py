"""Privacy amplification by subsampling (Balle et al. 2018): a step sees each record with probability q only."""

from sympy import Le, exp, log

from theory import Probability, claim


def amplified(q, eps):
    """What is lost in privacy, where the step alone would lose eps."""
    return log(1 + q * (exp(eps) - 1))


@claim
def true_amplified(q=Probability(), eps=Probability()):
    """With eps below 1 it is at most 2 q eps."""
    return Le(amplified(q, eps), 2 * q * eps)


@claim
def false_amplified(q=Probability(), eps=Probability()):
    """It is at most q eps."""
    return Le(amplified(q, eps), q * eps)
