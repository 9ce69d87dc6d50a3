"""A curation that prefers mixed pairs: selection for heterozygotes (Fisher 1922)."""

from sympy import oo

from theory import Integers, Limit, Loop, Probability, claim, coordinate


class Overdominance(Loop):
    """x: the share of A. Pairs AA are kept with probability 1 - s, BB with 1 - r, mixed ones always."""

    s: Probability()
    r: Probability()
    start: Probability()

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.start}

    def step(self, now):
        x = now["x"]
        kept = 1 - self.s * x**2 - self.r * (1 - x) ** 2
        return {"x": x * (1 - self.s * x) / kept}


@claim
def true_end(s=Probability(), r=Probability(), start=Probability(), t=Integers(0)):
    """Both stay: the share of A tends to r/(s + r)."""
    return Limit(Overdominance(s, r, start).x(t), (t, oo), r / (s + r))


@claim
def false_end(s=Probability(), r=Probability(), start=Probability(), t=Integers(0)):
    """It tends to s/(s + r)."""
    return Limit(Overdominance(s, r, start).x(t), (t, oo), s / (s + r))
