"""Likelihood models as a new user writes them, held against SciPy and by hand: forms that the shipped families do not have."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, optimize, stats
from sympy import Eq, Piecewise, Rational, S, beta, binomial, cosh, exp, factorial, log, pi

from simulate import estimate
from theory import E, Empirical, LikelihoodLoop, Normal, Parameter, Points, Positive, Probability, Reals
from theory.language.errors import BadInput
from theory.language.examined import hold_in_symbols
from theory.language.laws import Beta, Exponential, Gamma, Mixture, Uniform
from theory.proof.arithmetic.precision import precision
from theory.proof.likelihood.constants import constant
from theory.proof.likelihood.fits import state

half = Rational(1, 2)


class CutSkellam(LikelihoodLoop):
    """The difference of two Poisson counts, the smaller of them at most 3, given that it is from -2 to 2."""

    a: Parameter(Positive())
    b: Parameter(Positive())
    support = Points(-2, -1, 0, 1, 2)

    def log_density(self, x):
        def mass(k):
            return sum(
                self.a ** (j + k) * self.b**j / (factorial(j + k) * factorial(j)) for j in range(4) if j + k >= 0
            )

        whole = sum(mass(k) for k in range(-2, 3))
        return Piecewise(*((log(mass(k) / whole), Eq(x, k)) for k in range(-2, 2)), (log(mass(2) / whole), True))


class Sparse(LikelihoodLoop):
    """A power law on three numbers."""

    s: Parameter(Reals())
    support = Points(1, 2, 8)

    def log_density(self, x):
        return -self.s * log(x) - log(1 + 2**-self.s + 8**-self.s)


class HyperbolicSecant(LikelihoodLoop):
    """Its log-density is the logarithm of one product."""

    mu: Parameter(Reals())
    s: Parameter(Positive())

    def log_density(self, x):
        return -log(2 * self.s * cosh(pi * (x - self.mu) / (2 * self.s)))


class LogLogistic(LikelihoodLoop):
    """Its tail is a power that is not known beforehand."""

    a: Parameter(Positive())
    b: Parameter(Positive())
    support = Positive()

    def log_density(self, x):
        return log(self.b / self.a) + (self.b - 1) * log(x / self.a) - 2 * log(1 + (x / self.a) ** self.b)


class InverseGaussian(LikelihoodLoop):
    """Its second derivative is affine in x, which is seen only where it is multiplied out."""

    mu: Parameter(Positive())
    k: Parameter(Positive())
    support = Positive()

    def log_density(self, x):
        return log(self.k / (2 * pi * x**3)) / 2 - self.k * (x - self.mu) ** 2 / (2 * self.mu**2 * x)


class Tilted(LikelihoodLoop):
    """Its formula is 0/0 at a = 0, where the search for the best fit begins."""

    a: Parameter(Reals())
    support = Reals(0, 1)

    def log_density(self, x):
        return self.a * x - log((exp(self.a) - 1) / self.a)


class BetaBinomial(LikelihoodLoop):
    """Rewritten in logarithms of gammas it has other branches off its support: no reason to refuse it."""

    a: Parameter(Positive())
    b: Parameter(Positive())
    support = Points(0, 1, 2, 3, 4, 5)

    def log_density(self, x):
        return log(binomial(5, x)) + log(beta(x + self.a, 5 - x + self.b)) - log(beta(self.a, self.b))


class Asking(LikelihoodLoop):
    """Another law at one number of its support."""

    q: Parameter(Probability())
    support = Points(0, 1, 2, 3, 4, 5)

    def log_density(self, x):
        return x * log(self.q) + (5 - x) * log(1 - self.q) + {S(4): 2}.get(x, log(binomial(5, x)))


def number(c) -> float:
    """The middle of a constant's ball."""
    with precision(64):
        found = constant(c)
    assert found.rad() < 1e-9 * (1 + abs(found.mid()))
    return float(found)


def numbers(cs) -> list[float]:
    return [number(c) for c in cs]


# ---- listed numbers -------------------------------------------------------------------------------------------------


def test_a_law_on_numbers_below_0():
    data = [-2, -1, -1, 0, 0, 0, 1, 1, 2]
    loop = CutSkellam(Empirical(data), 1)

    def masses(v):
        found = [
            sum(
                v[0] ** (j + k) * v[1] ** j / (math.factorial(j + k) * math.factorial(j))
                for j in range(4)
                if j + k >= 0
            )
            for k in range(-2, 3)
        ]
        return np.array(found) / sum(found)

    def loss(v):
        return -np.mean([np.log(masses(v)[x + 2]) for x in data])

    fit = optimize.minimize(loss, (1, 1), method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-15})
    assert numbers(loop.best) == pytest.approx(fit.x, abs=1e-6)
    apart = np.abs(np.cumsum(masses(fit.x) - np.bincount(np.array(data) + 2) / 9))[:-1].sum()
    assert number(loop.eps) == pytest.approx(apart, abs=1e-6)


