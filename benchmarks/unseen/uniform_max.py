"""The end of a uniform law is refitted to the largest of n draws from it."""

from sympy import Eq

from theory import TV, Beta, E, Integers, Loop, Noise, Uniform, Var, claim, coordinate


class Largest(Loop):
    """The end of a uniform law is refitted to the largest of n draws from it."""

    n: Integers(1)

    theta = coordinate()
    initial = {"theta": 1}

    def step(self, state):
        return {"theta": state["theta"] * Noise("M", Beta(self.n, 1))}


class Unbiased(Loop):
    """The same with the factor (n + 1)/n that makes a fit unbiased."""

    n: Integers(1)

    theta = coordinate()
    initial = {"theta": 1}

    def step(self, state):
        return {"theta": state["theta"] * (self.n + 1) / self.n * Noise("M", Beta(self.n, 1))}


@claim(source="textbook: the largest of n uniform draws; as model collapse, ours")
def true_tv(n=Integers(1), t=Integers(0)):
    """The expected total variation from the truth is 1 - (n/(n + 1))^t.

    The model's interval lies within the truth's: TV = 1 - theta, and E max = n/(n + 1).
    """
    return Eq(E(TV(Uniform(0, Largest(n).theta(t)), Uniform(0, 1))), 1 - (n / (n + 1)) ** t)


@claim(source="the same, off by one")
def false_tv(n=Integers(1), t=Integers(0)):
    """It is 1 - ((n - 1)/n)^t. (False: n = t = 1: 1/2, not 1.)"""
    return Eq(E(TV(Uniform(0, Largest(n).theta(t)), Uniform(0, 1))), 1 - ((n - 1) / n) ** t)


@claim(source="textbook: efficiency of the unbiased estimator, repeated")
def true_unbiased_variance(n=Integers(1), t=Integers(0)):
    """Unbiased fits have a variance that grows: Var theta_t = (1 + 1/(n (n + 2)))^t - 1.

    (n+1)^2/n^2 times n/(n+2). n = 1: twice a uniform draw, 4/3 = 1 + 1/3.
    """
    return Eq(Var(Unbiased(n).theta(t)), (1 + 1 / (n * (n + 2))) ** t - 1)


@claim(source="the same, generations added up")
def false_unbiased_variance(n=Integers(1), t=Integers(0)):
    """Var theta_t = t/(n (n + 2)). (False: n = 1, t = 2: 7/9, not 2/3.)"""
    return Eq(Var(Unbiased(n).theta(t)), t / (n * (n + 2)))
