"""A round of exponential weights: the share p of the experts loses 1, the others 0; learning rate h."""

from sympy import Le, exp, log

from theory import Positive, Probability, claim


def potential(p, h):
    return log(1 - p + p * exp(-h))


@claim(source="Cesa-Bianchi, Mansour and Stoltz 2007 (second-order bounds), one round")
def true_round(p=Probability(), h=Positive()):
    """The potential is at most -h p + h^2 p/2: the second moment of the loss."""
    return Le(potential(p, h), -h * p + h**2 * p / 2)


@claim(source="the same, with the variance in place of the second moment")
def false_round(p=Probability(), h=Positive()):
    """It is at most -h p + h^2 p (1 - p)/2. (False for p > 1/2, by the third cumulant.)"""
    return Le(potential(p, h), -h * p + h**2 * p * (1 - p) / 2)
