"""A covariance that is refitted to n of its own draws: the powers of its spectrum."""

from sympy import Eq, eye, sqrt

from theory import E, Integers, MatrixLoop, Points, bartlett, claim, matrix


class Refitted(MatrixLoop):
    """The unbiased covariance of n draws, each generation."""

    d: int
    n: Integers(4)
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
def true_square(d=Points(2, 3), n=Integers(4), t=Integers(0)):
    """E tr S^2 = (d (d + 2)(1 + 2/(n - 1))^t - d (d - 1)(1 - 1/(n - 1))^t)/3."""
    S = covariance(d, n, t)
    found = (d * (d + 2) * (1 + 2 / (n - 1)) ** t - d * (d - 1) * (1 - 1 / (n - 1)) ** t) / 3
    return Eq(E((S * S).trace()), found)


@claim
def false_square(d=Points(2, 3), n=Integers(4), t=Integers(0)):
    """E tr S^2 = d (1 + (d + 1)/(n - 1))^t."""
    S = covariance(d, n, t)
    return Eq(E((S * S).trace()), d * (1 + (d + 1) / (n - 1)) ** t)


@claim
def true_volume(n=Integers(4), t=Integers(0)):
    """In two dimensions E det S = ((n - 2)/(n - 1))^t."""
    return Eq(E(covariance(2, n, t).det()), ((n - 2) / (n - 1)) ** t)


@claim
def false_volume(n=Integers(4), t=Integers(0)):
    """In two dimensions E det S = ((n - 2)/n)^t."""
    return Eq(E(covariance(2, n, t).det()), ((n - 2) / n) ** t)
