"""Polya's urn with c balls added at a time. Source: textbook."""

from sympy import Eq, oo

from theory import CLOCK, Binomial, Integers, Limit, Loop, Noise, Probability, Var, claim, coordinate


class Reinforced(Loop):
    """n0 balls, a share p white; a ball is drawn, and put back with c of its colour."""

    n0: Integers(1)
    c: Integers(1)
    p: Probability
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, now):
        drawn = Noise("B", Binomial(1, now["x"]))
        total = self.n0 + self.c * (CLOCK - 1)
        return {"x": (total * now["x"] + self.c * drawn) / (total + self.c)}


@claim
def true_variance(n0=Integers(1), c=Integers(1), p=Probability(), t=Integers(0)):
    """The variance is p(1 - p) c^2 t/((n0 + c)(n0 + c t))."""
    return Eq(Var(Reinforced(n0, c, p).x(t)), p * (1 - p) * c**2 * t / ((n0 + c) * (n0 + c * t)))


@claim
def false_variance(n0=Integers(1), c=Integers(1), p=Probability(), t=Integers(0)):
    """The variance is p(1 - p) c t/((n0 + c)(n0 + c t))."""
    return Eq(Var(Reinforced(n0, c, p).x(t)), p * (1 - p) * c * t / ((n0 + c) * (n0 + c * t)))


@claim
def true_limit(n0=Integers(1), c=Integers(1), p=Probability(), t=Integers(0)):
    """It tends to p (1 - p) c/(n0 + c)."""
    return Limit(Var(Reinforced(n0, c, p).x(t)), (t, oo), p * (1 - p) * c / (n0 + c))


@claim
def false_limit(n0=Integers(1), c=Integers(1), p=Probability(), t=Integers(0)):
    """It tends to p (1 - p)/(n0 + c)."""
    return Limit(Var(Reinforced(n0, c, p).x(t)), (t, oo), p * (1 - p) / (n0 + c))
