"""Posts that beget posts for two rounds: X' is Poisson of mean m + a X + b (the X before). Source: textbook, INARCH(2)."""

from sympy import oo

from theory import E, Integers, Limit, Loop, Noise, Poisson, Positive, Probability, Var, claim, coordinate


class Cascade(Loop):
    m: Positive
    a: Probability
    b: Probability
    x = coordinate()
    before = coordinate()
    initial = {"x": 0, "before": 0}

    def step(self, now):
        rate = self.m + self.a * now["x"] + self.b * now["before"]
        return {"x": Noise("X", Poisson(rate)), "before": now["x"]}


@claim(where=lambda a, b: a + b < 1)
def true_mean(m=Positive(), a=Probability(), b=Probability(), t=Integers(0)):
    """The mean tends to m/(1 - a - b)."""
    return Limit(E(Cascade(m, a, b).x(t)), (t, oo), m / (1 - a - b))


@claim(where=lambda a, b: a + b < 1)
def false_mean(m=Positive(), a=Probability(), b=Probability(), t=Integers(0)):
    """The mean tends to m/((1 - a)(1 - b))."""
    return Limit(E(Cascade(m, a, b).x(t)), (t, oo), m / ((1 - a) * (1 - b)))


@claim(where=lambda a, b: a + b < 1)
def true_variance(m=Positive(), a=Probability(), b=Probability(), t=Integers(0)):
    """The variance tends to (1 - b)/((1 + b)((1 - b)^2 - a^2)) times the mean."""
    value = m / (1 - a - b) * (1 - b) / ((1 + b) * ((1 - b) ** 2 - a**2))
    return Limit(Var(Cascade(m, a, b).x(t)), (t, oo), value)


@claim(where=lambda a, b: a + b < 1)
def false_variance(m=Positive(), a=Probability(), b=Probability(), t=Integers(0)):
    """The variance tends to 1/(1 - (a + b)^2) times the mean."""
    return Limit(Var(Cascade(m, a, b).x(t)), (t, oo), m / (1 - a - b) / (1 - (a + b) ** 2))
