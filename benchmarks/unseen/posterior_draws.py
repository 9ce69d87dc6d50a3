"""A coin is refitted to n of its own tosses by a draw from the posterior, with a uniform prior."""

from sympy import Eq, Rational

from theory import Beta, Binomial, E, Integers, Loop, Noise, Probability, claim, coordinate


class PosteriorDraw(Loop):
    """p' is from Beta(k + 1, n - k + 1), k of n tosses being heads."""

    n: Integers(1)
    p0: Probability

    p = coordinate()

    @property
    def initial(self):
        return {"p": self.p0}

    def step(self, now):
        k = Noise("K", Binomial(self.n, now["p"]))
        return {"p": Noise("P", Beta(k + 1, self.n - k + 1))}


def around(n, p0, rate, t):
    sixth = Rational(1, 6)
    return sixth + (p0 * (1 - p0) - sixth) * rate**t


@claim
def true_diversity(n=Integers(1), p0=Probability(), t=Integers(0)):
    """Diversity does not collapse: it comes to 1/6, that of the prior, by n (n - 1)/((n + 2)(n + 3)) in every round."""
    p = PosteriorDraw(n, p0).p(t)
    return Eq(E(p * (1 - p)), around(n, p0, n * (n - 1) / ((n + 2) * (n + 3)), t))


@claim
def false_diversity(n=Integers(1), p0=Probability(), t=Integers(0)):
    """By (n/(n + 2))^2, the square of what the mean keeps."""
    p = PosteriorDraw(n, p0).p(t)
    return Eq(E(p * (1 - p)), around(n, p0, (n / (n + 2)) ** 2, t))
