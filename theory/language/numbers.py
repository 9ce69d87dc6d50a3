"""Exact numbers from text that somebody else may have written: read, never run.

A ledger holds the values of a point as text: `3`, `1/2`, `sqrt(2)/2`, `1 - exp(-1)`. SymPy's own reader runs what it is
given, so text from a file goes through this one. It knows numbers, a few constants and functions, and refuses a text
whose value would be larger than anything a domain holds.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from fractions import Fraction
from math import isfinite
from typing import Any

from sympy import (
    Abs,
    Basic,
    Catalan,
    E,
    EulerGamma,
    Expr,
    Float,
    GoldenRatio,
    Integer,
    LambertW,
    Max,
    Min,
    Rational,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cbrt,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    gamma,
    log,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from .errors import BadInput

CONSTANTS = {str(x): x for x in (pi, E, oo, GoldenRatio, EulerGamma, Catalan)}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        *(sqrt, cbrt, exp, log, Abs, Min, Max, gamma, erf, erfc, LambertW),
        *(sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh),
    )
}
LONGEST = 2_000  # characters of a text
MOST_BITS = 20_000  # of a numerator, a denominator, or a power
FARTHEST = 1_000  # what a rational number in an argument may be, where the value grows with it without limit
GROWING = (gamma, exp, sinh, cosh)


def exact_number(text: str, fractions: bool = False) -> Expr:
    """The number that a text such as "sqrt(2)/2" says. Raises `BadInput` for all that is no number.

    fractions: a decimal number in it is the fraction that is written, 1/10 of 0.1; else it is a decimal number, with all its
    digits, as a ledger has it.
    """
    if not isinstance(text, str) or len(text) > LONGEST:
        raise BadInput(f"expected a number of at most {LONGEST} characters")
    text = text.strip()
    try:
        value = _value(ast.parse(text, mode="eval").body, text, _fraction if fractions else _decimal)
    except (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError):
        raise _strange(text) from None
    if not (isinstance(value, Expr) and value.is_number and value.is_extended_real):
        raise _strange(text)
    return value


MOST_DIGITS = 12  # of a decimal number that stands as somebody wrote it: one that has been computed has more


def written(x: float | Float) -> Rational | None:
    """The fraction that a decimal number was written as; None of one that has been computed: 1/3, or 0.1 + 0.2."""
    text, held = repr(float(x)), Float(x)
    digits = text.partition("e")[0].replace(".", "").strip("-0")
    if (
        not isfinite(x) or len(digits) > MOST_DIGITS or Float(text, precision=held._prec) != held
    ):  # it may have more than a float
        return None
    return Rational(text)


def uncertainty(x: Float) -> float:
    """How far the number that is meant may be from a decimal number: 2^-50 of it; of one that was computed, 2^-50 of 1 at least.

    What is left of 0.1 + 0.2 - 0.3 is as far off as the numbers were that it was computed from.
    """
    return 2.0**-50 * (abs(float(x)) if written(x) is not None else max(1.0, abs(float(x))))


def as_written(x: Basic) -> Basic:
    """An expression with fractions for the decimal numbers that somebody wrote; what has been computed stays as it is."""
    if not x.has(Float):
        return x
    return x.xreplace({f: r for f in x.atoms(Float) if (r := written(f)) is not None})


def _strange(text: str) -> BadInput:
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return BadInput(f"{shown!r} is no number; expected one such as 3, 1/2, 0.25 or sqrt(2)/2")


def _value(node: ast.expr, text: str, decimal: Callable[[str], Expr]) -> Expr:
    """The value of a piece of the text. Raises `ValueError` for a word or a sign that it does not know."""
    match node:
        case ast.Constant(value=bool()):
            raise ValueError(node)
        case ast.Constant(value=int() as x):
            return _small(Integer(x))
        case ast.Constant(value=float() as x) if isfinite(x):
            return decimal(str(ast.get_source_segment(text, node)))
        case ast.Name(id=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.UnaryOp(op=ast.USub(), operand=x):
            return -_value(x, text, decimal)
        case ast.UnaryOp(op=ast.UAdd(), operand=x):
            return _value(x, text, decimal)
        case ast.BinOp(left=x, op=op, right=y):
            return _small(_joined(_value(x, text, decimal), op, _value(y, text, decimal)))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            return _small(_applied(FUNCTIONS[name], [_value(x, text, decimal) for x in args]))
    raise ValueError(node)


def _decimal(digits: str) -> Expr:
    return Float(digits) if float(digits) else Float(0)  # all its digits; 1e-999999999 is 0


def _fraction(digits: str) -> Expr:
    if len(digits.lower().partition("e")[2]) > 6:
        raise ValueError(digits)
    return _small(Rational(Fraction(digits)))


def _joined(x: Expr, op: ast.operator, y: Expr) -> Expr:
    match op:
        case ast.Add():
            return x + y
        case ast.Sub():
            return x - y
        case ast.Mult():
            return x * y
        case ast.Div():
            return x / y
        case ast.Pow():
            if not isinstance(y, Rational):  # 2**(10**9*log(3)/log(2)) is a power of an integer, too
                _near(y)
            if _largest(y) * max(_bits(x), 1) > MOST_BITS:
                raise ValueError(y)
            return x**y
    raise ValueError(op)


def _applied(function: Callable[..., Any], args: list[Expr]) -> Expr:
    if function in GROWING:
        for x in args:
            _near(x)
    return function(*args)


def _near(x: Expr) -> None:
    """Raise `ValueError` for what cannot be an exponent: it is too large, or made of numbers that are."""
    if _largest(x) > FARTHEST or abs(float(x)) > FARTHEST:
        raise ValueError(x)


def _small(x: Any) -> Expr:
    """A value that is no larger than what was allowed of its parts."""
    if not isinstance(x, Expr) or _bits(x) > MOST_BITS:
        raise ValueError(x)
    return x


def _rationals(x: Expr) -> list[Rational]:
    return [Rational(0), *x.atoms(Rational)]


def _bits(x: Expr) -> int:
    return max(max(int(abs(r.p)).bit_length(), int(r.q).bit_length()) for r in _rationals(x))


def _largest(x: Expr) -> Rational:
    return max(map(abs, _rationals(x)))


__all__ = ["as_written", "exact_number", "uncertainty", "written"]
