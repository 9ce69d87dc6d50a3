"""The supremum of a quotient of two sequences, by the quotients of their increments: of sums that have no closed form.

Where b > 0 grows, (a_l + ...)/(b_l + ...) is a mean of a_l/b_l and of the increments' quotients, so it is nowhere larger than
the largest of these. If b grows beyond all bounds, a/b tends to what the increments' quotient tends to (Stolz and Cesaro).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from sympy import Expr, Product, S, Sum, Symbol, cancel, factor_terms, log, oo, powsimp, radsimp

from ...language.errors import CannotTell
from ..arithmetic.programs import to_ball
from ..foreign import telling
from .on_intervals import end_value, positive_on
from .suprema import Supremum, largest_of, supremum_of_integers, value_at

STARTS = (0, 1, 2, 4, 8, 16)  # terms before the first increment


def supremum_by_increments(
    above: Expr, below: Expr, x: Symbol, low: Expr, later: Callable[[Expr, Symbol], Expr]
) -> Supremum:
    """The supremum of above/below over the integers x = low, low + 1, ...  later: a side at x + 1, its sums by those up to x.

    Raises `CannotTell`, and what `supremum_of_integers` raises.
    """
    with telling(f"no increments in {x}"):
        rise, growth = (_increment(f, x, later, above.atoms(log) | below.atoms(log)) for f in (above, below))
    if rise.has(Sum, Product):
        raise CannotTell(f"an increment in {x} that has a sum in it")
    quotient = radsimp(powsimp(rise / growth))
    reason = CannotTell(f"the side with the constant is not seen to grow with {x}")
    for start in STARTS:
        first = low + start
        if not (to_ball(growth.xreplace({x: first})) > 0 and positive_on(growth, x, first, oo)):
            continue
        try:
            steps = supremum_of_integers(quotient, S.One, x, first, oo)
            values = [_value(above, below, x, low + i) for i in range(start + 1)]
            said = f"the ratio is a mean of its value at {first} and of the ratios of the sides' steps in {x}"
            best = largest_of(values, [said, *steps.steps])
            if best.ball >= steps.ball:
                return best
            if steps.at is oo and steps.ball > best.ball and end_value(below, x, oo, -1) is oo:
                return replace(steps, steps=(said, *steps.steps, "to which it tends (Stolz and Cesaro)"))
            reason = CannotTell(f"the ratio of the steps is larger at {x} = {steps.at} than the ratio is seen to be")
        except CannotTell as why:
            reason = why
    raise reason


def _value(above: Expr, below: Expr, x: Symbol, place: Expr) -> Supremum:
    """The ratio there, its sums written out."""
    a, b = (f.xreplace({x: place}).doit() for f in (above, below))
    return value_at(a, b, x, place)


def _increment(f: Expr, x: Symbol, later: Callable[[Expr, Symbol], Expr], logs: Collection[Expr]) -> Expr:
    """f(x + 1) - f(x), logarithms of the later term as what they are more than those of the one before."""
    step = (later(f, x) - f).expand()
    at = {}
    for e in logs:
        next_one = e.xreplace({x: x + 1})
        at[next_one] = e + log(1 + cancel(next_one.args[0] / e.args[0] - 1))
    return factor_terms(step.xreplace(at).expand())
