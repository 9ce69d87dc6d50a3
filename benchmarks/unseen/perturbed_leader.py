"""Follow the perturbed leader, of two models: exponential noise is taken off the losses (Kalai and Vempala 2005)."""

from sympy import Eq, exp

from theory import Exponential, Noise, Positive, Prob, claim


def chosen(eta, d):
    """That the model is taken whose loss is the less by d."""
    x, y = Noise("X", Exponential(1 / eta)), Noise("Y", Exponential(1 / eta))
    return Prob(x - y <= d)


@claim
def true_better(eta=Positive(), d=Positive()):
    """The better one by d is taken with probability 1 - exp(-eta d)/2."""
    return Eq(chosen(eta, d), 1 - exp(-eta * d) / 2)


@claim
def false_better(eta=Positive(), d=Positive()):
    """With probability 1 - exp(-eta d), as if one of them were not perturbed."""
    return Eq(chosen(eta, d), 1 - exp(-eta * d))
