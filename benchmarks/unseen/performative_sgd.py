"""Stochastic gradients where the model moves the data. Source: Mendler-Duenner et al. 2006.06887, a linear instance."""

from sympy import oo

from theory import E, Integers, Limit, Loop, Noise, Normal, Probability, Reals, Tends, Var, claim, coordinate


class PerformativeSGD(Loop):
    """Data have the mean a + eps theta and variance 1; a step of size eta towards a draw."""

    a: Reals
    eps: Probability()
    eta: Probability()
    theta = coordinate()
    initial = {"theta": 0}

    def step(self, now):
        draw = self.a + self.eps * now["theta"] + Noise("Z", Normal(0, 1))
        return {"theta": now["theta"] - self.eta * (now["theta"] - draw)}


@claim
def true_stable(a=Reals(), eps=Probability(), eta=Probability(), t=Integers(0)):
    """The mean tends to the stable point a/(1 - eps)."""
    return Limit(E(PerformativeSGD(a, eps, eta).theta(t)), (t, oo), a / (1 - eps))


@claim
def false_stable(a=Reals(), eps=Probability(), eta=Probability(), t=Integers(0)):
    """The mean tends to a/(1 + eps)."""
    return Limit(E(PerformativeSGD(a, eps, eta).theta(t)), (t, oo), a / (1 + eps))


@claim
def true_variance(eps=Probability(), eta=Probability(), t=Integers(0)):
    """The variance tends to eta/((1 - eps)(2 - eta (1 - eps)))."""
    v = Var(PerformativeSGD(0, eps, eta).theta(t))
    return Limit(v, (t, oo), eta / ((1 - eps) * (2 - eta * (1 - eps))))


@claim
def false_variance(eps=Probability(), eta=Probability(), t=Integers(0)):
    """The variance tends to eta/(2 (1 - eps))."""
    v = Var(PerformativeSGD(0, eps, eta).theta(t))
    return Limit(v, (t, oo), eta / (2 * (1 - eps)))


@claim
def true_rate(a=Reals(), eps=Probability(), eta=Probability(), t=Integers(0)):
    """At the rate (1 - eta (1 - eps))^t."""
    loop = PerformativeSGD(a, eps, eta)
    return Tends(E(loop.theta(t)), (t, 0, oo), a / (1 - eps), rate=abs(a) / (1 - eps) * (1 - eta * (1 - eps)) ** t)


@claim
def false_rate(a=Reals(), eps=Probability(), eta=Probability(), t=Integers(0)):
    """At the rate (1 - eta)^t."""
    loop = PerformativeSGD(a, eps, eta)
    return Tends(E(loop.theta(t)), (t, 0, oo), a / (1 - eps), rate=abs(a) / (1 - eps) * (1 - eta) ** t)
