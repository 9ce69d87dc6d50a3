"""Labels that are flipped: a chain of two states."""

from sympy import Eq, Piecewise, oo

from theory import Binomial, Integers, Limit, Loop, Noise, Prob, Probability, claim, coordinate


class Labels(Loop):
    """A right label becomes wrong with probability a, a wrong one right with probability b; it begins right."""

    a: Probability
    b: Probability
    right = coordinate()
    initial = {"right": 1}

    def step(self, now):
        kept = Noise("K", Binomial(1, 1 - self.a))
        mended = Noise("M", Binomial(1, self.b))
        return {"right": Piecewise((kept, now["right"] > 0), (mended, True))}


@claim
def true_right(a=Probability(), b=Probability(), t=Integers(0)):
    """It is right with probability (b + a (1 - a - b)^t)/(a + b)."""
    return Eq(Prob(Labels(a, b).right(t) > 0), (b + a * (1 - a - b) ** t) / (a + b))


@claim
def false_right(a=Probability(), b=Probability(), t=Integers(0)):
    """It is right with probability (b + a (1 - a)^t)/(a + b)."""
    return Eq(Prob(Labels(a, b).right(t) > 0), (b + a * (1 - a) ** t) / (a + b))


@claim
def true_limit(a=Probability(), b=Probability(), t=Integers(0)):
    """In the end with probability b/(a + b)."""
    return Limit(Prob(Labels(a, b).right(t) > 0), (t, oo), b / (a + b))
