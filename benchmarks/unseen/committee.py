"""An answer is kept if all of k verifiers pass it: right ones pass each with probability a, wrong ones with b."""

from sympy import Eq

from theory import Integers, Loop, Probability, claim, coordinate


class Committee(Loop):
    """The share of right answers, of infinitely many."""

    p0: Probability
    a: Probability
    b: Probability
    k: Integers(1)
    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        right, wrong = now["p"] * self.a**self.k, (1 - now["p"]) * self.b**self.k
        return {"p": right / (right + wrong)}


@claim
def true_odds(p0=Probability(), a=Probability(), b=Probability(), k=Integers(1), t=Integers(0)):
    """The odds of a right answer are multiplied by (a/b)^k in each round."""
    p = Committee(p0, a, b, k).p(t)
    return Eq(p / (1 - p), p0 / (1 - p0) * (a / b) ** (k * t))


@claim
def false_odds(p0=Probability(), a=Probability(), b=Probability(), k=Integers(1), t=Integers(0)):
    """The odds of a right answer are multiplied by k a/b in each round."""
    p = Committee(p0, a, b, k).p(t)
    return Eq(p / (1 - p), p0 / (1 - p0) * (k * a / b) ** t)
