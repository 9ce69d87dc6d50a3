"""A negative binomial law with r = 2 is retrained on Poisson counts and its own."""

from sympy import Eq, Lt, Rational, log, loggamma

from theory import LikelihoodLoop, Naturals, Parameter, Points, Poisson, Positive, claim


class NegativeBinomial(LikelihoodLoop):
    """Counts with the mean m and the variance m + m^2/r."""

    r: Positive
    m: Parameter(Positive())
    support = Naturals()

    def log_density(self, x):
        r, m = self.r, self.m
        return loggamma(x + r) - loggamma(r) - loggamma(x + 1) + r * log(r / (r + m)) + x * log(m / (r + m))


@claim
def true_best(lam=Points(1, 4)):
    """The best fit to Poisson counts has their mean: H = r/(m (m + r))."""
    return Eq(NegativeBinomial(2, Poisson(3), lam).alpha, Rational(2, 15))


@claim
def false_best(lam=Points(1, 4)):
    """H = 1/m, as of a Poisson model."""
    return Eq(NegativeBinomial(2, Poisson(3), lam).alpha, Rational(1, 3))


@claim
def true_rate(lam=Positive()):
    """A mean is a mean: the rate is lam/(1 + lam), misfit or not."""
    return Eq(NegativeBinomial(2, Poisson(3), lam).rate, lam / (1 + lam))


@claim
def false_rate(lam=Positive()):
    """The rate is smaller, for the model's variance is larger than the data's."""
    return Lt(NegativeBinomial(2, Poisson(3), lam).rate, lam / (1 + lam))
