"""An autoregression in the plane that turns by an angle: x' = r R x + Z/sqrt n. Source: textbook, VAR(1)."""

from sympy import Eq, cos, oo, sin, sqrt

from theory import Cov, E, Integers, Limit, Loop, Noise, Normal, Probability, Reals, Var, claim, coordinate


class Rotated(Loop):
    """It begins at 0."""

    n: Integers(1)
    r: Probability
    angle: Reals
    x = coordinate()
    y = coordinate()
    initial = {"x": 0, "y": 0}

    def step(self, now):
        c, s = self.r * cos(self.angle), self.r * sin(self.angle)
        x, y = now["x"], now["y"]
        return {
            "x": c * x - s * y + Noise("Z", Normal(0, 1)) / sqrt(self.n),
            "y": s * x + c * y + Noise("W", Normal(0, 1)) / sqrt(self.n),
        }


@claim
def true_length(n=Integers(1), r=Probability(), angle=Reals(), t=Integers(0)):
    """The angle does not matter: E |x|^2 = 2 (1 - r^(2t))/(n (1 - r^2))."""
    loop = Rotated(n, r, angle)
    return Eq(E(loop.x(t) ** 2 + loop.y(t) ** 2), 2 * (1 - r ** (2 * t)) / (n * (1 - r**2)))


@claim
def false_length(n=Integers(1), r=Probability(), angle=Reals(), t=Integers(0)):
    """E |x|^2 = 2 (1 - r^t)/(n (1 - r^2))."""
    loop = Rotated(n, r, angle)
    return Eq(E(loop.x(t) ** 2 + loop.y(t) ** 2), 2 * (1 - r**t) / (n * (1 - r**2)))


@claim
def true_variance(n=Integers(1), r=Probability(), angle=Reals(), t=Integers(0)):
    """Each coordinate has half of it."""
    return Eq(Var(Rotated(n, r, angle).x(t)), (1 - r ** (2 * t)) / (n * (1 - r**2)))


@claim
def true_lag(n=Integers(1), r=Probability(), angle=Reals(), t=Integers(0)):
    """Cov(x(t), y(t + 1)) is r sin(angle) of it."""
    loop = Rotated(n, r, angle)
    return Eq(Cov(loop.x(t), loop.y(t + 1)), r * sin(angle) * (1 - r ** (2 * t)) / (n * (1 - r**2)))


@claim
def false_lag(n=Integers(1), r=Probability(), angle=Reals(), t=Integers(0)):
    """It is r cos(angle) of it."""
    loop = Rotated(n, r, angle)
    return Eq(Cov(loop.x(t), loop.y(t + 1)), r * cos(angle) * (1 - r ** (2 * t)) / (n * (1 - r**2)))


@claim
def true_limit(n=Integers(1), r=Probability(), angle=Reals(), t=Integers(0)):
    """The variance tends to 1/(n (1 - r^2))."""
    return Limit(Var(Rotated(n, r, angle).x(t)), (t, oo), 1 / (n * (1 - r**2)))


@claim
def false_limit(n=Integers(1), r=Probability(), angle=Reals(), t=Integers(0)):
    """It tends to 1/(n (1 - r cos(angle))^2)."""
    return Limit(Var(Rotated(n, r, angle).x(t)), (t, oo), 1 / (n * (1 - r * cos(angle)) ** 2))
