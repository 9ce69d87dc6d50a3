"""Three kinds of text, three texts a generation, drawn with replacement: when is the first kind lost? Source: enumeration."""

from sympy import And, Eq, Gt, Lt, Rational

from theory import E, HittingTime, Integers, Loop, Multinomial, Prob, Simplex, claim, coordinate, counts


class Kinds(Loop):
    """x and y are the shares of two kinds; three texts."""

    p: Simplex(3)
    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": self.p[0], "y": self.p[1]}

    def step(self, now):
        x, y = now["x"], now["y"]
        a, b, _ = counts("N", Multinomial(3, (x, y, 1 - x - y)))
        return {"x": a / 3, "y": b / 3}


def all_alive(p, t):
    loop = Kinds(p)
    return Prob(And(Gt(loop.x(t), 0), Gt(loop.y(t), 0), Lt(loop.x(t) + loop.y(t), 1)))


@claim
def true_alive(p=Simplex(3), t=Integers(1)):
    """All kinds are there with probability 6 p q r (2/9)^(t - 1)."""
    return Eq(all_alive(p, t), 6 * p[0] * p[1] * p[2] * Rational(2, 9) ** (t - 1))


@claim
def false_alive(p=Simplex(3), t=Integers(1)):
    """With probability 6 p q r (2/9)^t."""
    return Eq(all_alive(p, t), 6 * p[0] * p[1] * p[2] * Rational(2, 9) ** t)


@claim
def true_time(p=Simplex(3)):
    """The first kind is lost after 1 + 54/7 p q r generations in the mean."""
    loop = Kinds(p)
    lost = HittingTime(lambda s: Eq(loop.x(s) * loop.y(s) * (1 - loop.x(s) - loop.y(s)), 0))
    return Eq(E(lost), 1 + Rational(54, 7) * p[0] * p[1] * p[2])


@claim
def false_time(p=Simplex(3)):
    """After 1 + 6 p q r generations."""
    loop = Kinds(p)
    lost = HittingTime(lambda s: Eq(loop.x(s) * loop.y(s) * (1 - loop.x(s) - loop.y(s)), 0))
    return Eq(E(lost), 1 + 6 * p[0] * p[1] * p[2])


@claim
def true_martingale(p=Simplex(3), t=Integers(0)):
    """No kind is favoured."""
    return Eq(E(Kinds(p).x(t)), p[0])
