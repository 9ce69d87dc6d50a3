"""Bayesian updating that forgets: old data count d times as much with each new batch (power priors)."""

from sympy import Eq, sqrt

from theory import Integers, Loop, Noise, Normal, Probability, Var, claim, coordinate, observable


class Discounted(Loop):
    """total and weight of the batch means, all of them real; n points a batch."""

    n: Integers(1)
    d: Probability()

    total = coordinate()
    weight = coordinate()
    fit = observable(of=lambda loop, now: now["total"] / now["weight"])
    initial = {"total": 0, "weight": 0}

    def step(self, now):
        batch = Noise("Z", Normal(0, 1)) / sqrt(self.n)
        return {"total": self.d * now["total"] + batch, "weight": self.d * now["weight"] + 1}


@claim
def true_variance(n=Integers(1), d=Probability(), t=Integers(1)):
    """The posterior mean has the variance (1 - d)(1 + d^t)/((1 + d)(1 - d^t) n)."""
    return Eq(Var(Discounted(n, d).fit(t)), (1 - d) * (1 + d**t) / ((1 + d) * (1 - d**t) * n))


@claim
def false_variance(n=Integers(1), d=Probability(), t=Integers(1)):
    """It has the posterior's variance, (1 - d)/((1 - d^t) n)."""
    return Eq(Var(Discounted(n, d).fit(t)), (1 - d) / ((1 - d**t) * n))
