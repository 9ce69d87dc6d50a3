"""Real data beside the model's."""

from __future__ import annotations

from sympy import Eq, Expr, Le, Rational, Sum, oo

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Reals
from ..language.laws import Normal
from ..language.moments import E, FallsThenRises, RisesThenFalls, Tends, Var
from ..language.policies import FreshReal
from .common import FU, KernelLoop, error, half, k_, m_, phi


def mixed_error(n, m, h, t: int, fixed=True, same=0, d=1) -> Expr:
    """A_t(0) - 2 B_t(0) + phi(2): the error after t - 1 retrainings, by recursion over the last pool.

    n, m: real and synthetic points.  fixed: their numbers; else the points of a retraining are drawn from the mixture.
    same: the probability that real points of different fits are one.  d: the dimension.
    """
    size, b = n + m, m / (n + m)
    if fixed:
        real, both, made = n * (n - 1) / size**2, 2 * n * m / size**2, m * (m - 1) / size**2
    else:
        real, both, made = ((1 - 1 / size) * w for w in ((1 - b) ** 2, 2 * b * (1 - b), b**2))

    def bell(v):
        return phi(v) ** d

    def met(s, same):
        """A real point and a real ancestor."""
        return same * bell(s) + (1 - same) * bell(s + 2)

    def one(s, t: int, same=0) -> Expr:
        """A real point, and a draw from model t."""
        if t == 1:
            return met(s + h**2, same)
        return (1 - b) * met(s + h**2, same) + b * one(s + h**2, t - 1, same)

    def two(s, t: int) -> Expr:
        u = s + 2 * h**2
        if t == 1:
            return bell(u) / n + (1 - 1 / n) * bell(u + 2)
        return bell(u) / size + real * bell(u + 2) + both * one(u, t - 1, same) + made * two(u, t - 1)

    return two(0, t) - 2 * one(0, t) + bell(2)


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
        "as without real data, and a kernel more": lambda h, t: 1 + (t + 1) * h**2 + h**2,
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


# ---- the expected density: smoothing stays bounded ------------------------------------------------------------------


def mixed_density(n, m, h, t, x) -> Expr:
    """A point's lineage goes k models back with probability (1 - b) b^(k - 1), to the real points of the first after t."""
    b = m / (n + m)
    smoothed = lambda k: Normal(0, 1 + k * h**2).density(x)  # noqa: E731
    return (1 - b) * Sum(b ** (k_ - 1) * smoothed(k_), (k_, 1, t)) + b**t * smoothed(t + 1)


@claim(
    source=f"derived: a point's lineage is geometric; kernel density estimates as in {FU}",
    mutants={
        "the last kernel forgotten": lambda n, m, h, t, x: mixed_density(n, m, h, t - 1, x),
        "as without real data": lambda h, t, x: Normal(0, 1 + (t + 1) * h**2).density(x),
    },
)
def kde_mixed_bias_geometric(
    n=Integers(1, notable=(10,)),
    m=Integers(1, notable=(30,)),
    h=Positive(hi=10, notable=(half, Rational(3, 10))),
    t=Integers(1, 40, notable=(3,)),
    x=Reals(-10, 10, notable=(0, half)),
):
    """Beside real data the expected density is a geometric mixture of the truth smoothed k times, k = 1, ..., t + 1.

    With the weights (1 - b) b^(k - 1), and b^t for the last one: after t retrainings, the truth N(0, 1), b = m/(n + m).
    """
    return Eq(E(KernelLoop(n, h, FreshReal(m), "fit").density(t, x)), mixed_density(n, m, h, t, x))


@claim(
    source="derived: affine recursion of the variance of a generated point",
    mutants={"the last kernel forgotten": lambda n, m, h: 1 + h**2 * m / n},
)
def kde_mixed_bias_geometric_limit(
    n=Integers(1, notable=(10,)), m=Integers(1, notable=(30,)), h=Positive(notable=(Rational(3, 10),)), t=Integers(0)
):
    """The variance of a generated point tends to 1 + h^2/(1 - b), geometrically: 1/(1 - b) = N/n kernels on average."""
    loop, b = KernelLoop(n, h, FreshReal(m), "fit"), m / (n + m)
    return Tends(Var(loop.draw(t)), (t, 0, oo), 1 + h**2 * (n + m) / n, rate=h**2 * b ** (t + 1) * (n + m) / n)


# ---- the error as a function of the synthetic points ----------------------------------------------------------------


@claim(
    source=f"derived: the exact error beside the bound of {FU}, which rises and falls instead",
    mutants={"at twice as many": lambda case: 2 * case[3], "at m = n": lambda case: case[0]},
    unreached={"derivation": "the turn of a quotient of polynomials with roots in its coefficients"},
)
def kde_mixed_mise_shape_one_retraining(
    case=Points((10, half, 2, 30), (20, half, 2, 30), (100, Rational(3, 10), 2, 224)),
):
    """n fresh real points, bandwidth h, two models: as more synthetic points are used the exact error falls, and then rises.

    A case is (n, h, number of models, place of the least error). No simulation: near the turn the error is too flat.
    """
    n, h, t, peak = case
    return FallsThenRises(error(n, h, t - 1, FreshReal(m_), "fit"), (m_, 1, oo), peak=peak)


@claim(
    source=f"the shape of the bound of {FU}, taken for that of the error",
    expected="fails",
    corrected="kde-mixed-mise-shape-one-retraining",
)
def kde_mixed_mise_shape_bound(case=Points((10, half), (20, half))):
    """n fresh real points, bandwidth h, one retraining: the exact error rises with m to the threshold 3 n/4 of the bound."""
    n, h = case
    return RisesThenFalls(error(n, h, 1, FreshReal(m_), "fit"), (m_, 1, oo), peak=3 * n // 4)
