"""A chain of kernel density estimates: one draw from the last, and three points redrawn and jittered."""

from sympy import Eq, Piecewise, Rational, oo

from theory import E, Finite, Integers, Limit, Loop, Noise, Normal, Positive, Var, claim, coordinate

THIRD = Rational(1, 3)


class Three(Loop):
    """Three standard normal points; each new one is a copy of one of them plus h Z."""

    h: Positive
    x = coordinate()
    y = coordinate()
    z = coordinate()

    @property
    def initial(self):
        return {name: Noise("S" + name, Normal(0, 1)) for name in ("x", "y", "z")}

    def step(self, now):
        out = {}
        for name in ("x", "y", "z"):
            pick = Noise("J" + name, Finite((THIRD, THIRD, THIRD)))
            old = Piecewise((now["x"], Eq(pick, 0)), (now["y"], Eq(pick, 1)), (now["z"], True))
            out[name] = old + self.h * Noise("Z" + name, Normal(0, 1))
        return out


def spread(loop, t):
    """The variance of the three, divided by 3."""
    x, y, z = loop.x(t), loop.y(t), loop.z(t)
    return ((x - y) ** 2 + (y - z) ** 2 + (z - x) ** 2) / 9


@claim
def true_spread(h=Positive(), t=Integers(0)):
    """E s^2 = 2 h^2 + (2/3)^t (2/3 - 2 h^2)."""
    return Eq(E(spread(Three(h), t)), 2 * h**2 + Rational(2, 3) ** t * (Rational(2, 3) - 2 * h**2))


@claim
def false_spread(h=Positive(), t=Integers(0)):
    """E s^2 = 3 h^2 + (2/3)^t (2/3 - 3 h^2)."""
    return Eq(E(spread(Three(h), t)), 3 * h**2 + Rational(2, 3) ** t * (Rational(2, 3) - 3 * h**2))


@claim
def true_total(h=Positive(), t=Integers(0)):
    """A point of the chain has the variance 1 + t h^2."""
    return Eq(Var(Three(h).x(t)), 1 + t * h**2)


@claim
def false_end(h=Positive(), t=Integers(0)):
    """The spread tends to 0: kernels only slow the collapse."""
    return Limit(E(spread(Three(h), t)), (t, oo), 0)
