"""Boosting by a shrunk fit of the residuals: f' = f + s (y - f), y one noisy observation of b. Source: textbook, L2 boosting."""

from sympy import Eq, Ge, Rational, oo

from theory import E, Integers, Limit, Loop, Noise, Normal, Positive, Probability, claim, coordinate


class Boosted(Loop):
    """y = b + v^(1/2) Z is drawn once, at the start."""

    b: Positive
    v: Positive
    s: Probability
    f = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"f": 0, "y": Noise("Y", Normal(self.b, self.v))}

    def step(self, now):
        return {"f": now["f"] + self.s * (now["y"] - now["f"]), "y": now["y"]}


def risk(b, v, s, t):
    return E((Boosted(b, v, s).f(t) - b) ** 2)


@claim
def true_risk(b=Positive(), v=Positive(), s=Probability(), t=Integers(0)):
    """The risk is b^2 r^2 + v (1 - r)^2, r = (1 - s)^t."""
    r = (1 - s) ** t
    return Eq(risk(b, v, s, t), b**2 * r**2 + v * (1 - r) ** 2)


@claim
def false_risk(b=Positive(), v=Positive(), s=Probability(), t=Integers(0)):
    """The risk is b^2 r^2 + v (1 - r^2)."""
    r = (1 - s) ** t
    return Eq(risk(b, v, s, t), b**2 * r**2 + v * (1 - r**2))


@claim
def true_floor(b=Positive(), v=Positive(), s=Probability(), t=Integers(0)):
    """No number of rounds makes it less than v b^2/(v + b^2)."""
    return Ge(risk(b, v, s, t), v * b**2 / (v + b**2))


@claim
def false_floor(b=Positive(), v=Positive(), s=Probability(), t=Integers(0)):
    """Than 1.02 of this."""
    return Ge(risk(b, v, s, t), Rational(102, 100) * v * b**2 / (v + b**2))


@claim
def true_overfit(b=Positive(), v=Positive(), s=Probability(), t=Integers(0)):
    """In the end the risk is v."""
    return Limit(risk(b, v, s, t), (t, oo), v)


@claim
def false_overfit(b=Positive(), v=Positive(), s=Probability(), t=Integers(0)):
    """In the end it is v + b^2."""
    return Limit(risk(b, v, s, t), (t, oo), v + b**2)
