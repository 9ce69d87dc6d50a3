"""A share of real data that changes from generation to generation."""

# pyright: reportOperatorIssue=false, reportArgumentType=false, reportGeneralTypeIssues=false, reportAttributeAccessIssue=false
# (a claim's parameters receive symbols; their defaults are domains)

from __future__ import annotations

from sympy import Eq, Lt, Product, Symbol, exp

from ..language.claims import claim
from ..language.domains import Integers, Probability
from .common import half

k = Symbol("k", integer=True, positive=True)


@claim(mutants={"1/T": lambda T: 1 / (T + 2)})
def stability_real_fraction_schedule(T=Integers(0)):
    """With r_t = 1/(t + 1), all data kept and none added but synthetic ones, the error still falls like 1/(T + 1)."""
    return Eq(Product(1 - 1 / (k + 1), (k, 1, T)), 1 / (T + 1))


@claim(mutants={"to 0": lambda T: 1 / (T + 1)})
def stability_real_fraction_schedule_summable(T=Integers(0)):
    """With r_t = 1/(t + 1)^2, a summable share of real data, half of the first error is permanent."""
    return Eq(Product(1 - 1 / (k + 1) ** 2, (k, 1, T)), (T + 2) / (2 * (T + 1)))


@claim(
    source="any real data suffice",
    expected="fails",
    corrected="stability-real-fraction-schedule-summable",
)
def stability_real_fraction_schedule_any(T=Integers(9, 99)):
    """With r_t = 1/(t + 1)^2 the error falls below 1/2."""
    return Lt(Product(1 - 1 / (k + 1) ** 2, (k, 1, T)), half)


@claim(mutants={"half of it": lambda r, T: exp(-2 * r * T)})
def stability_real_fraction_schedule_constant(r=Probability(), T=Integers(1)):
    """A constant real share r, however small, contracts: the error falls below exp(-r T)."""
    return Lt((1 - r) ** T, exp(-r * T))
