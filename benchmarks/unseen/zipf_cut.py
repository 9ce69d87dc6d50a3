"""Nucleus sampling of a Pareto law x^-a: each generation keeps the most probable share q of what is left."""

from sympy import Ge, Sum, Symbol, oo

from theory import Integers, Loop, Positive, Probability, claim, coordinate

i = Symbol("i", integer=True, positive=True)


class Nucleus(Loop):
    """Nucleus sampling of a Pareto law x^-a: each generation keeps the most probable share q of what is left."""

    q: Probability()

    mass = coordinate()  # of the first law, that is still there
    initial = {"mass": 1}

    def step(self, state):
        return {"mass": self.q * state["mass"]}


@claim(source="Dohmatob et al. 2402.07043 (tail cutting), Pareto tails and nucleus sampling")
def true_cut(q=Probability(), a=Positive(), t=Integers(1)):
    """After t generations the tail is cut at (1 - q^t)^(-1/a), which is at least 1 + q^t/a.

    What is kept is {1 - x^-a <= q^t}; (1 - y)^(-1/a) is convex in y with slope 1/a at 0.
    """
    return Ge((1 - Nucleus(q).mass(t)) ** (-1 / a), 1 + q**t / a)


@claim(source="the same, exponent for slope")
def false_cut(q=Probability(), a=Positive(), t=Integers(1)):
    """It is at least 1 + a q^t. (False for large a: a = 2, q = 1/2, t = 1: 1.41 < 2.)"""
    return Ge((1 - Nucleus(q).mass(t)) ** (-1 / a), 1 + a * q**t)


def missing(n):
    p = 1 / (i * (i + 1))
    return Sum(p * (1 - p) ** n, (i, 1, oo))


@claim(source="Dohmatob et al. 2402.07043 (finite samples cut the tail), Zipf law 1/(i (i + 1))")
def true_missing_mass(n=Integers(0), k=Integers(0)):
    """The mass that n draws miss is at least (1 - 1/((k + 1)(k + 2)))^n/(k + 1), for every k.

    Only symbols i > k: they have the mass 1/(k + 1), and each is missed with probability (1 - p_(k+1))^n at least.
    By hand n = k = 1: 0.710 >= 0.417.
    """
    return Ge(missing(n), (1 - 1 / ((k + 1) * (k + 2))) ** n / (k + 1))


@claim(source="the same, the tail from k on")
def false_missing_mass(n=Integers(0), k=Integers(1)):
    """At least (1 - 1/((k + 1)(k + 2)))^n/k. (False: n = k = 1: 0.710 < 0.833.)"""
    return Ge(missing(n), (1 - 1 / ((k + 1) * (k + 2))) ** n / k)
