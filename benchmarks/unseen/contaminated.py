"""A web of N real pages gets g synthetic ones a generation."""

from sympy import Eq, oo

from theory import Integers, Limit, Loop, Positive, claim, coordinate


class Web(Loop):
    """r: the share of real pages."""

    N: Positive
    g: Positive
    r = coordinate()
    size = coordinate()

    @property
    def initial(self):
        return {"r": 1, "size": self.N}

    def step(self, now):
        return {"r": now["r"] * now["size"] / (now["size"] + self.g), "size": now["size"] + self.g}


@claim
def true_share(N=Positive(), g=Positive(), t=Integers(0)):
    """N/(N + g t) are real."""
    return Eq(Web(N, g).r(t), N / (N + g * t))


@claim
def false_share(N=Positive(), g=Positive(), t=Integers(0)):
    """(N/(N + g))^t are real."""
    return Eq(Web(N, g).r(t), (N / (N + g)) ** t)


@claim
def true_end(N=Positive(), g=Positive(), t=Integers(0)):
    """In the end none is."""
    return Limit(Web(N, g).r(t), (t, oo), 0)
