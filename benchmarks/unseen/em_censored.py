"""EM for waiting times, k of which are censored: to these the mean is added (Dempster et al. 1977)."""

from sympy import Eq, oo

from theory import Integers, Limit, Loop, Positive, claim, coordinate


class Censored(Loop):
    """n exponential waiting times, of total length S as far as they were seen; mean is the fitted mean."""

    n: Integers(1)
    k: Integers(0)
    S: Positive
    start: Positive

    mean = coordinate()

    @property
    def initial(self):
        return {"mean": self.start}

    def step(self, now):
        return {"mean": (self.S + self.k * now["mean"]) / self.n}


@claim(where=lambda n, k: k < n)
def true_fit(n=Integers(1), k=Integers(0), S=Positive(), start=Positive(), t=Integers(0)):
    """It converges to S/(n - k), at the rate of the censored share."""
    loop, end = Censored(n, k, S, start), S / (n - k)
    return Eq(loop.mean(t) - end, (k / n) ** t * (start - end))


@claim(where=lambda n, k: k < n)
def false_fit(n=Integers(1), k=Integers(0), S=Positive(), start=Positive(), t=Integers(0)):
    """To S/n, as if the waiting had ended where it was cut."""
    return Limit(Censored(n, k, S, start).mean(t), (t, oo), S / n)
