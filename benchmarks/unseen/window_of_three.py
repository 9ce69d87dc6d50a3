"""A sliding window: each model is the mean of the last three batches, n points each, drawn from the models before."""

from sympy import oo, sqrt

from theory import Integers, Limit, Loop, Noise, Normal, Var, claim, coordinate, observable


class Window(Loop):
    """a, b, c: the means of the last three batches; three real ones at the start."""

    n: Integers(1)
    a = coordinate()
    b = coordinate()
    c = coordinate()
    fit = observable(of=lambda loop, now: (now["a"] + now["b"] + now["c"]) / 3)
    initial = {"a": 0, "b": 0, "c": 0}

    def step(self, now):
        fitted = (now["a"] + now["b"] + now["c"]) / 3
        return {"a": fitted + Noise("Z", Normal(0, 1)) / sqrt(self.n), "b": now["a"], "c": now["b"]}


@claim
def true_drift(n=Integers(1), t=Integers(1)):
    """The variance of the model grows by 1/(4n) a generation in the long run."""
    return Limit(Var(Window(n).fit(t)) / t, (t, oo), 1 / (4 * n))


@claim
def false_drift(n=Integers(1), t=Integers(1)):
    """The variance of the model grows by 1/(3n) a generation in the long run: the window is three batches."""
    return Limit(Var(Window(n).fit(t)) / t, (t, oo), 1 / (3 * n))
