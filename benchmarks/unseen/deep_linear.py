"""A random linear network of width d, one layer a generation: w' = G w/sqrt d. Source: textbook, products of random matrices."""

from sympy import Eq, Matrix, digamma, log, sqrt

from theory import E, Integers, MatrixLoop, Noise, Normal, Points, claim, vector


class Deep(MatrixLoop):
    """The entries of G are standard normal; it begins with a unit vector."""

    d: int
    w = vector("d")

    @property
    def initial(self):
        return {"w": Matrix(self.d, 1, lambda i, j: 1 if i == 0 else 0)}

    def step(self, state):
        G = Matrix(self.d, self.d, lambda i, j: Noise(f"G{i}{j}", Normal(0, 1)))
        return {"w": G * state["w"] / sqrt(self.d)}


def square(d, t):
    w = Deep(d).w(t)
    return (w.T * w)[0]


@claim
def true_kept(d=Points(2, 3), t=Integers(0)):
    """The mean square of the length is kept."""
    return Eq(E(square(d, t)), 1)


@claim
def true_fourth(d=Points(2, 3), t=Integers(0)):
    """E |w|^4 grows like (1 + 2/d)^t."""
    return Eq(E(square(d, t) ** 2), (1 + 2 / d) ** t)


@claim
def false_fourth(d=Points(2, 3), t=Integers(0)):
    """Like (1 + 1/d)^t."""
    return Eq(E(square(d, t) ** 2), (1 + 1 / d) ** t)


@claim
def true_typical(d=Points(2, 3), t=Integers(0)):
    """The typical length shrinks: E log |w|^2 = t (psi(d/2) + log(2/d))."""
    return Eq(E(log(square(d, t))), t * (digamma(d / 2) + log(2 / d)))


@claim
def false_typical(d=Points(2, 3), t=Integers(0)):
    """E log |w|^2 = -t/d."""
    return Eq(E(log(square(d, t))), -t / d)
