"""What SymPy integrates, tried by numbers: some of its antiderivatives are those of another branch, as of exp(-x^4) below 0."""

from __future__ import annotations

from typing import Any

import mpmath
from sympy import Expr, Rational, S, Symbol, lambdify

from ...language.errors import CannotTell
from ...language.order import in_order

PIECES = 64  # of the interval: kinks lie within one of them
EXACT = 1e-5  # of the size of the integral, as far as numbers with kinks between them tell
TRIED = (Rational(3, 7), Rational(11, 5))  # numbers for the parameters, with their places added


def believed(value: Expr, f: Expr, x: Symbol, low: Expr, high: Expr) -> Expr:
    """The value that SymPy has found for an integral from low to high. Raises `CannotTell` where it is not what numbers say.

    It is tried at two points of the parameters; where these are no points at which all of it has a value, it is not believed.
    """
    names = in_order((value.free_symbols | f.free_symbols | low.free_symbols | high.free_symbols) - {x})
    for first in TRIED if names else TRIED[:1]:
        at = {s: S(2 + 2 * i) if s.is_integer else first + i for i, s in enumerate(names)}
        try:
            said = complex(value.xreplace(at).evalf(20))
            found, size = _by_numbers(f.xreplace(at), x, low.xreplace(at), high.xreplace(at))
        except (TypeError, ValueError, ArithmeticError, NameError, AttributeError, NotImplementedError) as problem:
            raise CannotTell(f"whether the integral of {f} is {value} is not seen") from problem
        if not abs(said - found) <= EXACT * size:
            raise CannotTell(f"SymPy takes the integral of {f} for {value}, which it is not")
    return value


def _by_numbers(f: Expr, x: Symbol, low: Expr, high: Expr) -> tuple[complex, float]:
    """An integral and that of the absolute value, by Gauss' rule on pieces of the interval."""
    plain = lambdify([x], f, modules="mpmath")
    with mpmath.workdps(20):
        ends = [mpmath.mpf(str(e.evalf(20))) for e in (low, high)]
        if any(mpmath.isinf(e) for e in ends):
            places: list = [
                ends[0],
                *(e for e in map(mpmath.mpf, (-10, -1, 0, 1, 10)) if ends[0] < e < ends[1]),
                ends[1],
            ]
        else:
            places = [ends[0] + (ends[1] - ends[0]) * i / PIECES for i in range(PIECES + 1)]
        rule: Any = {"method": "gauss-legendre", "maxdegree": 4} if len(places) > 10 else {}
        found: Any = mpmath.quad(plain, places, **rule)
        size: Any = mpmath.quad(lambda y: abs(plain(y)), places, **rule)
        return complex(found), float(size)
