"""Means of functions of one draw that have kinks, as a clipped step, a rectifier, or what a threshold leaves: piece by piece.

Each piece is an interval on which the function is a polynomial, of a normal draw beside exponentials; the moments of the draw
between its ends are added.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Max,
    Min,
    Mul,
    Piecewise,
    Poly,
    PolynomialError,
    S,
    Symbol,
    exp,
    expand,
    false,
    true,
)

from ...language.errors import CannotTell
from ...language.laws import Law, Noise, Normal
from . import cells, inverted
from .inverted import LINE, Region
from .single import between

KINKS = (Max, Min, Abs, Piecewise, *cells.ROUNDED)
MOST_PIECES = 24


@cache
def mean(f: Expr, z: Noise) -> Expr:
    """E f(Z) of a draw with a density. Raises `CannotTell`."""
    if f.has(*cells.ROUNDED):
        return cells.mean(f, z)
    if not z.law.is_continuous or z.law.atoms(Noise):
        raise CannotTell(f"{f} has no pieces of which the moments are known")
    x = Dummy("x", **{"positive" if z.law.support[0].is_nonnegative else "real": True})
    total = S.Zero
    for part, region in pieces(f.xreplace({z: x}), x, [LINE]):
        for law, polynomial in _terms(part, x, z.law):
            try:
                terms = Poly(polynomial, x).terms()
            except PolynomialError:
                raise CannotTell(f"{f} is no polynomial of {z} between its kinks") from None
            total += sum((c * between(law, S(k), *ends) for (k,), c in terms for ends in region), S.Zero)
    return total


def _terms(part: Expr, x: Symbol, law: Law) -> list[tuple[Law, Expr]]:
    """What stands beside exponentials of the draw, with the law that each of these makes of a normal one: exp(s x) moves its mean
    by s times the variance."""
    if not isinstance(law, Normal) or not part.has(exp):
        return [(law, part)]
    found: list[tuple[Law, Expr]] = []
    for term in Add.make_args(expand(part)):
        rate = Add(*(e.args[0] for e in Mul.make_args(term) if isinstance(e, exp)))
        rest = Mul(*(e for e in Mul.make_args(term) if not isinstance(e, exp)))
        s = expand(rate).coeff(x, 1)
        start = expand(rate - s * x)
        if start.has(x) or s.has(x):
            raise CannotTell(f"exp({rate}) is of no line in the draw")
        risen = exp(start + s * law.mean + s**2 * law.variance / 2)
        found.append((Normal(law.mean + s * law.variance, law.variance), rest * risen))
    return found


def pieces(f: Expr, x: Symbol, region: Region) -> list[tuple[Expr, Region]]:
    """A function without its kinks on each of the regions that these part a region in. Raises `CannotTell`."""
    found, left = [], [(f, region)]
    while left:
        f, region = left.pop()
        kink = min((e for e in f.atoms(*KINKS) if e.has(x)), key=lambda e: (e.count_ops(), str(e)), default=None)
        if kink is None:
            found.append((f, region))
            continue
        here, there, holds = _parted(kink, x)
        for value, part in ((here, holds), (there, inverted.outside(holds))):
            if inner := inverted.all_of([region, part]):
                left.append((f.xreplace({kink: value}), inner))
        if len(found) + len(left) > MOST_PIECES:
            raise CannotTell(f"more than {MOST_PIECES} pieces")
    return found


def _parted(kink: Expr, x: Symbol) -> tuple[Expr, Expr, Region]:
    """What a kink is on a region, what it is on the rest, and the region."""
    match kink:
        case Abs():
            (u,) = kink.args
            return u, -u, inverted.above(u, S.Zero, x)
        case Max() | Min():
            u, v = next(pair for pair in combinations(kink.args, 2) if any(e.has(x) for e in pair))
            larger, smaller = (kink.func(*(e for e in kink.args if e != other)) for other in (v, u))
            first, second = (larger, smaller) if isinstance(kink, Max) else (smaller, larger)
            return first, second, inverted.above(u - v, S.Zero, x)
    (value, condition), *others = kink.args
    if condition == true:
        return value, value, [LINE]
    if condition == false or not others:
        raise CannotTell(f"{kink} says nothing of some cases")
    return value, Piecewise(*others), inverted.where(condition, x)
