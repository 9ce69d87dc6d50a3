"""Two texts of a generation are the same if their sources are, and none of them was written anew (Kimura and Crow 1964)."""

from sympy import oo

from theory import Integers, Limit, Loop, Probability, claim, coordinate


class Identity(Loop):
    """N texts are copied from N texts at random; each is written anew with probability u. All the same at first."""

    N: Integers(1)
    u: Probability

    F = coordinate()
    initial = {"F": 1}

    def step(self, now):
        return {"F": (1 - self.u) ** 2 * (1 / self.N + (1 - 1 / self.N) * now["F"])}


@claim
def true_identity(N=Integers(1), u=Probability(), t=Integers(0)):
    """In the end two are the same with probability (1 - u)^2/(N - (N - 1)(1 - u)^2)."""
    return Limit(Identity(N, u).F(t), (t, oo), (1 - u) ** 2 / (N - (N - 1) * (1 - u) ** 2))


@claim
def false_identity(N=Integers(1), u=Probability(), t=Integers(0)):
    """With probability 1/(1 + 2 N u), which is right for small u only."""
    return Limit(Identity(N, u).F(t), (t, oo), 1 / (1 + 2 * N * u))
