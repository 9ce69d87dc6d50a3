"""Whether endless sums and products of a claim converge, on the whole domain."""

from __future__ import annotations

from collections.abc import Collection

from sympy import Expr, Product, Sum

from ...language.errors import CannotTell
from ..arithmetic.programs import is_enclosed
from ..foreign import surely
from ..symbols.asymptotics import Limits
from ..symbols.exponentials import exponentials
from ..symbols.scaled import like_integral
from .learned import Learned


def converges(known: Learned, x: Sum | Product, grow: Collection[Expr]) -> bool:
    """Whether an endless sum, or product, is seen to converge.  grow: the variables of limits that are around it."""
    if _geometric(known, x) or any(_settles(known, x, t) for t in sorted(grow, key=str) if x.has(t)):
        return True
    if x.free_symbols:
        return isinstance(x, Sum) and surely(x.is_absolutely_convergent)() == True  # noqa: E712 - SymPy's own truth
    return is_enclosed(x)


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
