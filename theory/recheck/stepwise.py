"""Identities with sums and products up to a whole number, by induction: at 0, and from each number to the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sympy import Expr, Mul, Product, S, Sum, Symbol, cancel, factor_terms, together

from .binders import canonical
from .fractions import vanishes


def vanishes_stepwise(x: Expr, nonzero: Callable[[Expr], bool]) -> bool:
    """Whether an expression is seen to be 0 for all whole numbers from 0 on that its sums and products run up to.

    Of a product one factor is. x(k + 1) is a multiple of x(k), by a factor that is the same for all that x is made of: where
    `nonzero` sees that what the factor is divided by is nowhere 0. Raises `CannotTell`.
    """
    return any(_follows(f, k, nonzero) for f in Mul.make_args(factor_terms(x)) for k in _ends(f))


def _follows(x: Expr, k: Symbol, nonzero: Callable[[Expr], bool]) -> bool:
    if not vanishes(x.xreplace({k: S.Zero})):
        return False
    here, after = canonical(x, x.xreplace({k: k + 1}))
    if vanishes(after - here):
        return True
    return any(nonzero(below) and vanishes(after * below - here * above) for below, above in _multiples(here, after))


def _ends(x: Expr) -> list[Symbol]:
    """The variables that sums and products run up to."""
    found = {k for b in x.atoms(Sum, Product) for k in b.limits[0][2].free_symbols}
    return sorted((k for k in found if k.is_integer and k.is_nonnegative and k in x.free_symbols), key=str)


def _multiples(here: Expr, after: Expr) -> Iterator[tuple[Expr, Expr]]:
    """The coefficients of a product in x, and in what x is one step later: the only factor that there can be."""
    here, after = here.expand(), after.expand()
    for p in sorted(here.atoms(Product) & after.atoms(Product), key=str):
        below, above = (cancel(together(y.coeff(p))) for y in (here, after))
        if below != 0 and not (below * above).has(p):
            yield below, above
