"""Heavy-ball momentum on a noisy quadratic."""

from sympy import oo

from theory import Integers, Limit, Loop, Noise, Normal, Positive, Reals, Var, claim, coordinate


class HeavyBall(Loop):
    """v' = b v - h (x + Z); x' = x + v'."""

    b: Reals
    h: Positive
    x = coordinate()
    v = coordinate()
    initial = {"x": 0, "v": 0}

    def step(self, now):
        v = self.b * now["v"] - self.h * (now["x"] + Noise("Z", Normal(0, 1)))
        return {"x": now["x"] + v, "v": v}


@claim(where=lambda b, h: h < 2 * (1 + b))
def true_variance(b=Reals(0, 1), h=Positive(), t=Integers(0)):
    """The variance tends to (1 + b) h/((1 - b)(2 (1 + b) - h))."""
    return Limit(Var(HeavyBall(b, h).x(t)), (t, oo), (1 + b) * h / ((1 - b) * (2 * (1 + b) - h)))


@claim(where=lambda b, h: h < 2 * (1 + b))
def false_variance(b=Reals(0, 1), h=Positive(), t=Integers(0)):
    """The variance tends to that of plain SGD at the effective step h/(1 - b)."""
    s = h / (1 - b)
    return Limit(Var(HeavyBall(b, h).x(t)), (t, oo), s / (2 - s))
