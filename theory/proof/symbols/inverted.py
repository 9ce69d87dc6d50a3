"""Where a function of one draw is above a number, in symbols: what is done to the draw last is undone first.

Functions that rise or fall, powers and absolute values are undone; a quadratic by its square, a quotient of two lines by what is
left beside its pole; the least of several functions is above a number where all of them are. Single numbers are left out or in as
it comes: a draw with a density is none of them. Whether the level itself counts matters where a function stays at it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from sympy import (
    Abs,
    Add,
    And,
    Expr,
    Max,
    Min,
    Or,
    Poly,
    PolynomialError,
    Pow,
    S,
    Symbol,
    atan,
    cancel,
    exp,
    fraction,
    log,
    oo,
    pi,
    sinh,
    sqrt,
    tan,
    tanh,
    together,
)
from sympy.core.relational import Ge, Gt, Le, Lt
from sympy.logic.boolalg import Boolean

from ...language.errors import CannotTell
from ...language.signs import is_nonnegative, is_positive
from .rational import as_product

Ends = tuple[Expr, Expr]
Region = list[Ends]  # intervals of which no two meet

LINE: Ends = (-oo, oo)
# of functions that rise on all of the line: what undoes them, and what they stay between
RISING: dict[type, tuple[Callable[[Expr], Expr], Ends]] = {
    tanh: (lambda y: log((1 + y) / (1 - y)) / 2, (S.NegativeOne, S.One)),
    atan: (tan, (-pi / 2, pi / 2)),
    sinh: (lambda y: log(y + sqrt(y**2 + 1)), LINE),
    exp: (log, (S.Zero, oo)),
}


def where(condition: Boolean, x: Symbol) -> Region:
    """Where a condition on a real x holds, but for single numbers. Raises `CannotTell`."""
    match condition:
        case And():
            return all_of([where(c, x) for c in condition.args])
        case Or():
            return _any_of([where(c, x) for c in condition.args])
        case Ge() | Gt() | Le() | Lt():
            return above(condition.gts - condition.lts, S.Zero, x, isinstance(condition, Gt | Lt))
    raise CannotTell(f"where {condition}")


def above(f: Expr, level: Expr, x: Symbol, strict: bool = True) -> Region:
    """Where f > level (>= level), of a real x, but for single numbers. Raises `CannotTell`."""
    if f == x:
        return [(level, oo)]
    if not f.has(x):
        sign = _sign(f - level)
        return [LINE] if sign > 0 or (sign == 0 and not strict) else []
    match f:
        case Min():
            return all_of([above(y, level, x, strict) for y in f.args])
        case Max():
            return _any_of([above(y, level, x, strict) for y in f.args])
        case Abs():
            (y,) = f.args
            if not _nonnegative(level):
                _sign(level)
                return [LINE]
            return _any_of([above(y, level, x, strict), above(-y, level, x, strict)])
        case log():
            if not _positive(f.args[0]):
                raise CannotTell(f"where {f} has a value")
            return above(f.args[0], exp(level), x, strict)
        case Pow() if not f.exp.has(x):
            return _power(f.base, f.exp, level, x, strict)
    if (known := RISING.get(type(f))) is not None:
        undone, (low, high) = known
        if low != -oo and _sign(level - low) <= 0:
            return [LINE]
        if high != oo and _sign(level - high) >= 0:
            return []
        return above(f.args[0], undone(level), x, strict)
    return _taken_apart(f, level, x, strict)


def _below(f: Expr, level: Expr, x: Symbol, strict: bool) -> Region:
    return outside(above(f, level, x, not strict))


def _taken_apart(f: Expr, level: Expr, x: Symbol, strict: bool) -> Region:
    """Of a sum or a product: what does not move is brought to the other side, if that leaves less."""
    rest, moving = f.as_independent(x, as_Add=True) if isinstance(f, Add) else (S.Zero, f)
    factor, inner = moving.as_independent(x, as_Add=False)
    if factor == 1 and (rest == 0 or isinstance(inner, Add)):
        return _rational(f, level, x, strict)
    place = (level - rest) / factor
    return above(inner, place, x, strict) if _sign(factor) > 0 else _below(inner, place, x, strict)


def _power(base: Expr, e: Expr, level: Expr, x: Symbol, strict: bool) -> Region:
    if e.is_negative:  # 1/h > level
        h, sign = base ** (-e), _sign(level)
        upper = above(h, S.Zero, x)
        if sign == 0:
            return upper
        near = _below(h, 1 / level, x, strict)
        return all_of([upper, near]) if sign > 0 else _any_of([upper, near])
    if e.is_Integer and e % 2:
        return above(base, level ** (1 / e) if _order(level) >= 0 else -((-level) ** (1 / e)), x, strict)
    if not e.is_Integer and not (e.is_positive and _nonnegative(base)):
        raise CannotTell(f"where {base**e} has a value")
    if not _nonnegative(level):
        _sign(level)
        return [LINE]
    return above(Abs(base), level ** (1 / e), x, strict)


def _rational(f: Expr, level: Expr, x: Symbol, strict: bool) -> Region:
    """Of a line, of a quadratic, and of a quotient of lines."""
    try:
        top, bottom = (Poly(part, x) for part in fraction(together(f)))
    except PolynomialError:
        raise CannotTell(f"where {f} is above {level}") from None
    degrees = (top.degree(), bottom.degree())
    if degrees == (1, 0):
        a, b = (cancel(y / bottom.LC()) for y in top.all_coeffs())
        return above(a * x, level - b, x, strict)
    if degrees == (2, 0):
        a, b, c = (cancel(y / bottom.LC()) for y in top.all_coeffs())
        middle = cancel(b / (2 * a))
        return above(a * (x + middle) ** 2, cancel(level - c + a * middle**2), x, strict)
    if degrees in ((0, 1), (1, 1)):
        c, d = bottom.all_coeffs()
        a, b = top.coeff_monomial(x), top.coeff_monomial(1)
        left = cancel((b - a * d / c) / c)
        return above(left / (x + cancel(d / c)), cancel(level - a / c), x, strict)
    raise CannotTell(f"where {f} is above {level}")


# ---- regions ------------------------------------------------------------------------------------------------------------


def all_of(parts: Sequence[Region]) -> Region:
    """What is in each of several regions. Raises `CannotTell` where the order of their ends is not known."""
    found = [LINE]
    for other in parts:
        both = [(_larger(a, c), _smaller(b, d)) for (a, b), (c, d) in product(found, other)]
        found = [(a, b) for a, b in both if a == -oo or b == oo or _order(b - a) > 0]
    return found


def _any_of(parts: Sequence[Region]) -> Region:
    return outside(all_of([outside(p) for p in parts]))


def outside(region: Region) -> Region:
    """The rest of the line. Raises `CannotTell` where the order of its ends is not known."""
    sides = ([(-oo, a), (b, oo)] for a, b in region)
    return all_of([[(a, b) for a, b in both if a != b] for both in sides])


def _larger(a: Expr, b: Expr) -> Expr:
    if a == -oo or b == oo:
        return b
    if b == -oo or a == oo:
        return a
    return a if _order(a - b) >= 0 else b


def _smaller(a: Expr, b: Expr) -> Expr:
    return -_larger(-a, -b)


def _order(x: Expr) -> int:
    """1 for what is not below 0, -1 for what is not above, 0 for 0. Raises `CannotTell` where it may be either."""
    return _signed(x, _nonnegative)


def _sign(x: Expr) -> int:
    """The sign of a number. Raises `CannotTell` where it may have several."""
    return _signed(x, _positive)


def _signed(x: Expr, is_seen: Callable[[Expr], bool]) -> int:
    """0 for 0, 1 where it is seen of x, -1 where it is seen of -x. Raises `CannotTell` of others."""
    if as_product(x) == 0:
        return 0
    for sign in (1, -1):
        if is_seen(sign * x):
            return sign
    raise CannotTell(f"the sign of {x}")


def _positive(x: Expr) -> bool:
    return is_positive(x) or is_positive(as_product(x))


def _nonnegative(x: Expr) -> bool:
    return is_nonnegative(x) or is_nonnegative(as_product(x))
