"""A coin is refitted to n randomised answers: each is reported wrong with probability q, which the fit corrects."""

from sympy import Eq, Rational

from theory import Binomial, Integers, Loop, Noise, Probability, Reals, Var, claim, coordinate


class Randomised(Loop):
    """p' = (B/n - q)/(1 - 2q), B of n answers being yes (Warner 1965)."""

    n: Integers(1)
    q: Reals(0, Rational(1, 2))
    p0: Probability

    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        yes = Noise("B", Binomial(self.n, self.q + (1 - 2 * self.q) * now["p"]))
        return {"p": (yes / self.n - self.q) / (1 - 2 * self.q)}


@claim
def true_variance(n=Integers(1), q=Reals(0, Rational(1, 2)), p0=Probability(), t=Integers(0)):
    """What is reported drifts like a coin, and the correction stretches it: r (1 - r) (1 - (1 - 1/n)^t)/(1 - 2q)^2."""
    r = q + (1 - 2 * q) * p0
    return Eq(Var(Randomised(n, q, p0).p(t)), r * (1 - r) * (1 - (1 - 1 / n) ** t) / (1 - 2 * q) ** 2)


@claim
def false_variance(n=Integers(1), q=Reals(0, Rational(1, 2)), p0=Probability(), t=Integers(0)):
    """With the spread of the true answers, p0 (1 - p0), in place of that of the reported ones."""
    return Eq(Var(Randomised(n, q, p0).p(t)), p0 * (1 - p0) * (1 - (1 - 1 / n) ** t) / (1 - 2 * q) ** 2)
