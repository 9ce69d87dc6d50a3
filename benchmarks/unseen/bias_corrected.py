"""Adam's first moment: an exponential mean of gradients, divided by what its weights add up to."""

from sympy import Eq, Lt

from theory import Integers, Loop, Noise, Normal, Positive, Reals, Var, claim, coordinate


class FirstMoment(Loop):
    """m is the exponential mean of gradients of mean g and variance v, from 0."""

    b: Reals(0, 1)
    g: Reals
    v: Positive

    m = coordinate()
    initial = {"m": 0}

    def step(self, now):
        return {"m": self.b * now["m"] + (1 - self.b) * Noise("G", Normal(self.g, self.v))}


@claim
def true_variance(b=Reals(0, 1), g=Reals(), v=Positive(), t=Integers(1)):
    """The variance of the corrected moment, exactly."""
    m = FirstMoment(b, g, v).m(t) / (1 - b**t)
    return Eq(Var(m), v * (1 - b) * (1 + b**t) / ((1 + b) * (1 - b**t)))


@claim
def false_variance(b=Reals(0, 1), g=Reals(), v=Positive(), t=Integers(1)):
    """The correction is counted once, not twice."""
    m = FirstMoment(b, g, v).m(t) / (1 - b**t)
    return Eq(Var(m), v * (1 - b) * (1 + b**t) / (1 + b))


@claim
def true_falls(b=Reals(0, 1), g=Reals(), v=Positive(), t=Integers(1)):
    """The corrected moment gets less noisy with every step."""
    m = FirstMoment(b, g, v).m
    return Lt(Var(m(t + 1) / (1 - b ** (t + 1))), Var(m(t) / (1 - b**t)))


@claim
def false_falls(b=Reals(0, 1), g=Reals(), v=Positive(), t=Integers(1)):
    """So does the moment itself."""
    m = FirstMoment(b, g, v).m
    return Lt(Var(m(t + 1)), Var(m(t)))
