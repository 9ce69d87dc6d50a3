"""Each model is copied twice, each copy kept with probability p: does the line die out? Source: textbook, Galton and Watson."""

from sympy import Eq, Rational, oo

from theory import Binomial, Integers, Limit, Loop, Noise, Prob, Reals, Var, claim, coordinate


class Forks(Loop):
    p: Reals
    x = coordinate()
    initial = {"x": 1}

    def step(self, now):
        return {"x": Noise("S", Binomial(2 * now["x"], self.p))}


@claim
def true_dies(p=Reals(Rational(1, 2), 1), t=Integers(0)):
    """With probability ((1 - p)/p)^2 in the end."""
    return Limit(Prob(Eq(Forks(p).x(t), 0)), (t, oo), ((1 - p) / p) ** 2)


@claim
def false_dies(p=Reals(Rational(1, 2), 1), t=Integers(0)):
    """With probability (1 - p)/p in the end."""
    return Limit(Prob(Eq(Forks(p).x(t), 0)), (t, oo), (1 - p) / p)


@claim
def true_critical(t=Integers(0)):
    """At p = 1/2 the variance is t/2."""
    return Eq(Var(Forks(Rational(1, 2)).x(t)), t / 2)


@claim
def false_critical(t=Integers(0)):
    """At p = 1/2 the variance is t."""
    return Eq(Var(Forks(Rational(1, 2)).x(t)), t)
