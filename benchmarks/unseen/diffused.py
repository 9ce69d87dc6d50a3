"""A variance is noised by an Ornstein-Uhlenbeck process for a time s and brought back with a linear score of the wrong slope."""

from sympy import Eq, Lt, exp, oo

from theory import ChiSquare, E, Integers, Limit, Loop, Noise, Positive, Var, claim, coordinate


class Diffused(Loop):
    """v' = (e^(-2 s) v + (1 - e^(-2 s)) c) Q/(n - 1): what the noise has erased is filled with the variance c."""

    n: Integers(2)
    s: Positive
    c: Positive
    v = coordinate()
    initial = {"v": 1}

    def step(self, now):
        a = exp(-2 * self.s)
        return {"v": (a * now["v"] + (1 - a) * self.c) * Noise("Q", ChiSquare(self.n - 1)) / (self.n - 1)}


@claim
def true_mean(n=Integers(2), s=Positive(), c=Positive(), t=Integers(0)):
    """E v = c + (1 - c) e^(-2 s t)."""
    return Eq(E(Diffused(n, s, c).v(t)), c + (1 - c) * exp(-2 * s * t))


@claim
def false_mean(n=Integers(2), s=Positive(), c=Positive(), t=Integers(0)):
    """E v = c + (1 - c) e^(-s t)."""
    return Eq(E(Diffused(n, s, c).v(t)), c + (1 - c) * exp(-s * t))


@claim(where=lambda n, s, c: (1 + 2 / (n - 1)) * exp(-4 * s) < 1)
def true_variance(n=Integers(2), s=Positive(), c=Positive(), t=Integers(0)):
    """Var v tends to 2 c^2/(n - 1 - (n + 1) e^(-4 s))."""
    return Limit(Var(Diffused(n, s, c).v(t)), (t, oo), 2 * c**2 / (n - 1 - (n + 1) * exp(-4 * s)))


@claim(where=lambda n, s, c: (1 + 2 / (n - 1)) * exp(-4 * s) < 1)
def false_variance(n=Integers(2), s=Positive(), c=Positive(), t=Integers(0)):
    """Var v tends to 2 c^2/((n - 1) (1 - e^(-4 s)))."""
    return Limit(Var(Diffused(n, s, c).v(t)), (t, oo), 2 * c**2 / ((n - 1) * (1 - exp(-4 * s))))


@claim
def false_short(n=Integers(2), s=Positive(), t=Integers(0)):
    """However short the time is, the second moment stays bounded by 4."""
    return Lt(E(Diffused(n, s, 1).v(t) ** 2), 4)
