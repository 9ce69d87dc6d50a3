"""Expressions from text that anybody may have written: a small grammar, read from Python's own syntax tree, never run."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from sympy import (
    Abs,
    EulerGamma,
    Expr,
    Integer,
    Product,
    Sum,
    Symbol,
    binomial,
    erf,
    erfc,
    exp,
    factorial,
    gamma,
    harmonic,
    log,
    loggamma,
    pi,
    polygamma,
    sqrt,
)

from ..language.errors import BadInput
from ..language.functions import c4

LONGEST = 60_000  # letters
MOST_POWER = 400  # an exponent that is a number, of a number
LARGEST = 10_000  # a number that a function is asked for
FUNCTIONS = {
    f.__name__: f for f in (Abs, binomial, erf, erfc, exp, factorial, gamma, harmonic, log, loggamma, polygamma, c4)
} | {"sqrt": sqrt}
CONSTANTS: dict[str, Expr] = {"pi": pi, "EulerGamma": EulerGamma}
OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}


def read(text: object, names: Mapping[str, Expr]) -> Expr:
    """The expression that a text says, in these names. Raises `BadInput` for all that is none."""
    if not isinstance(text, str):
        raise BadInput(f"expected an expression as text, not {str(text)[:60]!r}")
    if len(text) > LONGEST:
        raise BadInput(f"an expression of {len(text)} letters is longer than any that is read")
    try:
        return _node(ast.parse(text, mode="eval").body, {**CONSTANTS, **names})
    except (SyntaxError, ValueError, RecursionError, MemoryError, ZeroDivisionError, TypeError) as problem:
        raise BadInput(f"{text[:60]!r} is no expression: {type(problem).__name__}") from problem


def _node(node: ast.AST, names: Mapping[str, Expr]) -> Expr:
    match node:
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            return Integer(value)
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.Name(id=name):
            raise BadInput(f"{name[:40]!r} is no name that is known here")
        case ast.UnaryOp(op=ast.USub(), operand=x):
            return -_node(x, names)
        case ast.BinOp(op=op, left=left, right=right) if type(op) in OPERATORS:
            return _joined(OPERATORS[type(op)], _node(left, names), _node(right, names))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            given = [_node(x, names) for x in args]
            if any(x.is_number and not abs(x) <= LARGEST for x in given):
                raise BadInput(f"{name} of a number as large as that is not read")
            return FUNCTIONS[name](*given)
        case ast.Call(
            func=ast.Name(id="Sum" | "Product" as name),
            args=[term, ast.Tuple(elts=[ast.Name(id=k), low, high])],
            keywords=[],
        ):
            return _bound(name, term, k, [_node(x, names) for x in (low, high)], names)
    raise BadInput(f"{type(node).__name__} is no part of an expression")


def _bound(kind: str, term: ast.AST, name: str, ends: list[Expr], names: Mapping[str, Expr]) -> Expr:
    """A sum or a product over whole numbers, from 0 on."""
    if not name.startswith("_j") or name in names or not all(x.is_integer for x in ends):
        raise BadInput(f"a {kind} over {name[:40]!r} is not read")
    k, (low, high) = Symbol(name, integer=True, nonnegative=True), ends
    inside = _node(term, {**names, name: low + k})
    return (Sum if kind == "Sum" else Product)(inside, (k, 0, high - low))


def _joined(op: str, x: Expr, y: Expr) -> Expr:
    match op:
        case "+":
            return x + y
        case "-":
            return x - y
        case "*":
            return x * y
        case "/":
            if y == 0:
                raise BadInput("an expression divides by 0")
            return x / y
    if y.is_number and not (y.is_Rational and abs(y) <= MOST_POWER):
        raise BadInput(f"the exponent {str(y)[:40]} is not read")
    return x**y
