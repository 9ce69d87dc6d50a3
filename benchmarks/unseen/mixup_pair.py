"""Mixup, on its own output: two points are replaced by two of their mixtures, with weights from Beta(a, a)."""

from sympy import Eq

from theory import Beta, E, Integers, Loop, Noise, Positive, claim, coordinate


class Mixup(Loop):
    """x' = L x + (1 - L) y, y' = M x + (1 - M) y."""

    a: Positive

    x = coordinate()
    y = coordinate()
    initial = {"x": 1, "y": 0}

    def step(self, now):
        x, y = now["x"], now["y"]
        first, second = Noise("L", Beta(self.a, self.a)), Noise("M", Beta(self.a, self.a))
        return {"x": first * x + (1 - first) * y, "y": second * x + (1 - second) * y}


@claim
def true_distance(a=Positive(), t=Integers(0)):
    """The mean squared distance falls by 1/(2(2a + 1)) in every round."""
    loop = Mixup(a)
    return Eq(E((loop.x(t) - loop.y(t)) ** 2), (2 * (2 * a + 1)) ** -t)


@claim
def false_distance(a=Positive(), t=Integers(0)):
    """By the variance of one weight, 1/(4(2a + 1))."""
    loop = Mixup(a)
    return Eq(E((loop.x(t) - loop.y(t)) ** 2), (4 * (2 * a + 1)) ** -t)
