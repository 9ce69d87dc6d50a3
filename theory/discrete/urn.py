"""One draw after the other, and all are kept: Polya's urn."""

from __future__ import annotations

from sympy import (
    Abs,
    Eq,
    Expr,
    gamma,
    oo,
    pi,
    sqrt,
)

from ..language.claims import claim
from ..language.domains import Integers
from ..language.loops import Loop
from ..language.moments import E, Tends, Var
from ..language.policies import Accumulate
from .common import CategoricalLoop, SymbolLoop, half


def urn(k, j) -> Loop:
    """k real points of symbol 0, j of the others; draws are added one by one, and all are kept: Polya's urn."""
    r = k + j
    return CategoricalLoop((k / r, j / r), 1, Accumulate(), r)


def deviation(k, j) -> Expr:
    """The mean absolute deviation of Beta(k, j)."""
    r = k + j
    return 2 * k**k * j**j * gamma(r) / (gamma(k) * gamma(j) * r ** (r + 1))


@claim(
    source="derived: the Beta limit of Polya's urn; its mean deviation by de Moivre",
    mutants={
        "the Gaussian's, from the standard deviation": lambda k, j: sqrt(2 * k * j / (pi * (k + j + 1))) / (k + j)
    },
)
def discrete_polya_beta_mad(k=Integers(1, 40, notable=(3, 30)), j=Integers(1, 40, notable=(7, 35))):
    """Accumulating one draw at a time for ever moves a share by 2 k^k j^j/(B(k, j) r^(r+1)) on average, r = k + j.

    The limit is sampled as the Beta law that it has; `discrete-polya-beta-mad-urn` runs the urn.
    """
    return Eq(E(Abs(urn(k, j).share(0, oo) - k / (k + j))), deviation(k, j))


@claim(
    source="derived: the Beta limit of Polya's urn, de Moivre's mean deviation",
    mutants={"the Gaussian's": lambda k, j: sqrt(2 * k * j / (pi * (k + j + 1))) / (k + j)},
)
def discrete_polya_beta_mad_resample(k=Integers(1, 40, notable=(3, 30)), j=Integers(1, 40, notable=(7, 35))):
    """In total variation accumulating for ever costs what one generation of r new points costs."""
    r = k + j
    once = SymbolLoop(k / r, r)
    return Eq(E(Abs(urn(k, j).share(0, oo) - k / r)), E(Abs(once.share(1) - k / r)))


@claim(
    source="derived: Polya's urn is a martingale; the variance of what is still to come",
    mutants={"the Gaussian's": lambda k, j, t: sqrt(2 * k * j / (pi * (k + j + 1))) / (k + j) * half},
    unreached={"derivation": "the absolute value of a count's error is no moment"},
)
def discrete_polya_beta_mad_urn(
    k=Integers(1, 30, notable=(3,)), j=Integers(1, 30, notable=(7,)), t=Integers(1, notable=(100, 30))
):
    """The urn after t draws: the mean deviation is within sqrt(k j/(r (r + 1) (r + t))) of its limit.

    No derivation: the mean of an absolute value is no moment.
    """
    r = k + j
    rate = sqrt(k * j / (r * (r + 1) * (r + t)))
    return Tends(E(Abs(urn(k, j).share(0, t) - k / r)), (t, 1, oo), deviation(k, j), rate=rate)


@claim(
    source="the equality of mean deviations, taken for one of variances",
    expected="fails",
    corrected="discrete-polya-beta-mad-resample",
)
def discrete_polya_beta_mad_variance(k=Integers(1, 40, notable=(3, 30)), j=Integers(1, 40, notable=(7, 35))):
    """In variance, too, accumulating for ever costs what one generation of r new points costs."""
    r = k + j
    return Eq(Var(urn(k, j).share(0, oo)), Var(SymbolLoop(k / r, r).share(1)))
