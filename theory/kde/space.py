"""In d dimensions: Gaussian kernels around points of N(0, I), retrained."""

from __future__ import annotations

from sympy import Add, Eq, Expr, Ge, Integer, Le, Rational, Sum, Symbol, oo, pi

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive
from ..language.moments import FallsThenRises, Tends
from ..language.policies import FreshReal
from .common import error, half, k_
from .real import mixed_error

c_ = Symbol("c", positive=True)
BANDWIDTH = Positive(hi=10, notable=(half, Rational(2, 5)))


def met(n, h, t, d, power=None) -> Expr:
    """The error of model t: `power` of the variances of two kernels, 2 k h^2, that meet k generations back (d/2)."""
    q = 1 - 1 / n
    power = d / Integer(2) if power is None else power
    bell = lambda v: (2 * pi * v) ** -power  # noqa: E731
    ancestors = Sum(q ** (k_ - 1) / n * bell(2 * k_ * h**2), (k_, 1, t))
    return ancestors + q**t * bell(2 * t * h**2 + 2) - 2 * bell(t * h**2 + 2) + bell(2)


@claim(
    source="derived: lineages of two kernels, convolutions; one generation is Wand & Jones, as commonly quoted",
    mutants={
        "d forgotten": lambda n, h, t: met(n, h, t, 1),
        "the variance to the power d": lambda n, h, t, d: met(n, h, t, d, d),
        "as in a dimension more": lambda n, h, t, d: met(n, h, t, d + 1),
    },
)
def kde_space_mise(
    n=Integers(2, notable=(20,)), h=BANDWIDTH, t=Integers(0, notable=(3,)), d=Integers(1, 6, notable=(2,))
):
    """In d dimensions the mean integrated squared error has the densities at 0 of d coordinates, (2 pi v)^(-d/2)."""
    return Eq(error(n, h, t, d=d), met(n, h, t, d))


@claim(
    source="the error on the line, taken for that in the plane",
    expected="fails",
    corrected="kde-space-mise",
)
def kde_space_mise_line(n=Points(20, 50), t=Points(1, 3)):
    """In the plane the error of model t, h = 1/2, is at least that on the line."""
    return Ge(error(n, half, t, d=2), error(n, half, t))


@claim(
    source="derived: recursion of the integrated squared error, Gaussian convolutions in d dimensions",
    mutants={
        "d forgotten": lambda n, m, h, t: mixed_error(n, m, h, t),
        "points drawn from the mixture, their numbers random": lambda n, m, h, t, d: mixed_error(
            n, m, h, t, fixed=False, d=d
        ),
        "real points that stay": lambda n, m, h, t, d: mixed_error(n, m, h, t, same=1 / n, d=d) * (1 + int(t == 1)),
    },
)
def kde_space_fresh_mise(
    n=Integers(1, notable=(10,)),
    m=Integers(1, notable=(30,)),
    h=BANDWIDTH,
    t=Points(1, 2, 3),
    d=Integers(1, 6, notable=(2,)),
):
    """In d dimensions, n fresh real points beside m synthetic ones: the error of model t = 1, 2, ... (first fit real only)."""
    return Eq(error(n, h, t - 1, FreshReal(m), "fit", d), mixed_error(n, m, h, t, d=d))


# ---- many points ----------------------------------------------------------------------------------------------------


def spreads(t: int, d: int) -> Expr:
    """1 + 2^(-d/2) + ... + t^(-d/2)."""
    return Add(*(Integer(k) ** -Rational(d, 2) for k in range(1, int(t) + 1)))


def asymptotic(c, t, s, d) -> Expr:
    """s (4 pi)^(-d/2) c^(-d) + t^2 c^4 R/4, R the integral of the squared Laplacian of the truth: (4 pi)^(-d/2) d (d + 2)/4."""
    return (4 * pi) ** (-d / Integer(2)) * (s * c**-d + t**2 * c**4 * d * (d + 2) / 16)


@claim(
    source="derived: expansion of the exact error in 1/n; one generation is Wand & Jones, as commonly quoted",
    mutants={
        "variances add up": lambda t, d: asymptotic(1, t, Integer(t) + int(t == 1), d),
        "the rate of the line": lambda n, t, d: n ** Rational(1, 10) * asymptotic(1, t, spreads(t, d), d),
    },
    unreached={"derivation": "no certificate for the sign of the difference in fractional powers of n"},
)
def kde_space_amise(n=Integers(1000, notable=(1000, 10**20)), t=Points(1, 3), d=Points(2, 3)):
    """With h = n^(-1/(d + 4)) the error is n^(-4/(d + 4)) ((4 pi)^(-d/2) (1 + ... + t^(-d/2)) + t^2 R/4), in the limit.

    What is left is of the order n^(-2/(d + 4)), relatively. R is the integral of the squared Laplacian of the truth.
    """
    rate = Rational(1, int(d) + 4)
    scaled = n ** (4 * rate) * error(n, n**-rate, t, d=d)
    off = Rational(7, 100) * (t + t**3) * n ** (-2 * rate)
    return Tends(scaled, (n, 1000, oo), asymptotic(1, t, spreads(t, d), d), rate=off)


def best(s, t, d) -> Expr:
    """c of the best bandwidth c n^(-1/(d + 4))."""
    return (4 * s / ((d + 2) * t**2)) ** (1 / (d + Integer(4)))


@claim(
    source="derived: minimum of the asymptotic error; t = 1 is the rule of Silverman and Scott, as commonly quoted",
    mutants={
        "that of the line": lambda s, t: best(s, t, 1),
        "as after one generation": lambda s, d: best(s, 1, d) * Rational(9, 10),
    },
)
def kde_space_amise_bandwidth(s=Positive(notable=(spreads(3, 2),)), t=Positive(notable=(3,)), d=Points(2, 3, 5)):
    """The limit is least at c = (4 s/((d + 2) t^2))^(1/(d + 4)), s = 1 + 2^(-d/2) + ... + t^(-d/2).

    From a hundredth of it on: at 0 there is a pole.

    No simulation: a limit in closed form.
    """
    lowest = best(s, t, d)
    chart = c_ ** (d + 4 if d % 2 else (d + 4) / 2)
    return FallsThenRises(asymptotic(c_, t, s, d), (c_, lowest / 100, oo), peak=lowest, chart=chart)


@claim(
    source="derived: the asymptotic error at its best bandwidth; the sum of k^(-d/2)",
    mutants={"the bias alone": lambda t, d: t ** (2 * d / (d + Integer(4)))},
)
def kde_space_amise_growth(t=Integers(2, 200, notable=(3, 10)), d=Points(3, 4, 6)):
    """With the best bandwidth it grows 3^(4/(d + 4)) t^(2d/(d + 4)) fold at most, for d = 3, 4, 6: spreads are forgotten.

    No simulation: a limit in closed form.
    """
    s = Sum(k_ ** (-d / Integer(2)), (k_, 1, t))
    grown = asymptotic(best(s, t, d), t, s, d) / asymptotic(best(1, 1, d), 1, 1, d)
    return Le(grown, (3 * t ** (d / Integer(2))) ** (4 / (d + Integer(4))))
