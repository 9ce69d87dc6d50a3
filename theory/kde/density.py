"""The expected density, and the variance of a fitted one."""

from __future__ import annotations

from sympy import Eq, Expr, Rational, Sum, oo

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive, Reals
from ..language.laws import Normal
from ..language.loops import CLOCK
from ..language.moments import E, Tends, Var
from ..proof.formulas import formula
from .common import FU, KernelLoop, half, j_

# ---- the expected density ---------------------------------------------------------------------------------------------


@claim(
    source=f"derived: every fit convolves the mean density with its kernel; kernel density estimates as in {FU}",
    mutants={
        "bandwidths add": lambda h, t, x, sigma0: Normal(0, sigma0**2 + t**2 * h**2).density(x),
        "smoothed once only": lambda h, t, x, sigma0: Normal(0, sigma0**2 + h**2).density(x),
    },
)
def kde_mean_density_convolution(
    n=Integers(1),
    h=Positive(hi=10, notable=(half, Rational(2, 5))),
    t=Integers(0),
    x=Reals(-10, 10, notable=(0, half)),
    sigma0=Positive(hi=10),
):
    """The expected density is the truth smoothed t times, N(0, sigma0^2 + t h^2), whatever n is."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    return Eq(E(loop.density(t, x)), Normal(0, sigma0**2 + t * h**2).density(x))


@claim(
    source=f"derived: every fit adds the variance of its kernel; kernel density estimates as in {FU}",
    mutants={"bandwidths add": lambda h, t, sigma0: sigma0**2 + t**2 * h**2},
)
def kde_mean_density_convolution_variance(n=Integers(1), h=Positive(notable=(half,)), t=Integers(0), sigma0=Positive()):
    """A generated point, over all histories, has the variance sigma0^2 + t h^2."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    return Eq(Var(loop.draw(t)), sigma0**2 + t * h**2)


@claim(
    source="derived: every fit convolves the mean density with its kernel",
    mutants={"as if h were kept": lambda h, t: 1 + t * h**2},
)
def kde_mean_density_convolution_changing(n=Integers(1), h=Positive(notable=(half,)), t=Integers(0, 60)):
    """With the bandwidth h/j in fit number j it is 1 + h^2 (1 + 1/4 + ... + 1/t^2)."""
    return Eq(Var(KernelLoop(n, h / CLOCK).draw(t)), 1 + Sum(h**2 / j_**2, (j_, 1, t)))


# ---- the variance of a fitted density ---------------------------------------------------------------------------------


@formula(claim="kde-within-variance-saturates")
def expected_variance(n: Integers(2), h: Positive, t: Integers(0), sigma0: Positive = 1) -> Expr:
    """The mean variance of the fitted density after t generations of n points, bandwidth h; it tends to n h^2.

    In the units of sigma0 squared. Source: derived, an affine recursion.
    """
    q = 1 - 1 / n
    return q**t * sigma0**2 + n * h**2 * (1 - q**t)


@claim(
    source="derived: affine recursion of the expected variance",
    mutants={
        "the sample variance over n - 1": lambda n, h, t, sigma0: n / (n - 1) * expected_variance(n, h, t, sigma0),
        "h^2 once": lambda n, h, t, sigma0: (1 - 1 / n) ** t * sigma0**2 + h**2,
    },
)
def kde_within_variance_saturates(
    n=Integers(2), h=Positive(notable=(half, Rational(1, 10))), t=Integers(0), sigma0=Positive()
):
    """The variance of the fitted density is q^t sigma0^2 + n h^2 (1 - q^t) on average, q = 1 - 1/n: it tends to n h^2."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    return Eq(E(loop.variance(t)), expected_variance(n, h, t, sigma0))


@claim(
    source="derived: affine recursion of the expected variance",
    mutants={"h^2": lambda h: h**2, "sigma0^2": lambda sigma0: sigma0**2},
)
def kde_within_variance_saturates_limit(n=Integers(2), h=Positive(notable=(half,)), t=Integers(0), sigma0=Positive()):
    """And it gets there geometrically."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    return Tends(E(loop.variance(t)), (t, 0, oo), n * h**2, rate=(1 - 1 / n) ** t * (sigma0**2 + n * h**2))


@claim(
    source="derived: law of total variance",
    mutants={"a random walk of steps h/sqrt(n)": lambda n, h, t, sigma0: t * h**2 / n},
)
def kde_within_variance_saturates_mean(n=Integers(2), h=Positive(notable=(half,)), t=Integers(0), sigma0=Positive()):
    """What is missing is in the mean, that wanders: its square is sigma0^2 + t h^2 - E V_t on average (the truth's is 0)."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    return Eq(E(loop.mean(t) ** 2), sigma0**2 + t * h**2 - expected_variance(n, h, t, sigma0))


@claim(
    source="'the variance of a kernel density loop diverges linearly', a natural misreading",
    expected="fails",
    corrected="kde-within-variance-saturates",
)
def kde_within_variance_saturates_linear(n=Points(20, 50), t=Points(3, 10)):
    """The variance of the fitted density is 1 + t h^2 on average, h = 1/2."""
    return Eq(E(KernelLoop(n, half).variance(t)), 1 + Rational(t) / 4)
