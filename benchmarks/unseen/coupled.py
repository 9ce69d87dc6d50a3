"""Two chains of a Langevin algorithm with the same noise; the potential is log cosh."""

from sympy import Abs, Le, sqrt, tanh

from theory import E, Integers, Loop, Noise, Normal, Probability, Reals, claim, coordinate


class Coupled(Loop):
    """x' = x - h tanh x + sqrt(2 h) Z, and the same of y."""

    h: Probability
    a: Reals
    b: Reals
    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": self.a, "y": self.b}

    def step(self, now):
        z = sqrt(2 * self.h) * Noise("Z", Normal(0, 1))
        return {k: now[k] - self.h * tanh(now[k]) + z for k in ("x", "y")}


@claim
def true_nearer(h=Probability(), a=Reals(), b=Reals(), t=Integers(0)):
    """They are never farther apart than at first."""
    loop = Coupled(h, a, b)
    return Le(E(Abs(loop.x(t) - loop.y(t))), Abs(a - b))


@claim
def false_nearer(h=Probability(), a=Reals(), b=Reals(), t=Integers(0)):
    """They come nearer by 1 - h a step."""
    loop = Coupled(h, a, b)
    return Le(E(Abs(loop.x(t) - loop.y(t))), Abs(a - b) * (1 - h) ** t)
