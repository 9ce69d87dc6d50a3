"""A direction in the plane that is turned a little in every generation."""

from sympy import Eq, cos, exp

from theory import E, Integers, Loop, Noise, Normal, Positive, claim, coordinate


class Turned(Loop):
    """The angle to the first direction; s: the standard deviation of a turn."""

    s: Positive

    angle = coordinate()
    initial = {"angle": 0}

    def step(self, now):
        return {"angle": now["angle"] + self.s * Noise("Z", Normal(0, 1))}


@claim
def true_similarity(s=Positive(), t=Integers(0)):
    """The mean cosine similarity to the first direction is exp(-s^2 t/2)."""
    return Eq(E(cos(Turned(s).angle(t))), exp(-(s**2) * t / 2))


@claim
def false_similarity(s=Positive(), t=Integers(0)):
    """It is exp(-s^2 t), that of two models that drift apart."""
    return Eq(E(cos(Turned(s).angle(t))), exp(-(s**2) * t))
