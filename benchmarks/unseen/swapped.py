"""Two Gaussians, each refitted to the other one's draws: standard deviations, sample sizes n and m."""

from sympy import Eq

from theory import ChiSquare, E, Integers, Loop, Noise, claim, coordinate


class Swapped(Loop):
    """v' = u Q/(n - 1), u' = v R/(m - 1)."""

    n: Integers(2)
    m: Integers(2)
    v = coordinate()
    u = coordinate()
    initial = {"v": 1, "u": 1}

    def step(self, now):
        n, m = self.n, self.m
        return {
            "v": now["u"] * Noise("Q", ChiSquare(n - 1)) / (n - 1),
            "u": now["v"] * Noise("R", ChiSquare(m - 1)) / (m - 1),
        }


@claim
def true_two(n=Integers(2), m=Integers(2), t=Integers(0)):
    """After 2 t rounds the second moment is ((n + 1)/(n - 1) (m + 1)/(m - 1))^t."""
    return Eq(E(Swapped(n, m).v(2 * t) ** 2), ((n + 1) / (n - 1) * (m + 1) / (m - 1)) ** t)


@claim
def false_two(n=Integers(2), m=Integers(2), t=Integers(0)):
    """It is ((n + 1)/(n - 1))^(2 t)."""
    return Eq(E(Swapped(n, m).v(2 * t) ** 2), ((n + 1) / (n - 1)) ** (2 * t))


@claim
def true_odd(n=Integers(2), m=Integers(2), t=Integers(0)):
    """After 2 t + 1 rounds there is one n more."""
    return Eq(E(Swapped(n, m).v(2 * t + 1) ** 2), (1 + 2 / (n - 1)) ** (t + 1) * (1 + 2 / (m - 1)) ** t)


@claim
def true_product(n=Integers(2), m=Integers(2), t=Integers(0)):
    """The mean product stays: they are never together in one fit."""
    loop = Swapped(n, m)
    return Eq(E(loop.v(t) * loop.u(t)), 1)


@claim
def false_product(n=Integers(2), m=Integers(2), t=Integers(0)):
    """The mean product grows like the second moment."""
    loop = Swapped(n, m)
    return Eq(E(loop.v(t) * loop.u(t)), ((n + 1) / (n - 1)) ** t)
