"""Self-consistency: what two more votes add to a majority of 2m - 1 (Condorcet)."""

from sympy import Eq, Gt, Rational, binomial

from theory import Binomial, Integers, Noise, Prob, Probability, Reals, claim


def right(m, p, name):
    """That more than half of 2m + 1 votes are right."""
    return Prob(Noise(name, Binomial(2 * m + 1, p)) > m)


@claim
def true_gain(m=Integers(1), p=Probability()):
    """Exactly (2p - 1) times the probability of a tie short of one."""
    gain = (2 * p - 1) * binomial(2 * m - 1, m) * (p * (1 - p)) ** m
    return Eq(right(m, p, "X") - right(m - 1, p, "Y"), gain)


@claim
def false_gain(m=Integers(1), p=Probability()):
    """With the ties of 2m votes."""
    gain = (2 * p - 1) * binomial(2 * m, m) * (p * (1 - p)) ** m
    return Eq(right(m, p, "X") - right(m - 1, p, "Y"), gain)


@claim
def true_rises(m=Integers(1), p=Reals(Rational(1, 2), 1)):
    """More voters are better where each is right more often than not."""
    return Gt(right(m, p, "X"), right(m - 1, p, "Y"))


@claim
def false_rises(m=Integers(1), p=Reals(Rational(2, 5), 1)):
    """Where each is right in two of five cases at least."""
    return Gt(right(m, p, "X"), right(m - 1, p, "Y"))
