"""Sums and products of a claim: they run forwards, and endless ones converge, on the whole domain."""

from __future__ import annotations

from sympy import Dummy, Expr, Product, Sum, oo, sympify

from ...language.binders import ranges
from ...language.errors import CannotTell
from ...language.moments import Limit, Moment, PathMax, Sensitivity
from ..arithmetic.programs import to_ball
from ..symbols.asymptotics import Limits
from ..symbols.exponentials import exponentials
from ..symbols.scaled import like_integral
from .learned import Learned


def forwards(known: Learned, *sides: Expr) -> None:
    """Sums and products run forwards on the whole domain, or are empty by one; endless ones converge."""
    grow = {m.bound for x in map(sympify, sides) for m in x.atoms(Limit) if not x.has(Sensitivity)}
    for r in (r for x in map(sympify, sides) for r in ranges(x)):
        if not isinstance(r.binder, Sum | Product | PathMax):
            continue
        if r.high is oo and not isinstance(r.binder, PathMax):
            if any(_settles(known, r.binder, t) for t in grow & r.binder.free_symbols):
                continue
            if not (r.binder.function.has(Moment) or _geometric(known, r.binder) or _converges(r.binder)):
                raise CannotTell(f"{r} is not seen to converge")
            continue
        inner = {o.variable: o.low + Dummy("k", integer=True, nonnegative=True) for o in r.around}
        gap = r.gap
        for _ in r.around:  # the start of an inner range may be the variable of an outer one
            gap = gap.xreplace(inner)
        if not known.implies(known.charted(gap), strict=False):
            raise CannotTell(f"{r} is not seen to run forwards: restrict the domain")


def _settles(known: Learned, x: Sum | Product, t: Expr) -> bool:
    """Whether an endless sum inside of a limit is seen to converge, and how it grows, for all large t."""
    try:
        return isinstance(x, Sum) and like_integral(Limits(t, known.sign), x) is not None
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


def _converges(x: Sum | Product) -> bool:
    """Whether an endless sum (or product) is known to converge: one of numbers, since it has a ball."""
    if not x.free_symbols:
        try:
            return bool(to_ball(x).is_finite())
        except (CannotTell, ArithmeticError):
            return False
    try:
        return isinstance(x, Sum) and x.is_absolutely_convergent() == True  # noqa: E712 - SymPy's own truth
    except (NotImplementedError, ValueError, TypeError, AttributeError):
        return False
