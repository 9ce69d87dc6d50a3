"""Three modes, refitted to n draws: the product of their shares."""

from sympy import Eq

from theory import E, Integers, Loop, Multinomial, Probability, Simplex, claim, coordinate, counts


class Modes(Loop):
    n: Integers(1)
    p0: Probability()
    q0: Probability()
    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": self.p0, "y": self.q0}

    def step(self, now):
        x, y = now["x"], now["y"]
        a, b, _ = counts("Y", Multinomial(self.n, (x, y, 1 - x - y)))
        return {"x": a / self.n, "y": b / self.n}


@claim
def true_all(n=Integers(1), p=Simplex(3), t=Integers(0)):
    """E x y z decays by (1 - 1/n)(1 - 2/n)."""
    loop = Modes(n, p[0], p[1])
    x, y = loop.x(t), loop.y(t)
    return Eq(E(x * y * (1 - x - y)), p[0] * p[1] * p[2] * ((1 - 1 / n) * (1 - 2 / n)) ** t)


@claim
def false_all(n=Integers(1), p=Simplex(3), t=Integers(0)):
    """E x y z decays by (1 - 1/n)^2."""
    loop = Modes(n, p[0], p[1])
    x, y = loop.x(t), loop.y(t)
    return Eq(E(x * y * (1 - x - y)), p[0] * p[1] * p[2] * (1 - 1 / n) ** (2 * t))
