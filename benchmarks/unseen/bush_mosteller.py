"""Linear reward learning (Bush and Mosteller): a recommender moves towards what it has recommended itself."""

from sympy import Eq

from theory import Binomial, Cov, E, Integers, Loop, Noise, Probability, claim, coordinate


class Reinforced(Loop):
    """The probability p of the first item moves by a share e towards the item that was shown."""

    e: Probability()
    p0: Probability()

    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        return {"p": (1 - self.e) * now["p"] + self.e * Noise("B", Binomial(1, now["p"]))}


@claim
def true_diversity(e=Probability(), p0=Probability(), t=Integers(0)):
    """Diversity decays by 1 - e^2 a step."""
    p = Reinforced(e, p0).p(t)
    return Eq(E(p * (1 - p)), p0 * (1 - p0) * (1 - e**2) ** t)


@claim
def false_diversity(e=Probability(), p0=Probability(), t=Integers(0)):
    """By half of that."""
    p = Reinforced(e, p0).p(t)
    return Eq(E(p * (1 - p)), p0 * (1 - p0) * (1 - e**2 / 2) ** t)


@claim
def true_covariance(e=Probability(), p0=Probability(), s=Integers(0), t=Integers(0)):
    """A martingale: two times share the variance of the earlier one."""
    p = Reinforced(e, p0).p
    return Eq(Cov(p(s), p(s + t)), p0 * (1 - p0) * (1 - (1 - e**2) ** s))


@claim
def false_covariance(e=Probability(), p0=Probability(), s=Integers(0), t=Integers(0)):
    """The variance of the later one."""
    p = Reinforced(e, p0).p
    return Eq(Cov(p(s), p(s + t)), p0 * (1 - p0) * (1 - (1 - e**2) ** (s + t)))
