"""Online gradient descent with a constant step, on losses g x with random signs g (Zinkevich 2003)."""

from sympy import Le

from theory import Binomial, E, Integers, Loop, Noise, Positive, Probability, Reals, claim, coordinate


class OnlineDescent(Loop):
    """x' = x - h g; the regret against u grows by g (x - u); g is 1 with probability q, else -1."""

    h: Positive
    q: Probability
    u: Reals

    x = coordinate()
    regret = coordinate()
    initial = {"x": 0, "regret": 0}

    def step(self, now):
        g = 2 * Noise("G", Binomial(1, self.q)) - 1
        return {"x": now["x"] - self.h * g, "regret": now["regret"] + g * (now["x"] - self.u)}


@claim
def true_regret(h=Positive(), q=Probability(), u=Reals(), t=Integers(0)):
    """The mean regret is at most u^2/(2h) + h t/2."""
    return Le(E(OnlineDescent(h, q, u).regret(t)), u**2 / (2 * h) + h * t / 2)


@claim
def false_regret(h=Positive(), q=Probability(), u=Reals(), t=Integers(0)):
    """At most u^2/(2h) + h t/4."""
    return Le(E(OnlineDescent(h, q, u).regret(t)), u**2 / (2 * h) + h * t / 4)
