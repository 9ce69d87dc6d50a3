"""Answers pass a verifier: right ones with probability a, wrong ones with b, and the model is refitted to those that pass."""

from sympy import Eq, oo

from theory import Integers, Limit, Loop, Probability, claim, coordinate


class Verified(Loop):
    """p' = p a/(p a + (1 - p) b)."""

    p0: Probability()
    a: Probability()
    b: Probability()
    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        return {"p": now["p"] * self.a / (now["p"] * self.a + (1 - now["p"]) * self.b)}


@claim
def true_form(p0=Probability(), a=Probability(), b=Probability(), t=Integers(0)):
    """The odds of a right answer are multiplied by a/b."""
    p = Verified(p0, a, b).p(t)
    return Eq(p, p0 * a**t / (p0 * a**t + (1 - p0) * b**t))


@claim
def false_form(p0=Probability(), a=Probability(), b=Probability(), t=Integers(0)):
    """The odds of a right answer are multiplied by a/b, in t - 1 rounds."""
    p = Verified(p0, a, b).p(t)
    return Eq(p, p0 * a**t / (p0 * a**t + (1 - p0) * b ** (t + 1)))


@claim(where=lambda a, b: a > b)
def true_end(p0=Probability(), a=Probability(), b=Probability(), t=Integers(0)):
    """With a > b all answers are right in the end."""
    return Limit(Verified(p0, a, b).p(t), (t, oo), 1)


@claim(where=lambda a, b: a > b)
def true_better(p0=Probability(), a=Probability(), b=Probability(), t=Integers(0)):
    """With a > b accuracy rises."""
    loop = Verified(p0, a, b)
    return loop.p(t + 1) > loop.p(t)


@claim
def false_better(p0=Probability(), a=Probability(), b=Probability(), t=Integers(0)):
    """Accuracy rises."""
    loop = Verified(p0, a, b)
    return loop.p(t + 1) > loop.p(t)
