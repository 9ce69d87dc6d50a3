"""Self-training on the majority of three own answers."""

from sympy import Le, Rational, oo

from theory import Integers, Limit, Loop, Probability, Reals, claim, coordinate


class Majority(Loop):
    """An answer is wrong with probability q; the next model gives the majority of three answers."""

    q0: Probability
    q = coordinate()

    @property
    def initial(self):
        return {"q": self.q0}

    def step(self, now):
        return {"q": 3 * now["q"] ** 2 - 2 * now["q"] ** 3}


@claim
def true_quadratic(q0=Probability(), t=Integers(0)):
    """A round squares the error, times 3 at most."""
    q = Majority(q0).q
    return Le(q(t + 1), 3 * q(t) ** 2)


@claim
def false_quadratic(q0=Probability(), t=Integers(0)):
    """A round squares the error, times 2 at most."""
    q = Majority(q0).q
    return Le(q(t + 1), 2 * q(t) ** 2)


@claim
def true_right(q0=Reals(0, Rational(1, 2)), t=Integers(0)):
    """Who is right more often than not will always be right."""
    return Limit(Majority(q0).q(t), (t, oo), 0)


@claim
def false_right(q0=Probability(), t=Integers(0)):
    """Everybody will always be right."""
    return Limit(Majority(q0).q(t), (t, oo), 0)


@claim
def true_margin(q0=Reals(0, Rational(1, 2)), t=Integers(0)):
    """The margin 1/2 - q never shrinks."""
    q = Majority(q0).q
    return Le(q(t + 1), q(t))
