"""Policy gradient with two answers of rewards r1 and r0, the first one given with probability p: the best baseline."""

from sympy import Eq, Symbol

from theory import ArgMin, Binomial, Noise, Probability, Var, claim

b = Symbol("b", real=True)


def best(p, r1, r0):
    """The baseline b at which (reward - b)(A - p) varies least; A is 1 for the first answer."""
    answer = Noise("A", Binomial(1, p))
    reward = r0 + (r1 - r0) * answer
    return ArgMin(Var((reward - b) * (answer - p)), (b, 0, 1))


@claim
def true_crossed(p=Probability(), r1=Probability(), r0=Probability()):
    """The rewards are weighted by the other one's probability."""
    return Eq(best(p, r1, r0), (1 - p) * r1 + p * r0)


@claim
def false_mean(p=Probability(), r1=Probability(), r0=Probability()):
    """It is the mean reward."""
    return Eq(best(p, r1, r0), p * r1 + (1 - p) * r0)
