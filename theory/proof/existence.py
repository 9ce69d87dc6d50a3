"""Existence (rule 29) at one point: whether the sides of a relation have values there, before anything is said of these.

Once numbers are put in, a side has none where something divides by 0, or is a root or a logarithm of what has none, or a pole.
Its means may be infinite: that of what is never negative is a number, or infinite; that of a signed quantity is undefined where
its absolute mean is infinite. Where a side is infinite, an inequality or an equality that this breaks is refuted; all else has no
meaning there, unless the other side is `oo` itself, which makes a statement of it (rule 22).

Here nothing is proved: what is not seen to be undefined is looked at. That a side has a value on the whole domain is proved in
`relations.defined`, and a proof counts only where it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb
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
    nan,
    oo,
    polygamma,
    preorder_traversal,
    sign,
    sympify,
    zoo,
)
from sympy.concrete.expr_with_limits import ExprWithLimits

from ..language.binders import undefined
from ..language.functions import unfold
from ..language.moments import Moment
from ..language.verdicts import Decision, Verdict, decide
from .finiteness import difference
from .prepared import Part

MOST_OPERATIONS = 500  # of what is worked out exactly


class Undefined(ArithmeticError):
    """A quantity that has no value; the message says which, and where."""


def defined_at(part: Part, values: Mapping[str, Any]) -> None:
    """Raise `Undefined` where a side has no value: something divides by 0, or is a root or a logarithm of what has none; a sum, a
    product or a maximum is over a range that runs backwards, or is none of integers; listed values have made it 0/0."""
    at = {s: sympify(values[n]) for n, s in part.symbols.items()}
    for side in (part.original.lhs, part.original.rhs, part.a, part.b):
        problem = "a side is no number" if side.has(nan, zoo) else undefined(side, at) or no_value(side, at)
        if problem is not None:
            told = ", ".join(f"{k} = {v}" for k, v in values.items())
            raise Undefined(f"{problem} at {told}: restrict the domain")


# ---- expressions ----------------------------------------------------------------------------------------------------


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


# ---- means ----------------------------------------------------------------------------------------------------------


def place(m: Expr, symbols: Mapping[str, Symbol], values: Mapping[str, Any]) -> str:
    """The values that a moment depends on, in words: " at n = 2"; what stands for a case is put in already."""
    told = ", ".join(f"{k} = {v}" for k, v in values.items() if k not in symbols or symbols[k] in m.free_symbols)
    return f" at {told}" if told else ""


def reason(m: Moment, what: str, where: str) -> str:
    """Why a side has no value: its moment m is undefined, or infinite (`what`), at a place (`where`)."""
    return f"{m} is {what}{where}: restrict the domain"


def decided(part: Part, values: Mapping[str, Any], balls: Mapping[Symbol, arb]) -> Decision | None:
    """What infinite moments make of a part; None where all are finite. Raises `Undefined`."""
    infinite = {d: oo for d, b in balls.items() if b == arb.pos_inf()}
    if not infinite:
        return None
    where = {d: place(part.moments[d], part.symbols, values) for d in infinite}
    first = min(infinite, key=str)
    message = reason(part.moments[first], "infinite", where[first])
    if part.needed & set(infinite):  # of a covariance one mean at least: it has no value
        raise Undefined(reason(part.moments[(m := min(part.needed & set(infinite), key=str))], "infinite", where[m]))
    if any(difference(x, {part.moments[d]: oo for d in infinite}) for x in (part.original.lhs, part.original.rhs)):
        raise Undefined(message)
    a, b = (part.side(side, values, balls) for side in (part.a, part.b))
    if any(x.is_nan() and side.free_symbols & set(infinite) for x, side in ((a, part.a), (b, part.b))):
        raise Undefined(message)
    found = decide(part.op, a, b)
    if part.a.is_infinite or part.b.is_infinite:  # a statement about infinity
        return found
    if found.verdict != Verdict.REFUTED or (a == b and not a.is_finite()):
        raise Undefined(message)
    return Decision(Verdict.REFUTED, note=message)
