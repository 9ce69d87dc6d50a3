"""Random coordinate descent on (x^2 + 2 c x y + y^2)/2. Source: Nesterov."""

from sympy import Eq, Le, Piecewise, Rational

from theory import Binomial, E, Integers, Loop, Noise, Probability, Reals, claim, coordinate, observable


class Descent(Loop):
    """One of the coordinates is put where f is least."""

    c: Probability
    x0: Reals
    y0: Reals
    x = coordinate()
    y = coordinate()
    f = observable(of=lambda loop, now: (now["x"] ** 2 + 2 * loop.c * now["x"] * now["y"] + now["y"] ** 2) / 2)

    @property
    def initial(self):
        return {"x": self.x0, "y": self.y0}

    def step(self, now):
        x, y = now["x"], now["y"]
        first = Eq(Noise("coin", Binomial(1, Rational(1, 2))), 1)
        return {"x": Piecewise((-self.c * y, first), (x, True)), "y": Piecewise((y, first), (-self.c * x, True))}


@claim
def true_exact(c=Probability(), x0=Reals(), y0=Reals(), t=Integers(1)):
    """E f = (1 - c^2) (x0^2 + y0^2)/4 ((1 + c^2)/2)^(t - 1)."""
    return Eq(E(Descent(c, x0, y0).f(t)), (1 - c**2) * (x0**2 + y0**2) / 4 * ((1 + c**2) / 2) ** (t - 1))


@claim
def false_exact(c=Probability(), x0=Reals(), y0=Reals(), t=Integers(1)):
    """E f = (1 - c^2) (x0^2 + y0^2)/4 ((1 + c^2)/2)^t."""
    return Eq(E(Descent(c, x0, y0).f(t)), (1 - c**2) * (x0**2 + y0**2) / 4 * ((1 + c**2) / 2) ** t)


@claim
def true_bound(c=Probability(), x0=Reals(), y0=Reals(), t=Integers(0)):
    """E f falls by (1 + c)/2 a step at least."""
    loop = Descent(c, x0, y0)
    return Le(E(loop.f(t)), ((1 + c) / 2) ** t * (x0**2 + 2 * c * x0 * y0 + y0**2) / 2)


@claim
def false_bound(c=Probability(), x0=Reals(), y0=Reals(), t=Integers(0)):
    """E f falls by c a step at least."""
    loop = Descent(c, x0, y0)
    return Le(E(loop.f(t)), c**t * (x0**2 + 2 * c * x0 * y0 + y0**2) / 2)


@claim
def true_falls(c=Probability(), x0=Reals(), y0=Reals(), t=Integers(0)):
    """It never grows."""
    loop = Descent(c, x0, y0)
    return Le(E(loop.f(t + 1)), E(loop.f(t)))


@claim
def false_falls(c=Probability(), x0=Reals(), y0=Reals(), t=Integers(0)):
    """It is cut to a third."""
    loop = Descent(c, x0, y0)
    return Le(E(loop.f(t + 1)), E(loop.f(t)) / 3)
