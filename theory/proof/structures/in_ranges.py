"""What has to be positive for an expression to be at least 0, or above, wherever its state and draws are in their ranges."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from sympy import (
    Add,
    Dummy,
    Expr,
    Heaviside,
    Piecewise,
    Poly,
    Pow,
    S,
    Symbol,
    expand,
    floor,
    fraction,
    oo,
    sign,
    together,
)
from sympy.core.relational import Relational

from ...language.errors import CannotTell
from ...language.laws import Count, Noise
from ...language.loops import CLOCK
from ...language.order import in_order
from ...language.signs import is_nonnegative, is_positive

Range = tuple[Expr, Expr]
JUMPS = (Piecewise, sign, Heaviside, Relational)
UNIT = (S.Zero, S.One)


def nonnegative_in(x: Expr, ranges: Mapping[Symbol, Range], strictly: bool = False) -> set[Expr]:
    """What has to be positive for x >= 0, its state and draws being anywhere in their ranges. Raises `CannotTell`.

    Written in numbers y >= 0, a range of finite length as low + length y/(1 + y), it is a fraction whose denominator is
    positive: it is enough that every coefficient of the numerator is.
    strictly: for x > 0: that it is so at the ends of ranges, too, where these may be reached.
    """
    if is_positive(x) if strictly else is_nonnegative(x):
        return set()
    if x.has(*JUMPS):  # they would be told by what stands for a range, which does not reach the ends
        raise CannotTell(f"{x} is not seen to be at least 0")
    # powers of what is not below 0, their exponents being parameters: neither are these
    above = [v for v, (low, _) in ranges.items() if low is not None and low.is_nonnegative]
    raised = [y for y in x.atoms(Pow) if y.base in above and y.exp.is_positive and not y.exp.is_number]
    raised = [y for y in raised if not y.exp.has(CLOCK, Noise, *ranges)]
    x = x.xreplace({y: Dummy("raised", nonnegative=True) for y in raised})
    # sizes that grow like 2**CLOCK: whatever positive numbers they are
    growing = [y for y in x.atoms(Pow) if y.exp.has(CLOCK) and y.base.is_positive and not y.base.has(CLOCK)]
    powers = {base: Dummy("power", positive=True) for base in in_order({y.base for y in growing})}
    rates = {y: expand(y.exp).coeff(CLOCK, 1) for y in growing}
    x = x.xreplace({y: powers[y.base] ** c * y.base ** expand(y.exp - c * CLOCK) for y, c in rates.items()})
    fits: Range = (S.One, oo)
    parts: dict[Expr, Symbol] = {}
    while whole := [e for e in in_order(x.atoms(floor)) if not e.args[0].has(floor)]:
        parts |= {e: Dummy("part") for e in whole}  # what is cut off is from 0 to 1
        x = x.xreplace({e: e.args[0] - parts[e] for e in whole})
    x = expand(x) if parts else x
    places = {v: ends for v, ends in ranges.items() if x.has(v)} | dict.fromkeys(parts.values(), UNIT)
    if x.has(CLOCK) or any(e.has(CLOCK) for ends in places.values() for e in ends):
        places[CLOCK] = fits
    smooth: set[Symbol] = set()
    while noise := [z for z in in_order(x.atoms(Noise)) if not z.law.atoms(Noise)]:
        names: dict[Expr, Symbol] = {z: Dummy(str(z)) for z in noise}
        places |= {names[z]: _support(z, {y: names[y] for y in noise[:i]}) for i, z in enumerate(noise)}
        smooth |= {names[z] for z in noise if z.law.has_a_density}
        x = x.xreplace(names)
    ys: list[Symbol] = []
    forms: dict[Symbol, Expr] = {}
    ends: dict[Symbol, str] = {}
    for v, (low, high) in places.items():
        bounded = low.is_finite is not False and high.is_finite is not False
        y = Dummy(str(v), **{"real" if low == -oo else "nonnegative": True})
        ys.append(y)
        forms[v] = y if low == -oo else low + (high - low) * y / (1 + y) if bounded else low + y
        ends[y] = "none" if v in smooth else "both" if bounded else "one"
    while x.has(*forms):  # the ends of a draw's range may depend on the state, and on other draws
        x = x.xreplace(forms)
    if not strictly and is_nonnegative(x):
        return set()
    top, bottom = fraction(together(x))
    if not top.is_polynomial(*ys) or not _is_nowhere_below_0(bottom, ys):
        raise CannotTell(f"{x} is not seen to be at least 0")
    terms = Poly(top, *ys).terms() if ys else [((), x)]
    found = set()
    for powers, c in terms:
        if expand(c) == 0:
            continue
        if any(p % 2 and not y.is_nonnegative for p, y in zip(powers, ys, strict=True)):
            raise CannotTell(f"{x} is not seen to be at least 0")
        if c.is_nonnegative or is_nonnegative(c):
            continue
        if c.is_negative:
            raise CannotTell(f"{x} is not seen to be at least 0")
        found.add(_positive(c))
    if strictly:
        most = [Poly(bottom, y).degree() if ends[y] == "both" else 0 for y in ys]
        found |= _at_corners(terms, [ends[y] for y in ys], most)
    return found


def _is_nowhere_below_0(x: Expr, ys: list[Symbol]) -> bool:
    if is_nonnegative(x):
        return True
    ys = [y for y in ys if x.has(y)]
    signed = ys and all(y.is_nonnegative for y in ys) and x.is_polynomial(*ys)
    return bool(signed) and all(is_nonnegative(expand(c)) for c in Poly(x, *ys).coeffs())


def _at_corners(terms: list[tuple[tuple, Expr]], ends: list[str], most: list[int]) -> set[Expr]:
    """What has to be positive for a sum of terms without negative ones to be above 0 where its variables are 0, or without end.

    ends: at which of both ends a variable may be; "none": almost surely at neither. most: the power that counts without end.
    """
    corners = product(*((0, m) if e == "both" else (0,) for e, m in zip(ends, most, strict=True)))
    found: set[Expr] = set()
    for corner in corners:
        here = [
            c
            for powers, c in terms
            if all(e == "none" or p == m for p, m, e in zip(powers, corner, ends, strict=True)) and expand(c) != 0
        ]
        if any(map(is_positive, here)):
            continue
        unknown = [c for c in here if not c.is_nonpositive]
        if not unknown:
            raise CannotTell("a sum of terms is 0 at an end of its range")
        found.add(unknown[0])
    return found


def _positive(c: Expr) -> Expr:
    """What is positive if and only if c >= 0, of a whole number over something positive; c of any other."""
    top, bottom = fraction(together(c))
    return top + 1 if top.is_integer and is_positive(bottom) else c


def _support(z: Noise, before: Mapping[Noise, Symbol]) -> Range:
    """Where a draw lies: a count of a multinomial draw has what those before it leave."""
    low, high = z.law.support
    return low, high - Add(*(d for y, d in before.items() if isinstance(z.law, Count) and y.whole == z.whole))
