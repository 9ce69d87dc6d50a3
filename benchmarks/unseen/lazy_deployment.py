"""A model that moves its data by e is deployed after k gradient steps of size h. Source: performative prediction."""

from sympy import Le, oo

from theory import Integers, Limit, Loop, Probability, claim, coordinate


class Lazy(Loop):
    """The distance from the stable point: x' = e x + (1 - h)^k (1 - e) x."""

    h: Probability
    e: Probability
    k: Integers(1)
    x = coordinate(positive=True)
    initial = {"x": 1}

    def step(self, now):
        return {"x": self.e * now["x"] + (1 - self.h) ** self.k * (1 - self.e) * now["x"]}


@claim
def true_nearer(h=Probability(), e=Probability(), k=Integers(1), t=Integers(0)):
    """After as many deployments the lazy one is nearer."""
    return Le(Lazy(h, e, k).x(t), Lazy(h, e, 1).x(t))


@claim
def true_price(h=Probability(), e=Probability(), k=Integers(1), t=Integers(0)):
    """After as many gradient steps the greedy one is nearer."""
    return Le(Lazy(h, e, 1).x(k * t), Lazy(h, e, k).x(t))


@claim
def false_price(h=Probability(), e=Probability(), k=Integers(1), t=Integers(0)):
    """After as many gradient steps the lazy one is nearer."""
    return Le(Lazy(h, e, k).x(t), Lazy(h, e, 1).x(k * t))


@claim
def true_limit(h=Probability(), e=Probability(), k=Integers(1), t=Integers(0)):
    """With many steps it is repeated minimisation: e^t."""
    return Limit(Lazy(h, e, k).x(t), (k, oo), e**t)


@claim
def false_nearer(h=Probability(), e=Probability(), k=Integers(1), t=Integers(0)):
    """It is as near as repeated minimisation."""
    return Le(Lazy(h, e, k).x(t), e**t)
