"""Weights that drift, as a vector: each fit adds a normal error of covariance I/n."""

from sympy import Eq, eye, sqrt, zeros

from theory import E, Integers, MatrixLoop, Points, claim, normal_vector, vector


class Drifting(MatrixLoop):
    d: int
    n: int
    w = vector("d")

    @property
    def initial(self):
        return {"w": zeros(self.d, 1)}

    def step(self, state):
        return {"w": state["w"] + normal_vector("Z", eye(self.d)) / sqrt(self.n)}


@claim
def true_norm(d=Points(2, 3), n=Integers(1), t=Integers(0)):
    """E |w|^2 = d t/n."""
    w = Drifting(d, n).w(t)
    return Eq(E((w.T * w)[0]), d * t / n)


@claim
def false_norm(d=Points(2, 3), n=Integers(1), t=Integers(0)):
    """E |w|^2 = d (t + 1)/n - 1/n."""
    w = Drifting(d, n).w(t)
    return Eq(E((w.T * w)[0]), (d * t + t) / n)


@claim
def true_fourth(d=Points(2, 3), n=Integers(1), t=Integers(0)):
    """E |w|^4 = d (d + 2) t^2/n^2."""
    w = Drifting(d, n).w(t)
    return Eq(E((w.T * w)[0] ** 2), d * (d + 2) * t**2 / n**2)


@claim
def false_fourth(d=Points(2, 3), n=Integers(1), t=Integers(0)):
    """E |w|^4 = d (d + 1) t^2/n^2."""
    w = Drifting(d, n).w(t)
    return Eq(E((w.T * w)[0] ** 2), d * (d + 1) * t**2 / n**2)
