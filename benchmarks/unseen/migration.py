"""Wright and Fisher's island: a share m of every generation comes from a continent."""

from sympy import Eq, oo

from theory import Binomial, Integers, Limit, Loop, Noise, Probability, Var, claim, coordinate


class Island(Loop):
    """n genes are drawn; a gene is an immigrant's with probability m, of the type with probability p there."""

    n: Integers(1)
    m: Probability
    p: Probability
    share = coordinate()

    @property
    def initial(self):
        return {"share": self.p}

    def step(self, now):
        q = (1 - self.m) * now["share"] + self.m * self.p
        return {"share": Noise("drawn", Binomial(self.n, q)) / self.n}


@claim
def true_variance(n=Integers(1), m=Probability(), p=Probability(), t=Integers(0)):
    """The variance between islands tends to p (1 - p)/(n - (n - 1)(1 - m)^2)."""
    return Limit(Var(Island(n, m, p).share(t)), (t, oo), p * (1 - p) / (n - (n - 1) * (1 - m) ** 2))


@claim
def false_variance(n=Integers(1), m=Probability(), p=Probability(), t=Integers(0)):
    """The variance between islands tends to p (1 - p)/(1 + 2 n m)."""
    return Limit(Var(Island(n, m, p).share(t)), (t, oo), p * (1 - p) / (1 + 2 * n * m))


@claim
def true_course(n=Integers(1), m=Probability(), p=Probability(), t=Integers(0)):
    """It grows towards that by the factor (1 - 1/n)(1 - m)^2 a generation."""
    r = (1 - 1 / n) * (1 - m) ** 2
    return Eq(Var(Island(n, m, p).share(t)), p * (1 - p) * (1 - r**t) / (n * (1 - r)))
