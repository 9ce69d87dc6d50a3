"""A prepared claim: what every witness works with.

The relation is split into parts; the moments of each side become standard moments (`standard.py`), and each side a
program over the variables and those moments. The same programs serve derived balls, Monte Carlo balls, predicted balls
(planning) and twins.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import pairwise, product
from typing import Any

from flint import arb
from sympy import (
    Add,
    And,
    Dummy,
    Eq,
    Expr,
    Ge,
    Gt,
    Heaviside,
    Integer,
    Lambda,
    Le,
    Lt,
    Mod,
    Mul,
    Piecewise,
    Pow,
    Product,
    Rational,
    Sum,
    Symbol,
    ceiling,
    false,
    floor,
    nan,
    oo,
    sign,
    sympify,
    true,
    zoo,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.relational import Relational

from ..language.claims import Claim
from ..language.domains import Integers
from ..language.errors import BadInput, CannotTell
from ..language.functions import unfold
from ..language.histories import History
from ..language.likelihood import Constant
from ..language.loops import Loop, Observable
from ..language.moments import Moment, RisesThenFalls, Tends, is_random, outermost
from ..language.order import in_order
from ..language.schemes import is_stated
from . import standard, structures
from .arithmetic.boxes import Jet, Jets
from .arithmetic.precision import precision, refine
from .arithmetic.programs import compile_expr, good, to_ball
from .arithmetic.rings import Balls
from .finiteness import doubtful, extended
from .standard import standardise
from .symbols.linear import with_few_terms
from .symbols.normal_forms import is_zero


def is_bounded_alone(m: Moment) -> bool:
    """Whether it is a constant of which no more is known than what it lies between."""
    return isinstance(m, Constant) and m.other_end is not None


def has_value(f: Expr, x: Symbol, at: Expr) -> bool:
    """Whether a function has a value there: a range of real numbers is open where it has none, at a pole, say."""
    value = f.xreplace({x: at})
    return not (value.has(zoo, nan) or value.is_infinite)


def at_most(x: Expr, y: Expr) -> bool:
    """x <= y, of two numbers. Raises `CannotTell` where balls do not tell."""
    x, y = map(sympify, (x, y))
    if (x.is_Rational or x.is_infinite) and (y.is_Rational or y.is_infinite):
        return bool(x <= y)
    if x.is_infinite or y.is_infinite:
        return y is oo or x is -oo
    # SymPy looks for long where they are equal
    gap = refine(lambda: to_ball(y - x), lambda b: bool(b > 0 or b < 0), limit=512)
    if gap > 0 or gap < 0:
        return bool(gap > 0)
    if is_zero(y - x):
        return True
    raise CannotTell(f"whether {x} <= {y}")


MOST_LISTED = 12_000  # joint values of a claim
MOST_SUMMED = 1_024  # generations that a sum of moments is written out over
MOST_WRITTEN = 8 * MOST_SUMMED  # moments that sums within sums come to

OPERATORS = {Eq: "==", Le: "<=", Lt: "<", Ge: ">=", Gt: ">"}
RELATIONS = {op: relation for relation, op in OPERATORS.items()}


@dataclass(frozen=True, eq=False)
class Part:
    """One relation `a op b` of a claim, for one case of its `Points`-valued variables.

    a, b: the sides over the claim's symbols and `moments` (a dummy for each standard moment).
    rate: for a part of `Tends`, the bound that has to vanish, its variable, where that starts, and the limit; else None.
    needed: those of `moments` that have to be finite, or the sides mean nothing; they may have cancelled.
    """

    claim: Claim
    case: Mapping[str, Any]
    number: int
    op: str
    a: Expr
    b: Expr
    moments: Mapping[Symbol, Moment]
    original: Relational
    rate: tuple[Expr, Symbol, Expr, Expr] | None = None
    needed: frozenset[Symbol] = frozenset()

    @cached_property
    def symbols(self) -> dict[str, Symbol]:
        """The claim's variables by name."""
        return self.claim.symbols

    @cached_property
    def doubtful(self) -> bool:
        """Whether, for some values of the variables, a moment of it may be infinite."""
        return any(map(doubtful, self.moments.values()))

    @cached_property
    def _programs(self) -> dict[tuple[Expr, tuple[Symbol, ...]], tuple]:
        return {}

    @cached_property
    def _moments_at(self) -> dict[tuple, dict[Symbol, Moment]]:
        return {}

    def moments_at(self, values: Mapping[str, Any]) -> dict[Symbol, Moment]:
        """The standard moments with the variables' values put in."""
        at = {s: sympify(values[name]) for name, s in self.symbols.items()}
        if (point := tuple(at.values())) not in self._moments_at:
            self._moments_at.clear()  # those of one point are asked for again and again
            self._moments_at[point] = {d: with_few_terms(m.xreplace(at)) for d, m in self.moments.items()}
        return dict(self._moments_at[point])

    def unrolled(self, values: Mapping[str, Any]) -> Part:
        """The part at a point, its sums and products of moments over generations written out; itself where it has none.

        Raises `CannotTell` for a range that is too long, or is none of integers.
        """
        known = set(self.symbols.values())
        if not any(m.free_symbols - known for m in self.moments.values()):
            return self
        at = {s: sympify(values[name]) for name, s in self.symbols.items()}
        if (point := tuple(at.values())) not in self._unrolled:
            self._unrolled.clear()
            self._unrolled[point] = _written_out(self, at)
        return self._unrolled[point]

    @cached_property
    def _unrolled(self) -> dict[tuple, Part]:
        return {}

    def compiled(self, which: Expr, wholes: tuple[Symbol, ...] = ()) -> tuple:
        """(variables, moments, program of them and of whole numbers) of a side. Raises `CannotTell`."""
        if (which, wholes) not in self._programs:
            free = which.free_symbols
            names, dummies = [n for n, s in self.symbols.items() if s in free], [d for d in self.moments if d in free]
            program = compile_expr(which, (*(self.symbols[n] for n in names), *dummies, *wholes))
            self._programs[which, wholes] = names, dummies, program
        return self._programs[which, wholes]

    def side(self, which: Expr, values: Mapping[str, Any], balls: Mapping[Symbol, arb], bits: int = 40) -> arb:
        """A ball for a side at a point, from balls for the moments."""
        if which in (oo, -oo):
            return arb.pos_inf() if which == oo else arb.neg_inf()
        if unstated := _unstated(which):
            numbers = {s: sympify(values[n]) for n, s in self.symbols.items()}
            which = which.xreplace({h: h.func(h.scheme.xreplace(numbers), *h.args[1:]) for h in unstated})
        which = self._in_case(which, values)
        written, wholes = self._rounded(which, values)
        names, dummies, program = self.compiled(written, tuple(wholes))

        def run():
            inputs = [
                *(to_ball(values[n]) for n in names),
                *(balls[d] for d in dummies),
                *map(to_ball, wholes.values()),
            ]
            if any(map(is_bounded_alone, self.moments.values())):  # by the ends of wide balls
                return program(Jets, *map(Jet, inputs)).value
            return program(Balls, *inputs)

        if infinite := {d: oo for d in dummies if balls[d] == arb.pos_inf()}:
            at = {self.symbols[n]: sympify(values[n]) for n in names}
            limit = extended(which.xreplace(at), infinite, {d: balls[d] for d in dummies if d not in infinite})
            return arb.nan() if limit is None else arb.pos_inf() if limit == oo else arb.neg_inf()
        if dummies:  # the moments' balls have their radius already: more bits than theirs cannot help
            with precision(max(128, 2 * bits)):
                return run()
        return refine(run, lambda x: good(x, bits), limit=2048)

    def _in_case(self, which: Expr, values: Mapping[str, Any]) -> Expr:
        """A side in the case that the variables alone decide: balls do not tell whether a number is one that the claim names."""
        if (asked := self._conditions.get(which)) is None:
            known = set(self.symbols.values()) - {
                s for x in which.atoms(ExprWithLimits, Lambda) for s in x.bound_symbols
            }
            found = in_order(which.atoms(Relational, sign, Heaviside)) if which.has(Piecewise, sign, Heaviside) else []
            asked = self._conditions[which] = [r for r in found if r.free_symbols <= known]
        if not asked:
            return which
        at = {s: sympify(values[n]) for n, s in self.symbols.items()}
        told = {r: said for r in asked if (said := r.xreplace(at)) in (true, false) or said.is_Rational}
        return which.xreplace(told)

    @cached_property
    def _conditions(self) -> dict[Expr, list[Relational | sign | Heaviside]]:
        return {}

    def _rounded(self, which: Expr, values: Mapping[str, Any]) -> tuple[Expr, dict[Symbol, Expr]]:
        """A side with symbols for those of its roundings that the variables alone make, and the whole numbers that they are.

        Where what is rounded is whole, as k/3 for k = 30, a ball around it lies on both sides of the jump.
        """
        written, names = self._roundings(which)
        at = {s: sympify(values[n]) for n, s in self.symbols.items()} if names else {}
        wholes = {name: r.xreplace(at) for r, name in names.items()}
        return (written, wholes) if all(n.is_Integer for n in wholes.values()) else (which, {})

    def _roundings(self, which: Expr) -> tuple[Expr, dict[Expr, Symbol]]:
        if which not in self._symbols_of_roundings:
            written = unfold(which) if which.has(Mod) else which
            known = set(self.symbols.values())
            found = sorted((r for r in written.atoms(floor, ceiling) if r.free_symbols <= known), key=str)
            names: dict[Expr, Symbol] = {r: Dummy("whole", integer=True) for r in found}
            self._symbols_of_roundings[which] = written.xreplace(names), names
        return self._symbols_of_roundings[which]

    @cached_property
    def _symbols_of_roundings(self) -> dict[Expr, tuple[Expr, dict[Expr, Symbol]]]:
        return {}


