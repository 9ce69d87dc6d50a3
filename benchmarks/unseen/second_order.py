"""An autoregression of order two, run on its own output. Source: textbook, Yule and Walker."""

from sympy import oo

from theory import Integers, Limit, Loop, Noise, Normal, Probability, Var, claim, coordinate


class SecondOrder(Loop):
    """x' = a x + b y + Z, y the x before."""

    a: Probability()
    b: Probability()
    x = coordinate()
    y = coordinate()
    initial = {"x": 0, "y": 0}

    def step(self, now):
        return {"x": self.a * now["x"] + self.b * now["y"] + Noise("Z", Normal(0, 1)), "y": now["x"]}


@claim(where=lambda a, b: a + b < 1)
def true_variance(a=Probability(), b=Probability(), t=Integers(0)):
    """The variance tends to (1 - b)/((1 + b)((1 - b)^2 - a^2))."""
    return Limit(Var(SecondOrder(a, b).x(t)), (t, oo), (1 - b) / ((1 + b) * ((1 - b) ** 2 - a**2)))


@claim(where=lambda a, b: a + b < 1)
def false_variance(a=Probability(), b=Probability(), t=Integers(0)):
    """The variance tends to 1/((1 + b)((1 - b)^2 - a^2))."""
    return Limit(Var(SecondOrder(a, b).x(t)), (t, oo), 1 / ((1 + b) * ((1 - b) ** 2 - a**2)))
