"""Gradient descent and ascent on the bilinear game x y: together it spirals out, in turns it stays on an ellipse."""

from sympy import Eq

from theory import Integers, Loop, Positive, Reals, claim, coordinate


class Together(Loop):
    """Both players move at once."""

    h: Positive
    x0: Reals
    y0: Reals

    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": self.x0, "y": self.y0}

    def step(self, now):
        return {"x": now["x"] - self.h * now["y"], "y": now["y"] + self.h * now["x"]}


class InTurns(Loop):
    """The second player sees the first one's move."""

    h: Positive
    x0: Reals
    y0: Reals

    x = coordinate()
    y = coordinate()

    @property
    def initial(self):
        return {"x": self.x0, "y": self.y0}

    def step(self, now):
        x = now["x"] - self.h * now["y"]
        return {"x": x, "y": now["y"] + self.h * x}


@claim
def true_spiral(h=Positive(), x0=Reals(), y0=Reals(), t=Integers(0)):
    """The squared distance from the equilibrium grows by 1 + h^2 a step."""
    loop = Together(h, x0, y0)
    return Eq(loop.x(t) ** 2 + loop.y(t) ** 2, (1 + h**2) ** t * (x0**2 + y0**2))


@claim
def false_spiral(h=Positive(), x0=Reals(), y0=Reals(), t=Integers(0)):
    """Half of it, as in the distance itself for small steps."""
    loop = Together(h, x0, y0)
    return Eq(loop.x(t) ** 2 + loop.y(t) ** 2, (1 + h**2 / 2) ** (2 * t) * (x0**2 + y0**2))


@claim
def true_ellipse(h=Positive(), x0=Reals(), y0=Reals(), t=Integers(0)):
    """x^2 + y^2 - h x y never changes, whatever the step size."""
    loop = InTurns(h, x0, y0)
    x, y = loop.x(t), loop.y(t)
    return Eq(x**2 + y**2 - h * x * y, x0**2 + y0**2 - h * x0 * y0)


@claim
def false_ellipse(h=Positive(), x0=Reals(), y0=Reals(), t=Integers(0)):
    """With the other sign."""
    loop = InTurns(h, x0, y0)
    x, y = loop.x(t), loop.y(t)
    return Eq(x**2 + y**2 + h * x * y, x0**2 + y0**2 + h * x0 * y0)