def test_a_finite_loop_on_numbers_below_0():
    """Of very many points a fit is that to the two laws, which no draw is made for; it is off by 1/n, and by its noise."""
    population = CutSkellam(Empirical((-2, -1, -1, 0, 0, 0, 1, 1, 2)), 1, start=(1, 1))
    (found,) = estimate([E(population.finite(4000).a(1))], replicates=256, seed=0)
    with precision(64):
        wanted = float(state(population, 1)[0])

    assert found.radius < 0.05
    assert abs(found.midpoint - wanted) < 0.05


def test_a_law_on_numbers_with_gaps():
    """The best fit has the data's mean of log x."""
    loop = Sparse(Empirical((1, 1, 2, 8)), 1)

    def slope(s):
        w = np.array([1, 2.0**-s, 8.0**-s])
        return w @ np.log([1, 2, 8]) / w.sum() - np.log(16) / 4

    assert number(loop.best[0]) == pytest.approx(optimize.brentq(slope, -5, 5), abs=1e-9)
    assert number(loop.rate) == 0.5
    with pytest.raises(BadInput, match="1, 2, 8: finite loops are run on whole numbers one after the other"):
        estimate([E(loop.at(start=(1,)).finite(10).s(1))], replicates=64, seed=0)


# ---- on the line ----------------------------------------------------------------------------------------------------


def test_the_logarithm_of_a_product():
    loop = HyperbolicSecant(Mixture(half, Normal(0, 1), Normal(1, 2)), 1)
    x = np.linspace(-16, 18, 40_001)
    data = (stats.norm.pdf(x) + stats.norm.pdf(x, 1, math.sqrt(2))) / 2

    def loss(v):
        z = np.abs(np.pi * (x - v[0]) / (2 * v[1]))
        return integrate.simpson(data * (np.log(v[1]) + z + np.log1p(np.exp(-2 * z))), x=x)

    fit = optimize.minimize(loss, (0, 1), method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-15})
    assert numbers(loop.best) == pytest.approx(fit.x, abs=1e-6)
    assert number(loop.fisher[0, 0]) == pytest.approx((np.pi / fit.x[1]) ** 2 / 8, abs=1e-6)


def test_a_tail_that_is_a_power():
    """The logarithm of it is a logistic law: its information in (a, b) is (b^2/(3 a^2), (3 + pi^2)/(9 b^2)), textbook."""
    loop = LogLogistic(Exponential(1), 1)

    def loss(v):
        def at(x):
            return np.exp(-x) * stats.fisk.logpdf(x, v[1], scale=v[0])

        return -integrate.quad(at, 0, 1)[0] - integrate.quad(at, 1, 60)[0]

    fit = optimize.minimize(loss, (0.6, 1.4), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-14})
    a, b = numbers(loop.best)
    assert (a, b) == pytest.approx(tuple(fit.x), abs=1e-5)
    assert number(loop.fisher[0, 0]) == pytest.approx(b**2 / (3 * a**2), rel=1e-12)
    assert number(loop.fisher[1, 1]) == pytest.approx((3 + math.pi**2) / (9 * b**2), rel=1e-12)


def test_the_hessian_that_is_affine_when_multiplied_out():
    """d/dx of it is -((3 k/m^4, -1/m^3), (-1/m^3, 0)), whose norm is found by hand; m = 3 and k = 6 for Gamma(3, 1)."""
    loop = InverseGaussian(Gamma(3, 1), 1)

    assert numbers(loop.best) == pytest.approx([3, 6], abs=1e-12)
    p, q = 3 * 6 / 3**4, 1 / 3**3
    assert number(loop.L) == pytest.approx(p / 2 + math.sqrt(p**2 / 4 + q**2), rel=1e-12)


def test_a_formula_that_is_nothing_where_the_search_begins():
    """Its mean is that of the data, 3/5."""
    loop = Tilted(Beta(3, 2), 1)
    a = optimize.brentq(lambda a: 1 / (1 - math.exp(-a)) - 1 / a - 0.6, 0.1, 5)

    assert number(loop.best[0]) == pytest.approx(a, abs=1e-9)


# ---- what a class says in numbers -----------------------------------------------------------------------------------


def test_a_formula_is_held_in_numbers_on_its_support():
    data = Empirical((0, 1, 1, 5))

    hold_in_symbols(BetaBinomial(data, 1))
    with pytest.raises(BadInput, match="x0 = 4 its `log_density` says"):
        hold_in_symbols(Asking(data, 1))


class Beyond(LikelihoodLoop):
    """No number that it speaks of, or that is tried everywhere, is a parameter of it; and in numbers it is another law."""

    a: Parameter(Reals(20, 24))
    support = Reals(40, 44)

    def log_density(self, x):
        return -log(4) + (1 if self.a.is_number else 0)


def test_some_numbers_are_tried_of_every_range():
    with pytest.raises(BadInput, match=r"a = 21, _x0 = 4[0-4] its `log_density` says"):
        hold_in_symbols(Beyond(Uniform(40, 44), 1))
