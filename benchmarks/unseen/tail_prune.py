"""An exponential model: draws above c times the mean are pruned away, the mean is refitted to the others."""

from sympy import Integral, Le, Symbol, exp

from theory import Integers, Limit, Loop, Positive, claim, coordinate

x = Symbol("x", positive=True)


class Pruned(Loop):
    """An exponential model: draws above c times the mean are pruned away, the mean is refitted to the others."""

    c: Positive

    m = coordinate()
    initial = {"m": 1}

    def step(self, state):
        kept = Integral(x * exp(-x), (x, 0, self.c)) / (1 - exp(-self.c))
        return {"m": state["m"] * kept}


@claim(source="folklore: pruning of outliers in every generation")
def true_bound(c=Positive(), t=Integers(0)):
    """After t prunings the mean is at most (c/2)^t.

    The factor is 1 - c/(e^c - 1), and c/(e^c - 1) >= 1 - c/2, as (1 - c/2)(e^c - 1) <= c for c > 0.
    By hand c = 1: 0.418 <= 0.5.
    """
    return Le(Pruned(c).m(t), (c / 2) ** t)


@claim(source="the same, 3 for 2")
def false_bound(c=Positive(), t=Integers(0)):
    """At most (c/3)^t. (False: c = 1, t = 1: 0.418 > 0.333.)"""
    return Le(Pruned(c).m(t), (c / 3) ** t)


@claim(source="the same for strict pruning")
def true_strict_pruning(t=Integers(0)):
    """For small c the bound (c/2)^t is attained.

    1 - c/(e^c - 1) = c/2 - c^2/12 + ..., to the power t.
    """
    c = Symbol("c", positive=True)
    return Limit(Pruned(c).m(t) / c**t, (c, 0), 2 ** (-t))


@claim(source="the same, 3 for 2")
def false_strict_pruning(t=Integers(0)):
    """For small c it is (c/3)^t. (False from t = 1 on.)"""
    c = Symbol("c", positive=True)
    return Limit(Pruned(c).m(t) / c**t, (c, 0), 3 ** (-t))
