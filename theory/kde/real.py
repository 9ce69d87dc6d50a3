"""Real data beside the model's."""

from __future__ import annotations

from sympy import Eq, Expr, Le, Rational

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive
from ..language.moments import Var
from ..language.policies import FreshReal
from .common import KernelLoop, error, half, phi


def mixed_error(n, m, h, t: int, fixed=True) -> Expr:
    """A_t(0) - 2 B_t(0) + phi(2): the error after t - 1 retrainings, by recursion over the last pool.

    n, m: real and synthetic points.  fixed: their numbers; else the points of a retraining are drawn from the mixture.
    """
    size, b = n + m, m / (n + m)
    if fixed:
        real, both, made = n * (n - 1) / size**2, 2 * n * m / size**2, m * (m - 1) / size**2
    else:
        real, both, made = ((1 - 1 / size) * w for w in ((1 - b) ** 2, 2 * b * (1 - b), b**2))

    def one(s, t: int) -> Expr:
        if t == 1:
            return phi(s + 2 + h**2)
        return (1 - b) * phi(s + 2 + h**2) + b * one(s + h**2, t - 1)

    def two(s, t: int) -> Expr:
        u = s + 2 * h**2
        if t == 1:
            return phi(u) / n + (1 - 1 / n) * phi(u + 2)
        return phi(u) / size + real * phi(u + 2) + both * one(u, t - 1) + made * two(u, t - 1)

    return two(0, t) - 2 * one(0, t) + phi(2)


def spread(n, m, h, t) -> Expr:
    """The variance of a generated point after t retrainings: b = m/(n + m), the synthetic share."""
    b = m / (n + m)
    return 1 + h**2 * (1 - b ** (t + 1)) / (1 - b)


@claim(
    source="derived: recursion of the integrated squared error, Gaussian convolutions",
    mutants={
        "points drawn from the mixture, their numbers random": lambda n, m, h, t: mixed_error(n, m, h, t, fixed=False),
        "the error of the first model": lambda n, m, h, t: mixed_error(n, m, h, 1) * (1 + int(t == 1)),
    },
)
def kde_mixed_mise_exact(
    n=Integers(1, notable=(10, 50)),
    m=Integers(1, notable=(30, 50)),
    h=Positive(hi=10, notable=(half, Rational(2, 5))),
    t=Points(1, 2, 4),
):
    """n fresh real points beside m synthetic ones: the error of model t = 1, 2, ... by recursion (first fit real only)."""
    return Eq(error(n, h, t - 1, FreshReal(m), "fit"), mixed_error(n, m, h, t))


@claim(
    source="derived: affine recursion of the variance of a generated point",
    mutants={
        "the last kernel forgotten": lambda n, m, h, t: spread(n, m, h, t) - h**2,
        "as without real data": lambda h, t: 1 + (t + 1) * h**2 + h**2,
    },
)
def kde_mixed_mise_exact_variance(
    n=Integers(1, notable=(10,)), m=Integers(1), h=Positive(notable=(half,)), t=Integers(0)
):
    """Beside real data smoothing stays bounded: a generated point has the variance 1 + h^2 (1 - b^(t + 1))/(1 - b)."""
    return Eq(Var(KernelLoop(n, h, FreshReal(m), "fit").draw(t)), spread(n, m, h, t))


@claim(
    source="'real data keep the error at that of the real fit'",
    expected="fails",
    corrected="kde-mixed-mise-exact",
)
def kde_mixed_mise_exact_kept(t=Points(5, 10)):
    """30 synthetic points beside 10 fresh real ones, h = 1: the error stays at most that of the first fit, to real data."""
    return Le(error(10, 1, t - 1, FreshReal(30), "fit"), error(10, 1, 0, FreshReal(30), "fit"))
