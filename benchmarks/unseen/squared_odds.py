"""Answers are kept if two agree: the odds are squared in every round."""

from sympy import Eq, Rational, oo

from theory import Integers, Limit, Loop, Probability, Reals, claim, coordinate


class Agreed(Loop):
    """p' = p^2/(p^2 + (1 - p)^2)."""

    p0: Probability
    p = coordinate(positive=True)

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        p = now["p"]
        return {"p": p**2 / (p**2 + (1 - p) ** 2)}


@claim
def true_form(p0=Probability(), t=Integers(0)):
    """p(t) = p^(2^t)/(p^(2^t) + (1 - p)^(2^t))."""
    a, b = p0 ** (2**t), (1 - p0) ** (2**t)
    return Eq(Agreed(p0).p(t), a / (a + b))


@claim
def false_form(p0=Probability(), t=Integers(0)):
    """p(t) = p^(2 t + 1)/(p^(2 t + 1) + (1 - p)^(2 t + 1))."""
    a, b = p0 ** (2 * t + 1), (1 - p0) ** (2 * t + 1)
    return Eq(Agreed(p0).p(t), a / (a + b))


@claim
def true_limit(p0=Reals(Rational(1, 2), 1), t=Integers(0)):
    """From more than a half on all answers become right."""
    return Limit(Agreed(p0).p(t), (t, oo), 1)


@claim
def false_limit(p0=Reals(Rational(2, 5), 1), t=Integers(0)):
    """From more than two fifths on all answers become right."""
    return Limit(Agreed(p0).p(t), (t, oo), 1)


class Any(Loop):
    """A fault is missed only if two readers miss it: q' = q^2."""

    q0: Probability
    q = coordinate(positive=True)

    @property
    def initial(self):
        return {"q": self.q0}

    def step(self, now):
        return {"q": now["q"] ** 2}


@claim
def true_missed(q0=Probability(), t=Integers(0)):
    """q(t) = q^(2^t)."""
    return Eq(Any(q0).q(t), q0 ** (2**t))


@claim
def false_missed(q0=Probability(), t=Integers(0)):
    """q(t) = q^(2 t)."""
    return Eq(Any(q0).q(t), q0 ** (2 * t))
