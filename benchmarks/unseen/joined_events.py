"""Events of a drifting mean."""

from sympy import And, Ge, Le, Or, Rational

from theory import Integers, Loop, Noise, Normal, Positive, Prob, claim, coordinate


class Drift(Loop):
    x = coordinate()
    y = coordinate()
    initial = {"x": 0, "y": 0}

    def step(self, now):
        return {"x": now["x"] + Noise("X", Normal(0, 1)), "y": now["y"] + Noise("Y", Normal(0, 1))}


@claim
def true_union(a=Positive(), t=Integers(0)):
    """Boole's inequality."""
    x, y = Drift().x(t), Drift().y(t)
    return Le(Prob(Or(x > a, y > a)), Prob(x > a) + Prob(y > a))


@claim
def false_union(a=Positive(), t=Integers(0)):
    """The mean of both is enough."""
    x, y = Drift().x(t), Drift().y(t)
    return Le(Prob(Or(x > a, y > a)), (Prob(x > a) + Prob(y > a)) / 2)


@claim
def true_product(t=Integers(0)):
    """A probability is at most 1."""
    x, y = Drift().x(t), Drift().y(t)
    return Le(Prob(x * y > x + y**2), 1)


@claim
def false_product(t=Integers(0)):
    """At most 1/4."""
    x, y = Drift().x(t), Drift().y(t)
    return Le(Prob(x * y > x + y**2), Rational(1, 4))


@claim
def true_later(a=Positive(), t=Integers(0)):
    """Who was above is likely to be above: the events of two generations help each other."""
    x = Drift().x
    return Ge(Prob(And(x(t) > a, x(2 * t) > a)), Prob(x(t) > a) * Prob(x(2 * t) > a))


@claim
def false_later(a=Positive(), t=Integers(0)):
    """They do not depend on each other."""
    x = Drift().x
    return Le(Prob(And(x(t) > a, x(2 * t) > a)), Prob(x(t) > a) * Prob(x(2 * t) > a))
