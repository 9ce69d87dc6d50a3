"""A difference that touches 0 inside the domain and curves away from there: a relative entropy, an entropy and its chords.

Along one variable, the others held, its range is an interval. Where the difference is at least 0 at one place of it, and has no
slope there, it is nowhere less, if it is convex, or if its slope has the sign of how far it is from that place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from sympy import Abs, Expr, Integer, Rational, S, Symbol, cancel, oo, simplify, together

from ...language.domains import Domain, Reals, Share
from ...language.errors import CannotTell
from ...language.lengths import operations
from ...language.order import in_order
from ..signs import short
from ..symbols.normal_forms import is_zero
from .learned import Learned
from .on_intervals import is_smooth

SMALL = Rational(1, 10**20)  # a slope in floats of 30 digits that may be 0
MOST_OPERATIONS = 120  # of what is differentiated
PLACES = (S.Zero, Rational(1, 2), S.One)  # where it may touch 0, beside where another variable is


def bounded(known: Learned, d: Expr, strict: bool, never_negative: Callable[[Expr], bool]) -> str | None:
    """Why d >= 0 (or > 0, if strict) on the whole domain; None where it is not seen.

    never_negative: whether an expression is seen to be at least 0 on the whole domain.
    """
    if d.is_rational_function() or operations(d) > MOST_OPERATIONS:
        return None
    variables = {s: known.claim.domain[name] for name, s in known.claim.symbols.items() if s in d.free_symbols}
    for x in in_order(s for s, domain in variables.items() if _is_interval(known, s, domain)):
        with suppress(CannotTell):  # of what this way asks; others are left
            if why := _along(known, d, x, variables, strict, never_negative):
                return why
    return None


def _along(
    known: Learned,
    d: Expr,
    x: Symbol,
    variables: dict[Symbol, Domain],
    strict: bool,
    never_negative: Callable[[Expr], bool],
) -> str | None:
    """The same along one variable."""
    above_0 = lambda e: known.implies(known.charted(e), strict=True)  # noqa: E731
    if not is_smooth(d, x, above_0):
        return None
    slope = d.diff(x)
    for place in _places(known, x, variables):
        if not _may_be_0(slope.xreplace({x: place}), variables):
            continue
        why = _curves(slope, x, place, never_negative)  # first: where it does not that is soon seen
        if why and _touches(d, slope, x, place, strict, never_negative, above_0):
            return f"{short(d)} is at least 0 at {x} = {place}, where it has no slope, and {why}"
    return None


def _is_interval(known: Learned, x: Symbol, domain: Domain) -> bool:
    """Whether the values that x may have are one interval, whatever the others are: no condition speaks of it."""
    own = known.charts.get(x, x).free_symbols
    told = [g for g, _ in known.where] + known.unequal
    return isinstance(domain, Reals) and not isinstance(domain, Share) and not any(g.free_symbols & own for g in told)


def _places(known: Learned, x: Symbol, variables: dict[Symbol, Domain]) -> Iterator[Expr]:
    """Places inside the range of x, whatever the other variables are."""
    domain = variables[x]
    for place in (*(y for y in in_order(variables) if y != x), *PLACES):
        rooms = [room for room in (place - domain.lo, domain.hi - place) if room is not oo]
        if all(known.implies(known.charted(room), strict=True) for room in rooms):
            yield place


def _may_be_0(slope: Expr, variables: dict[Symbol, Domain]) -> bool:
    """Whether a slope is 0 in floats at one place of the domain: elsewhere SymPy would look long for what makes it 0."""
    seen = enumerate(in_order(slope.free_symbols))
    values = {s: _inside(variables[s], i) if s in variables else Rational(7 + i, 5) for i, s in seen}
    size = Abs(slope.xreplace(values)).evalf(30)
    return bool(size.is_Number and size.is_extended_real and size < SMALL)  # at the place there may be no slope


def _inside(domain: Domain, i: int) -> Expr:
    """A number of a domain that is no special one, nor that of another variable: i tells them apart. Of two laws that are one
    the relative entropy has no slope."""
    if isinstance(domain, Share):
        return Rational(1, 7 + i) / len(domain.names)
    if not isinstance(domain, Reals):
        return domain.lo + 2 + i if domain.lo.is_finite else Integer(2 + i)
    if domain.lo.is_finite and domain.hi.is_finite:
        return domain.lo + (domain.hi - domain.lo) * Rational(3 + i, 7 + 2 * i)
    if domain.lo.is_finite:
        return domain.lo + Rational(7 + i, 5)
    return domain.hi - Rational(7 + i, 5) if domain.hi.is_finite else Rational(7 + i, 5)


def _touches(
    d: Expr,
    slope: Expr,
    x: Symbol,
    place: Expr,
    strict: bool,
    never_negative: Callable[[Expr], bool],
    above_0: Callable[[Expr], bool],
) -> bool:
    """Whether d is at least 0 at a place, or more if strict, and has no slope there."""
    move, there = (y.xreplace({x: place}) for y in (slope, d))
    if not (is_zero(move) or is_zero(simplify(move))):
        return False
    seen = above_0 if strict else lambda e: is_zero(e) or never_negative(e)
    return seen(there) or seen(simplify(there))


def _curves(slope: Expr, x: Symbol, place: Expr, never_negative: Callable[[Expr], bool]) -> str:
    """Why d rises on both sides of the place; "" where it is not seen."""
    if slope.is_rational_function(x) and never_negative(cancel(together(slope / (x - place)))):
        return f"its slope has the sign of {x - place}"
    return f"it is convex in {x}" if never_negative(together(slope.diff(x))) else ""
