"""Steps at rational numbers, exactly."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq
from sympy import Add, Dummy, Expr, Mul, Rational, Symbol, preorder_traversal, zoo

from .programs import Program, compile_expr
from .rings import Fractions


def rational_programs(after: Sequence[Expr], names: Sequence[Expr]) -> list[Program] | None:
    """Programs for rational functions of rational numbers; None where something else is among them, a root of 2 or pi say."""
    places = {name: Dummy("v", real=True) for name in names}
    after, among = [x.xreplace(places) for x in after], tuple(places.values())
    known = all(_is_rational(e, among) for x in after for e in preorder_traversal(x))
    return [compile_expr(x, among) for x in after] if known else None


def _is_rational(e: Expr, among: Sequence[Symbol]) -> bool:
    return isinstance(e, Add | Mul) or e.is_Rational or e in among or (e.is_Pow and bool(e.args[1].is_Integer))


def at_rationals(programs: Sequence[Program], values: Sequence[Expr]) -> tuple[Expr, ...]:
    """What programs come to at rational numbers; where they divide by 0, infinity."""
    numbers = [fmpq(int(v.p), int(v.q)) for v in values]
    try:
        found = [program(Fractions, *numbers) for program in programs]
    except ZeroDivisionError:
        return (zoo,)
    return tuple(Rational(int(q.p), int(q.q)) for q in found)


__all__ = ["at_rationals", "rational_programs"]
