"""Models that the package does not ship, as a user states them, for several tests."""

from sympy import Eq, Piecewise, exp, log, loggamma, pi

from theory import LikelihoodLoop, Naturals, Parameter, Positive, Reals


class Weibull(LikelihoodLoop):
    """On positive numbers; its score in k changes its sign twice."""

    k: Parameter(Positive())
    s: Parameter(Positive())
    support = Positive()

    def log_density(self, x):
        return log(self.k) - self.k * log(self.s) + (self.k - 1) * log(x) - (x / self.s) ** self.k


class LogNormal(LikelihoodLoop):
    """The exponential of a normal draw."""

    m: Parameter(Reals())
    s: Parameter(Positive())
    support = Positive()

    def log_density(self, x):
        return -((log(x) - self.m) ** 2) / (2 * self.s**2) - log(x) - log(self.s) - log(2 * pi) / 2


class Inflated(LikelihoodLoop):
    """A Poisson law with more zeros."""

    w: Parameter(Reals(0, 1))
    m: Parameter(Positive())
    support = Naturals()

    def log_density(self, x):
        zero = log(self.w + (1 - self.w) * exp(-self.m))
        return Piecewise((zero, Eq(x, 0)), (log(1 - self.w) - self.m + x * log(self.m) - loggamma(x + 1), True))
