"""Extragradient on the bilinear game x y: each player moves along the gradient of where both would be (Korpelevich 1976)."""

from sympy import Eq

from theory import Integers, Loop, Probability, Reals, claim, coordinate


class Extragradient(Loop):
    """Both players look a step h ahead."""

    h: Probability
    x0: Reals
    y0: Reals

    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": self.x0, "y": self.y0}

    def step(self, now):
        ahead_x, ahead_y = now["x"] - self.h * now["y"], now["y"] + self.h * now["x"]
        return {"x": now["x"] - self.h * ahead_y, "y": now["y"] + self.h * ahead_x}


@claim
def true_norm(h=Probability(), x0=Reals(), y0=Reals(), t=Integers(0)):
    """The squared distance from the equilibrium falls by 1 - h^2 + h^4."""
    loop = Extragradient(h, x0, y0)
    return Eq(loop.x(t) ** 2 + loop.y(t) ** 2, (1 - h**2 + h**4) ** t * (x0**2 + y0**2))


@claim
def false_norm(h=Probability(), x0=Reals(), y0=Reals(), t=Integers(0)):
    """By 1 - h^2."""
    loop = Extragradient(h, x0, y0)
    return Eq(loop.x(t) ** 2 + loop.y(t) ** 2, (1 - h**2) ** t * (x0**2 + y0**2))
