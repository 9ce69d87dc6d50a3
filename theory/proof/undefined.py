"""Where an expression has no value, once numbers are put in: a division by 0, a root or a logarithm of what has none, a pole.

The first of three files on it: see `existence`.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import (
    Abs,
    Add,
    Basic,
    Expr,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Rational,
    S,
    Symbol,
    ceiling,
    digamma,
    floor,
    gamma,
    log,
    loggamma,
    polygamma,
    preorder_traversal,
    sign,
)
from sympy.concrete.expr_with_limits import ExprWithLimits

from ..language.functions import unfold
from ..language.moments import Moment

MOST_OPERATIONS = 500  # of what is worked out exactly


def no_value(x: Basic, at: Mapping[Symbol, Expr]) -> str | None:
    """Why it has none; None where that is not seen. Nothing is said of moments, nor of what is under a bound variable."""
    return _no_value(unfold(x) if isinstance(x, Expr) else x, at)


def _no_value(x: Basic, at: Mapping[Symbol, Expr]) -> str | None:
    if not x.free_symbols or isinstance(x, Moment | ExprWithLimits):
        return None
    if isinstance(x, Piecewise):
        for value, condition in x.args:
            holds = condition.xreplace(dict(at))
            if holds == S.true:
                return _no_value(value, at)
            if holds != S.false:
                return None
        return f"{x} has no case there"
    return _own(x, at) or next((told for a in x.args if (told := _no_value(a, at)) is not None), None)


def _own(x: Basic, at: Mapping[Symbol, Expr]) -> str | None:
    """The same of the outermost function alone."""
    if isinstance(x, Pow):
        base, power = (_number(e, at) for e in x.args)
        if base is not None and power is not None:
            if base == 0 and power < 0:
                return f"{x.base} is 0, and divides"
            if base < 0 and not power.is_Integer:
                return f"{x.base} is {base}, which has no real power {power}"
    elif isinstance(x, log):
        if (argument := _number(x.args[0], at)) is not None and argument <= 0:
            return f"{x.args[0]} is {argument}, which has no logarithm"
    elif isinstance(x, gamma | loggamma | polygamma | digamma):
        argument = _number(x.args[-1], at)
        if argument is not None and argument.is_Integer and argument <= 0:
            return f"{x} has a pole"
    return None


def _number(x: Basic, at: Mapping[Symbol, Expr]) -> Rational | None:
    """What is made of sums, products, whole powers and kinks, at rational numbers; None for all else, and where it has a pole."""
    if not isinstance(x, Expr) or not x.free_symbols <= at.keys() or not all(map(_is_plain, preorder_traversal(x))):
        return None
    if x.count_ops() > MOST_OPERATIONS:
        return None
    value = x.xreplace(dict(at))
    return value if isinstance(value, Rational) else None


def _is_plain(x: Basic) -> bool:
    if isinstance(x, Pow):  # 2**(2**t) may have more digits than there are atoms
        return bool(x.exp.is_Integer)
    return isinstance(x, Rational | Symbol | Add | Mul | Abs | Max | Min | floor | ceiling | sign)