@cache
def _unstated(side: Expr) -> tuple[History, ...]:
    """What schemes make of numbers that state no weights before their parameters are numbers: `min(self.k, i - 1)`."""
    return tuple(h for h in side.atoms(History) if h.scheme.free_symbols and not is_stated(h.scheme))


def _written_out(part: Part, at: Mapping[Symbol, Expr]) -> Part:
    """`Part.unrolled`, at numbers for the symbols."""
    moments = {d: m.xreplace(dict(at)) for d, m in part.moments.items()}
    names: dict[Moment, Symbol] = {m: d for d, m in moments.items()}
    needed, spread = set(part.needed), set()  # spread: what stands for moments of all generations of a range

    def written(x: Expr) -> Expr:
        if moments.keys().isdisjoint(x.free_symbols):
            return x
        if not isinstance(x, Sum | Product):
            return x.func(*map(written, x.args)) if x.args else x
        *inner, (k, low, high) = x.limits
        f = x.func(x.function, *inner) if inner else x.function
        if not (low.is_Integer and high.is_Integer and high - low < MOST_SUMMED):
            raise CannotTell(
                f"{type(x).__name__} of moments from {k} = {low} to {high}: a short range of integers is expected"
            )
        free = f.free_symbols
        own = {d: m for d, m in moments.items() if d in free and k in m.free_symbols}
        spread.update(own)
        terms = []
        for i in map(Integer, range(int(low), int(high) + 1)):
            here = {}
            if len(moments) > MOST_WRITTEN:
                raise CannotTell(f"sums within sums of more than {MOST_WRITTEN} moments: they are not written out")
            for d, m in own.items():
                at_i = m.xreplace({k: i})
                here[d] = names.setdefault(at_i, Dummy("m", extended_real=True))
                moments[here[d]] = at_i
                if d in needed:
                    needed.add(here[d])
            terms.append(written(f.xreplace({k: i, **here})))
        return (Add if isinstance(x, Sum) else Mul)(*terms)

    a, b = (written(x.xreplace(dict(at))) for x in (part.a, part.b))
    needed -= spread
    used = (a.free_symbols | b.free_symbols | needed) & set(moments)
    used_moments = {d: m for d, m in moments.items() if d in used}
    return replace(part, a=a, b=b, moments=used_moments, needed=frozenset(needed))


