"""Two texts have the same source with probability F, unless one is written anew."""

from sympy import oo

from theory import Integers, Limit, Loop, Probability, claim, coordinate


class Descent(Loop):
    """F' = (1 - u)^2 (1/n + (1 - 1/n) F)."""

    n: Integers(1)
    u: Probability()
    F = coordinate()
    initial = {"F": 0}

    def step(self, now):
        return {"F": (1 - self.u) ** 2 * (1 / self.n + (1 - 1 / self.n) * now["F"])}


@claim
def true_limit(n=Integers(1), u=Probability(), t=Integers(0)):
    """F tends to (1 - u)^2/(n - (n - 1)(1 - u)^2)."""
    return Limit(Descent(n, u).F(t), (t, oo), (1 - u) ** 2 / (n - (n - 1) * (1 - u) ** 2))


@claim
def false_limit(n=Integers(1), u=Probability(), t=Integers(0)):
    """F tends to 1/(1 + 2 n u)."""
    return Limit(Descent(n, u).F(t), (t, oo), 1 / (1 + 2 * n * u))


@claim
def true_upper(n=Integers(1), u=Probability(), t=Integers(0)):
    """F is never above 1/(1 + 2 n u - n u^2)."""
    return Descent(n, u).F(t) <= 1 / (1 + n * (2 * u - u**2))


@claim
def true_rises(n=Integers(1), u=Probability(), t=Integers(0)):
    """F rises."""
    loop = Descent(n, u)
    return loop.F(t + 1) >= loop.F(t)
