"""The largest draw so far."""

from sympy import Eq, Max, Rational, harmonic, log

from theory import E, Exponential, Integers, Loop, Noise, Prob, Probability, Uniform, claim, coordinate


class Best(Loop):
    """The best of t uniform draws."""

    m = coordinate(nonnegative=True)
    initial = {"m": 0}

    def step(self, now):
        return {"m": Max(now["m"], Noise("U", Uniform(0, 1)))}


class Longest(Loop):
    """The longest of t exponential times."""

    m = coordinate(nonnegative=True)
    initial = {"m": 0}

    def step(self, now):
        return {"m": Max(now["m"], Noise("X", Exponential(1)))}


@claim
def true_mean(t=Integers(0)):
    """t/(t + 1) in the mean."""
    return Eq(E(Best().m(t)), t / (t + 1))


@claim
def false_mean(t=Integers(0)):
    """t/(t + 2) in the mean."""
    return Eq(E(Best().m(t)), t / (t + 2))


@claim
def true_below(t=Integers(0), a=Probability()):
    """Below a with probability a^t."""
    return Eq(Prob(Best().m(t) <= a), a**t)


@claim
def true_exponential(t=Integers(0)):
    """1 + 1/2 + ... + 1/t in the mean."""
    return Eq(E(Longest().m(t)), harmonic(t))


@claim
def false_exponential(t=Integers(1)):
    """log t + 1/2 in the mean."""
    return Eq(E(Longest().m(t)), log(t) + Rational(1, 2))
