"""Adoption of a model: who has not adopted does so with probability p + q times the share that has. Source: Bass."""

from sympy import Le, oo

from theory import Integers, Limit, Loop, Probability, claim, coordinate


class Adoption(Loop):
    p: Probability
    q: Probability
    a = coordinate()
    initial = {"a": 0}

    def step(self, now):
        return {"a": now["a"] + (self.p + self.q * now["a"]) * (1 - now["a"])}


@claim(where=lambda p, q: p + q < 1)
def true_at_least(p=Probability(), q=Probability(), t=Integers(0)):
    """Of those without it at most (1 - p)^t are left."""
    return Le(1 - Adoption(p, q).a(t), (1 - p) ** t)


@claim(where=lambda p, q: p + q < 1)
def false_at_least(p=Probability(), q=Probability(), t=Integers(0)):
    """Of those without it at most (1 - p - q)^t are left."""
    return Le(1 - Adoption(p, q).a(t), (1 - p - q) ** t)


@claim(where=lambda p, q: p + q < 1)
def true_all(p=Probability(), q=Probability(), t=Integers(0)):
    """In the end all have it."""
    return Limit(Adoption(p, q).a(t), (t, oo), 1)


@claim(where=lambda p, q: p + q < 1)
def false_all(p=Probability(), q=Probability(), t=Integers(0)):
    """In the end the share p + q has it."""
    return Limit(Adoption(p, q).a(t), (t, oo), p + q)