@dataclass(frozen=True, eq=False)
class ShapePart:
    """A `RisesThenFalls` of one case, its function standardised: f over `moments`, which contain the bound variable."""

    claim: Claim
    case: Mapping[str, Any]
    number: int
    shape: RisesThenFalls
    moments: Mapping[Symbol, Moment]
    f: Expr

    def at(self, values: Mapping[str, Any]) -> ShapePart:
        """The part with the values of the claim's variables put in; the bound variable stays."""
        at = {s: sympify(values[name]) for name, s in self.claim.symbols.items()}
        moments = {d: m.xreplace(at) for d, m in self.moments.items()}
        return ShapePart(self.claim, self.case, self.number, self.shape.xreplace(at), moments, self.f.xreplace(at))

    @property
    def whole(self) -> bool:
        """Whether the bound variable is an integer."""
        return bool(self.shape.bound.is_integer)

    def steps(self, values: Sequence[Rational]) -> list[tuple[str, Rational, Rational]]:
        """What is stated of neighbours among some values: (op, early, late). Of those that the turn is between, nothing."""
        rise, fall = ("<", ">") if self.shape.rises_first else (">", "<")
        ordered = sorted(set(values))
        up, down = _between(ordered, -oo, self.shape.peak), _between(ordered, self.shape.peak, oo)
        return [(rise, *step) for step in pairwise(up)] + [(fall, *step) for step in pairwise(down)]

    def ladder(self, factors: Sequence[float]) -> list[Rational]:
        """Values of the bound variable at these multiples of the distance from the lower end to the turn, or of 1."""
        _, a, b = self.shape.limits
        low = float(a)
        width = (float(self.shape.peak) - low) or 1.0  # of a turn at the lower end
        ends = {sympify(a), *([] if b is oo else [sympify(b)])}
        found = ends if self.whole else {x for x in ends if has_value(self.f, self.shape.bound, x)}
        places = [x for x in (low + c * width for c in factors) if math.isfinite(x)]
        near = (
            {Integer(i) for x in places for i in (math.floor(x), math.ceil(x))}
            if self.whole
            else set(map(_short, places))
        )
        found |= {x for x in _between(sorted(near), a, b) if x not in ends}
        if self.shape.peak.is_Rational:
            found.add(self.shape.peak)
        return sorted(found)

    def heights(self, early: Rational, late: Rational) -> tuple[Expr, Expr, dict[Symbol, Moment]]:
        """f at two values of the bound variable, and the moments in both."""
        moments, sides = {}, []
        for time in (early, late):
            names = {d: Symbol(f"{d.name}_{time}", extended_real=True) for d in self.moments}
            moments |= {names[d]: m.xreplace({self.shape.bound: sympify(time)}) for d, m in self.moments.items()}
            sides.append(self.f.xreplace({self.shape.bound: sympify(time), **names}))
        return sides[0], sides[1], moments

    def between(self, number: int, op: str, early: Rational, late: Rational) -> Part:
        """The relation f(early) op f(late) between two values of the bound variable, as a part of its own."""
        *sides, moments = self.heights(early, late)
        original = RELATIONS[op](*sides, evaluate=False)
        return Part(self.claim, self.case, number, op, sides[0], sides[1], moments, original)


