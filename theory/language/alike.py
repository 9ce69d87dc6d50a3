"""Whether two things that were said are surely not the same: by a number that is not 0, or since they are of two kinds."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any
from zlib import crc32

from sympy import Basic, Expr, Float, Integer, Lambda, Rational, Symbol, Tuple, expand, nan, oo, sympify, zoo
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.symbol import Str

from .laws import Noise
from .loops import Observable
from .moments import Distance, Moment
from .order import in_order

WHOLE = (Noise, Observable, Moment, Distance, ExprWithLimits)  # which are no numbers yet: each gets one
DIGITS, MOST_DIGITS = 15, 100  # of a difference, of what it is worked out with
LEAST = 10.0**-50  # beyond what is left of 0 with so many digits
ROUNDING = 1e-9  # of what has floats in it, relative to its size


def apart(x: Any, y: Any) -> bool:
    """Whether two expressions, laws or the like, or dictionaries and lists of such, surely differ, with numbers for symbols."""
    if x is y or (isinstance(x, Basic) and isinstance(y, Basic) and x == y):
        return False
    if isinstance(x, Mapping) and isinstance(y, Mapping):
        return x.keys() != y.keys() or any(apart(value, y[key]) for key, value in x.items())
    if isinstance(x, list | tuple | Tuple) and isinstance(y, list | tuple | Tuple):
        return len(x) != len(y) or any(map(apart, x, y))
    if is_dataclass(x) and is_dataclass(y):
        return type(x) is not type(y) or any(apart(getattr(x, f.name), getattr(y, f.name)) for f in fields(x))
    if (isinstance(x, int | float) and isinstance(y, int | float | Basic)) or isinstance(y, int | float):
        x, y = sympify(x), sympify(y)
    if isinstance(x, Lambda) and isinstance(y, Lambda) and len(x.variables) == len(y.variables):
        return apart(x.expr, y.expr.xreplace(dict(zip(y.variables, x.variables, strict=True))))
    if isinstance(x, Expr) and isinstance(y, Expr):
        return _differ(x, y)
    if isinstance(x, Basic) and isinstance(y, Basic):
        if x == y:
            return False
        return type(x) is not type(y) or len(x.args) != len(y.args) or not x.args or any(map(apart, x.args, y.args))
    return type(x) is not type(y) or x != y


def _differ(x: Expr, y: Expr) -> bool:
    x, y = _certain(x), _certain(y)
    if x.has(nan, zoo, oo, -oo) or y.has(nan, zoo, oo, -oo):  # what has no value is told of elsewhere
        return False
    if not _is_other(_in_numbers(x), _in_numbers(y)):
        return False
    summed = x.has(ExprWithLimits) or y.has(ExprWithLimits)  # in closed form one of them may be another thing
    return not summed or (not x.has(*WHOLE[:-1]) and not y.has(*WHOLE[:-1]) and _is_other(_given(x), _given(y)))


def _certain(x: Expr) -> Expr:
    """An expression with the number for each draw from a law without spread: with numbers put in, it may be left out."""
    return x.xreplace({z: c for z in x.atoms(Noise) if (c := _only_value(z)) is not None})


@lru_cache(maxsize=1024)
def _only_value(z: Noise) -> Expr | None:
    with suppress(Exception):  # no such moment is known
        mean, square = (z.law.moment(Integer(k))[0] for k in (1, 2))
        if expand(square - mean**2) == 0:
            return mean
    return None


def _is_other(x: Expr, y: Expr) -> bool:
    """Whether two expressions without symbols have another value."""
    try:
        gap = (x - y).evalf(DIGITS, maxn=MOST_DIGITS)
        size = max(abs(complex(x.evalf(DIGITS))), abs(complex(y.evalf(DIGITS)))) if x.has(Float) or y.has(Float) else 0
        return bool(gap.is_number) and abs(complex(gap)) > max(LEAST, ROUNDING * size)
    except Exception:  # SymPy's, of a function that has no value there
        return False


def _in_numbers(x: Expr) -> Expr:
    """An expression with a number for every symbol, and for whatever is no number yet: the same one for what is the same."""
    if isinstance(x, Symbol):
        return _number_of(x, x.name)
    if isinstance(x, WHOLE):
        return _number_of(x, _text(x))
    if not x.args or not isinstance(x, Basic):
        return x
    return x.xreplace({a: _in_numbers(a) for a in _inside(x)})


def _inside(x: Basic) -> list[Expr]:
    """The symbols and the things that are no numbers in an expression, the outermost of them."""
    if isinstance(x, (Symbol, *WHOLE)):
        return [x]
    found = {y for a in x.args for y in _inside(a)} if isinstance(x, Basic) else set()
    return in_order(found)


def _given(x: Expr) -> Expr:
    """An expression with numbers for its symbols, sums and integrals to be worked out."""
    return x.xreplace({s: _number_of(s, s.name) for s in x.free_symbols})


def _text(x: Any) -> str:
    """What something is, in numbers: alike for two forms of the same."""
    if isinstance(x, ExprWithLimits | Lambda):  # what it runs over has no name
        over = [limit[0] for limit in x.limits] if isinstance(x, ExprWithLimits) else x.variables
        named = {s: Symbol(f"_{i}", **s.assumptions0) for i, s in enumerate(over)}
        parts = x.args if isinstance(x, ExprWithLimits) else (x.expr,)
        return f"{type(x).__name__}({', '.join(_text(a.xreplace(named)) for a in parts)})"
    if isinstance(x, WHOLE) or (isinstance(x, Basic) and not isinstance(x, Expr | Str)):
        return f"{type(x).__name__}({', '.join(map(_text, x.args))})"
    if isinstance(x, Expr):
        try:
            z = complex(_in_numbers(x).evalf(DIGITS))
            return f"{z.real + 0.0:.9e} {z.imag + 0.0:.9e}"
        except Exception:  # no number
            return str(x)
    return str(x)


def _number_of(x: Expr, text: str) -> Expr:
    """A number by what something is, of its sign and kind."""
    code = crc32(text.encode())
    size = Rational(1 + code % 5) if x.is_integer else Rational(1 + code % 997, 499)
    if x.is_nonnegative:
        return size
    return -size if x.is_nonpositive or code % 2 else size


__all__ = ["apart"]
