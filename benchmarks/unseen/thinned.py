"""Each page is kept with probability a, and Poisson(m) new ones come. Source: textbook, INAR(1)."""

from sympy import Eq, Le, exp, oo

from theory import (
    Binomial,
    Cov,
    E,
    Integers,
    Limit,
    Loop,
    Noise,
    Poisson,
    Positive,
    Prob,
    Probability,
    Var,
    claim,
    coordinate,
)


class Pages(Loop):
    """It begins with none."""

    a: Probability
    m: Positive
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": Noise("kept", Binomial(now["x"], self.a)) + Noise("new", Poisson(self.m))}


@claim
def true_mean(a=Probability(), m=Positive(), t=Integers(0)):
    """m (1 - a^t)/(1 - a) pages are expected."""
    return Eq(E(Pages(a, m).x(t)), m * (1 - a**t) / (1 - a))


@claim
def true_variance(a=Probability(), m=Positive(), t=Integers(0)):
    """Their number is Poisson: the variance is the mean."""
    return Eq(Var(Pages(a, m).x(t)), m * (1 - a**t) / (1 - a))


@claim
def false_variance(a=Probability(), m=Positive(), t=Integers(0)):
    """The variance is m (1 - a^(2t))/(1 - a^2)."""
    return Eq(Var(Pages(a, m).x(t)), m * (1 - a ** (2 * t)) / (1 - a**2))


@claim
def true_lag(a=Probability(), m=Positive(), t=Integers(0)):
    """The covariance of neighbours is a of it."""
    loop = Pages(a, m)
    return Eq(Cov(loop.x(t), loop.x(t + 1)), a * m * (1 - a**t) / (1 - a))


@claim
def true_none(a=Probability(), m=Positive(), t=Integers(0)):
    """There is none with probability exp(-m (1 - a^t)/(1 - a))."""
    return Eq(Prob(Eq(Pages(a, m).x(t), 0)), exp(-m * (1 - a**t) / (1 - a)))


@claim
def false_none(a=Probability(), m=Positive(), t=Integers(0)):
    """With probability exp(-m t)."""
    return Eq(Prob(Eq(Pages(a, m).x(t), 0)), exp(-m * t))


@claim
def true_end(a=Probability(), m=Positive(), t=Integers(0)):
    """In the end with probability exp(-m/(1 - a))."""
    return Limit(Prob(Eq(Pages(a, m).x(t), 0)), (t, oo), exp(-m / (1 - a)))


@claim
def true_foster(a=Probability(), m=Positive(), t=Integers(0)):
    """Foster's condition: E(x' | x) <= (1 + a)/2 x + m."""
    loop = Pages(a, m)
    return Le(E(loop.x(t + 1), given=loop.model(t)), (1 + a) / 2 * loop.x(t) + m)


@claim
def false_foster(a=Probability(), m=Positive(), t=Integers(0)):
    """E(x' | x) <= (1 + a)/2 x + m/2."""
    loop = Pages(a, m)
    return Le(E(loop.x(t + 1), given=loop.model(t)), (1 + a) / 2 * loop.x(t) + m / 2)
