"""Functions that rise to a place and fall after it, or the other way round: by the sign of how they move before and after."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import QQ, CoercionFailed, Dummy, Expr, Function, Mul, Poly, S, Symbol, ceiling, factor, floor, oo, together
from sympy.concrete.expr_with_limits import ExprWithLimits

from ..language.errors import CannotTell
from ..language.moments import RisesThenFalls
from .rising import SMOOTH
from .signs import Signs


def along(shape: RisesThenFalls, signs: Signs) -> Signs:
    """The signs where the bound variable of a shape runs through its range, of real numbers without the ends."""
    t, a, b = shape.limits
    if not t.is_integer:
        ((_, top, bottom),) = _places(t, a, b)
        return signs.supposing({t: top / bottom}, [])
    k = Dummy(t.name, integer=True, nonnegative=True)
    return signs.supposing({t: a + k}, [] if b is oo else [(b - t, False)])


def turns(shape: RisesThenFalls, f: Expr, signs: Signs) -> bool:
    """Whether a function, f in numbers, is seen to move as its shape says: strictly, on both sides of the place."""
    t, a, b = shape.limits
    whole = bool(t.is_integer)
    if (
        any(y.has(t) for y in (a, b, shape.peak))
        or any(not isinstance(y, SMOOTH) for y in f.atoms(Function))
        or f.has(ExprWithLimits)
    ):
        raise CannotTell("a function that is not followed")
    if not signs.positive(shape.peak - a, False) or not (b is oo or signs.positive(b - shape.peak, False)):
        return False
    move = f.xreplace({t: t + 1}) - f if whole else f.diff(t)
    move = _lowest(move)
    last, first_after = (
        (floor(shape.peak), ceiling(shape.peak)) if whole and shape.peak.is_number else (shape.peak,) * 2
    )
    before, after = (a, last - int(whole)), (first_after, b - int(whole))
    first = 1 if shape.rises_first else -1
    return all(
        signs.positive(sign * _with(move, t, *there), True)
        for ends, sign in ((before, first), (after, -first))
        for there in _places(t, *ends)
    )


def _lowest(x: Expr) -> Expr:
    """A quotient of polynomials in lowest terms, by factors."""
    if not x.free_symbols:
        return x
    try:
        found = QQ.frac_field(*sorted(x.free_symbols, key=str)).from_sympy(x)
    except (CoercionFailed, ValueError):  # it is none
        return together(x)
    return factor(found.numer.as_expr()) / factor(found.denom.as_expr())


def _with(x: Expr, t: Symbol, u: Symbol, top: Expr, bottom: Expr) -> Expr:
    """x with top/bottom for t, factors that are polynomials of it multiplied out."""
    p, q = Poly(top.xreplace({u: t}), t), Poly(bottom.xreplace({u: t}), t)
    out = []
    for f in Mul.make_args(x):
        base, e = f.as_base_exp()
        if base.is_polynomial(t) and e.is_Integer:
            whole = Poly(base, t)
            out.append((whole.transform(p, q).as_expr().xreplace({t: u}) / bottom ** whole.degree()) ** e)
        else:
            out.append(f.xreplace({t: top / bottom}))
    return Mul(*out)


def _places(t: Symbol, low: Expr, high: Expr) -> Iterator[tuple[Symbol, Expr, Expr]]:
    """All numbers between two ends as top/bottom in a positive u, (u, top, bottom); with the ends, where t is whole."""
    u = Dummy("u", **{"nonnegative" if t.is_integer else "positive": True})
    yield (u, low + u, S.One) if high is oo else (u, low + high * u, 1 + u)
    if t.is_integer and high is not oo:
        yield u, low * u + high, 1 + u
