"""Langevin sampling with a finite step, and the noising chain."""

from sympy import Le, oo, sqrt

from theory import KL, Integers, Limit, Loop, Noise, Normal, Positive, Probability, Var, claim, coordinate


class Langevin(Loop):
    """x' = x - h x/v + sqrt(2 h) Z, for N(0, v)."""

    h: Positive
    v: Positive
    x = coordinate()
    initial = {"x": 0}

    def step(self, now):
        return {"x": now["x"] * (1 - self.h / self.v) + sqrt(2 * self.h) * Noise("Z", Normal(0, 1))}


class Noising(Loop):
    """The variance of a noised law: v' = (1 - b) v + b."""

    b: Probability
    v0: Positive
    v = coordinate(positive=True)

    @property
    def initial(self):
        return {"v": self.v0}

    def step(self, now):
        return {"v": (1 - self.b) * now["v"] + self.b}


@claim(where=lambda h, v: h < 2 * v)
def true_bias(h=Positive(), v=Positive(), t=Integers(0)):
    """Without a correction the variance tends to v/(1 - h/(2 v))."""
    return Limit(Var(Langevin(h, v).x(t)), (t, oo), v / (1 - h / (2 * v)))


@claim(where=lambda h, v: h < 2 * v)
def false_bias(h=Positive(), v=Positive(), t=Integers(0)):
    """The variance tends to v."""
    return Limit(Var(Langevin(h, v).x(t)), (t, oo), v)


@claim(where=lambda v0: v0 >= 1)
def true_kl(b=Probability(), v0=Positive(), t=Integers(0)):
    """KL to the standard normal law falls at least like (v0 - 1)^2 (1 - b)^(2t)/4."""
    return Le(KL(Normal(0, Noising(b, v0).v(t)), Normal(0, 1)), (v0 - 1) ** 2 * (1 - b) ** (2 * t) / 4)


@claim(where=lambda v0: v0 >= 1)
def false_kl(b=Probability(), v0=Positive(), t=Integers(0)):
    """KL to the standard normal law falls at least like (v0 - 1)^2 (1 - b)^(2t)/5."""
    return Le(KL(Normal(0, Noising(b, v0).v(t)), Normal(0, 1)), (v0 - 1) ** 2 * (1 - b) ** (2 * t) / 5)
