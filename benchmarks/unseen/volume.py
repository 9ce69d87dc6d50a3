"""A covariance matrix refitted to n draws: its determinant, the volume. Source: textbook, Wishart matrices."""

from sympy import Eq, eye, sqrt

from theory import E, Integers, MatrixLoop, Points, bartlett, claim, matrix


class Refitted(MatrixLoop):
    d: int
    n: Integers(2)
    root = matrix("d", "d", form="lower")

    @property
    def initial(self):
        return {"root": eye(self.d)}

    def step(self, state):
        return {"root": state["root"] * bartlett("T", self.n - 1, self.d) / sqrt(self.n - 1)}


def covariance(d, n, t):
    root = Refitted(d, n).root(t)
    return root * root.T


@claim
def true_volume(n=Integers(4), t=Integers(0)):
    """In the plane the mean determinant falls by (n - 2)/(n - 1)."""
    return Eq(E(covariance(2, n, t).det()), ((n - 2) / (n - 1)) ** t)


@claim
def false_volume(n=Integers(4), t=Integers(0)):
    """By (n - 1)/n."""
    return Eq(E(covariance(2, n, t).det()), ((n - 1) / n) ** t)


@claim
def true_space(n=Integers(5), t=Integers(0)):
    """In space by (n - 2)(n - 3)/(n - 1)^2."""
    return Eq(E(covariance(3, n, t).det()), ((n - 2) * (n - 3) / (n - 1) ** 2) ** t)


@claim
def false_space(n=Integers(5), t=Integers(0)):
    """In space by ((n - 2)/(n - 1))^2."""
    return Eq(E(covariance(3, n, t).det()), ((n - 2) / (n - 1)) ** (2 * t))


@claim
def true_trace(d=Points(2, 3), n=Integers(5), t=Integers(0)):
    """The trace is the same in the mean."""
    return Eq(E(covariance(d, n, t).trace()), d)
