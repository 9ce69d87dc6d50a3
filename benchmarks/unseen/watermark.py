"""A watermark multiplies the odds of green words by w > 1; the share lam of the training text has none."""

from sympy import Ge, Le

from theory import Integers, Loop, Positive, Probability, Reals, claim, coordinate


class Watermark(Loop):
    """g' = lam g0 + (1 - lam) w g/(1 + (w - 1) g)."""

    g0: Probability
    lam: Probability
    w: Positive
    g = coordinate()

    @property
    def initial(self):
        return {"g": self.g0}

    def step(self, now):
        marked = self.w * now["g"] / (1 + (self.w - 1) * now["g"])
        return {"g": self.lam * self.g0 + (1 - self.lam) * marked}


@claim
def true_never_all(g0=Probability(), lam=Probability(), w=Reals(1, 100), t=Integers(0)):
    """The share of green words stays below 1 - lam (1 - g0)."""
    return Le(Watermark(g0, lam, w).g(t), 1 - lam * (1 - g0))


@claim
def false_never_all(g0=Probability(), lam=Probability(), w=Reals(1, 100), t=Integers(0)):
    """The share of green words stays below 1 - lam."""
    return Le(Watermark(g0, lam, w).g(t), 1 - lam)


@claim
def true_more(g0=Probability(), lam=Probability(), w=Reals(1, 100), t=Integers(0)):
    """There are never fewer green words than at first."""
    return Ge(Watermark(g0, lam, w).g(t), g0)
