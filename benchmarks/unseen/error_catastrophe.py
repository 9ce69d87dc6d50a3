"""Right copies are spoilt with probability u, wrong ones are chosen 1 - s times as often. Source: Eigen."""

from sympy import Eq, Ne, oo

from theory import Integers, Limit, Loop, Probability, claim, coordinate


class Copies(Loop):
    """p' = p (1 - u)/(1 - s + s p)."""

    s: Probability
    u: Probability
    p0: Probability
    p = coordinate(positive=True)

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        p = now["p"]
        return {"p": p * (1 - self.u) / (1 - self.s + self.s * p)}


@claim(where=lambda s, u: Ne(s, u))
def true_course(s=Probability(), u=Probability(), p0=Probability(), t=Integers(0)):
    """1/p goes to s/(s - u) by the factor (1 - s)/(1 - u)."""
    end = s / (s - u)
    return Eq(1 / Copies(s, u, p0).p(t), end + (1 / p0 - end) * ((1 - s) / (1 - u)) ** t)


@claim(where=lambda s, u: Ne(s, u))
def false_course(s=Probability(), u=Probability(), p0=Probability(), t=Integers(0)):
    """By the factor 1 - s + u."""
    end = s / (s - u)
    return Eq(1 / Copies(s, u, p0).p(t), end + (1 / p0 - end) * (1 - s + u) ** t)


@claim(where=lambda s, u: u < s)
def true_balance(s=Probability(), u=Probability(), p0=Probability(), t=Integers(0)):
    """Where u < s the share 1 - u/s stays right."""
    return Limit(Copies(s, u, p0).p(t), (t, oo), 1 - u / s)


@claim(where=lambda s, u: u < s)
def false_balance(s=Probability(), u=Probability(), p0=Probability(), t=Integers(0)):
    """The share 1 - u stays right."""
    return Limit(Copies(s, u, p0).p(t), (t, oo), 1 - u)


@claim(where=lambda s, u: u > s)
def true_lost(s=Probability(), u=Probability(), p0=Probability(), t=Integers(0)):
    """Where u > s nothing does."""
    return Limit(Copies(s, u, p0).p(t), (t, oo), 0)


@claim(where=lambda s, u: 2 * u > s)
def false_lost(s=Probability(), u=Probability(), p0=Probability(), t=Integers(0)):
    """Where 2 u > s."""
    return Limit(Copies(s, u, p0).p(t), (t, oo), 0)
