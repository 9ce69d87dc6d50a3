"""The noisy voter model: N users copy each other and bots that never change their mind."""

from sympy import Eq, Symbol, oo

from theory import E, Finite, Integers, Limit, Loop, Noise, Var, claim, coordinate

t = Symbol("t", integer=True, nonnegative=True)


class Voters(Loop):
    """In a step one user copies one of the N - 1 others, of a bots for and of b bots against; all start against."""

    N: Integers(2)
    a: Integers(1)
    b: Integers(1)

    j = coordinate()
    initial = {"j": 0}

    def step(self, now):
        j, pairs = now["j"], self.N * (self.N - 1 + self.a + self.b)
        up = (self.N - j) * (j + self.a) / pairs
        down = j * (self.N - j + self.b) / pairs
        return {"j": j - 1 + Noise("J", Finite((down, 1 - up - down, up)))}


@claim
def true_mean(N=Integers(2), a=Integers(1), b=Integers(1), t=Integers(0)):
    """The mean number of those in favour."""
    z = a + b
    return Eq(E(Voters(N, a, b).j(t)), N * a / z * (1 - (1 - z / (N * (N - 1 + z))) ** t))


@claim
def false_mean(N=Integers(2), a=Integers(1), b=Integers(1), t=Integers(0)):
    """A user that may copy itself."""
    z = a + b
    return Eq(E(Voters(N, a, b).j(t)), N * a / z * (1 - (1 - z / (N * (N + z))) ** t))


@claim
def true_stationary_variance(N=Integers(2), a=Integers(1), b=Integers(1)):
    """In the end the number is beta-binomial."""
    z = a + b
    return Limit(Var(Voters(N, a, b).j(t)), (t, oo), N * a * b * (N + z) / (z**2 * (z + 1)))


@claim
def false_stationary_variance(N=Integers(2), a=Integers(1), b=Integers(1)):
    """With one user fewer."""
    z = a + b
    return Limit(Var(Voters(N, a, b).j(t)), (t, oo), N * a * b * (N - 1 + z) / (z**2 * (z + 1)))
