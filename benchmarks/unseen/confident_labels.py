"""Pseudo-labels sign(x) of N(m, 1) and N(-m, 1) are used where |x| > c only: how many of those are wrong?"""

from sympy import Lt, erfc, exp, sqrt

from theory import Positive, claim


def tail(x):
    """P(Z > x) of a standard normal Z."""
    return erfc(x / sqrt(2)) / 2


def wrong(m, c):
    return tail(c + m) / (tail(c - m) + tail(c + m))


@claim
def true_wrong(m=Positive(), c=Positive()):
    """A smaller share than at the threshold itself, 1/(1 + exp(2 c m))."""
    return Lt(wrong(m, c), 1 / (1 + exp(2 * c * m)))


@claim
def false_wrong(m=Positive(), c=Positive()):
    """The odds of all labels fall by exp(-2 c m) at least."""
    return Lt(wrong(m, c), tail(m) / (tail(m) + (1 - tail(m)) * exp(2 * c * m)))
