"""What SymPy integrates, tried by numbers: some of its antiderivatives are those of another branch, as of exp(-x^4) below 0."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, product
from typing import Any

import mpmath
import numpy as np
from sympy import Expr, Rational, S, Symbol, lambdify

from ...language.errors import CannotTell
from ...language.order import in_order

PIECES, NODES = 256, 8  # of the interval, and in each of them: kinks lie within one
EXACT = 1e-5  # of the size of the integral, as far as numbers with kinks between them tell
TRIED = (Rational(3, 7), Rational(11, 5))  # numbers for the parameters, with their places added,
TURNED = 2  # so many that may be of either sign change it by themselves: a root may be that of another branch below 0


def believed(value: Expr, f: Expr, x: Symbol, low: Expr, high: Expr) -> Expr:
    """The value that SymPy has found for an integral from low to high. Raises `CannotTell` where it is not what numbers say.

    It is tried at two points of the parameters, and with other signs where they may have them; where these are no points at
    which all of it has a value, it is not believed.
    """
    names = in_order((value.free_symbols | f.free_symbols | low.free_symbols | high.free_symbols) - {x})
    for at in _tried(names, low, high):
        try:
            said = complex(value.xreplace(at).evalf(20))
            found, size = _by_numbers(f.xreplace(at), x, low.xreplace(at), high.xreplace(at))
        except (TypeError, ValueError, ArithmeticError, NameError, AttributeError, NotImplementedError) as problem:
            raise CannotTell(f"whether the integral of {f} is {value} is not seen") from problem
        if not abs(said - found) <= EXACT * size:
            raise CannotTell(f"SymPy takes the integral of {f} for {value}, which it is not")
    return value


def _tried(names: Sequence[Any], low: Expr, high: Expr) -> list[dict[Any, Expr]]:
    """Numbers for the parameters, each of the signs that it may have; such that the ends are in order, where there are such."""
    free = [s for s in names if not s.is_nonnegative and not s.is_nonpositive]
    points = []
    for first, signs in product(TRIED if names else TRIED[:1], product((1, -1), repeat=min(len(free), TURNED))):
        turned = dict(zip(free, cycle(signs))) if free else {}
        sizes = {s: S(2 + 2 * i) if s.is_integer else first + i for i, s in enumerate(names)}
        points.append({s: x * turned.get(s, -1 if s.is_nonpositive else 1) for s, x in sizes.items()})
    return [at for at in points if (low.xreplace(at) < high.xreplace(at)) == True] or points  # noqa: E712 - a relation


def _by_numbers(f: Expr, x: Symbol, low: Expr, high: Expr) -> tuple[complex, float]:
    """An integral and that of the absolute value, by Gauss' rule on pieces of the interval."""
    if low.is_infinite or high.is_infinite:
        return _to_infinity(f, x, low, high)
    plain = lambdify([x], f, modules=["numpy", "scipy"])
    begin, end = (float(e.evalf(20)) for e in (low, high))
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    width = (end - begin) / PIECES
    places = begin + width * (np.arange(PIECES)[:, None] + (nodes + 1) / 2)
    with np.errstate(all="ignore"):
        values = np.broadcast_to(np.asarray(plain(places), dtype=complex), places.shape)
    return complex((values * weights).sum() * width / 2), float((abs(values) * weights).sum() * abs(width) / 2)


def _to_infinity(f: Expr, x: Symbol, low: Expr, high: Expr) -> tuple[complex, float]:
    plain = lambdify([x], f, modules="mpmath")
    with mpmath.workdps(20):
        ends = [mpmath.mpf(float(e)) for e in (low, high)]
        places = [ends[0], *(e for e in map(mpmath.mpf, (-10, -1, 0, 1, 10)) if ends[0] < e < ends[1]), ends[1]]
        found: Any = mpmath.quad(plain, places)
        size: Any = mpmath.quad(lambda y: abs(plain(y)), places)
        return complex(found), float(size)
