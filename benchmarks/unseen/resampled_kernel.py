"""A smoothed bootstrap whose bandwidth is a share c of the fitted spread: v' = v (Q/n + c^2), Q chi-square."""

from sympy import Eq, Le, sqrt

from theory import ChiSquare, E, Integers, Loop, Noise, Positive, claim, coordinate


class Smoothed(Loop):
    n: Integers(2)
    c: Positive
    v = coordinate(positive=True)
    initial = {"v": 1}

    def step(self, now):
        return {"v": now["v"] * (Noise("Q", ChiSquare(self.n - 1)) / self.n + self.c**2)}


@claim
def true_kept(n=Integers(2), t=Integers(0)):
    """With c = 1/sqrt(n) the mean variance is kept."""
    return Eq(E(Smoothed(n, 1 / sqrt(n)).v(t)), 1)


@claim
def false_kept(n=Integers(2), t=Integers(0)):
    """With c = 1/sqrt(n - 1) it is kept."""
    return Eq(E(Smoothed(n, 1 / sqrt(n - 1)).v(t)), 1)


@claim
def true_spread(n=Integers(2), t=Integers(0)):
    """The second moment still grows, by 1 + 2(n - 1)/n^2."""
    return Eq(E(Smoothed(n, 1 / sqrt(n)).v(t) ** 2), (1 + 2 * (n - 1) / n**2) ** t)


@claim
def false_spread(n=Integers(2), t=Integers(0)):
    """By at most 1 + 1/n."""
    return Le(E(Smoothed(n, 1 / sqrt(n)).v(t) ** 2), (1 + 1 / n) ** t)
