"""A uniform law on [0, x] is fitted to n of its own draws by likelihood: the largest of them is the next x."""

from sympy import Eq, log

from theory import E, Integers, Loop, Noise, Prob, Probability, Uniform, Var, claim, coordinate


class Largest(Loop):
    """x' = U^(1/n) x."""

    n: Integers(1)
    x = coordinate(positive=True)
    initial = {"x": 1}

    def step(self, now):
        return {"x": now["x"] * Noise("U", Uniform(0, 1)) ** (1 / self.n)}


class Unbiased(Loop):
    """The same, times (n + 1)/n."""

    n: Integers(1)
    x = coordinate(positive=True)
    initial = {"x": 1}

    def step(self, now):
        return {"x": (self.n + 1) / self.n * now["x"] * Noise("U", Uniform(0, 1)) ** (1 / self.n)}


@claim
def true_mean(n=Integers(1), t=Integers(0)):
    """(n/(n + 1))^t is left in the mean."""
    return Eq(E(Largest(n).x(t)), (n / (n + 1)) ** t)


@claim
def false_mean(n=Integers(2), t=Integers(0)):
    """(1 - 1/n)^t is left in the mean."""
    return Eq(E(Largest(n).x(t)), (1 - 1 / n) ** t)


@claim
def true_spread(n=Integers(1), t=Integers(0)):
    """Unbiased, the variance grows like (1 + 1/(n (n + 2)))^t - 1."""
    return Eq(Var(Unbiased(n).x(t)), (1 + 1 / (n * (n + 2))) ** t - 1)


@claim
def false_spread(n=Integers(1), t=Integers(0)):
    """Unbiased, the variance grows like t/(n (n + 2))."""
    return Eq(Var(Unbiased(n).x(t)), t / (n * (n + 2)))


@claim
def true_collapse(n=Integers(1), t=Integers(0)):
    """Unbiased, it collapses: log x falls by 1/n - log(1 + 1/n) a fit."""
    return Eq(E(log(Unbiased(n).x(t))), -t * (1 / n - log(1 + 1 / n)))


@claim
def true_median(n=Integers(1), a=Probability()):
    """After two fits at most a is left with probability a^n (1 - n log a)."""
    return Eq(Prob(Largest(n).x(2) <= a), a**n * (1 - n * log(a)))


@claim
def false_median(n=Integers(1), a=Probability()):
    """After two fits at most a is left with probability a^n (1 - log a)."""
    return Eq(Prob(Largest(n).x(2) <= a), a**n * (1 - log(a)))
