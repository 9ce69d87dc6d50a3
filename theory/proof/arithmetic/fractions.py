"""Steps at rational numbers, exactly."""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq
from sympy import Dummy, Expr, Float, Rational, zoo

from .atoms import jumps
from .programs import Program, compile_expr
from .rings import Fractions


def rational_programs(after: Sequence[Expr], names: Sequence[Expr]) -> list[Program] | None:
    """Programs for rational functions of rational numbers; None where something else is among them."""
    places = {name: Dummy("v", real=True) for name in names}
    after, among = [x.xreplace(places) for x in after], tuple(places.values())
    known = all(x.free_symbols <= {*among} and x.is_rational_function(*among) and not x.has(Float) for x in after)
    return [compile_expr(x, among) for x in after] if known and not any(map(jumps, after)) else None


def at_rationals(programs: Sequence[Program], values: Sequence[Expr]) -> tuple[Expr, ...]:
    """What programs come to at rational numbers; where they divide by 0, infinity."""
    numbers = [fmpq(int(v.p), int(v.q)) for v in values]  # type: ignore[attr-defined]
    try:
        found = [program(Fractions, *numbers) for program in programs]
    except ZeroDivisionError:
        return (zoo,)
    return tuple(Rational(int(q.p), int(q.q)) for q in found)


__all__ = ["at_rationals", "rational_programs"]
