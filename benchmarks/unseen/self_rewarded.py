"""A model x is its own judge: the judge's bias b grows with the model, and the model follows target and bias."""

from sympy import oo

from theory import Integers, Limit, Loop, Probability, claim, coordinate


class SelfRewarded(Loop):
    """x' = (1 - h) x + h (1 + b), b' = r b + k x."""

    h: Probability
    r: Probability
    k: Probability
    x = coordinate()
    b = coordinate()
    initial = {"x": 0, "b": 0}

    def step(self, now):
        x, b = now["x"], now["b"]
        return {"x": (1 - self.h) * x + self.h * (1 + b), "b": self.r * b + self.k * x}


@claim(where=lambda r, k: r + k < 1)
def true_limit(h=Probability(), r=Probability(), k=Probability(), t=Integers(0)):
    """While r + k < 1 the model settles at (1 - r)/(1 - r - k): beyond its target."""
    return Limit(SelfRewarded(h, r, k).x(t), (t, oo), (1 - r) / (1 - r - k))


@claim(where=lambda r, k: r + k < 1)
def false_limit(h=Probability(), r=Probability(), k=Probability(), t=Integers(0)):
    """It settles at 1/(1 - r - k)."""
    return Limit(SelfRewarded(h, r, k).x(t), (t, oo), 1 / (1 - r - k))
