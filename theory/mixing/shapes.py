"""Distances of Gaussians that differ in scale, in many dimensions, and as the energy distance sees them."""

from __future__ import annotations

from sympy import Abs, Eq, Expr, Ge, Max, Rational, erf, exp, log, pi, sqrt

from ..gaussian.common import arctan_tv
from ..language.claims import claim
from ..language.domains import Points, Positive
from ..language.laws import ChiSquare, Noise, Normal, StudentT
from ..language.moments import TV, E
from .common import half

N01 = Normal(0, 1)

# ---- scale ----------------------------------------------------------------------------------------------------------


def missing(w) -> Expr:
    """TV(N(0, 1), N(0, w)) as the probability that the one has and the other has not: E (1 - q(X)/p(X))^+, X ~ N(0, 1)."""
    x = Noise("X", N01)
    return E(Max(0, 1 - Normal(0, w).density(x) / N01.density(x)))


@claim(
    source="derived: the densities cross at the square root of w ln w/(w - 1)",
    where=lambda w: w != 1,
    mutants={
        "slope 1/sqrt(2 pi)": lambda w: Abs(w - 1) / sqrt(2 * pi),
        "Pinsker's": lambda w: Abs(w - 1) / (2 * sqrt(2)),
    },
    unreached={
        "derivation": "the mean of a maximum has no closed form here",
        "ball": "a maximum of a function that is not linear is not integrated",
    },
)
def mixing_tv_variance(w=Positive(hi=20, notable=(Rational(1, 4), 2, Rational(11, 10)))):
    """TV(N(0, 1), N(0, w)) = 2 |Phi(y) - Phi(y/sqrt w)|, y^2 = w ln w/(w - 1).

    The left side is written out as a mean over draws from N(0, 1).
    """
    y = sqrt(w * log(w) / (w - 1))
    return Eq(missing(w), Abs(erf(y / sqrt(2)) - erf(y / sqrt(2 * w))))


@claim(
    source="derived: the densities cross at the square root of w ln w/(w - 1)",
    where=lambda w: w != 1,
    mutants={"1/w^2": lambda w: TV(N01, Normal(0, 1 / w**2))},
    unreached={"derivation": "error functions of roots of logarithms are not seen to be equal"},
)
def mixing_tv_variance_inverse(w=Positive(hi=20, notable=(Rational(1, 4), 2))):
    """A variance that is w times too large is as far off, in total variation, as one w times too small.

    No simulation: a distance of two given laws.
    """
    return Eq(TV(N01, Normal(0, w)), TV(N01, Normal(0, 1 / w)))


@claim(
    source="Pinsker's inequality, or its bound of first order, taken for the distance itself",
    expected="fails",
    corrected="mixing-tv-variance",
)
def mixing_tv_variance_pinsker(w=Points(Rational(11, 10), Rational(9, 10), Rational(101, 100))):
    """TV(N(0, 1), N(0, w)) is at least 0.3 |w - 1| near w = 1 (it is |w - 1|/sqrt(2 pi e), 0.242 |w - 1|)."""
    return Ge(TV(N01, Normal(0, w)), Rational(3, 10) * Abs(w - 1))


# ---- many dimensions ------------------------------------------------------------------------------------------------


def spherical(d, v) -> Expr:
    """E TV of N(0, I) and N(delta, I) in d dimensions, delta ~ N(0, v I): of the length of delta only."""
    return E(erf(sqrt(v * Noise("Q", ChiSquare(d))) / (2 * sqrt(2))))


def within(d, x) -> Expr:
    """P(|T_d| < x), T_d Student's t."""
    return 2 * StudentT(d).cdf(x) - 1


@claim(
    source="derived: a normal variable over the length of another is Student's t",
    mutants={
        "sqrt(d) times the distance of one dimension": lambda d, v: sqrt(d) * arctan_tv(v) + Rational(1, d**3),
        "a degree of freedom too many": lambda d, v: within(d + 1, sqrt(v * d) / 2),
    },
    unreached={"derivation": "the mean of an error function of a root has no closed form here"},
)
def mixing_gaussian_tv_student(d=Points(1, 2, 10), v=Positive(hi=5, notable=(Rational(1, 8), Rational(1, 100)))):
    """A mean that is off by N(0, v I_d), in standard deviations: E TV = P(|T_d| < sqrt(v d)/2), T_d Student's t."""
    return Eq(spherical(d, v), within(d, sqrt(v * d) / 2))


