"""H = I of data that are a law of the model, and of full exponential families on any data: seen in symbols, not in balls only."""

import pytest
from exact import derived
from sympy import Eq, Lt, Rational, besseli, cos, log, loggamma, pi

from theory import (
    Empirical,
    Exponential,
    Finite,
    LikelihoodLoop,
    MultivariateNormal,
    Naturals,
    Parameter,
    Points,
    Poisson,
    Positive,
    R,
    Reals,
    Uniform,
    claim,
)
from theory.language.claims import Point
from theory.language.errors import CannotTell
from theory.language.verdicts import Verdict
from theory.proof.enclose import at_point
from theory.proof.relations.prove import prove


class NegativeBinomial(LikelihoodLoop):
    """Counts of mean m and variance m + m^2/r, r given: an exponential family, not in its natural parameter."""

    r: Positive
    m: Parameter(Positive())
    support = Naturals()

    def log_density(self, x):
        r, m = self.r, self.m
        return loggamma(x + r) - loggamma(r) - loggamma(x + 1) + r * log(r / (r + m)) + x * log(m / (r + m))


class Weibull(LikelihoodLoop):
    """No exponential family. k: shape; s: scale."""

    k: Parameter(Positive())
    s: Parameter(Positive())
    support = Positive()

    def log_density(self, x):
        return log(self.k / self.s) + (self.k - 1) * log(x / self.s) - (x / self.s) ** self.k


class BetaBinomial(LikelihoodLoop):
    """Two tosses of a coin whose bias is Beta(a, a)."""

    a: Parameter(Positive())
    support = Points(0, 1, 2)

    def log_density(self, x):
        a, whole = self.a, loggamma(3) - loggamma(x + 1) - loggamma(3 - x)
        beta = loggamma(2 * a) - 2 * loggamma(a)
        return whole + beta + loggamma(x + a) + loggamma(2 - x + a) - loggamma(2 + 2 * a)


class Pair(LikelihoodLoop):
    """Two standard normal coordinates of correlation rho: two statistics, one parameter."""

    rho: Parameter(Reals(-1, 1))
    support = R(2)

    def log_density(self, x):
        r = self.rho
        return -(x[0] ** 2 - 2 * r * x[0] * x[1] + x[1] ** 2) / (2 * (1 - r**2)) - log(1 - r**2) / 2 - log(2 * pi)


class VonMises(LikelihoodLoop):
    """A direction, the concentration being 1: curved, two statistics and one parameter."""

    mu: Parameter(Reals(-pi, pi))
    support = Reals(-pi, pi)

    def log_density(self, x):
        return cos(x - self.mu) - log(2 * pi * besseli(0, 1))


class Mean(LikelihoodLoop):
    """N(mu, 1)."""

    mu: Parameter(Reals())
    support = Reals()

    def log_density(self, x):
        return -((x - self.mu) ** 2) / 2 - log(2 * pi) / 2


def plane(covariance):
    return MultivariateNormal((0, 0), ((1, covariance), (covariance, 1)))


THIRD = Rational(1, 3)
MATCHED = [
    NegativeBinomial(2, Poisson(3), 1),
    NegativeBinomial(1, Empirical((0, 1, 5)), 1),
    Mean(Empirical((0, 1, 5)), 1),
    Weibull(Exponential(2), 1),
    BetaBinomial(Finite((THIRD, THIRD, THIRD)), 1),
    Pair(plane(Rational(1, 3)), 1),
]
OTHERS = [
    Weibull(Uniform(0, 1), 1),
    BetaBinomial(Finite((Rational(1, 4), Rational(1, 4), Rational(1, 2))), 1),
    Pair(MultivariateNormal((0, 0), ((2, 0), (0, 2))), 1),
    VonMises(Uniform(-1, 1), 1),
]


@pytest.mark.parametrize("loop", MATCHED, ids=str)
def test_the_curvature_is_the_information(loop):
    assert derived(loop.mu_max) == 1


@pytest.mark.parametrize("loop", OTHERS, ids=str)
def test_elsewhere_it_is_not_said_to_be(loop):
    with pytest.raises(CannotTell):
        derived(loop.mu_max)


@claim
def rate(lam=Positive()):
    """The rate is lam/(1 + lam) on data that are no law of the model."""
    return Eq(NegativeBinomial(2, Poisson(3), lam).rate, lam / (1 + lam))


@claim
def below(lam=Positive()):
    """The rate is below that."""
    return Lt(NegativeBinomial(2, Poisson(3), lam).rate, lam / (1 + lam))


@claim
def below_itself(lam=Positive()):
    """Of what has no form: the rate is below the same number, written otherwise."""
    k = VonMises(Uniform(-1, 1), 1).mu_max
    return Lt(VonMises(Uniform(-1, 1), lam).rate, lam * k / (1 + lam * k))


def test_the_rate_is_derived():
    assert prove(rate).proved


def test_what_is_equal_is_not_smaller():
    assert not prove(below).proved
    assert at_point(below, Point(1, {"lam": Rational(2)}), 0.01).verdict == Verdict.REFUTED


def test_a_constant_without_a_form_is_no_fault_of_ball_arithmetic():
    """A strict relation of equal numbers is open; it was said that balls lack the constant, of which they have just been made."""
    found = at_point(below_itself, Point(1, {"lam": Rational(2)}), 0.01)
    assert found.verdict == Verdict.UNDECIDED
    assert "no ball" not in found.note


def test_masses_are_no_densities():
    """At 1 the density of N(1, 1/(2 pi)) is 1, as is the probability of 1 under the law of one point: they are different laws."""
    from theory.proof.likelihood.matched import _is_law
    from theory.proof.likelihood.score import score_of

    loop = Mean(Empirical((1, 1)), 1)
    score = score_of(loop)
    assert not _is_law(loop.data, -pi * (score.x - 1) ** 2, score)
