"""Two models learn from each other: each moves the share a towards the other one, and is fitted to n draws."""

from sympy import Lt, oo, sqrt

from theory import E, Integers, Limit, Loop, Noise, Normal, Probability, Var, claim, coordinate


class Codistilled(Loop):
    n: Integers(1)
    a: Probability
    x = coordinate()
    y = coordinate()
    initial = {"x": 0, "y": 0}

    def step(self, now):
        x, y = now["x"], now["y"]
        noise = {name: Noise(name, Normal(0, 1)) / sqrt(self.n) for name in ("X", "Y")}
        return {"x": (1 - self.a) * x + self.a * y + noise["X"], "y": (1 - self.a) * y + self.a * x + noise["Y"]}


@claim
def true_apart(n=Integers(1), a=Probability(), t=Integers(0)):
    """Their mean square distance tends to 1/(2 n a (1 - a))."""
    loop = Codistilled(n, a)
    return Limit(E((loop.x(t) - loop.y(t)) ** 2), (t, oo), 1 / (2 * n * a * (1 - a)))


@claim
def false_apart(n=Integers(1), a=Probability(), t=Integers(0)):
    """Their mean square distance tends to 1/(n a (2 - a))."""
    loop = Codistilled(n, a)
    return Limit(E((loop.x(t) - loop.y(t)) ** 2), (t, oo), 1 / (n * a * (2 - a)))


@claim
def true_slower(n=Integers(1), a=Probability(), t=Integers(2)):
    """Together they drift less than alone: Var x < t/n."""
    return Lt(Var(Codistilled(n, a).x(t)), t / n)


@claim
def false_slower(n=Integers(1), a=Probability(), t=Integers(1)):
    """Together they drift less than alone, from the first fit on."""
    return Lt(Var(Codistilled(n, a).x(t)), t / n)
