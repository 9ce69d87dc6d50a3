"""Derived forms that differ from what is claimed: looked at in balls where the claim is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb
from sympy import Basic, Expr, Tuple, preorder_traversal, sympify
from sympy.concrete.expr_with_limits import ExprWithLimits

from ...language.balls import format_interval, in_floats
from ...language.errors import BadInput, CannotTell
from ...language.verdicts import Verdict, decide
from ..arithmetic.precision import refine
from ..arithmetic.programs import Program, compile_expr, good, to_ball
from ..arithmetic.rings import Balls
from ..foreign import telling
from ..prepared import Part, prepare
from ..reach import inside
from .learned import Learned, Refuted

MOST_POINTS = 12


def where(known: Learned) -> str | None:
    """The point at which the derived sides of a relation in a claim do not have it, in words; None where none is seen."""
    try:
        parts = [p for p in prepare(known.claim, known.case).parts if isinstance(p, Part)]
    except BadInput:  # it makes no sense there
        return None
    return next(filter(None, (_where(known, p) for p in parts)), None)


def _told_apart(programs: Sequence[Program], values: Sequence[Expr]) -> list[arb]:
    """The balls of two sides, as fine as their difference asks for."""
    sides: list[arb] = []

    def difference() -> arb:
        sides[:] = (program(Balls, *map(to_ball, values)) for program in programs)
        return sides[0] - sides[1]

    refine(difference, lambda d: good(d, 40), limit=512)
    return sides


def _is_arithmetic(x: Basic) -> bool:
    """Whether there is nothing but numbers, variables, and functions of SymPy's in an expression: no sum, and no word of ours."""
    if x.has(ExprWithLimits):
        return False
    return all(y.is_Symbol or type(y).__module__.startswith("sympy.") for y in preorder_traversal(x))


def _where(known: Learned, part: Part) -> str | None:
    sides = [sympify(x) for x in (part.original.lhs, part.original.rhs)]
    try:
        sides = [x if x.is_infinite else known.unordered(known.derived(x)) for x in sides]
    except (CannotTell, BadInput, Refuted):
        return None
    if known.infinite or not (known.proof.forms or _is_arithmetic(Tuple(*sides))):
        return None
    claim = known.claim
    variables = sorted(Tuple(*sides).free_symbols, key=str)
    try:
        programs = [compile_expr(x, tuple(variables)) for x in sides]
    except CannotTell:
        return None
    for point in inside(claim)[:MOST_POINTS]:
        if any(point.values[name] != value for name, value in known.case.items()):
            continue
        at: dict[Expr, Expr] = {}
        for name, s in claim.symbols.items():
            value = sympify(point.values[name])
            at[s] = value
            if s.is_integer and s in known.charts:  # the chart n = low + k
                (k,) = known.charts[s].free_symbols
                at[k] = value - known.charts[s].xreplace({k: sympify(0)})
        if not set(variables) <= set(at):
            return None
        values = [at[s] for s in variables]

        try:
            with telling():
                a, b = _told_apart(programs, values)
        except (CannotTell, BadInput):  # it is not told there, or makes no sense
            continue
        if a.is_finite() and b.is_finite() and decide(part.op, a, b).verdict == Verdict.REFUTED:
            told = ", ".join(f"{name} = {value}" for name, value in point.values.items())
            forms = "; ".join(f"{m} = {form}" for m, form in known.proof.forms.items())
            left, right, gap = (format_interval(*in_floats(x)) for x in (a, b, a - b))
            less = f"; left less right is {gap}" if left == right else ""
            if not forms and left != right:  # plain numbers, which balls tell apart by themselves
                return None
            derived = f"derived: {forms}; " if forms else ""
            return f"{derived}at {told} the left side is {left}, the right side {right}{less}"
    return None
