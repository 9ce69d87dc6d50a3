"""Temporal differences with a constant step: one state, rewards of 0 and 1."""

from sympy import Eq, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Probability, Reals, Var, claim, coordinate


class Value(Loop):
    """v' = v + a (R + g v - v)."""

    a: Probability
    g: Probability
    p: Probability
    v0: Reals
    v = coordinate()

    @property
    def initial(self):
        return {"v": self.v0}

    def step(self, now):
        reward = Noise("R", Binomial(1, self.p))
        return {"v": now["v"] + self.a * (reward + self.g * now["v"] - now["v"])}


@claim
def true_mean(a=Probability(), g=Probability(), p=Probability(), v0=Reals(), t=Integers(0)):
    """The mean error shrinks by 1 - a (1 - g) a step."""
    return Eq(E(Value(a, g, p, v0).v(t)), p / (1 - g) + (v0 - p / (1 - g)) * (1 - a * (1 - g)) ** t)


@claim
def false_mean(a=Probability(), g=Probability(), p=Probability(), v0=Reals(), t=Integers(0)):
    """The mean error shrinks by 1 - a + a g^2 a step."""
    return Eq(E(Value(a, g, p, v0).v(t)), p / (1 - g) + (v0 - p / (1 - g)) * (1 - a + a * g**2) ** t)


@claim
def true_floor(a=Probability(), g=Probability(), p=Probability(), v0=Reals(), t=Integers(0)):
    """The variance tends to a p (1 - p)/((1 - g)(2 - a (1 - g)))."""
    return Limit(Var(Value(a, g, p, v0).v(t)), (t, oo), a * p * (1 - p) / ((1 - g) * (2 - a * (1 - g))))


@claim
def false_floor(a=Probability(), g=Probability(), p=Probability(), v0=Reals(), t=Integers(0)):
    """The variance tends to a p (1 - p)/((1 - g)(2 - a))."""
    return Limit(Var(Value(a, g, p, v0).v(t)), (t, oo), a * p * (1 - p) / ((1 - g) * (2 - a)))
