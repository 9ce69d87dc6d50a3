"""A walk that is clipped to [-1, 1]."""

from sympy import Eq, Le, Max, Min, Rational

from theory import E, Integers, Loop, Noise, Normal, Var, claim, coordinate


class Clipped(Loop):
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": Max(-1, Min(1, now["x"] + Noise("Z", Normal(0, 1))))}


@claim
def true_centre(t=Integers(0)):
    """The mean stays 0."""
    return Eq(E(Clipped().x(t)), 0)


@claim
def true_bound(t=Integers(0)):
    """The variance is at most 1."""
    return Le(Var(Clipped().x(t)), 1)


@claim
def false_bound(t=Integers(0)):
    """At most 1/2."""
    return Le(Var(Clipped().x(t)), Rational(1, 2))