def _between(ordered: Sequence[Rational], low: Expr, high: Expr) -> Sequence[Rational]:
    """Those of some numbers that are in order which lie between two. Raises `CannotTell` where balls do not tell."""
    first = bisect_left(ordered, True, key=lambda x: at_most(low, x))
    return ordered[first : bisect_left(ordered, True, lo=first, key=lambda x: not at_most(x, high))]


def _short(x: float) -> Rational:
    """A rational number of few digits beside x, which may be small: relatively as close as 10^-6."""
    return Rational(x).limit_denominator(math.ceil(10**6 * max(1, 1 / Rational(abs(x)) if x else 1)))


@dataclass(frozen=True, eq=False)
class Prepared:
    """The parts of a claim for one case."""

    claim: Claim
    case: Mapping[str, Any]
    parts: tuple[Part | ShapePart, ...]


def _split(relation) -> list[tuple[Any, tuple[Expr, Symbol, Expr, Expr] | None]]:
    """A relation as its parts, each with the vanishing rate that it belongs to."""
    if isinstance(relation, And):
        return [p for r in relation.args for p in _split(r)]
    if isinstance(relation, Tends):
        d = relation.function - relation.limit
        rate = (relation.rate, relation.bound, relation.limits[1], relation.limit)
        return [(Le(d, relation.rate, evaluate=False), rate), (Ge(d, -relation.rate, evaluate=False), rate)]
    return [(relation, None)]


