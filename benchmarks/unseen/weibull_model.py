"""A Weibull law of unknown shape and scale is retrained by maximum likelihood, with lam synthetic points for each real one."""

from sympy import Eq, Lt, log

from theory import Exponential, LikelihoodLoop, Parameter, Points, Positive, claim


class Weibull(LikelihoodLoop):
    """The density (k/s) (x/s)^(k - 1) exp(-(x/s)^k)."""

    k: Parameter(Positive())
    s: Parameter(Positive())
    support = Positive()

    def log_density(self, x):
        return log(self.k / self.s) + (self.k - 1) * log(x / self.s) - (x / self.s) ** self.k


@claim
def true_rate(lam=Points(1, 3)):
    """On exponential data, which are Weibull with k = 1, the rate is lam/(1 + lam)."""
    return Eq(Weibull(Exponential(1), lam).rate, lam / (1 + lam))


@claim
def false_rate(lam=Points(1, 3)):
    """It is 1.02 times as much."""
    return Eq(Weibull(Exponential(1), lam).rate, 1.02 * lam / (1 + lam))


@claim
def true_stable(lam=Positive()):
    """It is stable whatever lam is."""
    return Lt(Weibull(Exponential(1), lam).rate, 1)


@claim
def false_stable(lam=Positive()):
    """The rate is below 1/2 whatever lam is."""
    return Lt(Weibull(Exponential(1), lam).rate, 1 / 2)
