"""What a cut of the tail costs: an exponential law, without what lies above c of its means."""

from sympy import Eq, exp, log

from theory import KL, Exponential, Positive, Truncated, claim


def cost(m, c):
    return KL(Truncated(Exponential(m), 0, c * m), Exponential(m))


@claim
def true_cost(m=Positive(), c=Positive()):
    """The divergence from the whole law is -log(1 - exp(-c))."""
    return Eq(cost(m, c), -log(1 - exp(-c)))


@claim
def false_cost(m=Positive(), c=Positive()):
    """It is exp(-c), the mass that is cut."""
    return Eq(cost(m, c), exp(-c))
