"""Privacy by iteration: one record moves the first weight by D, the steps after it contract (Feldman et al. 2018)."""

from sympy import Eq

from theory import KL, E, Integers, Loop, Noise, Normal, Positive, Probability, Reals, Var, claim, coordinate


class Contracted(Loop):
    """w' = c w + s Z, from D."""

    c: Probability
    s: Positive
    D: Reals

    w = coordinate()

    @property
    def initial(self):
        return {"w": self.D}

    def step(self, now):
        return {"w": self.c * now["w"] + self.s * Noise("Z", Normal(0, 1))}


def leaked(c, s, D, t):
    """The divergence of the last weight's law with the record from that without it."""
    moved, other = Contracted(c, s, D).w(t), Contracted(c, s, 0).w(t)
    return KL(Normal(E(moved), Var(moved)), Normal(E(other), Var(other)))


@claim
def true_leak(c=Probability(), s=Positive(), D=Reals(), t=Integers(1)):
    """D^2 c^(2t) (1 - c^2)/(2 s^2 (1 - c^(2t))) nats are leaked."""
    return Eq(leaked(c, s, D, t), D**2 * c ** (2 * t) * (1 - c**2) / (2 * s**2 * (1 - c ** (2 * t))))


@claim
def false_leak(c=Probability(), s=Positive(), D=Reals(), t=Integers(1)):
    """As if the noise added up without being contracted: D^2 c^(2t)/(2 s^2 t)."""
    return Eq(leaked(c, s, D, t), D**2 * c ** (2 * t) / (2 * s**2 * t))
