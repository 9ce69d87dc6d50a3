"""Wright and Fisher with mutation: a share u of each point comes from the truth."""

from sympy import oo

from theory import Binomial, Integers, Limit, Loop, Noise, Probability, Var, claim, coordinate


class Mutation(Loop):
    """n draws, each from the truth with probability u, else from the model."""

    n: Integers(1)
    p: Probability
    u: Probability
    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, now):
        return {"x": Noise("N", Binomial(self.n, (1 - self.u) * now["x"] + self.u * self.p)) / self.n}


@claim
def true_stationary(n=Integers(1), p=Probability(), u=Probability(), t=Integers(0)):
    """The variance tends to p (1 - p)/(n - (n - 1)(1 - u)^2)."""
    return Limit(Var(Mutation(n, p, u).x(t)), (t, oo), p * (1 - p) / (n - (n - 1) * (1 - u) ** 2))


@claim
def false_stationary(n=Integers(1), p=Probability(), u=Probability(), t=Integers(0)):
    """The variance tends to p (1 - p)/(1 + 2 n u)."""
    return Limit(Var(Mutation(n, p, u).x(t)), (t, oo), p * (1 - p) / (1 + 2 * n * u))


@claim
def true_bounded(n=Integers(1), p=Probability(), u=Probability(), t=Integers(0)):
    """The variance never exceeds p (1 - p)/(n u)."""
    return Var(Mutation(n, p, u).x(t)) <= p * (1 - p) / (n * u)


@claim
def false_bounded(n=Integers(1), p=Probability(), u=Probability(), t=Integers(0)):
    """The variance never exceeds p (1 - p)/(4 n u)."""
    return Var(Mutation(n, p, u).x(t)) <= p * (1 - p) / (4 * n * u)
