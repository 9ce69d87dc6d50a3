"""Right texts beget right and wrong ones, wrong ones wrong ones only. Source: textbook, branching with two types."""

from sympy import Eq, Le, Ne, oo

from theory import Cov, E, Integers, Limit, Loop, Noise, Poisson, Positive, Probability, claim, coordinate


class TwoTypes(Loop):
    """A right text has Poisson(a) right copies and Poisson(b) wrong ones, a wrong text has Poisson(d)."""

    a: Probability
    b: Positive
    d: Probability
    right = coordinate()
    wrong = coordinate()
    initial = {"right": 1, "wrong": 0}

    def step(self, now):
        kept = Noise("kept", Poisson(self.a * now["right"]))
        spoilt = Noise("spoilt", Poisson(self.b * now["right"]))
        copied = Noise("copied", Poisson(self.d * now["wrong"]))
        return {"right": kept, "wrong": spoilt + copied}


@claim(where=lambda a, d: Ne(a, d))
def true_wrong(a=Probability(), b=Positive(), d=Probability(), t=Integers(0)):
    """b (a^t - d^t)/(a - d) wrong texts are expected."""
    return Eq(E(TwoTypes(a, b, d).wrong(t)), b * (a**t - d**t) / (a - d))


@claim(where=lambda a, d: Ne(a, d))
def false_wrong(a=Probability(), b=Positive(), d=Probability(), t=Integers(0)):
    """b (a^(t + 1) - d^(t + 1))/(a - d)."""
    return Eq(E(TwoTypes(a, b, d).wrong(t)), b * (a ** (t + 1) - d ** (t + 1)) / (a - d))


@claim
def true_alike(a=Probability(), b=Positive(), t=Integers(1)):
    """If both die out at the same rate there are t b a^(t - 1)."""
    return Eq(E(TwoTypes(a, b, a).wrong(t)), t * b * a ** (t - 1))


@claim
def true_gone(a=Probability(), b=Positive(), d=Probability(), t=Integers(0)):
    """In the end there are none."""
    return Limit(E(TwoTypes(a, b, d).wrong(t)), (t, oo), 0)


@claim
def true_together(a=Probability(), b=Positive(), d=Probability(), t=Integers(0)):
    """Right and wrong texts are never negatively correlated."""
    loop = TwoTypes(a, b, d)
    return Le(0, Cov(loop.right(t), loop.wrong(t)))


@claim
def false_together(a=Probability(), b=Positive(), d=Probability(), t=Integers(0)):
    """They are uncorrelated."""
    loop = TwoTypes(a, b, d)
    return Eq(Cov(loop.right(t), loop.wrong(t)), 0)
