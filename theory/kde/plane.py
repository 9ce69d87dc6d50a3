"""In the plane, and in space: product kernels that are not Gaussian, truths that are not, and modes apart from each other."""

from __future__ import annotations

from sympy import Eq, Le, Rational

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Probability, Reals
from ..language.laws import Mixture, Normal
from ..language.moments import ISE, E
from .common import half
from .kernels import (
    FLAT,
    REAL,
    AnyKernelLoop,
    error_of,
    flat,
    laplaces,
    laplaces_beside_real,
    mixture_mise,
    modes,
)

LAPLACE = ("Laplace", "Laplace")
SPACE = Points(2, 3)


@claim(
    source="derived: lineages; coordinates are independent given the lineage, densities at 0 are multiplied",
    mutants={
        "d forgotten": lambda n, h, t: laplaces(n, h, t),
        "the product of the errors of the coordinates": lambda n, h, t, d: laplaces(n, h, t) ** d,
        "as in a dimension more": lambda n, h, t, d: laplaces(n, h, t, d + 1),
    },
)
def kde_plane_laplace_mise(
    n=Integers(2, notable=(2, 20)), h=Positive(hi=4, notable=(half, 1)), t=Points(1, 2), d=SPACE
):
    """Product Laplace kernel, product Laplace truth, in d = 2 or 3 dimensions, one fit or two: the error, rational in n and h."""
    return Eq(error_of(n, LAPLACE, h, t, d=d), laplaces(n, h, t, d))


@claim(
    source="derived: lineages; coordinates are independent given the lineage, densities at 0 are multiplied",
    mutants={
        "d forgotten": lambda n, case, h, t: flat(n, case, h, t),
        "nothing smoothed": lambda n, case, h, t, d: flat(n, case, h, t, ends=0, d=d),
        "as in a dimension more": lambda n, case, h, t, d: flat(n, case, h, t, d=d + 1),
    },
)
def kde_plane_flat_mise(
    n=Integers(2, notable=(2, 20)),
    case=Points(*FLAT),
    h=Reals(0, half, notable=(Rational(1, 4), Rational(2, 5))),
    t=Points(1, 2),
    d=Points(2),
):
    """Products of boxes or Epanechnikov kernels, truths uniform or Beta(2, 2) on (-1, 1)^2, h <= 1/2: the error.

    After one fit or two. A case is the kernel and the truth of a coordinate.
    """
    return Eq(error_of(n, case, h, t, d=d), flat(n, case, h, t, d=d))


@claim(
    source="derived: lineages; real points of two fits are one with probability 1/n where they stay, else with 0",
    mutants={
        "the other real points": lambda n, m, h, real, d: laplaces_beside_real(n, m, h, 1 / n - REAL[real][1](n), d),
        "d forgotten": lambda n, m, h, real: laplaces_beside_real(n, m, h, REAL[real][1](n)),
    },
)
def kde_plane_laplace_real(
    n=Integers(1, notable=(2, 10)),
    m=Integers(1, notable=(2, 30)),
    h=Positive(hi=4, notable=(half, 1)),
    real=Points(*REAL),
    d=SPACE,
):
    """Product Laplace kernel and truth, d = 2 or 3, n real points beside m synthetic ones, fixed or fresh: one retraining."""
    policy, same = REAL[real]
    return Eq(error_of(n, LAPLACE, h, 1, policy(m), "fit", d), laplaces_beside_real(n, m, h, same(n), d))


@claim(
    source="derived: lineages of two kernels; two real points are of one mode, or of both, in all coordinates",
    mutants={
        "modes drawn coordinate by coordinate": lambda n, h, t, a, p, d: mixture_mise(
            n, h, t, lambda v: modes(a, p)(v) ** d, d
        ),
        "no pairs of both": lambda n, h, t, a, p, d: mixture_mise(n, h, t, modes(a, p, across=0, d=d), d),
        "d forgotten": lambda n, h, t, a, p: mixture_mise(n, h, t, modes(a, p)),
    },
)
def kde_plane_mixture_mise(
    n=Integers(2, notable=(20,)),
    h=Positive(hi=4, notable=(half,)),
    t=Integers(0, notable=(3,)),
    a=Positive(hi=5, notable=(1,)),
    p=Probability(notable=(Rational(3, 10),)),
    d=SPACE,
):
    """Two modes, d = 2 or 3, N(-a 1, I) with probability p, else N(a 1, I), Gaussian kernels: the error after t fits.

    1 is the vector of ones: the modes are 2 a sqrt(d) apart, on the diagonal.
    """
    loop = AnyKernelLoop(n, Normal(0, h**2), Mixture(p, Normal(-a, 1), Normal(a, 1)), d=d)
    return Eq(E(ISE(loop.model(t), loop.truth)), mixture_mise(n, h, t, modes(a, p, d=d), d))


@claim(
    source="'product kernels, product truths: the errors of the coordinates are multiplied'",
    expected="fails",
    corrected="kde-plane-laplace-mise",
)
def kde_plane_square(n=Points(20, 1000), h=Points(Rational(1, 4), half)):
    """Product Laplace kernel and truth in the plane: the error of a fit is at most the square of that on the line."""
    return Le(error_of(n, LAPLACE, h, 1, d=2), error_of(n, LAPLACE, h, 1) ** 2)
