"""All data are kept, but each model is fitted to n points drawn from them (Kazdan et al. 2410.16713), in the Gaussian case."""

from sympy import oo, pi, sqrt

from theory import CLOCK, Integers, Limit, Loop, Noise, Normal, Var, claim, coordinate


class Subsampled(Loop):
    """pool: the mean of all batches so far, the first one real; fit: the mean of n points from the pool."""

    n: Integers(1)

    pool = coordinate()
    fit = coordinate()

    @property
    def initial(self):
        return {"pool": Noise("R", Normal(0, 1 / self.n)), "fit": 0}

    def step(self, now):
        model = now["pool"] + Noise("A", Normal(0, 1)) / sqrt(self.n)
        batch = model + Noise("B", Normal(0, 1)) / sqrt(self.n)
        return {"fit": model, "pool": (CLOCK * now["pool"] + batch) / (CLOCK + 1)}


@claim
def true_limit(n=Integers(1), t=Integers(1)):
    """The model's variance tends to pi^2/(3 n), twice that of accumulation alone."""
    return Limit(Var(Subsampled(n).fit(t)), (t, oo), pi**2 / (3 * n))


@claim
def false_limit(n=Integers(1), t=Integers(1)):
    """It tends to (pi^2/6 + 1)/n: the subsample is drawn once more, at the end."""
    return Limit(Var(Subsampled(n).fit(t)), (t, oo), (pi**2 / 6 + 1) / n)
