"""Two pools of N samples, half of all synthetic, that exchange one of each in a round. Source: textbook, Bernoulli, Laplace."""

from sympy import Eq, oo

from theory import Binomial, E, Integers, Limit, Loop, Noise, Var, claim, coordinate


class Exchanged(Loop):
    """k synthetic ones in the first pool, N - k in the second."""

    N: Integers(2)
    k = coordinate()

    @property
    def initial(self):
        return {"k": self.N}

    def step(self, now):
        k, N = now["k"], self.N
        return {"k": k - Noise("out", Binomial(1, k / N)) + Noise("in", Binomial(1, (N - k) / N))}


@claim
def true_mean(N=Integers(2), t=Integers(0)):
    """N/2 + N/2 (1 - 2/N)^t in the mean."""
    return Eq(E(Exchanged(N).k(t)), N / 2 + N / 2 * (1 - 2 / N) ** t)


@claim
def false_mean(N=Integers(2), t=Integers(0)):
    """N/2 + N/2 (1 - 1/N)^t in the mean."""
    return Eq(E(Exchanged(N).k(t)), N / 2 + N / 2 * (1 - 1 / N) ** t)


@claim
def true_variance(N=Integers(2), t=Integers(0)):
    """The variance tends to N^2/(4 (2N - 1))."""
    return Limit(Var(Exchanged(N).k(t)), (t, oo), N**2 / (4 * (2 * N - 1)))


@claim
def false_variance(N=Integers(2), t=Integers(0)):
    """The variance tends to N/8."""
    return Limit(Var(Exchanged(N).k(t)), (t, oo), N / 8)
