"""An ensemble: the average of all checkpoints of a mean that is refitted to its own n draws."""

from sympy import And, Eq, sqrt

from theory import E, Integers, Loop, Noise, Normal, claim, coordinate


class Ensemble(Loop):
    n: Integers(1)
    x = coordinate()
    s = coordinate()
    initial = {"x": 0, "s": 0}

    def step(self, now):
        x = now["x"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)
        return {"x": x, "s": now["s"] + x}


@claim
def true_error(n=Integers(1), t=Integers(1)):
    """Its squared error is (t + 1)(2t + 1)/(6 t n)."""
    return Eq(E((Ensemble(n).s(t) / t) ** 2), (t + 1) * (2 * t + 1) / (6 * t * n))


@claim
def false_error(n=Integers(1), t=Integers(1)):
    """Its squared error is t/(3n)."""
    return Eq(E((Ensemble(n).s(t) / t) ** 2), t / (3 * n))


@claim
def true_better(n=Integers(1), t=Integers(2)):
    """It is better than the last checkpoint, but never by a factor of 3."""
    loop = Ensemble(n)
    return And(E((loop.s(t) / t) ** 2) < E(loop.x(t) ** 2), 3 * E((loop.s(t) / t) ** 2) > E(loop.x(t) ** 2))
