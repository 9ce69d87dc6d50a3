"""Integrals to infinity, or to an end where the integrand has no value, in balls: of sums of products of powers of rational
functions, their exponentials, and logarithms of the variable.

Near such an end a they are integrals to infinity as well, over y, with x = a + (m - a)/y from the middle m on. Of such a term,
without its logarithms, f'/f = N/D is a rational function. Where -x N > p D > 0 from T on, |f(x)| x^p falls there, so that what
lies beyond T is at most T |f(T)|/(p - 1), if p > 1. (log x)^k x^-s falls from e^(k/s) on. Up to T it is integrated over the
logarithm of x.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flint import acb, arb, ctx
from sympy import (
    Add,
    Dummy,
    Expr,
    Integral,
    Poly,
    Pow,
    S,
    cancel,
    expand_log,
    factor,
    fraction,
    log,
    nan,
    oo,
    together,
    zoo,
)

from ...language.errors import CannotTell
from .integration import EVALUATIONS, not_bounded, petras

FARTHEST = 2**40  # of the logarithm of T, in bits
Function = Callable[[acb, bool], acb]


def half_lines(e: Integral) -> Iterator[tuple[Dummy, Expr, Expr]]:
    """An integral with an infinite end, or one at which there is no value, as a sum of integrals from a number up: (variable,
    function, number). Nothing where both ends are plain."""
    x, low, high = e.limits[0]
    if low == oo or high == -oo:
        raise CannotTell(f"the ends of {e}")
    opens = [not end.is_infinite and _open(e.function, x, end) for end in (low, high)]
    if low.is_infinite or high.is_infinite:
        middle = (
            low + int(opens[0]) if not low.is_infinite else high - int(opens[1]) if not high.is_infinite else S.Zero
        )
    else:
        middle = (low + high) / 2 if all(opens) else high if opens[0] else low
    for end, is_open, side in zip((low, high), opens, (-1, 1), strict=True):
        if end.is_infinite:
            line = Dummy("x", real=True)
            yield line, e.function.xreplace({x: side * line}), side * middle
        elif is_open:
            y = Dummy("y", positive=True)
            near = e.function.xreplace({x: end + (middle - end) / y}).replace(
                lambda p, y=y: p.is_Pow and p.base.is_rational_function(y) and not p.exp.has(y),
                lambda p: factor(together(p.base)) ** p.exp,  # else digits cancel far out
            )
            yield y, near * side * (end - middle) / y**2, S.One


def _open(f: Expr, x: Expr, end: Expr) -> bool:
    """Whether a function has no value at an end, or a power of 0."""
    value = f.xreplace({x: end})
    return value.has(zoo, nan, oo, -oo) or any(p.base.is_zero for p in value.atoms(Pow))


def terms(f: Expr, x: Dummy) -> Iterator[tuple[Expr, list[Expr], list[Expr], Expr]]:
    """Terms of f, each with the coefficients of the numerator and of the denominator of its logarithmic derivative, without the
    power of log x in it, and that power."""
    f = f.replace(lambda e: isinstance(e, log) and e.has(x), lambda e: _logs_apart(e, x))
    for term in Add.make_args(f if _slope(f, x) is not None else f.expand()):
        found = _slope(term, x)
        if found is None:
            raise CannotTell(f"no bound of {term} far out")
        slope, logs = found
        yield term, *(Poly(part, x).all_coeffs() for part in fraction(slope)), logs


def _logs_apart(e: Expr, x: Dummy) -> Expr:
    """The logarithm of a product as a sum. Means that may be infinite stand in it for numbers: balls of others tell nothing."""
    known = {s: Dummy(s.name, real=True) for s in e.free_symbols - {x} if s.is_real is None}
    return expand_log(together(e.xreplace(known))).xreplace({d: s for s, d in known.items()})


def _slope(f: Expr, x: Dummy) -> tuple[Expr, Expr] | None:
    """The derivative of log f, if it is rational once powers of log x are left out; and their exponent."""
    total, logs = S.Zero, S.Zero
    for base, e in f.as_powers_dict().items():
        if base == log(x) and e.is_Integer and e > 0:
            logs += e
        elif not base.has(x):
            total += e.diff(x) * log(base)
        elif not e.has(x):
            total += e * base.diff(x) / base
        else:
            return None
    total = together(total)
    return (cancel(total), logs) if total.is_rational_function(x) else None


def half_line(f: Function, top: list[arb], bottom: list[arb], logs: int, low: arb) -> arb:
    """The integral of one term from `low` up. Raises `CannotTell` where it is not seen to be finite."""
    start, order = _falls(top, bottom)
    start = start.max(low.upper()).max(arb(1))
    if logs:
        spare = (order - 1) / 2
        start, order = start.max((logs / spare).exp().upper()), order - spare
    beyond = lambda far: far * abs(f(acb(far), False)).abs_upper() / (order - 1)  # noqa: E731
    least, bits = beyond(start) * arb(2) ** -(ctx.prec + 8), 1
    while not beyond(start * arb(2) ** bits) <= least:
        bits += max(1, bits // 8)
        if bits > FARTHEST:
            raise CannotTell("an integral to infinity that falls too slowly")
    far = (start * arb(2) ** bits).log()
    bent = lambda w, analytic: f(w.exp(), analytic) * w.exp()  # noqa: E731
    begin = low if low >= 1 else arb(1)
    total = arb(0, beyond(start * arb(2) ** bits).upper()) + finite(bent, begin.log(), far)
    return total if low >= 1 else total + finite(f, low, begin)


def finite(f: Function, low: arb, high: arb) -> arb:
    """A definite integral of a function analytic near [low, high]."""
    value = petras(f, acb(low), acb(high), most=EVALUATIONS)
    if not value.is_finite() and ctx.prec >= 128:  # it is singular, and more bits are of no use
        raise CannotTell(not_bounded(low, high))
    return value.real


def _falls(top: list[arb], bottom: list[arb]) -> tuple[arb, arb]:
    """(T, p): |f(x)| x^p falls from T on, p > 1."""
    top, bottom = _stripped(top), _stripped(bottom)
    if not top or len(top) + 1 < len(bottom):
        raise CannotTell("an integral to infinity of what does not fall")
    steep = len(top) + 1 > len(bottom)
    side = -top[0] / bottom[0]
    if not (side > 0 if steep else side > 1):
        raise CannotTell("an integral to infinity that is not seen to be finite")
    order = arb(2) if steep else arb(((1 + side) / 2).lower())
    if not order > 1:
        raise CannotTell("an integral to infinity that is not seen to be finite")
    gap = [-c for c in top] + [arb(0)]  # -x N - p D
    for i, c in enumerate(reversed(bottom)):
        gap[-1 - i] -= order * c
    return _last_root(gap).max(_last_root(bottom)), order


def _stripped(polynomial: list[arb]) -> list[arb]:
    while polynomial and polynomial[0] == 0:
        polynomial = polynomial[1:]
    if polynomial and not (polynomial[0] > 0 or polynomial[0] < 0):
        raise ArithmeticError(f"whether {polynomial[0]} is 0")
    return polynomial


def _last_root(polynomial: list[arb]) -> arb:
    """Cauchy's bound: beyond it the polynomial has the sign of its leading coefficient."""
    first, *rest = polynomial
    return arb((1 + max((abs(c / first).upper() for c in rest), default=arb(0))).upper())
