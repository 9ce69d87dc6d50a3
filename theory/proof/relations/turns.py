"""Where what is claimed may turn: false there, or undefined, be it at one integer alone, or on a line of two of them.

That is where the sides of an inequality meet, and where what stands in the claim is 0, has a pole, or turns: a divisor, what a
root is taken of, a difference that decides a case, a generation, a size, the length of a range. Along one variable, the others
fixed, roots of rational functions are isolated, and those of others looked for. A line in two integers may have none at the
values of the second that are planned: there that one goes along. A step of a user's may turn at some number of the fit, as may
sizes and bandwidths that a loop is handed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import lru_cache
from itertools import chain, combinations, islice, pairwise, permutations, product
from types import MappingProxyType
from typing import Any

from flint import fmpz_poly
from sympy import (
    Abs,
    Add,
    Basic,
    Dummy,
    Eq,
    Expr,
    Function,
    Heaviside,
    Integer,
    KroneckerDelta,
    Max,
    Min,
    Ne,
    Piecewise,
    Poly,
    Rational,
    Symbol,
    Tuple,
    ceiling,
    floor,
    fraction,
    sign,
    sympify,
    together,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.relational import Relational

from ...language.claims import Claim
from ...language.domains import Domain, Integers
from ...language.errors import BadInput, CannotTell
from ...language.functions import unfold
from ...language.histories import History
from ...language.laws import Law
from ...language.lengths import operations
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import E, Moment, outermost
from ...language.order import in_order
from ...language.strangers import ours
from .. import structures
from ..arithmetic.crossings import crossings
from ..foreign import telling
from ..methods import moment
from ..prepared import Part, prepare
from ..standard import standardise
from ..symbols.arguments import ABOVE, OTHER, needs
from ..symbols.averages import Infinite
from ..symbols.powersums import in_harmonics

MOST_DEGREE, MOST_OPERATIONS = 40, 400  # of what is looked at
MOST_PLACES = 60  # along one variable
MOST_JOINT = 24  # pairs of integers
MOST_STEPS = 12  # places at which a step turns
LISTED = 128  # integers that one variable of a pair runs through
NEAR = Rational(1, 10**6)  # how well a root is known,
NEARER = Fraction(1, 10**20)  # and a place that was found by looking
DOUBLINGS = 24  # how far it is looked at integers, and
EFOLDINGS = 16  # at real numbers, towards either end
RANDOM = (Moment, Observable, Loop, Law)
EMPTY: Mapping[Expr, Expr] = MappingProxyType({})


def turns(claim: Claim, values: Mapping[str, Any], name: str) -> Iterator[Expr]:
    """Values of a variable at which, or beside which, what is claimed may turn; each once."""
    yield from _first(claim, name, chain(_of_sides(claim, values, name), _of_parts(claim, values, name)))


def turning(claim: Claim, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Joint values at which something that stands in the claim turns along one variable, beside the others' values, or for two
    integers together."""
    for name in claim.symbols:
        there = ({**values, name: x} for x in _first(claim, name, _of_parts(claim, values, name)))
        yield from filter(claim.admits, there)
    yield from islice(_of_pairs(claim, values, _quantities(claim, values)), MOST_JOINT)


def turns_of_steps(claim: Claim, values: Mapping[str, Any], name: str) -> list[Expr]:
    """Values of an integer, beside the others', at which the step of a user's loop turns in the last fit that is spoken of, or
    what any loop was handed that has the number of the fit."""
    variable, others = claim.symbols[name], _others(claim, values, [claim.symbols[name]])
    relation = claim.relation({k: v for k, v in values.items() if k not in claim.symbols})
    places = (x for x in _of_steps(claim, relation, {variable}, others) if x.has(variable))
    found = chain.from_iterable(along(x, variable, looked_at(claim.domain[name])) for x in places)
    return list(islice(dict.fromkeys(x for x in found if claim.domain[name].contains(x)), MOST_STEPS))


