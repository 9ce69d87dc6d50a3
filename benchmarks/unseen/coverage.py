"""A model's own confidence interval, mean +- z/sqrt(n), after t generations of n points each."""

from sympy import Abs, Eq, erf, sqrt

from theory import Integers, Loop, Noise, Normal, Positive, Prob, claim, coordinate


class Mean(Loop):
    """Its distance from the truth."""

    n: Integers(1)

    mu = coordinate()
    initial = {"mu": 0}

    def step(self, now):
        return {"mu": now["mu"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)}


@claim
def true_coverage(n=Integers(1), t=Integers(1), z=Positive()):
    """It contains the truth with probability erf(z/sqrt(2 t)), whatever n is."""
    return Eq(Prob(Abs(Mean(n).mu(t)) <= z / sqrt(n)), erf(z / sqrt(2 * t)))


@claim
def false_coverage(n=Integers(1), t=Integers(1), z=Positive()):
    """With probability erf(z/(sqrt(2) t)): the error grows by a standard error a generation."""
    return Eq(Prob(Abs(Mean(n).mu(t)) <= z / sqrt(n)), erf(z / (sqrt(2) * t)))
