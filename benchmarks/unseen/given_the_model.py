"""A scale that is refitted, and what is known of it, given the fit."""

from sympy import Eq, sqrt

from theory import ChiSquare, E, Integers, Loop, Noise, Normal, Positive, Var, claim, coordinate


class Scale(Loop):
    """v' = v Q/n with Q chi-square of n degrees; a draw is from N(0, v)."""

    n: Integers(1)
    v0: Positive
    v = coordinate(positive=True)

    @property
    def initial(self):
        return {"v": self.v0}

    def step(self, now):
        return {"v": now["v"] * Noise("Q", ChiSquare(self.n)) / self.n}

    def emit(self, state, index):
        return sqrt(state["v"]) * Noise(f"X{index}", Normal(0, 1))


@claim
def true_martingale(n=Integers(1), v0=Positive(), t=Integers(0)):
    """Given the model, the next variance is that of the model in the mean: of what is then known the mean square is the same."""
    loop = Scale(n, v0)
    return Eq(E(E(loop.v(t + 1), given=loop.model(t)) ** 2), E(loop.v(t) ** 2))


@claim
def false_martingale(n=Integers(1), v0=Positive(), t=Integers(0)):
    """Given the model, the next variance is less by 1 - 1/n in the mean."""
    loop = Scale(n, v0)
    return Eq(E(E(loop.v(t + 1), given=loop.model(t)) ** 2), (1 - 1 / n) ** 2 * E(loop.v(t) ** 2))


@claim
def true_spread(n=Integers(1), v0=Positive(), t=Integers(0)):
    """Given the model, the next variance has the variance 2 v^2/n."""
    loop = Scale(n, v0)
    return Eq(E(Var(loop.v(t + 1), given=loop.model(t))), 2 * E(loop.v(t) ** 2) / n)


@claim
def true_kurtosis(n=Integers(1), v0=Positive(), t=Integers(0)):
    """A draw of generation t has the fourth moment 3 v0^2 (1 + 2/n)^t."""
    return Eq(E(Scale(n, v0).draw(t) ** 4), 3 * v0**2 * (1 + 2 / n) ** t)


@claim
def false_kurtosis(n=Integers(1), v0=Positive(), t=Integers(0)):
    """3 v0^2 (1 + 3/n)^t."""
    return Eq(E(Scale(n, v0).draw(t) ** 4), 3 * v0**2 * (1 + 3 / n) ** t)
