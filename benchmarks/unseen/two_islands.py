"""Two models, each drawn n times from a mixture of both: a share m is the other one's."""

from sympy import oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Probability, claim, coordinate


class Islands(Loop):
    n: Integers(1)
    m: Probability()
    p: Probability()
    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": self.p, "y": self.p}

    def step(self, now):
        x, y, m, n = now["x"], now["y"], self.m, self.n
        return {
            "x": Noise("A", Binomial(n, (1 - m) * x + m * y)) / n,
            "y": Noise("B", Binomial(n, (1 - m) * y + m * x)) / n,
        }


@claim
def true_same(n=Integers(1), m=Probability(), p=Probability(), t=Integers(0)):
    """In the end both have collapsed onto the same symbol: E x y tends to p."""
    loop = Islands(n, m, p)
    return Limit(E(loop.x(t) * loop.y(t)), (t, oo), p)


@claim
def false_same(n=Integers(1), m=Probability(), p=Probability(), t=Integers(0)):
    """In the end both have collapsed, each by itself: E x y tends to p^2."""
    loop = Islands(n, m, p)
    return Limit(E(loop.x(t) * loop.y(t)), (t, oo), p**2)
