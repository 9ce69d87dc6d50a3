"""Where the sides of an inequality meet along one variable, the others fixed: there it may be false, if only at one integer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import pairwise
from typing import Any

from sympy import Dummy, Expr, Integer, Poly, Rational, ceiling, floor, fraction, sympify, together

from ...language.claims import Claim
from ...language.errors import BadInput, CannotTell
from ...language.lengths import operations
from ..foreign import telling
from ..methods import moment
from ..prepared import Part, prepare

MOST_DEGREE, MOST_OPERATIONS = 40, 400  # of the difference
NEAR = Rational(1, 10**6)  # how well a root is known


def turns(claim: Claim, values: Mapping[str, Any], name: str) -> Iterator[Expr]:
    """Values of a variable beside which the difference of the sides, derived and a rational function, may change its sign."""
    try:
        parts = prepare(claim, values).parts
    except (CannotTell, BadInput):
        return
    whole = bool(claim.symbols[name].is_integer)
    for part in parts:
        if isinstance(part, Part) and part.op != "==":
            with suppress(CannotTell, BadInput), telling():
                yield from _beside(_roots(part, values, name), whole)


def _roots(part: Part, values: Mapping[str, Any], name: str) -> list[tuple[Expr, Expr]]:
    """Intervals with rational ends, in order, in each of which the difference is 0 at one place."""
    n = Dummy("n", positive=True, integer=part.symbols[name].is_integer)
    at = {s: sympify(values[other]) if other != name else n for other, s in part.symbols.items()}
    gap = (part.a - part.b).xreplace(at)
    gap = gap.xreplace({d.xreplace(at): moment(m.xreplace(at)).form for d, m in part.moments.items()})
    if operations(gap) > MOST_OPERATIONS:
        raise CannotTell("the difference is long")
    p = Poly(fraction(together(gap))[0], n)
    if p.degree() > MOST_DEGREE or not all(c.is_Rational for c in p.all_coeffs()):
        raise CannotTell("the difference is no quotient of polynomials with rational numbers")
    return [interval for interval, _ in p.intervals(eps=NEAR)]


def _beside(roots: list[tuple[Expr, Expr]], whole: bool) -> Iterator[Expr]:
    """The roots that are fractions, a value between each two and, of integers, their neighbours."""
    for low, high in roots:
        yield from sorted({floor(low), ceiling(high)}, key=int) if whole else [low] * (low == high)
    for (_, low), (high, _) in pairwise(roots):
        middle = (low + high) / 2
        yield Integer(floor(middle)) if whole else middle
