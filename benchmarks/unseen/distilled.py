"""Self-distillation: a student of a shrunk teacher, along one eigen-direction."""

from sympy import Eq, oo

from theory import E, Integers, Limit, Loop, Noise, Normal, Positive, Probability, Reals, claim, coordinate


class Distilled(Loop):
    """The first teacher sees w + noise; each student keeps the share q of its teacher's weight."""

    w: Reals
    s: Positive
    q: Probability()
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.w + self.s * Noise("Z", Normal(0, 1))}

    def step(self, now):
        return {"x": self.q * now["x"]}


@claim
def true_risk(w=Reals(), s=Positive(), q=Probability(), t=Integers(0)):
    """Bias (1 - q^t)^2 w^2, variance q^(2t) s^2."""
    return Eq(E((Distilled(w, s, q).x(t) - w) ** 2), (1 - q**t) ** 2 * w**2 + q ** (2 * t) * s**2)


@claim
def false_risk(w=Reals(), s=Positive(), q=Probability(), t=Integers(0)):
    """Bias (1 - q)^(2t) w^2, variance q^(2t) s^2."""
    return Eq(E((Distilled(w, s, q).x(t) - w) ** 2), (1 - q) ** (2 * t) * w**2 + q ** (2 * t) * s**2)


@claim
def true_collapse(w=Reals(), s=Positive(), q=Probability(), t=Integers(0)):
    """In the end the student knows nothing: the risk is w^2."""
    return Limit(E((Distilled(w, s, q).x(t) - w) ** 2), (t, oo), w**2)