def _held(*exprs: Expr) -> tuple[dict[Symbol, Moment], list[Expr]]:
    """Standard moments replaced by dummies."""
    out = [standardise(sympify(e)) for e in exprs]
    names: dict[Moment, Symbol] = {}
    for e in out:
        for m in in_order(outermost(e)):
            names.setdefault(m, Dummy(f"m{len(names)}", extended_real=True))
    return {d: m for m, d in names.items()}, [e.xreplace(names) for e in out]


def _lowest(claim: Claim) -> dict[Symbol, Expr]:
    """The first values of its integers that are above 0."""
    first = {s: claim.domain[name] for name, s in claim.symbols.items() if isinstance(claim.domain[name], Integers)}
    return {s: sympify(d.lo) for s, d in first.items() if sympify(d.lo).is_positive}


def _needed(moments: dict[Symbol, Moment], sides: Sequence[Expr], lost: Sequence[Expr]) -> frozenset[Symbol]:
    """The names of the moments that have to be finite, and may not be; those that have cancelled are added. A state without
    chance has to have a value."""
    names = {m: d for d, m in moments.items()}
    gone = set().union(*(standard.made_of(e) for e in lost if not is_random(e)))
    required = gone.union(*(standard.required(sympify(e)) for e in sides))
    states = filter(_may_be_none, gone.union(*(standard.made_of(sympify(e)) for e in sides)))
    asked = in_order({*filter(doubtful, required), *states})
    for m in asked:
        moments[names.setdefault(m, Dummy(f"m{len(names)}", extended_real=True))] = m
    return frozenset(names[m] for m in asked)


def _may_be_none(m: Moment) -> bool:
    """Whether it is of states without chance by a user's steps, which may have no value."""
    states = m.atoms(Observable)
    return bool(states) and all(o.may_have_no_value and structures.is_deterministic(o.loop) for o in states)


def _keep_apart(claim: Claim, case: Mapping[str, Any]) -> None:
    """Raise `BadInput` where listed values make one of two loops: which is which is not seen any more."""
    names = list(case)
    equal = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :] if case[a] == case[b]]
    if not equal or len(claim.cases) < 2:
        return
    count = len(claim.relation(case).atoms(Loop))
    if any(len(claim.relation(other).atoms(Loop)) > count for other in claim.cases):
        at = ", ".join(f"{name} = {case[name]}" for name in equal[0])
        raise BadInput(
            f"{claim.function.__name__}: two loops are one at {at}, and independent elsewhere: list other values",
            claim.location,
        )


