"""The mean of a Dirichlet process as the limit of a random recursion (Sethuraman; Diaconis and Freedman)."""

from sympy import Eq, Symbol, oo

from theory import Beta, Binomial, E, Integers, Limit, Loop, Noise, Positive, Probability, Var, claim, coordinate

t = Symbol("t", integer=True, nonnegative=True)


class DirichletMean(Loop):
    """A share 1 - B of the mean is replaced by a fresh coin of probability p; B is Beta(a, 1)."""

    a: Positive
    p: Probability()

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, now):
        kept = Noise("B", Beta(self.a, 1))
        return {"x": kept * now["x"] + (1 - kept) * Noise("Z", Binomial(1, self.p))}


@claim
def true_variance(a=Positive(), p=Probability(), t=Integers(0)):
    """The variance after t replacements."""
    return Eq(Var(DirichletMean(a, p).x(t)), p * (1 - p) / (1 + a) * (1 - (a / (a + 2)) ** t))


@claim
def false_variance(a=Positive(), p=Probability(), t=Integers(0)):
    """The factor of the mean."""
    return Eq(Var(DirichletMean(a, p).x(t)), p * (1 - p) / (1 + a) * (1 - (a / (a + 1)) ** t))


@claim
def true_third_moment(a=Positive(), p=Probability()):
    """The limit is Beta(a p, a (1 - p)): its third moment."""
    limit = p * (a * p + 1) * (a * p + 2) / ((a + 1) * (a + 2))
    return Limit(E(DirichletMean(a, p).x(t) ** 3), (t, oo), limit)


@claim
def false_third_moment(a=Positive(), p=Probability()):
    """That of Beta(a p + p, (a + 1)(1 - p))."""
    limit = p * ((a + 1) * p + 1) * ((a + 1) * p + 2) / ((a + 2) * (a + 3))
    return Limit(E(DirichletMean(a, p).x(t) ** 3), (t, oo), limit)
