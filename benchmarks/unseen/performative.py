"""One draw z ~ N(m + e theta, 1) a deployment, a step of size 1/((1 - e) k) at the k-th."""

from sympy import Eq, oo, sqrt

from theory import CLOCK, E, Integers, Limit, Loop, Noise, Normal, Probability, Reals, Var, claim, coordinate


class Greedy(Loop):
    """One draw z ~ N(m + e theta, 1) a deployment, a step of size 1/((1 - e) k) at the k-th."""

    m: Reals
    e: Probability()

    theta = coordinate()
    initial = {"theta": 0}

    def step(self, state):
        z = self.m + self.e * state["theta"] + Noise("Z", Normal(0, 1))
        return {"theta": state["theta"] - (state["theta"] - z) / ((1 - self.e) * CLOCK)}


class Lazy(Loop):
    """The k-th deployment is refitted to k draws of N(m + e theta, 1)."""

    m: Reals
    e: Probability()

    theta = coordinate()
    initial = {"theta": 0}

    def step(self, state):
        return {"theta": self.m + self.e * state["theta"] + Noise("Z", Normal(0, 1)) / sqrt(CLOCK)}


@claim(source="Mendler-Duenner et al. 2006.06887 (greedy deploy, O(1/k)), a quadratic risk")
def true_greedy(m=Reals(), e=Probability(), t=Integers(1)):
    """After t greedy deployments the mean square distance to the stable point is exactly 1/(t (1 - e)^2).

    With D = theta - m/(1-e): D_k = (1 - 1/k) D_(k-1) + Z_k/((1-e) k), so t D_t = sum Z_k/(1-e).
    """
    return Eq(E((Greedy(m, e).theta(t) - m / (1 - e)) ** 2), 1 / (t * (1 - e) ** 2))


@claim(source="the same with the variance of an autoregression")
def false_greedy(m=Reals(), e=Probability(), t=Integers(1)):
    """It is 1/(t (1 - e^2)). (False: t = 1 is 1/(1 - e)^2.)"""
    return Eq(E((Greedy(m, e).theta(t) - m / (1 - e)) ** 2), 1 / (t * (1 - e**2)))


@claim(source="Mendler-Duenner et al. 2006.06887 (lazy deploy), growing batches")
def true_lazy(m=Reals(), e=Probability(), t=Integers(0)):
    """With batches of size k the variance of the t-th deployment is 1/(t (1 - e^2)), asymptotically.

    Var = sum_k e^(2(t-k))/k; times t, the terms near k = t dominate: sum_j e^(2j) = 1/(1 - e^2).
    """
    return Limit(t * Var(Lazy(m, e).theta(t)), (t, oo), 1 / (1 - e**2))


@claim(source="the same with the constant of greedy deployment")
def false_lazy(m=Reals(), e=Probability(), t=Integers(0)):
    """It is 1/(t (1 - e)^2). (False: e = 1/2: 4/3, not 4.)"""
    return Limit(t * Var(Lazy(m, e).theta(t)), (t, oo), 1 / (1 - e) ** 2)
