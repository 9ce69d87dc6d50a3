"""Importance weights are multiplied by exp(s Z - s^2/2) in every generation: Kish's effective share of the sample."""

from sympy import Eq, Le, exp

from theory import E, Integers, Loop, Noise, Normal, Positive, Prob, claim, coordinate


class Weights(Loop):
    s: Positive
    w = coordinate(positive=True)
    initial = {"w": 1}

    def step(self, now):
        return {"w": now["w"] * exp(self.s * Noise("Z", Normal(0, 1)) - self.s**2 / 2)}


@claim
def true_share(s=Positive(), t=Integers(0)):
    """The effective share (E w)^2/E(w^2) is exp(-s^2 t)."""
    w = Weights(s).w(t)
    return Eq(E(w) ** 2 / E(w**2), exp(-(s**2) * t))


@claim
def false_share(s=Positive(), t=Integers(0)):
    """The effective share is exp(-s^2 t/2)."""
    w = Weights(s).w(t)
    return Eq(E(w) ** 2 / E(w**2), exp(-(s**2) * t / 2))


@claim
def true_degenerate(s=Positive(), t=Integers(1)):
    """Weights above 1 become rare: their probability is at most exp(-s^2 t/8)."""
    return Le(Prob(Weights(s).w(t) > 1), exp(-(s**2) * t / 8))


@claim
def false_degenerate(s=Positive(), t=Integers(1)):
    """Their probability is at most exp(-s^2 t/4)/2."""
    return Le(Prob(Weights(s).w(t) > 1), exp(-(s**2) * t / 4) / 2)
