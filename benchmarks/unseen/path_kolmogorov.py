"""How far a refitted mean has ever been from the truth (Kolmogorov)."""

from sympy import Abs, Le, Symbol, exp, sqrt

from theory import Integers, Loop, Noise, Normal, PathMax, Positive, Prob, claim, coordinate

s = Symbol("s", integer=True, nonnegative=True)


class RefittedMean(Loop):
    """The mean of N(mu, 1), fitted to n draws from the model before."""

    n: Integers(1)

    mu = coordinate()
    initial = {"mu": 0}

    def step(self, now):
        return {"mu": now["mu"] + Noise("Z", Normal(0, 1)) / sqrt(self.n)}


@claim
def true_kolmogorov(n=Integers(1), t=Integers(1), a=Positive()):
    """That it was ever further than a away."""
    mu = RefittedMean(n).mu
    return Le(Prob(PathMax(Abs(mu(s)), (s, 0, t)) >= a), t / (n * a**2))


@claim
def false_kolmogorov(n=Integers(1), t=Integers(1), a=Positive()):
    """A Gaussian tail without the factor 2 for the two sides, which holds at a single time."""
    mu = RefittedMean(n).mu
    return Le(Prob(PathMax(Abs(mu(s)), (s, 0, t)) >= a), exp(-n * a**2 / (2 * t)))
