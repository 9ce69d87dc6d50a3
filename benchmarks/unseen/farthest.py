"""How far has a refitted mean ever been? Source: textbook, Kolmogorov, Levy, Doob."""

from sympy import Abs, Le, Symbol, exp, sqrt

from theory import E, Integers, Loop, Noise, Normal, PathMax, Positive, Prob, claim, coordinate

k = Symbol("k", integer=True, nonnegative=True)


class Mean(Loop):
    """x' = x + Z/sqrt n."""

    n: Integers(1)
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)}


@claim
def true_kolmogorov(n=Integers(1), T=Integers(1), a=Positive()):
    """It was ever a away with probability T/(n a^2) at most."""
    return Le(Prob(PathMax(Abs(Mean(n).x(k)), (k, 0, T)) >= a), T / (n * a**2))


@claim
def false_kolmogorov(n=Integers(1), T=Integers(1), a=Positive()):
    """With probability T/(4 n a^2) at most."""
    return Le(Prob(PathMax(Abs(Mean(n).x(k)), (k, 0, T)) >= a), T / (4 * n * a**2))


@claim
def true_levy(n=Integers(1), T=Integers(1), a=Positive()):
    """It was ever above a at most twice as probably as it is now."""
    loop = Mean(n)
    return Le(Prob(PathMax(loop.x(k), (k, 0, T)) >= a), 2 * Prob(loop.x(T) >= a))


@claim
def false_levy(n=Integers(1), T=Integers(1), a=Positive()):
    """At most 5/4 times as probably."""
    loop = Mean(n)
    return Le(Prob(PathMax(loop.x(k), (k, 0, T)) >= a), 5 * Prob(loop.x(T) >= a) / 4)


@claim
def true_subgaussian(n=Integers(1), T=Integers(1), a=Positive()):
    """It was ever above a with probability exp(-n a^2/(2 T)) at most."""
    return Le(Prob(PathMax(Mean(n).x(k), (k, 0, T)) >= a), exp(-n * a**2 / (2 * T)))


@claim
def true_square(n=Integers(1), T=Integers(1)):
    """The mean of the largest square is 4 T/n at most."""
    return Le(E(PathMax(Mean(n).x(k) ** 2, (k, 0, T))), 4 * T / n)


@claim
def false_square(n=Integers(1), T=Integers(1)):
    """It is T/n at most."""
    return Le(E(PathMax(Mean(n).x(k) ** 2, (k, 0, T))), T / n)
