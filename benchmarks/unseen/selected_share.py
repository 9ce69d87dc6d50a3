"""Wright and Fisher's model with selection s: the better kind is drawn with (1 + s) p/(1 + s p)."""

from sympy import Eq, Ge, Le

from theory import Binomial, E, Integers, Loop, Noise, Positive, Probability, claim, coordinate


class SelectedShare(Loop):
    n: Integers(1)
    s: Positive
    p0: Probability
    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        p = now["p"]
        return {"p": Noise("S", Binomial(self.n, (1 + self.s) * p / (1 + self.s * p))) / self.n}


def without_noise(s, p, t):
    return p * (1 + s) ** t / (1 - p + p * (1 + s) ** t)


@claim
def true_grows(n=Integers(1), s=Positive(), p=Probability(), t=Integers(0)):
    """The mean share never falls below the first."""
    return Ge(E(SelectedShare(n, s, p).p(t)), p)


@claim
def true_slower(n=Integers(1), s=Positive(), p=Probability(), t=Integers(0)):
    """Noise slows it: at most what it is without."""
    return Le(E(SelectedShare(n, s, p).p(t)), without_noise(s, p, t))


@claim
def false_slower(n=Integers(1), s=Positive(), p=Probability(), t=Integers(0)):
    """Noise changes nothing in the mean."""
    return Eq(E(SelectedShare(n, s, p).p(t)), without_noise(s, p, t))


@claim
def false_grows(n=Integers(1), s=Positive(), p=Probability(), t=Integers(0)):
    """The mean share gains s p (1 - p)/(1 + s) a generation."""
    return Ge(E(SelectedShare(n, s, p).p(t)), p + t * s * p * (1 - p) / (1 + s))
