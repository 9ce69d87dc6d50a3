"""The variance, fitted to n fresh real points and m of the model, sampled with its variance times lam."""

from sympy import Ge, Gt, oo

from theory import ChiSquare, E, Integers, Limit, Loop, Noise, Probability, claim, coordinate


class FreshBiased(Loop):
    """The variance, fitted to n fresh real points and m of the model, sampled with its variance times lam."""

    n: Integers(1)
    m: Integers(1)
    lam: Probability()

    v = coordinate()
    initial = {"v": 1}

    def step(self, state):
        real = Noise("A", ChiSquare(self.n))
        synthetic = self.lam * state["v"] * Noise("B", ChiSquare(self.m))
        return {"v": (real + synthetic) / (self.n + self.m)}


@claim(source="Alemohammad et al. 2307.01850 (fresh data loop, biased sampling), known mean")
def true_level(n=Integers(1), m=Integers(1), lam=Probability(), t=Integers(0)):
    """With fresh real data the expected variance settles at n/(n + m (1 - lam)).

    E v' = (n + m lam E v)/(n + m) has the fixed point v (n + m - m lam) = n. By hand n = m = 1, lam = 1/2: 2/3.
    """
    return Limit(E(FreshBiased(n, m, lam).v(t)), (t, oo), n / (n + m * (1 - lam)))


@claim(source="the same, lam for 1 - lam")
def false_level(n=Integers(1), m=Integers(1), lam=Probability(), t=Integers(0)):
    """It settles at n/(n + m lam). (False: at lam near 1 nothing is lost.)"""
    return Limit(E(FreshBiased(n, m, lam).v(t)), (t, oo), n / (n + m * lam))


@claim(source="corollary of Alemohammad et al. 2307.01850")
def true_above_level(n=Integers(1), m=Integers(1), lam=Probability(), t=Integers(0)):
    """The expected variance is above that level in every generation.

    It starts at 1 > L and E v_t - L = (m lam/(n + m))^t (1 - L) > 0.
    """
    return Gt(E(FreshBiased(n, m, lam).v(t)), n / (n + m * (1 - lam)))


@claim(source="the loss of one generation, taken for all")
def false_above_level(n=Integers(1), m=Integers(1), lam=Probability(), t=Integers(0)):
    """It is never below (n + m lam)/(n + m). (False: that is t = 1; t = 2 is lower: n = m = 1, lam = 1/2: 11/16 < 3/4.)"""
    return Ge(E(FreshBiased(n, m, lam).v(t)), (n + m * lam) / (n + m))
