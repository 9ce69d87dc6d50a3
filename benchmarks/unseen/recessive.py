"""A recessive lethal allele, and a recessive one with a cost s. Source: textbook, Haldane."""

from sympy import Eq, Le, Lt, oo

from theory import Integers, Limit, Loop, Probability, claim, coordinate


class Lethal(Loop):
    """q' = q/(1 + q)."""

    q0: Probability
    q = coordinate(positive=True)

    @property
    def initial(self):
        return {"q": self.q0}

    def step(self, now):
        return {"q": now["q"] / (1 + now["q"])}


class Recessive(Loop):
    """q' = q (1 - s q)/(1 - s q^2)."""

    q0: Probability
    s: Probability
    q = coordinate(positive=True)

    @property
    def initial(self):
        return {"q": self.q0}

    def step(self, now):
        q = now["q"]
        return {"q": q * (1 - self.s * q) / (1 - self.s * q**2)}


@claim
def true_course(q0=Probability(), t=Integers(0)):
    """It takes 1/q0 generations to halve it."""
    return Eq(Lethal(q0).q(t), q0 / (1 + t * q0))


@claim
def false_course(q0=Probability(), t=Integers(0)):
    """One generation less is needed."""
    return Eq(Lethal(q0).q(t), q0 / (1 + (t + 1) * q0))


@claim
def true_later(q0=Probability(), t=Integers(0)):
    """It is below 1/(t + 1)."""
    return Lt(Lethal(q0).q(t), 1 / (t + 1))


@claim
def false_later(q0=Probability(), t=Integers(0)):
    """It is below 1/(t + 2)."""
    return Lt(Lethal(q0).q(t), 1 / (t + 2))


@claim
def true_falls(q0=Probability(), s=Probability(), t=Integers(0)):
    """Selection against it never lets it grow."""
    loop = Recessive(q0, s)
    return Lt(loop.q(t + 1), loop.q(t))


@claim
def false_falls(q0=Probability(), s=Probability(), t=Integers(0)):
    """It falls by the factor 1 - s/2 at least."""
    loop = Recessive(q0, s)
    return Le(loop.q(t + 1), (1 - s / 2) * loop.q(t))


@claim
def true_gone(q0=Probability(), s=Probability(), t=Integers(0)):
    """In the end it is gone."""
    return Limit(Recessive(q0, s).q(t), (t, oo), 0)


@claim
def true_speed(q0=Probability(), s=Probability(), t=Integers(0)):
    """Like 1/(s t)."""
    return Limit(t * Recessive(q0, s).q(t), (t, oo), 1 / s)


@claim
def false_speed(q0=Probability(), s=Probability(), t=Integers(0)):
    """Like 1/(2 s t)."""
    return Limit(t * Recessive(q0, s).q(t), (t, oo), 1 / (2 * s))
