"""Labels are propagated along a line of three points between an end with label 0 and one with label 1."""

from sympy import Eq, Rational, oo

from theory import Integers, Limit, Loop, Reals, claim, coordinate


class Propagated(Loop):
    """Each point takes the mean of its neighbours."""

    start: Reals
    a = coordinate()
    b = coordinate()
    c = coordinate()

    @property
    def initial(self):
        return {"a": self.start, "b": self.start, "c": self.start}

    def step(self, now):
        return {"a": now["b"] / 2, "b": (now["a"] + now["c"]) / 2, "c": (now["b"] + 1) / 2}


@claim
def true_limit(start=Reals(), t=Integers(0)):
    """The label of the first point tends to 1/4."""
    return Limit(Propagated(start).a(t), (t, oo), Rational(1, 4))


@claim
def false_limit(start=Reals(), t=Integers(0)):
    """The label of the first point tends to 3/10."""
    return Limit(Propagated(start).a(t), (t, oo), Rational(3, 10))


@claim
def true_rate(start=Reals(), t=Integers(0)):
    """Twice two rounds: the middle one's error is halved in two rounds."""
    loop = Propagated(start)
    return Eq(loop.b(2 * t) - Rational(1, 2), (start - Rational(1, 2)) / 2**t)


@claim
def false_rate(start=Reals(), t=Integers(0)):
    """The middle one's error is halved in each round."""
    loop = Propagated(start)
    return Eq(loop.b(2 * t) - Rational(1, 2), (start - Rational(1, 2)) / 4**t)
