"""Whether endless sums and products of a claim converge, on the whole domain."""

from __future__ import annotations

from collections.abc import Collection

from sympy import Dummy, Expr, Function, Pow, Product, Sum, exp

from ...language.errors import CannotTell
from ..arithmetic.programs import is_enclosed
from ..foreign import surely
from ..symbols.asymptotics import Limits
from ..symbols.exponentials import exponentials
from ..symbols.normal_forms import is_zero
from ..symbols.scaled import like_integral
from .learned import Learned


def converges(known: Learned, x: Sum | Product, grow: Collection[Expr]) -> bool:
    """Whether an endless sum, or product, is seen to converge.  grow: the variables of limits that are around it."""
    if _geometric(known, x) or any(_settles(known, x, t) for t in sorted(grow, key=str) if x.has(t)):
        return True
    if x.free_symbols:
        if not isinstance(x, Sum):
            return False
        return _falls(known, x) or _has_form(known, x) or surely(x.is_absolutely_convergent)() == True  # noqa: E712 - SymPy's own truth
    return is_enclosed(x)


def _has_form(known: Learned, x: Sum) -> bool:
    """Whether it has a closed form on the whole domain."""
    return len(x.limits) == 1 and known.of_quotients(x.function, *x.limits[0]) is not None


def _falls(known: Learned, x: Sum) -> bool:
    """Whether all terms are numbers, and in the end fall faster than 1/j, whatever the other variables are."""
    if len(x.limits) != 1 or not x.limits[0][1].is_Integer:
        return False
    j, low, _ = x.limits[0]
    k, later = Dummy("k", integer=True, positive=True), low + Dummy("k", integer=True, nonnegative=True)
    parts = [e for e in x.function.atoms(Pow, Function) if e.has(j) and not isinstance(e, exp)]
    if any(isinstance(e, Function) or (e.exp.has(j) and e.base.has(j)) for e in parts):
        return False
    try:
        for e in parts:
            y = known.charted(e.base.xreplace({j: later}))
            if e.exp.is_Integer and not (e.exp.is_nonnegative or known.is_other_than_0(y)):
                return False
            if not e.exp.is_Integer and not known.implies(y, strict=True):
                return False
        limits = Limits(k, known.sign)
        lead = limits.leading(x.function.xreplace({j: k}))
        if lead is None:
            return True
        if lead.gammas != 0:
            return known.sign(lead.gammas) < 0
        return known.sign(lead.base - 1) < 0 if not is_zero(lead.base - 1) else known.sign(lead.power + 1) < 0
    except CannotTell:
        return False


def _geometric(known: Learned, x: Sum | Product) -> bool:
    """Whether it is a sum of geometric series with ratios below 1 in size on the whole domain."""
    if not isinstance(x, Sum) or len(x.limits) != 1:
        return False
    pieces = exponentials(x.function, x.limits[0][0])
    return pieces is not None and all(
        not c.has(x.limits[0][0])
        and all(known.implies(known.charted(1 + side * base), strict=True) for side in (1, -1))
        for base, c in pieces
    )


def _settles(known: Learned, x: Sum | Product, t: Expr) -> bool:
    """Whether an endless sum inside of a limit is seen to converge, and how it grows, for all large t."""
    try:
        return isinstance(x, Sum) and like_integral(Limits(t, known.sign), x) is not None
    except CannotTell:
        return False
