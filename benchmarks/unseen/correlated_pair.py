"""Pairs with standard normal margins and unknown correlation are retrained by maximum likelihood; data in the plane."""

from sympy import Eq, Lt, Rational, log, pi

from theory import LikelihoodLoop, MultivariateNormal, Parameter, Points, Positive, R, Reals, claim


class Pair(LikelihoodLoop):
    """N(0, ((1, rho), (rho, 1)))."""

    rho: Parameter(Reals(-1, 1))
    support = R(2)

    def log_density(self, x):
        r = self.rho
        return -(x[0] ** 2 - 2 * r * x[0] * x[1] + x[1] ** 2) / (2 * (1 - r**2)) - log(1 - r**2) / 2 - log(2 * pi)


FITTING = MultivariateNormal((0, 0), ((1, Rational(1, 2)), (Rational(1, 2), 1)))
WIDER = MultivariateNormal((0, 0), ((2, 0), (0, 2)))


@claim
def true_curvature():
    """At rho = 1/2 the information is (1 + rho^2)/(1 - rho^2)^2 = 20/9."""
    return Eq(Pair(FITTING, 1).alpha, Rational(20, 9))


@claim
def false_curvature():
    """It is 1/(1 - rho^2)^2 = 16/9."""
    return Eq(Pair(FITTING, 1).alpha, Rational(16, 9))


@claim
def true_wider(lam=Points(1, 3)):
    """On data of variance 2 the curvature is 2*2 - 1 = 3 times the information: the rate is lam/(lam + 3)."""
    return Eq(Pair(WIDER, lam).rate, lam / (lam + 3))


@claim
def false_wider(lam=Positive()):
    """The rate is below lam/(lam + 4)."""
    return Lt(Pair(WIDER, lam).rate, lam / (lam + 4))
