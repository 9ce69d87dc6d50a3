"""Four haplotypes of an infinite population recombine at the rate r. Source: textbook, linkage disequilibrium."""

from sympy import Eq, Rational, oo

from theory import Integers, Limit, Loop, Reals, Simplex, claim, coordinate, observable


class Linkage(Loop):
    """w, x, y, z: the shares of AB, Ab, aB, ab; D = w z - x y."""

    p: Simplex(4)
    r: Reals(0, Rational(1, 2))
    w = coordinate()
    x = coordinate()
    y = coordinate()
    z = coordinate()
    D = observable(of=lambda loop, now: now["w"] * now["z"] - now["x"] * now["y"])

    @property
    def initial(self):
        return {k: self.p[i] for i, k in enumerate("wxyz")}

    def step(self, now):
        w, x, y, z = (now[k] for k in "wxyz")
        lost = self.r * (w * z - x * y)
        return {"w": w - lost, "x": x + lost, "y": y + lost, "z": z - lost}


def first(p):
    return p[0] * p[3] - p[1] * p[2]


@claim
def true_decay(p=Simplex(4), r=Reals(0, Rational(1, 2)), t=Integers(0)):
    """D is lost at the rate 1 - r."""
    return Eq(Linkage(p, r).D(t), (1 - r) ** t * first(p))


@claim
def false_decay(p=Simplex(4), r=Reals(0, Rational(1, 2)), t=Integers(0)):
    """At the rate 1 - 2 r: as correlations would be under free mixing."""
    return Eq(Linkage(p, r).D(t), (1 - 2 * r) ** t * first(p))


@claim
def true_allele(p=Simplex(4), r=Reals(0, Rational(1, 2)), t=Integers(0)):
    """The share of A stays."""
    loop = Linkage(p, r)
    return Eq(loop.w(t) + loop.x(t), p[0] + p[1])


@claim
def true_limit(p=Simplex(4), r=Reals(0, Rational(1, 2)), t=Integers(0)):
    """In the end A and B are independent."""
    return Limit(Linkage(p, r).w(t), (t, oo), (p[0] + p[1]) * (p[0] + p[2]))


@claim
def false_limit(p=Simplex(4), r=Reals(0, Rational(1, 2)), t=Integers(0)):
    """In the end the share of AB is that of A by that of b."""
    return Limit(Linkage(p, r).w(t), (t, oo), (p[0] + p[1]) * (p[1] + p[3]))
