"""Each generation is the denoised version of the one before: x -> E(x | x + noise of variance 1), for Gaussian data."""

from sympy import Ge, Le, Rational

from theory import Integers, Loop, claim, coordinate


class Denoised(Loop):
    """v: the variance of the data; the conditional mean has v^2/(1 + v)."""

    v = coordinate()
    initial = {"v": 1}

    def step(self, now):
        return {"v": now["v"] ** 2 / (1 + now["v"])}


@claim
def true_collapse(t=Integers(1)):
    """Diversity vanishes doubly exponentially: v <= 2^-(2^(t - 1))."""
    return Le(Denoised().v(t), Rational(1, 2) ** (2 ** (t - 1)))


@claim
def false_collapse(t=Integers(1)):
    """It vanishes geometrically: v >= 4^-t. (False from t = 4 on.)"""
    return Ge(Denoised().v(t), Rational(1, 4) ** t)
