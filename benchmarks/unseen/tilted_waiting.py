"""A policy on waiting times, tilted by the exponential of its reward: what it gains and what it costs in KL."""

from sympy import Eq, Lambda, Symbol, exp, log

from theory import E, Exponential, Noise, Probability, Tilted, claim

x = Symbol("x", real=True)


def tuned(b):
    """Exponential(1), tilted by exp(b x)."""
    return Tilted(Exponential(1), Lambda(x, exp(b * x)))


@claim
def true_reward(b=Probability()):
    """The mean reward has a pole at b = 1."""
    return Eq(E(Noise("X", tuned(b))), 1 / (1 - b))


@claim
def false_reward(b=Probability()):
    """To first order."""
    return Eq(E(Noise("X", tuned(b))), 1 + b)


def cost(b):
    """KL of what is tuned from the reference: the mean of the logarithm of the weight, less that of its mean."""
    return b * E(Noise("X", tuned(b))) - log(E(exp(b * Noise("Y", Exponential(1)))))


@claim
def true_cost(b=Probability()):
    """KL from the reference."""
    return Eq(cost(b), b / (1 - b) + log(1 - b))


@claim
def false_cost(b=Probability()):
    """KL to the reference."""
    return Eq(cost(b), -b - log(1 - b))
