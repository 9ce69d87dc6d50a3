"""What the last model knows of the first: a normal mean, drawn from N(0, 1), is refitted to its own n draws, t times."""

from sympy import Eq, log

from theory import Cov, Integers, Loop, Noise, Normal, Var, claim, coordinate


class Refitted(Loop):
    n: Integers(1)

    mu = coordinate()
    initial = {"mu": Noise("M", Normal(0, 1))}

    def step(self, now):
        return {"mu": now["mu"] + Noise("Z", Normal(0, 1 / self.n))}


def information(n, t):
    """Mutual information of two normal variables, in nats."""
    mu = Refitted(n).mu
    return -log(1 - Cov(mu(0), mu(t)) ** 2 / (Var(mu(0)) * Var(mu(t)))) / 2


@claim
def true_information(n=Integers(1), t=Integers(1)):
    """log(1 + n/t)/2: the capacity of a channel with the noise t/n."""
    return Eq(information(n, t), log(1 + n / t) / 2)


@claim
def false_information(n=Integers(1), t=Integers(1)):
    """log(1 + n)/(2t), as if every fit lost the same share."""
    return Eq(information(n, t), log(1 + n) / (2 * t))
