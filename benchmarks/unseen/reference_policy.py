"""Log-odds of the preferred answer, pulled to a reference policy: L' = (1 - b) L + b L0 + h + Z/sqrt K with K pairs."""

from sympy import Le, oo, sqrt

from theory import E, Integers, Limit, Loop, Noise, Normal, Positive, Probability, Reals, Var, claim, coordinate


class Preferred(Loop):
    K: Integers(1)
    b: Probability
    h: Positive
    L0: Reals
    L = coordinate()

    @property
    def initial(self):
        return {"L": self.L0}

    def step(self, now):
        noise = Noise("Z", Normal(0, 1)) / sqrt(self.K)
        return {"L": (1 - self.b) * now["L"] + self.b * self.L0 + self.h + noise}


@claim
def true_risk(K=Integers(1), b=Probability(), h=Positive(), L0=Reals(), t=Integers(0)):
    """The mean square distance from the reference tends to (h/b)^2 + 1/(K b (2 - b))."""
    return Limit(E((Preferred(K, b, h, L0).L(t) - L0) ** 2), (t, oo), (h / b) ** 2 + 1 / (K * b * (2 - b)))


@claim
def false_risk(K=Integers(1), b=Probability(), h=Positive(), L0=Reals(), t=Integers(0)):
    """It tends to (h/b)^2 + 1/(2 K b)."""
    return Limit(E((Preferred(K, b, h, L0).L(t) - L0) ** 2), (t, oo), (h / b) ** 2 + 1 / (2 * K * b))


@claim
def true_bound(K=Integers(1), b=Probability(), h=Positive(), L0=Reals(), t=Integers(0)):
    """The variance is at most 1/(K b), and at most t/K."""
    return Le(Var(Preferred(K, b, h, L0).L(t)), 1 / (K * b))


@claim
def false_bound(K=Integers(1), b=Probability(), h=Positive(), L0=Reals(), t=Integers(0)):
    """The variance is at most 9/(10 K b)."""
    return Le(Var(Preferred(K, b, h, L0).L(t)), 9 / (10 * K * b))
