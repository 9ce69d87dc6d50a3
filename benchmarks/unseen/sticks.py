"""Stick-breaking: a uniform part of what is left is left."""

from sympy import Eq, log

from theory import E, Integers, Loop, Noise, Positive, Prob, Probability, Uniform, Var, claim, coordinate


class Stick(Loop):
    """x' = U x."""

    x = coordinate(positive=True)
    initial = {"x": 1}

    def step(self, now):
        return {"x": now["x"] * Noise("U", Uniform(0, 1))}


@claim
def true_power(t=Integers(0), s=Positive()):
    """E x^s = (1 + s)^-t."""
    return Eq(E(Stick().x(t) ** s), (1 + s) ** -t)


@claim
def false_power(t=Integers(0), s=Positive()):
    """E x^s = 2^(-s t)."""
    return Eq(E(Stick().x(t) ** s), 2 ** (-s * t))


@claim
def true_log(t=Integers(0)):
    """log x has mean -t and variance t."""
    x = Stick().x(t)
    return Eq(Var(log(x)), t)


@claim
def false_log(t=Integers(0)):
    """log x has variance t/2."""
    x = Stick().x(t)
    return Eq(Var(log(x)), t / 2)


@claim
def true_tail(a=Probability()):
    """After two rounds more than a is left with probability 1 - a + a log a."""
    return Eq(Prob(Stick().x(2) > a), 1 - a + a * log(a))


@claim
def false_tail(a=Probability()):
    """After two rounds more than a is left with probability 1 - a."""
    return Eq(Prob(Stick().x(2) > a), 1 - a)
