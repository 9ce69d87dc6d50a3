"""The Gibbs sampler of two standard normal variables of correlation rho, from y = a."""

from sympy import Eq, Symbol, oo, sqrt

from theory import KL, E, Integers, Limit, Loop, Noise, Normal, Positive, Probability, Reals, Var, claim, coordinate


class Gibbs(Loop):
    """The Gibbs sampler of two standard normal variables of correlation rho, from y = a."""

    rho: Probability()
    a: Reals

    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": 0, "y": self.a}

    def step(self, state):
        s = sqrt(1 - self.rho**2)
        x = self.rho * state["y"] + s * Noise("Z1", Normal(0, 1))
        return {"x": x, "y": self.rho * x + s * Noise("Z2", Normal(0, 1))}


@claim(source="Roberts and Sahu 1997 (Gibbs samplers of Gaussians), the pair")
def true_variance(rho=Probability(), a=Reals(), t=Integers(0)):
    """After t sweeps y has the variance 1 - rho^(4t).

    y' = rho^2 y + noise of variance rho^2 (1 - rho^2) + 1 - rho^2 = 1 - rho^4.
    """
    return Eq(Var(Gibbs(rho, a).y(t)), 1 - rho ** (4 * t))


@claim(source="the same, half a sweep counted for a whole one")
def false_variance(rho=Probability(), a=Reals(), t=Integers(0)):
    """After t sweeps y has the variance 1 - rho^(2t). (False at t = 1.)"""
    return Eq(Var(Gibbs(rho, a).y(t)), 1 - rho ** (2 * t))


@claim(source="corollary: how fast the divergence vanishes")
def true_kl_rate(rho=Probability(), a=Positive()):
    """KL(y_t, N(0, 1)) is a^2 rho^(4t)/2 to first order.

    With r = rho^(4t): KL = (a^2 r - r - log(1 - r))/2 = (a^2 r + r^2/2 + ...)/2: the variance counts to second order only.
    """
    t = Symbol("t", integer=True, positive=True)
    y = Gibbs(rho, a).y(t)
    return Limit(KL(Normal(E(y), Var(y)), Normal(0, 1)) / rho ** (4 * t), (t, oo), a**2 / 2)


@claim(source="the same, the variance counted to first order")
def false_kl_rate(rho=Probability(), a=Positive()):
    """It is (a^2 + 1) rho^(4t)/2 to first order. (False: - r - log(1 - r) is r^2/2.)"""
    t = Symbol("t", integer=True, positive=True)
    y = Gibbs(rho, a).y(t)
    return Limit(KL(Normal(E(y), Var(y)), Normal(0, 1)) / rho ** (4 * t), (t, oo), (a**2 + 1) / 2)
