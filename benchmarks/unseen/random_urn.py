"""An urn gets a random number of balls of the colour that was drawn, on the average as many as it takes to grow by one."""

from sympy import Eq

from theory import Binomial, E, Integers, Loop, Noise, claim, coordinate


class RandomUrn(Loop):
    """Share x of white; a draw adds weight 1/(k + 2) of its colour, where the urn has begun with one of each."""

    x = coordinate()
    size = coordinate()
    initial = {"x": 1 / 2, "size": 2}

    def step(self, now):
        white = Noise("W", Binomial(1, now["x"]))
        return {"x": (now["x"] * now["size"] + white) / (now["size"] + 1), "size": now["size"] + 1}


@claim
def true_fair(t=Integers(0)):
    """The mean share stays 1/2."""
    return Eq(E(RandomUrn().x(t)), 1 / 2)


@claim
def true_second(t=Integers(0)):
    """The second moment is that of a uniform law in the limit: (2t + 3)/(6 (t + 2))."""
    return Eq(E(RandomUrn().x(t) ** 2), (2 * t + 3) / (6 * (t + 2)))


@claim
def false_second(t=Integers(0)):
    """The second moment is (t + 1)/(3 (t + 2)) + 1/12."""
    return Eq(E(RandomUrn().x(t) ** 2), (t + 1) / (3 * (t + 2)) + 1 / 12)
