"""Polya's urn, predictive resampling: a prior of weight a, one draw from the predictive law is added at a time."""

from sympy import Eq

from theory import CLOCK, Binomial, Cov, Integers, Loop, Noise, Positive, Probability, Var, claim, coordinate


class Predictive(Loop):
    """Polya's urn, predictive resampling: a prior of weight a, one draw from the predictive law is added at a time."""

    a: Positive
    p: Probability()

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.p}

    def step(self, state):
        x = state["x"]
        return {"x": ((self.a + CLOCK - 1) * x + Noise("B", Binomial(1, x))) / (self.a + CLOCK)}


@claim(source="Blackwell and MacQueen 1973; textbook: variance of the urn's share")
def true_variance(a=Positive(), p=Probability(), t=Integers(0)):
    """After t draws the share has the variance p(1-p) t/((a + 1)(a + t)).

    E x(1-x) is multiplied by 1 - 1/(a+k)^2 = (a+k-1)(a+k+1)/(a+k)^2: the product is a(a+t+1)/((a+1)(a+t)).
    By hand t = 1: p(1-p)/(a+1)^2.
    """
    return Eq(Var(Predictive(a, p).x(t)), p * (1 - p) * t / ((a + 1) * (a + t)))


@claim(source="the same, a draw off")
def false_variance(a=Positive(), p=Probability(), t=Integers(0)):
    """It is p(1-p) t/((a + 1)(a + t + 1)). (False: t = 1 is p(1-p)/(a+1)^2.)"""
    return Eq(Var(Predictive(a, p).x(t)), p * (1 - p) * t / ((a + 1) * (a + t + 1)))


@claim(source="Doob's martingale; Fong et al. 2103.15671 (martingale posteriors)")
def true_covariance(a=Positive(), p=Probability(), s=Integers(0), t=Integers(0)):
    """Shares after s and after s + t draws have the covariance p(1-p) s/((a + 1)(a + s)).

    The share is a martingale, so it is the variance of the earlier one.
    """
    loop = Predictive(a, p)
    return Eq(Cov(loop.x(s), loop.x(s + t)), p * (1 - p) * s / ((a + 1) * (a + s)))


@claim(source="the same, the later variance")
def false_covariance(a=Positive(), p=Probability(), s=Integers(0), t=Integers(0)):
    """It is p(1-p) (s + t)/((a + 1)(a + s + t)). (False: s = 0 is not random.)"""
    loop = Predictive(a, p)
    return Eq(Cov(loop.x(s), loop.x(s + t)), p * (1 - p) * (s + t) / ((a + 1) * (a + s + t)))
