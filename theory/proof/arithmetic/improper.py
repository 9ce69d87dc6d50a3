"""Integrals to infinity, in balls: of sums of products of powers of rational functions and their exponentials.

Of such a term f'/f = N/D is a rational function. Where -x N > p D > 0 from T on, |f(x)| x^p falls there, so that what lies
beyond T is at most T |f(T)|/(p - 1), if p > 1. Up to T it is integrated over the logarithm of x.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flint import acb, arb, ctx
from sympy import Add, Dummy, Expr, Integral, Poly, S, cancel, fraction, log, oo, together

from ...language.errors import CannotTell
from .enclosures import EVALUATIONS, petras

FARTHEST = 2**40  # of the logarithm of T, in bits
Function = Callable[[acb, bool], acb]


def half_lines(e: Integral) -> Iterator[tuple[Dummy, Expr, Expr]]:
    """An integral with an infinite end as a sum of integrals from a number up: (variable, function, number)."""
    x, low, high = e.limits[0]
    up = Dummy("x", real=True)
    middle = low if low.is_finite else high if high.is_finite else S.Zero
    if low == -oo:
        yield up, e.function.xreplace({x: -up}), -middle
    if high == oo:
        yield up, e.function.xreplace({x: up}), middle
    if not {low, high} & {oo, -oo} or low == oo or high == -oo:
        raise CannotTell(f"the ends of {e}")


def terms(f: Expr, x: Dummy) -> Iterator[tuple[Expr, list[Expr], list[Expr]]]:
    """Terms of f, each with the coefficients of the numerator and of the denominator of its logarithmic derivative."""
    for term in Add.make_args(f if _slope(f, x) is not None else f.expand()):
        slope = _slope(term, x)
        if slope is None:
            raise CannotTell(f"no bound of {term} far out")
        yield term, *(Poly(part, x).all_coeffs() for part in fraction(slope))


def _slope(f: Expr, x: Dummy) -> Expr | None:
    """The derivative of log f, if it is rational."""
    total = S.Zero
    for base, e in f.as_powers_dict().items():
        if not base.has(x):
            total += e.diff(x) * log(base)
        elif not e.has(x):
            total += e * base.diff(x) / base
        else:
            return None
    return cancel(together(total)) if total.is_rational_function(x) else None


def half_line(f: Function, top: list[arb], bottom: list[arb], low: arb) -> arb:
    """The integral of one term from `low` up. Raises `CannotTell` where it is not seen to be finite."""
    start, order = _falls(top, bottom)
    start = start.max(low.upper()).max(arb(1))
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
        raise CannotTell(f"no finite enclosure of an integral over [{low}, {high}]")
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
