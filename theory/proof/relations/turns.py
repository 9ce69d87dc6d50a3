"""Where what is claimed may turn along one variable, the others fixed: false there, or undefined, be it at one integer alone.

That is where the sides of an inequality meet, and where what stands in the claim is 0, has a pole, or turns: a divisor, what a
root is taken of, a difference that decides a case, a generation, a size, the length of a range.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, combinations, islice, pairwise
from typing import Any

from sympy import (
    Basic,
    Dummy,
    Expr,
    KroneckerDelta,
    Max,
    Min,
    Poly,
    Rational,
    Symbol,
    Tuple,
    ceiling,
    floor,
    fraction,
    sympify,
    together,
)
from sympy.core.relational import Relational

from ...language.claims import Claim
from ...language.errors import BadInput, CannotTell
from ...language.laws import Law
from ...language.lengths import operations
from ...language.loops import Loop, Observable
from ...language.moments import Moment
from ..foreign import telling
from ..methods import moment
from ..prepared import Part, prepare

MOST_DEGREE, MOST_OPERATIONS = 40, 400  # of what is looked at
MOST_PLACES = 60  # along one variable
NEAR = Rational(1, 10**6)  # how well a root is known
RANDOM = (Moment, Observable, Loop, Law)


def turns(claim: Claim, values: Mapping[str, Any], name: str) -> Iterator[Expr]:
    """Values of a variable at which, or beside which, what is claimed may turn; each once."""
    yield from _first(claim, name, chain(_of_sides(claim, values, name), _of_parts(claim, values, name)))


def turning(claim: Claim, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Joint values at which something that stands in the claim turns along one variable, beside the others' values."""
    for name in claim.symbols:
        there = ({**values, name: x} for x in _first(claim, name, _of_parts(claim, values, name)))
        yield from filter(claim.admits, there)


def _first(claim: Claim, name: str, places: Iterable[Expr]) -> list[Expr]:
    """The first places in the variable's domain, and between each two neighbours of them."""
    found = list(islice(dict.fromkeys(x for x in places if claim.domain[name].contains(x)), MOST_PLACES))
    between = ((a + b) / 2 for a, b in pairwise(sorted(found)))
    between = map(floor, between) if claim.symbols[name].is_integer else between
    return list(dict.fromkeys([*found, *between]))


def _of_sides(claim: Claim, values: Mapping[str, Any], name: str) -> Iterator[Expr]:
    """Where the sides of its inequalities meet."""
    try:
        parts = prepare(claim, values).parts
    except (CannotTell, BadInput):
        return
    for part in parts:
        if isinstance(part, Part) and part.op != "==":
            roots = _meetings(part, _others(claim, values, name), claim.symbols[name])
            yield from _beside(roots, bool(claim.symbols[name].is_integer))


def _of_parts(claim: Claim, values: Mapping[str, Any], name: str) -> Iterator[Expr]:
    """Where the quantities that it is made of turn."""
    relation, variable = (
        claim.relation({k: v for k, v in values.items() if k not in claim.symbols}),
        claim.symbols[name],
    )
    for x in dict.fromkeys(quantities(relation, set(claim.symbols.values()))):
        if variable in x.free_symbols:
            yield from along(x.xreplace(_others(claim, values, name)), variable)


def _others(claim: Claim, values: Mapping[str, Any], name: str) -> dict[Expr, Expr]:
    return {s: sympify(values[other]) for other, s in claim.symbols.items() if other != name}


def along(x: Expr, variable: Symbol) -> Iterator[Expr]:
    """Where a quantity in one variable is 0, 1 (as probabilities and sizes are at most, or least), infinite or turns, and between
    these places."""
    with suppress(CannotTell, BadInput), telling():
        top, bottom = (Poly(e, variable) for e in fraction(together(x)))
        for p in (top * bottom * (top - bottom), top.diff() * bottom - top * bottom.diff()):
            yield from _beside(_roots(p), bool(variable.is_integer))


def quantities(x: Basic, symbols: set[Symbol]) -> Iterator[Expr]:
    """What an expression, or a relation, is made of that is a rational function of some symbols, no symbol itself."""
    if x.free_symbols.isdisjoint(symbols) or x.is_Symbol:
        return
    if _is_rational(x, symbols):
        yield x  # type: ignore[misc]
        return
    if isinstance(x, Relational):
        yield from filter(lambda e: _is_rational(e, symbols), [x.lhs - x.rhs])
    if isinstance(x, Max | Min | KroneckerDelta):
        yield from (a - b for a, b in combinations(x.args, 2) if _is_rational(a - b, symbols))
    if isinstance(x, Tuple) and len(x) == 3:  # the range of a bound variable
        yield from filter(lambda e: _is_rational(e, symbols), [sympify(x[2] - x[1] + 1)])
    for part in x.args:
        yield from quantities(part, symbols)


def _is_rational(x: Basic, symbols: set[Symbol]) -> bool:
    return (
        isinstance(x, Expr)
        and not x.is_Symbol
        and bool(x.free_symbols)
        and x.free_symbols <= symbols
        and not x.has(*RANDOM)
        and bool(x.is_rational_function())
    )


def _meetings(part: Part, at: Mapping[Symbol, Expr], variable: Symbol) -> list[tuple[Expr, Expr]]:
    """Where the sides of an inequality meet, derived; nothing where that is not told."""
    n = Dummy("n", positive=True, integer=variable.is_integer)
    put = {**at, variable: n}
    with suppress(CannotTell, BadInput), telling():
        gap = (part.a - part.b).xreplace(put)
        gap = gap.xreplace({d.xreplace(put): moment(m.xreplace(put)).form for d, m in part.moments.items()})
        return _roots(Poly(fraction(together(gap))[0], n)) if operations(gap) <= MOST_OPERATIONS else []
    return []


def _roots(p: Poly) -> list[tuple[Expr, Expr]]:
    """Intervals with rational ends, in order, in each of which a polynomial is 0 at one place."""
    if p.is_zero or p.degree() > MOST_DEGREE or not all(c.is_Rational for c in p.all_coeffs()):
        return []
    return [interval for interval, _ in p.intervals(eps=NEAR)]


def _beside(roots: list[tuple[Expr, Expr]], whole: bool) -> Iterator[Expr]:
    """The roots, a value between each two and, of integers, their neighbours."""
    for low, high in roots:
        yield from map(sympify, range(int(floor(low)), int(ceiling(high)) + 1)) if whole else [(low + high) / 2]
    for (_, low), (high, _) in pairwise(roots):
        middle = (low + high) / 2
        yield sympify(floor(middle)) if whole else middle
    if whole:
        yield from (sympify(x) for low, high in roots for x in (floor(low) - 1, ceiling(high) + 1))
