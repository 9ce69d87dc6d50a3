"""How a share of real data contracts a distance, and what a Gaussian's error of location costs in total variation."""

from __future__ import annotations

from sympy import (
    Abs,
    Add,
    Eq,
    Expr,
    Ge,
    Le,
    Lt,
    Rational,
    atan,
    erf,
    log,
    pi,
    sqrt,
)

from ..gaussian.common import arctan_tv
from ..language.claims import claim
from ..language.domains import Points, Positive, Probability, Simplex
from ..language.laws import Finite, Noise, Normal
from ..language.moments import KL, TV, E
from .common import FU, half


def mixed(p, q, b) -> Finite:
    """A share b of q beside p."""
    return Finite(tuple((1 - b) * x + b * y for x, y in zip(p, q, strict=True)))


@claim(
    source=f"derived: the real part cancels; the core of every bound of the type in {FU}, as commonly quoted",
    mutants={
        "by b^2": lambda p, q, b: b**2 * TV(Finite(p), Finite(q)),
        "by 1 - b": lambda p, q, b: (1 - b) * TV(Finite(p), Finite(q)),
    },
)
def mixing_tv_convexity(p=Simplex(3), q=Simplex(3), b=Probability()):
    """A share 1 - b of real data in the training law contracts its distance from the truth by exactly b.

    No simulation: a distance of two given laws, of which nothing is random.
    """
    return Eq(TV(mixed(p, q, b), Finite(p)), b * TV(Finite(p), Finite(q)))


def chi_square(p, q) -> Expr:
    """The chi-square divergence of q from p."""
    return Add(*((y - x) ** 2 / x for x, y in zip(p, q, strict=True)))


@claim(
    source="derived: the difference of the densities is multiplied by b",
    mutants={
        "by b": lambda p, q, b: b * chi_square(p, q),
        "by b^3": lambda p, q, b: b**3 * chi_square(p, q),
    },
)
def mixing_divergence_contraction(p=Simplex(3), q=Simplex(3), b=Probability()):
    """The chi-square divergence contracts by exactly b^2.

    No simulation: a divergence of two given laws.
    """
    return Eq(chi_square(p, mixed(p, q, b).masses), b**2 * chi_square(p, q))


@claim(
    source="derived: KL is convex",
    mutants={"by (1 - b) b": lambda p, q, b: (1 - b) * b * KL(Finite(q), Finite(p))},
    unreached={"derivation": "no certificate for the sign of a sum of logarithms"},
)
def mixing_divergence_contraction_kl(
    p=Points((half, half), (Rational(1, 10), Rational(9, 10))), q=Simplex(2), b=Points(half, Rational(1, 10))
):
    """A share 1 - b of real data contracts KL, which is convex, by b at least.

    No simulation: a divergence of two given laws.
    """
    return Le(KL(mixed(p, q, b), Finite(p)), b * KL(Finite(q), Finite(p)))


@claim(
    source="derived: KL is at most log(1 + chi^2) (Jensen)",
    mutants={"half of it": lambda p, q, b: log(1 + b**2 * chi_square(p, q)) / 2},
    unreached={"derivation": "no certificate for the sign of a sum of logarithms"},
)
def mixing_divergence_contraction_logarithm(
    p=Points((half, half), (Rational(1, 10), Rational(9, 10))), q=Simplex(2), b=Points(half, Rational(1, 10))
):
    """With a share 1 - b of real data KL is at most log(1 + b^2 chi^2).

    No simulation: a divergence of two given laws.
    """
    return Le(KL(mixed(p, q, b), Finite(p)), log(1 + b**2 * chi_square(p, q)))


@claim(
    source="the contraction of total variation, taken for that of KL",
    expected="fails",
    corrected="mixing-divergence-contraction-kl",
)
def mixing_divergence_contraction_exactly(b=Points(half, Rational(1, 10))):
    """KL contracts by exactly b: real masses 1/2, 1/2, synthetic ones 1/4, 3/4."""
    p, q = (half, half), (Rational(1, 4), Rational(3, 4))
    return Eq(KL(mixed(p, q, b), Finite(p)), b * KL(Finite(q), Finite(p)))


@claim(
    source="derived: TV of two Gaussians in closed form; E erf of a Gaussian is an arctangent",
    mutants={
        "arctan(sqrt v)": lambda v: 2 / pi * atan(sqrt(v)),
        "1/pi": lambda v: atan(sqrt(v) / 2) / pi,
        "of the root mean square": lambda v: erf(sqrt(v) / (2 * sqrt(2))),
    },
)
def mixing_gaussian_tv_mean(v=Positive(hi=20, notable=(Rational(49, 100), Rational(1, 8)))):
    """A Gaussian whose mean is e ~ N(0, v) standard deviations off is (2/pi) arctan(sqrt(v)/2) off in TV on average."""
    return Eq(E(erf(Abs(Noise("e", Normal(0, v))) / (2 * sqrt(2)))), arctan_tv(v))


@claim(
    source="derived: arctan(x) < x",
    trivial=1,
    mutants={"three quarters of it": lambda v: 3 * sqrt(v) / (4 * pi)},
)
def mixing_gaussian_tv_mean_below(v=Positive(hi=20, notable=(Rational(49, 100), Rational(1, 8)))):
    """A Gaussian whose mean is e ~ N(0, v) standard deviations off is less than sqrt(v)/pi off in TV on average."""
    return Lt(E(erf(Abs(Noise("e", Normal(0, v))) / (2 * sqrt(2)))), sqrt(v) / pi)


@claim(
    source="Pinsker's inequality, taken for the distance itself",
    expected="fails",
    corrected="mixing-gaussian-tv-mean-below",
)
def mixing_gaussian_tv_mean_pinsker(v=Points(Rational(1, 100), Rational(1, 8))):
    """A Gaussian whose mean is e ~ N(0, v) standard deviations off is at least 0.95 sqrt(v)/2 off in TV on average."""
    return Ge(E(erf(Abs(Noise("e", Normal(0, v))) / (2 * sqrt(2)))), Rational(95, 200) * sqrt(v))
