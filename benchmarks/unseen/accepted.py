"""How many of t samples a verifier has let through. Source: textbook, Chernoff and Hoeffding."""

from sympy import Eq, Le, exp

from theory import Binomial, E, Integers, Loop, Noise, Prob, Probability, Reals, claim, coordinate


class Accepted(Loop):
    p: Probability()
    k = coordinate()
    initial = {"k": 0}

    def step(self, now):
        return {"k": now["k"] + Noise("B", Binomial(1, self.p))}


@claim
def true_transform(p=Probability(), s=Reals(), t=Integers(0)):
    """E exp(s k) = (1 - p + p e^s)^t."""
    return Eq(E(exp(s * Accepted(p).k(t))), (1 - p + p * exp(s)) ** t)


@claim
def false_transform(p=Probability(), s=Reals(), t=Integers(0)):
    """E exp(s k) = exp(p s t)."""
    return Eq(E(exp(s * Accepted(p).k(t))), exp(p * s * t))


@claim
def true_hoeffding(p=Probability(), d=Probability(), t=Integers(0)):
    """At least (p + d) t with probability exp(-2 d^2 t) at most."""
    return Le(Prob(Accepted(p).k(t) >= (p + d) * t), exp(-2 * d**2 * t))


@claim
def false_hoeffding(p=Probability(), d=Probability(), t=Integers(0)):
    """exp(-4 d^2 t) at most."""
    return Le(Prob(Accepted(p).k(t) >= (p + d) * t), exp(-4 * d**2 * t))
