"""n alike firms go the part w of the way to the best response (a - (n - 1) q)/2, from 0."""

from sympy import Eq, Symbol

from theory import ArgMin, Integers, Loop, Positive, Probability, Reals, claim, coordinate


class Cournot(Loop):
    """n alike firms go the part w of the way to the best response (a - (n - 1) q)/2, from 0."""

    n: Integers(2)
    a: Positive
    w: Reals

    q = coordinate()
    initial = {"q": 0}

    def step(self, state):
        best = (self.a - (self.n - 1) * state["q"]) / 2
        return {"q": (1 - self.w) * state["q"] + self.w * best}


@claim(source="Theocharis 1960 (stability of best responses)")
def true_path(n=Integers(2), a=Positive(), w=Probability(), t=Integers(0)):
    """q_t = a/(n + 1) (1 - (1 - w (n + 1)/2)^t).

    The fixed point is a/(n + 1), and q' has the slope 1 - w - w (n - 1)/2. n = 2, w = 1: a/2 at t = 1.
    """
    return Eq(Cournot(n, a, w).q(t), a / (n + 1) * (1 - (1 - w * (n + 1) / 2) ** t))


@claim(source="the same, the own output forgotten")
def false_path(n=Integers(2), a=Positive(), w=Probability(), t=Integers(0)):
    """q_t = a/(n + 1) (1 - (1 - w (n - 1)/2)^t). (False at t = 1.)"""
    return Eq(Cournot(n, a, w).q(t), a / (n + 1) * (1 - (1 - w * (n - 1) / 2) ** t))


@claim(source="corollary of Theocharis 1960: the best damping")
def true_best_damping(n=Integers(2), a=Positive(), t=Integers(1)):
    """The way to the equilibrium is shortest with w = 2/(n + 1).

    The error is (1 - w (n + 1)/2)^t times the first one, and there it is 0.
    """
    w = Symbol("w", positive=True)
    return Eq(ArgMin((Cournot(n, a, w).q(t) - a / (n + 1)) ** 2, (w, 0, 1)), 2 / (n + 1))


@claim(source="the same, off by one")
def false_best_damping(n=Integers(2), a=Positive(), t=Integers(1)):
    """It is shortest with w = 2/n. (False: n = 2: 2/3, not 1.)"""
    w = Symbol("w", positive=True)
    return Eq(ArgMin((Cournot(n, a, w).q(t) - a / (n + 1)) ** 2, (w, 0, 1)), 2 / n)
