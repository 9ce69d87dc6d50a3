"""A detector sees a synthetic batch with probability d, and then the model is fitted to n real points in its place."""

from sympy import Eq, Piecewise, oo, sqrt

from theory import (
    Binomial,
    E,
    Integers,
    Limit,
    Loop,
    Noise,
    Normal,
    Prob,
    Probability,
    Var,
    claim,
    coordinate,
)


class Detected(Loop):
    """age: the generations since real data were seen last."""

    n: Integers(1)
    d: Probability
    m = coordinate()
    age = coordinate()
    initial = {"m": 0, "age": 0}

    def step(self, now):
        seen, noise = Noise("D", Binomial(1, self.d)), Noise("Z", Normal(0, 1)) / sqrt(self.n)
        return {
            "m": Piecewise((noise, Eq(seen, 1)), (now["m"] + noise, True)),
            "age": Piecewise((0, Eq(seen, 1)), (now["age"] + 1, True)),
        }


@claim
def true_variance(n=Integers(1), d=Probability(), t=Integers(0)):
    """Var m = (1 - (1 - d)^t)/(n d)."""
    return Eq(Var(Detected(n, d).m(t)), (1 - (1 - d) ** t) / (n * d))


@claim
def false_variance(n=Integers(1), d=Probability(), t=Integers(0)):
    """Var m = (1 - (1 - d)^(t + 1))/(n d)."""
    return Eq(Var(Detected(n, d).m(t)), (1 - (1 - d) ** (t + 1)) / (n * d))


@claim
def true_fourth(n=Integers(1), d=Probability(), t=Integers(0)):
    """In the end the fourth moment is 3 (2 - d)/(n d)^2."""
    return Limit(E(Detected(n, d).m(t) ** 4), (t, oo), 3 * (2 - d) / (n * d) ** 2)


@claim
def false_fourth(n=Integers(1), d=Probability(), t=Integers(0)):
    """It is that of a normal law, 3/(n d)^2."""
    return Limit(E(Detected(n, d).m(t) ** 4), (t, oo), 3 / (n * d) ** 2)


@claim
def true_age(n=Integers(1), d=Probability(), t=Integers(0)):
    """The mean age is (1 - d)/d (1 - (1 - d)^t)."""
    return Eq(E(Detected(n, d).age(t)), (1 - d) / d * (1 - (1 - d) ** t))


@claim
def true_old(n=Integers(1), d=Probability(), t=Integers(1)):
    """No real data in t generations: (1 - d)^t."""
    loop = Detected(n, d)
    return Eq(Prob(loop.age(t) >= t), (1 - d) ** t)


@claim
def false_old(n=Integers(1), d=Probability(), t=Integers(1)):
    """No real data in t generations: (1 - d)^(t + 1)."""
    loop = Detected(n, d)
    return Eq(Prob(loop.age(t) >= t), (1 - d) ** (t + 1))