def turning_together(claim: Claim, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Joint values of two integers, beside the others' values, at which what is claimed may turn; the first ones."""
    pairs = combinations((s for s in claim.symbols.values() if s.is_integer), 2)
    sides = (x for pair in pairs for x in chain(_differences(claim, values, pair), divisors(claim, values, pair)))
    yield from islice(_of_pairs(claim, values, chain(_quantities(claim, values), sides)), MOST_JOINT)


def _first(claim: Claim, name: str, places: Iterable[Expr]) -> list[Expr]:
    """The first places in the variable's domain, between each two of them and, of a real one, on either side of all."""
    domain, variable = claim.domain[name], claim.symbols[name]
    found = list(islice(dict.fromkeys(x for x in places if domain.contains(x)), MOST_PLACES))
    between = [(a + b) / 2 for a, b in pairwise(sorted(found))]
    if variable.is_integer:
        between = map(floor, between)
    elif found:
        least, most = min(found), max(found)
        between.append((domain.lo + least) / 2 if domain.lo.is_finite else least - 1 - Abs(least))
        between.append((domain.hi + most) / 2 if domain.hi.is_finite else most + 1 + Abs(most))
    return list(dict.fromkeys([*found, *between]))


def _of_sides(claim: Claim, values: Mapping[str, Any], name: str) -> Iterator[Expr]:
    """Where the sides of its inequalities meet, or what their difference is made of turns; where a mean divides, and is 0."""
    variable = claim.symbols[name]
    means = (x for d in divisors(claim, values, [variable]) for x in _parted(d, [variable]))
    for x in dict.fromkeys(chain(_differences(claim, values, [variable]), means)):
        yield from along(x, variable, looked_at(claim.domain[name]))


def _of_parts(claim: Claim, values: Mapping[str, Any], name: str) -> Iterator[Expr]:
    """Where the quantities that it is made of turn."""
    variable, others = claim.symbols[name], _others(claim, values, [claim.symbols[name]])
    for x in _quantities(claim, values):
        if variable in x.free_symbols:
            yield from along(x.xreplace(others), variable, looked_at(claim.domain[name]))


def _quantities(claim: Claim, values: Mapping[str, Any]) -> list[Expr]:
    case = {k: v for k, v in values.items() if k not in claim.symbols}
    relation, symbols = claim.relation(case), set(claim.symbols.values())
    asked = (*(x for x, *_ in claim.demands(case)), *claim.lost(case))
    demanded = (e for x in asked for e in quantities(x, symbols))
    return list(dict.fromkeys([*quantities(relation, symbols), *demanded, *_of_steps(claim, relation, symbols)]))


def _of_steps(
    claim: Claim, relation: Basic, symbols: set[Symbol], others: Mapping[Expr, Expr] = EMPTY
) -> Iterator[Expr]:
    """What, beside the others' values, loops are made of that differs from fit to fit, in the last fit that is spoken of: the
    steps of a user's and, in a user's claim, what any loop was handed: the sizes of a policy, say."""
    for o in sorted(relation.atoms(Observable), key=str):
        if o.t.free_symbols.isdisjoint(symbols):
            continue
        handed = () if claim.file is None else _with_clock(o.loop)
        for x in (*handed, *_steps(o.loop)):
            found = quantities(x.xreplace(others), {*symbols, CLOCK})
            yield from (e.xreplace({CLOCK: o.t}).xreplace(others) for e in found if e.has(CLOCK))


def _steps(loop: Loop) -> list[Expr]:
    """What a user's step is made of that has the number of the fit."""
    if ours(type(loop)):
        return []
    try:
        return [x for x in map(sympify, loop.step(loop.symbols()).values()) if x.has(CLOCK)]
    except NotImplementedError:
        return []


def _with_clock(x: Basic) -> Iterator[Expr]:
    """The outermost expressions in which the number of the fit is, among what a loop was handed."""
    for part in x.args:
        if part.has(CLOCK):
            yield from [part] if isinstance(part, Expr) else _with_clock(part)


def _others(claim: Claim, values: Mapping[str, Any], variables: Sequence[Symbol]) -> dict[Expr, Expr]:
    return {s: sympify(values[other]) for other, s in claim.symbols.items() if s not in variables}


# ---- along one variable ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def looked_at(domain: Domain) -> list[Fraction]:
    """Places of a variable between which a change is looked for: dense at all scales and, in an interval, evenly too."""
    if isinstance(domain, Integers):
        places = [domain.at(s * j / 4) for j in range(4 * DOUBLINGS + 1) for s in (1, -1)]
    else:
        places = [domain.at(j / 4) for j in range(-4 * EFOLDINGS, 4 * EFOLDINGS + 1)]
        if domain.bounded:
            places += [domain.lo + (domain.hi - domain.lo) * Rational(j, 64) for j in range(1, 64)]
    return sorted({Fraction(int(x.p), int(x.q)) for x in places if x is not None and x.is_Rational})


def along(x: Expr, variable: Symbol, places: Sequence[Fraction] = ()) -> Iterator[Expr]:
    """Where a quantity in one variable is 0, 1 (as probabilities and sizes are at most, or least), infinite or turns, and between
    these places; of one whose roots are not isolated what is seen at some `places`."""
    whole = bool(variable.is_integer)
    with suppress(CannotTell, BadInput), telling():
        if (exact := _isolated(x, variable)) is not None:
            for roots in exact:
                yield from _beside(roots, whole)
        elif (
            places and operations(x) <= MOST_OPERATIONS and not x.has(ExprWithLimits, History)
        ):  # each value of which costs
            yield from _beside(crossings(x, variable, places, NEARER), whole)


def _isolated(x: Expr, variable: Symbol) -> list[list[tuple[Expr, Expr]]] | None:
    """The roots of a rational function with rational coefficients, its poles and where it is 1; then where it turns."""
    if not x.is_rational_function(variable):
        return None
    top, bottom = (Poly(e, variable) for e in fraction(together(x)))
    polynomials = (top * bottom * (top - bottom), top.diff() * bottom - top * bottom.diff())
    if not all(c.is_Rational for p in (top, bottom) for c in p.all_coeffs()):
        return None
    return [_roots(p) for p in polynomials]


def _differences(claim: Claim, values: Mapping[str, Any], variables: Sequence[Symbol]) -> Iterator[Expr]:
    """The derived differences of the sides of its inequalities, in these variables beside the others' values, and what those
    are made of; nothing where a moment is not derived."""
    try:
        parts = prepare(claim, values).parts
    except (CannotTell, BadInput):
        return
    at = _others(claim, values, variables)
    for part in parts:
        if isinstance(part, Part) and part.op != "==":
            with suppress(CannotTell, BadInput), telling():
                yield from _parted(_formed(part.a - part.b, part.moments, at, variables), variables)


def divisors(claim: Claim, values: Mapping[str, Any], variables: Sequence[Symbol]) -> Iterator[Expr]:
    """What has to be other than 0, or above it, for the sides and the loops' steps to have a value, and for what was lost when
    they were written; what is 0 where a case is an equation. Derived, in these variables beside the others' values: of the sides
    nothing where a moment is not derived, nor of those in cases."""
    case = {k: v for k, v in values.items() if k not in claim.symbols}
    compared = (side for r in in_order(claim.relation(case).atoms(Relational)) for side in r.args)
    at = _others(claim, values, variables)
    for side in dict.fromkeys((*compared, *claim.lost(case))):
        for x, need in needs(unfold(side)) if isinstance(side, Expr) and not side.has(Piecewise) else ():
            if need not in (OTHER, ABOVE):
                continue
            with suppress(CannotTell, BadInput, Infinite), telling():
                x = standardise(x)
                found = _formed(x, {m: m for m in in_order(outermost(x))}, at, variables)
                if not found.free_symbols.isdisjoint(variables) and _is_plain(found, set(variables)):
                    yield found
    for x in (*_of_loops(claim.relation(case)), *_single(claim.relation(case))):
        found = x.xreplace(at)
        if not found.free_symbols.isdisjoint(variables) and _is_plain(found, set(variables)):
            yield found


def _of_loops(relation: Basic) -> Iterator[Expr]:
    """What has to be other than 0, or above it, for a relation's loops to have starts, steps and laws: in parameters alone."""
    for loop in in_order(relation.atoms(Loop)):
        with suppress(CannotTell, BadInput, NotImplementedError), telling():
            yield from (d.x for d in structures.of_parameters(loop)[1] if d.strictly or d.either)
            if structures.is_deterministic(loop):
                times = [int(o.t) for o in relation.atoms(Observable) if o.loop == loop and o.t.is_Integer]
                for t, name in product(range(1, min(MOST_STEPS, max(times, default=0)) + 1), loop.state):
                    form = moment(E(Observable(loop, name, t))).form
                    yield from (x for x, need in needs(unfold(form)) if need in (OTHER, ABOVE))


def _single(relation: Basic) -> Iterator[Expr]:
    """What is 0 where a case is that is written as an equation, or where a sign is none: of the sides, and of the steps of a
    user's loops."""
    said: list[Basic] = [relation]
    for loop in in_order(relation.atoms(Loop)):
        with suppress(NotImplementedError):
            said += [] if ours(type(loop)) else map(sympify, loop.step(loop.symbols()).values())
    cases = (case for x in said for p in in_order(x.atoms(Piecewise)) for _, case in p.args)
    for equation in dict.fromkeys(e for case in cases for e in in_order(case.atoms(Eq, Ne))):
        yield equation.lhs - equation.rhs
    yield from dict.fromkeys(s.args[0] for x in said for s in in_order(x.atoms(sign, Heaviside)))


def _formed(gap: Expr, moments: Mapping[Any, Moment], at: Mapping[Expr, Expr], variables: Sequence[Symbol]) -> Expr:
    """What is put together from moments, derived with symbols of which more is known than of the variables."""
    signs = ({"positive": True} if s.is_nonnegative else {"real": True} for s in variables)
    names = {s: Dummy(s.name, integer=s.is_integer, **sign) for s, sign in zip(variables, signs, strict=True)}
    put = {**at, **names}
    gap = gap.xreplace(put)
    gap = gap.xreplace({d.xreplace(put): moment(m.xreplace(put)).form for d, m in moments.items()})
    return in_harmonics(gap).xreplace({d: s for s, d in names.items()})


def _parted(gap: Expr, variables: Sequence[Symbol]) -> Iterator[Expr]:
    if operations(gap) <= MOST_OPERATIONS:
        yield gap
        yield from quantities(gap, set(variables))


# ---- what a claim is made of ----------------------------------------------------------------------------------------


def quantities(x: Basic, symbols: set[Symbol]) -> Iterator[Expr]:
    """What an expression, or a relation, is made of that is a function of some symbols alone, no symbol itself: what is rational
    as a whole, of others the sums and the values of functions."""
    if x.free_symbols.isdisjoint(symbols) or x.is_Symbol:
        return
    if _is_plain(x, symbols) and (x.is_rational_function() or isinstance(x, Add | Function)):
        yield x
        if x.is_rational_function():
            return
    yield from (e for e in differing(x) if _is_plain(e, symbols))
    for part in x.args:
        yield from quantities(part, symbols)


def differing(x: Basic) -> list[Expr]:
    """Differences by whose signs a part of a claim is one thing or another."""
    if isinstance(x, Relational):
        return [x.lhs - x.rhs]
    if isinstance(x, Max | Min | KroneckerDelta):
        return [a - b for a, b in combinations(x.args, 2)]
    if isinstance(x, Tuple) and len(x) == 3 and x[0].is_Symbol:  # the range of a bound variable
        return [sympify(x[2] - x[1] + 1)]
    return []


def _is_plain(x: Basic, symbols: set[Symbol]) -> bool:
    return (
        isinstance(x, Expr)
        and not x.is_Symbol
        and bool(x.free_symbols)
        and x.free_symbols <= symbols
        and not x.has(*RANDOM)
    )


def _roots(p: Poly) -> list[tuple[Expr, Expr]]:
    """Intervals with rational ends, in order, in each of which a polynomial is 0 at one place."""
    return [] if p.is_zero or p.degree() > MOST_DEGREE else [interval for interval, _ in p.intervals(eps=NEAR)]


def _beside(roots: Sequence[tuple[Any, Any]], whole: bool) -> Iterator[Expr]:
    """The roots, a value between each two and, of integers, their neighbours."""
    roots = [(sympify(low), sympify(high)) for low, high in roots]
    for low, high in roots:
        yield from map(sympify, range(int(floor(low)), int(ceiling(high)) + 1)) if whole else [(low + high) / 2]
    for (_, low), (high, _) in pairwise(roots):
        middle = (low + high) / 2
        yield sympify(floor(middle)) if whole else middle
    if whole:
        yield from (sympify(x) for low, high in roots for x in (floor(low) - 1, ceiling(high) + 1))


# ---- two integers together ------------------------------------------------------------------------------------------


def _of_pairs(claim: Claim, values: Mapping[str, Any], among: Iterable[Expr]) -> Iterator[dict[str, Any]]:
    """Joint values of two integers of a claim at which one of these quantities, rational in them, is 0, infinite or turns."""
    seen: set[tuple] = set()
    for x in among:
        names = [n for n, s in claim.symbols.items() if s.is_integer and s in x.free_symbols]
        for first, second in permutations(names, 2):
            pair = claim.symbols[first], claim.symbols[second]
            for root, listed in _zeros(x.xreplace(_others(claim, values, pair)), pair, claim.domain[second]):
                there = {**values, first: root, second: listed}
                key = tuple(there.values())
                if key not in seen and claim.domain[first].contains(root) and claim.admits(there):
                    seen.add(key)
                    yield there


@lru_cache(maxsize=256)
def _zeros(x: Expr, pair: tuple[Symbol, Symbol], domain: Domain) -> list[tuple[Integer, Integer]]:
    """Whole numbers for two symbols at which a rational function is 0, infinite or turns, the second one among the first of
    its domain."""
    found = []
    with suppress(CannotTell), telling():
        polynomials = [Poly(part, *pair) for part in fraction(together(x))] if x.is_rational_function(*pair) else []
        for p in [*polynomials, *(p.diff(pair[0]) for p in polynomials)]:
            if p.total_degree() <= MOST_DEGREE and (p.domain.is_QQ or p.domain.is_ZZ):
                found += _whole_zeros(p.clear_denoms()[1], _listed(domain))
    return found


def _whole_zeros(p: Poly, listed: Sequence[Integer]) -> Iterator[tuple[Integer, Integer]]:
    """Of a polynomial with whole coefficients, the second number being one of those that are listed."""
    rows: dict[int, dict[int, int]] = {}
    for (i, j), c in p.terms():
        rows.setdefault(i, {})[j] = int(c)
    columns = [
        fmpz_poly([row.get(j, 0) for j in range(max(row) + 1)])
        for row in (rows.get(i, {0: 0}) for i in range(max(rows) + 1))
    ]
    for k in listed:
        at_k = fmpz_poly([column(int(k)) for column in columns])
        for factor, _ in at_k.factor()[1] if at_k.degree() > 0 else ():
            if factor.degree() == 1 and factor[0] % factor[1] == 0:
                yield Integer(int(-factor[0] // factor[1])), k


def _listed(domain: Domain) -> list[Integer]:
    """The first whole numbers of a domain, from the end that is finite, or about 0."""
    first = (
        domain.lo if domain.lo.is_finite else domain.hi - LISTED + 1 if domain.hi.is_finite else Integer(-LISTED // 2)
    )
    return [k for k in (first + j for j in range(LISTED)) if domain.contains(k)]
