"""Weights are shrunk by half and rounded to whole numbers at random, up or down."""

from sympy import Eq, Rational, floor

from theory import E, Integers, Loop, Noise, Uniform, claim, coordinate


class Rounded(Loop):
    """w' = floor(w/2 + U)."""

    w0: Integers(0)
    w = coordinate()

    @property
    def initial(self):
        return {"w": self.w0}

    def step(self, now):
        return {"w": floor(now["w"] / 2 + Noise("U", Uniform(0, 1)))}


@claim
def true_mean(w0=Integers(0, 50), t=Integers(0, 30)):
    """The mean is w0/2^t: rounding is unbiased."""
    return Eq(E(Rounded(w0).w(t)), w0 / 2**t)


@claim
def false_mean(w0=Integers(0, 50), t=Integers(0, 30)):
    """The mean is w0 (3/5)^t."""
    return Eq(E(Rounded(w0).w(t)), w0 * Rational(3, 5) ** t)
