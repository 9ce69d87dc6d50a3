"""A user's interest, which what is shown reinforces by 1 + a, with noise."""

from sympy import Abs, Le, oo, pi, sqrt

from theory import E, Integers, Limit, Loop, Noise, Normal, Positive, Prob, Reals, claim, coordinate


class Interest(Loop):
    """A user's interest, which what is shown reinforces by 1 + a, with noise."""

    a: Positive
    x0: Reals

    x = coordinate()

    @property
    def initial(self):
        return {"x": self.x0}

    def step(self, state):
        return {"x": (1 + self.a) * state["x"] + Noise("Z", Normal(0, 1))}


@claim(source="Jiang et al. 1902.10730 (degenerate feedback loops), a linear interest")
def true_degenerates(a=Positive(), x0=Reals(), c=Positive(), t=Integers(1)):
    """Interest is still within c of 0 with probability at most c sqrt(2/(pi t)).

    x_t is normal with variance sum_(k<t) (1+a)^(2k) >= t, so its density is at most 1/sqrt(2 pi t), times the length 2c.
    """
    return Le(Prob(Abs(Interest(a, x0).x(t)) < c), c * sqrt(2 / (pi * t)))


@claim(source="the same for half of the interval")
def false_degenerates(a=Positive(), x0=Reals(), c=Positive(), t=Integers(1)):
    """At most c/sqrt(2 pi t). (False: x0 = 0, t = 1, small c: about 2c/sqrt(2 pi).)"""
    return Le(Prob(Abs(Interest(a, x0).x(t)) < c), c / sqrt(2 * pi * t))


@claim(source="corollary of Jiang et al. 1902.10730")
def true_speed(a=Positive(), x0=Reals(), t=Integers(0)):
    """The mean square grows like (1 + a)^(2t) (x0^2 + 1/(a (a + 2))).

    E x^2 = (1+a)^(2t) x0^2 + ((1+a)^(2t) - 1)/((1+a)^2 - 1), and (1+a)^2 - 1 = a(a+2).
    """
    return Limit(E(Interest(a, x0).x(t) ** 2) / (1 + a) ** (2 * t), (t, oo), x0**2 + 1 / (a * (a + 2)))


@claim(source="the same to first order in a")
def false_speed(a=Positive(), x0=Reals(), t=Integers(0)):
    """Like (1 + a)^(2t) (x0^2 + 1/(2a)). (False: only for small a.)"""
    return Limit(E(Interest(a, x0).x(t) ** 2) / (1 + a) ** (2 * t), (t, oo), x0**2 + 1 / (2 * a))