@cache  # of any size: a part is known by its identity, and so are the names of its moments
def _prepare(claim: Claim, case: tuple) -> Prepared:
    parts: list[Part | ShapePart] = []
    _keep_apart(claim, dict(case))
    try:
        for i, (r, rate) in enumerate(_split(standard.known_from(claim.relation(dict(case)), _lowest(claim)))):
            if isinstance(r, RisesThenFalls):
                moments, (f,) = _held(r.function)
                parts.append(ShapePart(claim, dict(case), i, r, moments, f))
            elif type(r) in OPERATORS:
                moments, (a, b, *limit) = _held(r.lhs, r.rhs, *([] if rate is None else [rate[3]]))
                rate = rate and (*rate[:3], limit[0])
                needed = _needed(moments, (r.lhs, r.rhs), claim.lost(dict(case)))
                parts.append(Part(claim, dict(case), i, OPERATORS[type(r)], a, b, moments, r, rate, needed))
            else:
                raise BadInput(f"{type(r).__name__} is no relation that can be decided: use Eq, Le, Lt, Ge or Gt")
    except (BadInput, NotImplementedError) as error:
        raise BadInput(f"{claim.function.__name__}: {error}", claim.location) from error
    return Prepared(claim, dict(case), tuple(parts))


def prepare(claim: Claim, values: Mapping[str, Any] | None = None) -> Prepared:
    """The prepared claim for the case that `values` (a point, or a case) belongs to."""
    case = tuple(
        (k, v) for k, v in (values or (claim.cases[0] if claim.cases else {})).items() if k not in claim.symbols
    )
    return _prepare(claim, case)


def relevant(claim: Claim) -> set[str]:
    """The variables that are left in some standardised part, or tell where what is written has a value: the others have dropped
    out by symmetry or cancellation."""
    out = set()
    for case in claim.cases or [{}]:
        for part in prepare(claim, case).parts:
            if isinstance(part, ShapePart):
                ends = (*part.shape.limits[1:], part.shape.peak)
                left = part.f.free_symbols.union(*(x.free_symbols for x in (*part.moments.values(), *ends)))
            else:
                free = (part.a.free_symbols | part.b.free_symbols).union(
                    *(m.free_symbols for m in part.moments.values())
                )
                scaled = part.a.is_infinite or part.b.is_infinite
                left = free if scaled or not _cancels(part) else free - _cancels(part)
            out |= {n for n, s in claim.symbols.items() if s in left}
        out |= {n for n, s in claim.symbols.items() if any(s in x.free_symbols for x in claim.lost(case))}
    return out


def _cancels(part: Part) -> set:
    """Positive symbols that multiply both sides alike (the scale), by comparing the sides' factors."""
    out = set()
    for s in part.symbols.values():
        if s.is_positive and not s.is_integer and not any(s in m.free_symbols for m in part.moments.values()):
            (ca, a), (cb, b) = (x.as_independent(s, as_Add=False) for x in (part.a, part.b))
            if a == b and isinstance(a, Pow | type(s)) and not ca.has(s) and not cb.has(s):
                out.add(s)
    return out


def enumerable(claim: Claim) -> list[dict] | None:
    """All joint values of the variables that matter, if they are finitely many integers; else None."""
    left = relevant(claim)
    lists = []
    for name in claim.symbols:
        domain = claim.domain[name]
        if name not in left:
            lists.append([(name, domain.firsts()[0])])
        elif isinstance(domain, Integers) and domain.values is not None and len(domain.values) <= MOST_LISTED:
            lists.append([(name, Integer(v)) for v in domain.values])
        else:
            return None
    if math.prod(map(len, lists), start=max(1, len(claim.cases))) > MOST_LISTED:
        return None
    return [
        {**case, **dict(joint)}
        for case in claim.cases or [{}]
        for joint in product(*lists)
        if claim.admits({**case, **dict(joint)})
    ]
