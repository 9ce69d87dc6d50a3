"""The mean integrated squared error."""

from __future__ import annotations

from sympy import Eq, Expr, Rational, Sum

from ..language.claims import claim
from ..language.domains import Integers, Points, Positive
from ..language.moments import ISE, E
from ..proof.formulas import formula
from .common import KernelLoop, error, half, k_, phi


def exact(n, h, t, sigma0, share) -> Expr:
    """The error, the weight of the k-th ancestors being `share(k)`."""
    q, v = 1 - 1 / n, sigma0**2
    met = Sum(share(k_) * phi(2 * k_ * h**2), (k_, 1, t))
    return met + q**t * phi(2 * t * h**2 + 2 * v) - 2 * phi(t * h**2 + 2 * v) + phi(2 * v)


@formula(claim="kde-mise-recursive-exact")
def mise(n: Integers(2), h: Positive, t: Integers(0), sigma0: Positive = 1) -> Expr:
    """The mean integrated squared error of the estimate after t generations of n points; the truth is N(0, sigma0^2).

    h: the bandwidth. In units of 1/sigma0. Source: derived; one generation is Fryer 1976, as commonly quoted.
    """
    return exact(n, h, t, sigma0, lambda k: (1 - 1 / n) ** (k - 1) / n)


@claim(
    source="derived: lineages of two kernels, convolutions; one generation is Fryer 1976 (Wand & Jones), as commonly quoted",
    mutants={
        "the newest generation's variance only": lambda n, h, t, sigma0: (
            exact(n, h, t, sigma0, lambda k: 0 * k) + phi(2 * h**2) / n
        ),
        "q^k": lambda n, h, t, sigma0: exact(n, h, t, sigma0, lambda k: (1 - 1 / n) ** k / n),
        "no generation forgotten": lambda n, h, t, sigma0: exact(n, h, t, sigma0, lambda k: 1 / n),
    },
)
def kde_mise_recursive_exact(
    n=Integers(2),
    h=Positive(hi=10, notable=(half, Rational(2, 5))),
    t=Integers(0, notable=(3,)),
    sigma0=Positive(hi=10),
):
    """The mean integrated squared error: two kernels meet in a common ancestor k generations back w.p. q^(k - 1)/n."""
    loop = KernelLoop(n, h, sigma0=sigma0)
    return Eq(E(ISE(loop.model(t), loop.truth)), mise(n, h, t, sigma0))


@claim(
    source="the errors of the generations, taken to add up",
    expected="fails",
    corrected="kde-mise-recursive-exact",
)
def kde_mise_recursive_exact_fold(t=Points(3, 10)):
    """After t generations the error is t times that after one, n = 20, h = 1/2."""
    return Eq(error(20, half, t), t * error(20, half, 1))
