"""A crowd of models that answers to its own mean with damping d: m' = (1 - d) m + d (c - k m)."""

from sympy import Abs, Le, oo

from theory import Integers, Limit, Loop, Positive, Probability, Reals, claim, coordinate


class Crowd(Loop):
    d: Probability
    k: Positive
    c: Reals
    m = coordinate()
    initial = {"m": 0}

    def step(self, now):
        return {"m": (1 - self.d) * now["m"] + self.d * (self.c - self.k * now["m"])}


@claim(where=lambda d, k: d * (1 + k) < 2)
def true_settles(d=Probability(), k=Positive(), c=Reals(), t=Integers(0)):
    """While d (1 + k) < 2 it settles at c/(1 + k)."""
    return Limit(Crowd(d, k, c).m(t), (t, oo), c / (1 + k))


@claim(where=lambda d, k: d * (1 + k) < 3)
def false_settles(d=Probability(), k=Positive(), c=Reals(), t=Integers(0)):
    """While d (1 + k) < 3 it settles at c/(1 + k)."""
    return Limit(Crowd(d, k, c).m(t), (t, oo), c / (1 + k))


@claim(where=lambda d, k: d * (1 + k) < 2)
def true_nearer(d=Probability(), k=Positive(), c=Reals(), t=Integers(0)):
    """It is never farther than at the start."""
    return Le(Abs(Crowd(d, k, c).m(t) - c / (1 + k)), Abs(c) / (1 + k))


@claim(where=lambda d, k: d * (1 + k) < 2)
def false_nearer(d=Probability(), k=Positive(), c=Reals(), t=Integers(0)):
    """It is within (1 - d)^t of it."""
    return Le(Abs(Crowd(d, k, c).m(t) - c / (1 + k)), (1 - d) ** t * Abs(c) / (1 + k))