@claim(
    source="derived: Student's t in closed form at two degrees of freedom",
    mutants={"sqrt(v/(2 + v))": lambda v: sqrt(v / (2 + v))},
    unreached={"derivation": "the mean of an error function of a root has no closed form here"},
)
def mixing_gaussian_tv_student_plane(v=Positive(hi=5, notable=(Rational(1, 8),))):
    """In the plane it is sqrt(v/(4 + v))."""
    return Eq(spherical(2, v), sqrt(v / (4 + v)))


# ---- the energy distance --------------------------------------------------------------------------------------------


def across(d, w) -> Expr:
    """2 E|X - Y|, X ~ N(0, 1) and Y ~ N(d, w)."""
    return 2 * E(Abs(Noise("X", N01) - Noise("Y", Normal(d, w))))


def inside(w) -> Expr:
    """E|X - X'| of two draws from N(0, w)."""
    return E(Abs(Noise("X", Normal(0, w)) - Noise("X'", Normal(0, w))))


def energy(d, w) -> Expr:
    """The energy distance 2 E|X - Y| - E|X - X'| - E|Y - Y'| of N(0, 1) and N(d, w)."""
    s2 = 1 + w
    return 2 * (sqrt(2 * s2 / pi) * exp(-(d**2) / (2 * s2)) + d * erf(d / sqrt(2 * s2))) - 2 * (1 + sqrt(w)) / sqrt(pi)


@claim(
    source="derived, classical: the mean absolute value of a normal variable",
    mutants={
        "half of it, the integral of (F - G)^2": lambda d, w: inside(1) + inside(w) + energy(d, w) / 2,
        "linear in the variance": lambda w: inside(1) + inside(w) + Abs(w - 1) / sqrt(8 * pi),
    },
)
def mixing_energy_distance_gaussian(d=Points(1, 2, 0), w=Points(half, 1, 4)):
    """Energy distance of N(0, 1), N(d, w): 2 (s sqrt(2/pi) e^(-d^2/(2 s^2)) + d erf(d/(s sqrt 2))) - 2 (1 + sqrt w)/sqrt(pi).

    s^2 = 1 + w. It is 2 E|X - Y| - E|X - X'| - E|Y - Y'|; X, X' ~ N(0, 1) and Y, Y' ~ N(d, w).
    """
    return Eq(across(d, w), inside(1) + inside(w) + energy(d, w))


@claim(
    source="derived: the sum of normal variables is normal",
    mutants={"v for v/2": lambda v: 4 / sqrt(pi) * sqrt(1 + v)},
)
def mixing_energy_distance_gaussian_mean(v=Positive(hi=10, notable=(Rational(1, 10), 1))):
    """A mean that is off by N(0, v) standard deviations costs (4/sqrt(pi)) (sqrt(1 + v/2) - 1) of energy distance on average.

    2 E|X - X'| being 4/sqrt(pi), 2 E|X - Y| is (4/sqrt(pi)) sqrt(1 + v/2).
    """
    x, y, off = (Noise(name, N01) for name in ("X", "Y", "D"))
    return Eq(2 * E(Abs(x - y - sqrt(v) * off)), 4 / sqrt(pi) * sqrt(1 + v / 2))


@claim(
    source="'the energy distance is linear in the error', as the total variation is",
    expected="fails",
    corrected="mixing-energy-distance-gaussian",
)
def mixing_energy_distance_gaussian_linear(d=Points(half, Rational(1, 4))):
    """N(0, 1) and N(d, 1): the energy distance is at least d/2 (it is about d^2/sqrt(pi), for small d)."""
    return Ge(across(d, 1), 2 * inside(1) + d / 2)
