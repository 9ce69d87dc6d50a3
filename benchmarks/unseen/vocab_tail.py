"""The share of one token, refitted to a corpus of n tokens from the model before."""

from sympy import Eq, Ge, Symbol, oo

from theory import Binomial, Integers, Limit, Loop, Noise, Prob, Probability, claim, coordinate


class Token(Loop):
    """The share of one token, refitted to a corpus of n tokens from the model before."""

    n: Integers(1)
    p: Probability()

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, state):
        return {"x": Noise("Y", Binomial(self.n, state["x"])) / self.n}


@claim(source="derived: Paley and Zygmund's inequality, for the loss of vocabulary in Dohmatob et al. 2402.07043")
def true_survival(n=Integers(1), p=Probability(), t=Integers(0)):
    """A token is still there with probability p/(p + (1 - p)(1 - (1 - 1/n)^t)) at least.

    Prob(x > 0) >= (E x)^2/E x^2 and E x^2 = p^2 + p (1-p)(1 - (1 - 1/n)^t). n = 1, t = 1: p, which is exact.
    """
    return Ge(Prob(Token(n, p).x(t) > 0), p / (p + (1 - p) * (1 - (1 - 1 / n) ** t)))


@claim(source="the same, one generation less")
def false_survival(n=Integers(1), p=Probability(), t=Integers(1)):
    """With probability p/(p + (1 - p)(1 - (1 - 1/n)^(t - 1))) at least. (False: at t = 1 that is 1.)"""
    return Ge(Prob(Token(n, p).x(t) > 0), p / (p + (1 - p) * (1 - (1 - 1 / n) ** (t - 1))))


@claim(source="folklore: fixation of a neutral allele")
def true_loss(n=Integers(1), p=Probability()):
    """In the end the token is lost with probability 1 - p.

    x is a martingale and ends at 0 or 1.
    """
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Prob(Eq(Token(n, p).x(t), 0)), (t, oo), 1 - p)


@claim(source="the same, what one corpus loses")
def false_loss(n=Integers(1), p=Probability()):
    """With probability (1 - p)^n. (False: that is the first generation's.)"""
    t = Symbol("t", integer=True, nonnegative=True)
    return Limit(Prob(Eq(Token(n, p).x(t), 0)), (t, oo), (1 - p) ** n)
