"""A certificate, held against the claim that it is of.

As data it is one value of JSON, all expressions being text:

claim, method: whose it is, and how the finding says that it was proved.
parts: of each end of a closed interval and each listed value the relations that are claimed, one by one:
    face, case, domain, where: where that is, in the claim's own words.
    says: the relation.  ends: how it follows from the moments, one of `ENDS`.
means: recursions of loops, each {loop, of: [{monomial, after, start, form}]}: `after`, the mean of the monomial one step later,
    in coordinates `_s0`, `_s1`, ... of the loop, in their order; `start`, its mean at the start; `form`, its mean `_t` steps
    after a state of which `_0`, `_1`, ... are the monomials, in their order.
begun: the same of loops whose step is another one in every fit, {loop, of: [{monomial, after, start, form}]}: `after` is the mean
    after fit number _t + 1, and `form` the mean at generation _t from the loop's own start on.
states: of loops in which nothing is random {loop, form: {coordinate: its value at generation _t}}.

Everything is worked out anew from the loop's start and step: the data say what is to be verified, and nothing of it is believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import Any

from sympy import (
    Abs,
    And,
    Basic,
    Dummy,
    Eq,
    Expr,
    Ge,
    Gt,
    Le,
    Lt,
    Piecewise,
    Pow,
    Product,
    S,
    Sum,
    Symbol,
    expand,
    oo,
    sqrt,
    sympify,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ..language import fields
from ..language.claims import Claim
from ..language.errors import BadInput, CannotTell
from ..language.examined import hold_loops
from ..language.fits import FIT
from ..language.laws import Noise
from ..language.loops import CLOCK, Loop, Named, Observable
from ..language.moments import Distance, E, Limit, Moment, Prob, RisesThenFalls, Tends
from ..language.signs import Inequality, is_whole
from ..language.strangers import ours
from ..language.truth import unanswered
from .averages import Averages, terms_in
from .binders import ranges
from .fractions import vanishes
from .moments import GENERATION, Moments, step_in_numbers
from .paths import above, below
from .signs import Signs, vanishes_along
from .states import kept, lost, vanished
from .stepwise import vanishes_stepwise
from .text import read
from .turns import along, turns
from .values import divisors, taken

VERSION = 3
ENDS = ("identity", "sign", "limit", "turn")
MOST_PARTS = 400


class Refused(Exception):
    """A certificate that is not one of its claim; the message says what does not hold."""


@dataclass(frozen=True)
class Place:
    """A claim at one of its faces, for one case of its listed variables."""

    face: str
    claim: Claim
    case: Mapping[str, Any]

    @property
    def where(self) -> Boolean:
        """The side condition there."""
        return self.claim.condition(self.case)

    @property
    def signs(self) -> Signs:
        """What is known of signs there, from the domain and the side condition."""
        return Signs(self.claim.symbols, self.claim.domain, self.where)

    @property
    def said(self) -> Boolean:
        """The relation that is claimed there."""
        return self.claim.returned(self.case) if self.face else self.claim.relation(self.case)

    @property
    def loops(self) -> list[Loop]:
        """The loops of the relation, sorted by how they are printed."""
        return sorted(self.said.atoms(Loop), key=str)

    def relations(self) -> list[Relational | Tends | RisesThenFalls]:
        """The relations that are claimed here. Raises `CannotTell` for what is none."""
        said = self.said
        if said == S.true:
            return []
        found = sorted(And.make_args(said), key=str)  # SymPy keeps them in the order of their hashes
        if other := [r for r in found if not isinstance(r, Eq | Le | Lt | Ge | Gt | Tends | RisesThenFalls)]:
            raise CannotTell(f"no certificate of {type(other[0]).__name__}")
        return found

    def written(self) -> dict[str, Any]:
        """It in words, as a certificate names it."""
        return {
            "face": self.face,
            "case": {name: str(value) for name, value in self.case.items()},
            "domain": {name: str(d) for name, d in self.claim.domain.items()},
            "where": str(self.where),
        }


def places(claim: Claim) -> Iterator[Place]:
    """All that a proof of a claim has to be about. Raises `CannotTell` for a claim about any law."""
    if claim.of_any_law is not None:
        raise CannotTell("no certificate of a claim about any law")
    for face, there in claim.faces.items():
        for case in there.listed:
            if there.condition(case) != S.false:
                yield Place(face, there, case)


class Known:
    """The recursions of a certificate, verified; a `Forms`."""

    def __init__(self, symbols: Mapping[str, Symbol], charts: Mapping[Expr, Expr]) -> None:
        self.symbols, self.charts = symbols, charts
        self.means: dict[tuple[Loop, Expr], tuple[Expr, Mapping[Symbol, Expr]]] = {}
        self.starting: dict[tuple[Loop, Expr], Expr] = {}
        self.states: dict[Loop, Mapping[str, Expr]] = {}
        self.averages = Averages()
        self.forms: dict[Expr, None] = {}  # those with sums and products
        self.divided: dict[Expr, None] = {}  # what forms are divided by

    def mean(self, loop: Loop, monomial: Expr) -> tuple[Expr, Mapping[Symbol, Expr]]:
        """(form, starts): a monomial's mean at `GENERATION`, and what monomial each symbol in it is the mean of, at the start.
        Raises `Refused` where no recursion of it was verified."""
        if (loop, monomial) not in self.means:
            raise Refused(f"no recursion of {monomial} in {type(loop).__name__}")
        return self.means[loop, monomial]

    def begun(self, loop: Loop, monomial: Expr) -> Expr:
        """The mean of a monomial at `GENERATION`, from the loop's own start on; errors as of `mean`."""
        if (loop, monomial) not in self.starting:
            raise Refused(f"no recursion of {monomial} in {type(loop).__name__}")
        return self.starting[loop, monomial]

    def followed(self, loop: Loop) -> Mapping[str, Expr]:
        """The state as a function of `GENERATION`, by coordinate. Raises `Refused` where none was verified."""
        if loop not in self.states:
            raise Refused(f"no states of {type(loop).__name__}")
        return self.states[loop]

    # ---- means ----------------------------------------------------------------------------------------------------------

    def add_means(self, loop: Loop, rows: Sequence[Mapping[str, str]]) -> None:
        """Verify a recursion: of each monomial its mean after a step, its start, and its form by induction."""
        now = loop.symbols()
        monomials = [read(row["monomial"], self._named(coordinates(loop))) for row in rows]
        names = [Symbol(f"_{i}", real=True) for i in range(len(rows))]
        outside = self._named({"_t": GENERATION, **{s.name: s for s in names}})
        forms = [read(row["form"], outside) for row in rows]
        after = {name: sympify(x) for name, x in loop.step(now).items()}
        if any(x.has(CLOCK) for x in after.values()):
            raise CannotTell("generations that differ")
        self._induct(loop, rows, after, monomials, forms, names)
        starts = dict(zip(names, monomials, strict=True))
        for monomial, form in zip(monomials, forms, strict=True):
            self.means[loop, monomial] = form, starts

    def add_begun(self, loop: Loop, rows: Sequence[Mapping[str, str]]) -> None:
        """The same of a loop whose step changes: the forms are those from its own start on."""
        now = loop.symbols()
        monomials = [read(row["monomial"], self._named(coordinates(loop))) for row in rows]
        forms = [read(row["form"], self._named({"_t": GENERATION})) for row in rows]
        after = {name: sympify(x) for name, x in loop.step_at(now, GENERATION + 1).items()}
        self._induct(loop, rows, after, monomials, forms, None)
        for monomial, form in zip(monomials, forms, strict=True):
            self.starting[loop, monomial] = form

    def _induct(
        self,
        loop: Loop,
        rows: Sequence[Mapping[str, str]],
        after: Mapping[str, Expr],
        monomials: Sequence[Expr],
        forms: Sequence[Expr],
        names: Sequence[Symbol] | None,  # of the means at the start; None: the forms begin at what those are
    ) -> None:
        now = loop.symbols()
        inside = self._named({**coordinates(loop), **({"_t": GENERATION} if names is None else {})})
        place = {m: i for i, m in enumerate(monomials)}
        for i, (row, monomial, form) in enumerate(zip(rows, monomials, forms, strict=True)):
            stepped = self.averages.mean(monomial.xreplace({now[s]: x for s, x in after.items()}))
            self._same(f"the mean of {monomial} after a step", stepped, read(row["after"], inside))
            begun = self.averages.mean(monomial.xreplace({now[s]: x for s, x in loop.start_at.items()}))
            self._same(f"the start of {monomial}", begun, read(row["start"], self._named({})))
            first = form.xreplace({GENERATION: S.Zero})
            self._same(f"the form of {monomial} at its start", first, begun if names is None else names[i])
            moved = S.Zero
            for c, m in terms_in(stepped, set(now.values())):
                if m != 1 and m not in place:
                    raise Refused(f"{m}, which the step of {monomial} asks for, has no row")
                moved += c * (forms[place[m]] if m != 1 else S.One)
            self._same(f"the induction of {monomial}", form.xreplace({GENERATION: GENERATION + 1}), moved)
            self._divide(form)

    def add_states(self, loop: Loop, rows: Mapping[str, str]) -> None:
        """Verify the states of a loop in which nothing is random: at the start, and by one step."""
        names = self._named({"_t": GENERATION})
        if set(rows) != set(loop.state):
            raise Refused(f"the states of {type(loop).__name__} are those of {', '.join(loop.state)}")
        forms = {s: read(text, names) for s, text in rows.items()}
        now = loop.symbols()
        for s, x in step_in_numbers(loop, self.averages).items():
            self._same(f"{s} at the start", forms[s].xreplace({GENERATION: S.Zero}), sympify(loop.initial[s]))
            put = {now[name]: form for name, form in forms.items()} | {CLOCK: GENERATION + 1}
            moved = x.xreplace(put)
            self.divided |= {b.xreplace(put): None for b in divisors(x)}
            self._same(f"the induction of {s}", forms[s].xreplace({GENERATION: GENERATION + 1}), moved)
            self._divide(forms[s])
        self.states[loop] = forms

    def _named(self, more: Mapping[str, Symbol]) -> dict[str, Expr]:
        if clash := sorted(name for name in more if name.startswith("_") and name in self.symbols):
            raise CannotTell(f"a variable is called {clash[0]}")
        return {**more, **self.symbols}

    def _same(self, what: str, a: Expr, b: Expr) -> None:
        if a != b and not vanishes((a - b).xreplace(dict(self.charts))):
            raise Refused(f"{what} is not seen to be as it is said")

    def _divide(self, form: Expr) -> None:
        if form.has(Sum, Product):
            self.forms[form] = None
        for base in divisors(form):
            self.divided[base] = None


def ends(r: Relational | Tends | RisesThenFalls) -> str:
    """How such a relation follows from the moments, if it does."""
    if isinstance(r, RisesThenFalls):
        return "turn"
    if isinstance(r, Tends) or (isinstance(r, Eq) and any(isinstance(side, Limit) for side in r.args)):
        return "limit"
    return "identity" if isinstance(r, Eq) else "sign"


def coordinates(loop: Loop) -> dict[str, Symbol]:
    """A loop's coordinates as a certificate names them: they need not have names that can be read, nor that no variable has."""
    return {f"_s{i}": v for i, v in enumerate(loop.symbols().values())}


def _still(x: Basic) -> Iterator[Expr]:
    """What is not random in an expression: 1/x of X/x, whose mean has a value where x is not 0."""
    if isinstance(x, Inequality):
        yield from (y for side in x.args for y in _still(side))
        return
    if not isinstance(x, Expr) or isinstance(x, Noise | Observable | Moment | Distance):
        return
    if x.has(Noise, Observable, Moment, Distance):
        for a in x.args:
            yield from _still(a)
    elif x.free_symbols:
        yield x


def _is_asked_in_symbols(loop: Loop) -> None:
    """Raise `BadInput` where a user's loop asks in Python's words of a symbol, `if self.a == 1`: a case is missing then."""
    if ours(type(loop)):
        return
    with (
        unanswered("initial", "step", "emit"),
        suppress(ArithmeticError, CannotTell, NotImplementedError, TypeError, ValueError),
    ):
        _ = loop.initial, loop.step(loop.symbols())  # what fails is told where the step is read
        named = (x for kind in type(loop).__mro__ for x in vars(kind).values() if isinstance(x, Named))
        for of in (x.of for x in named if x.of is not None):
            of(loop, loop.symbols())
        loop.emit(loop.symbols(), Dummy("i", integer=True, positive=True))


class Checker:
    """A claim at one place, and what is known there."""

    def __init__(self, place: Place, signs: Signs, known: Known) -> None:
        self.place, self.signs, self.known, self.loops = place, signs, known, place.loops
        self.moments = Moments(known, lambda x: self.signs.positive(x, strict=False))
        for loop in self.loops:
            _is_asked_in_symbols(loop)
        hold_loops(place.claim, place.case)

    def follows(self, r: Relational | Tends | RisesThenFalls) -> str:
        """How a relation follows from the moments, one of `ENDS`. Raises `CannotTell`."""
        if isinstance(r, RisesThenFalls):
            Checker(self.place, along(r, self.signs), self.known)._turns(r)
            return ends(r)
        if (how := ends(r)) == "limit":
            (self._tends if isinstance(r, Tends) else self._limit)(r)
            return how
        if isinstance(r, Eq):
            self._identity(*r.args)
            return how
        reason = CannotTell("the sign of the difference is not seen")
        for a, b in product(self._sides(r.gts, r.lts, larger=False), self._sides(r.lts, r.gts, larger=True)):
            try:
                self._sign(a, b, strict=isinstance(r, Gt | Lt))
            except CannotTell as why:
                reason = why
            else:
                return how
        raise reason

    def _numbers(self, a: Expr, b: Expr) -> tuple[Expr, Expr]:
        """Two sides in numbers, which exist."""
        a, b = self.moments.value(a), self.moments.value(b)
        if any(x.has(Moment) or x.is_finite is False for x in (a, b)):
            raise CannotTell("a side that is no number")
        self._exists(a, b)
        return a, b

    def _identity(self, a: Expr, b: Expr) -> None:
        a, b = self._numbers(a, b)
        gap = (a - b).xreplace(self.signs.charts)
        whole = self.place.where == S.true  # an induction goes through all values
        if not (vanishes(gap) or (whole and vanishes_stepwise(gap, self.signs.nonzero))):
            raise CannotTell("the two sides are not seen to be the same")

    def _sign(self, a: Expr, b: Expr, strict: bool) -> None:
        a, b = self._numbers(a, b)
        if not self.signs.positive(a - b, strict):
            raise CannotTell("the sign of the difference is not seen")

    def _sides(self, x: Expr, beside: Expr, larger: bool) -> Iterator[Expr]:
        """A side, or others that are no smaller (larger), or no larger: with other moments in the places of some in which it is a
        line, and rises."""
        found = {m: [*self._instead(m, beside, larger)] for m in sorted(x.atoms(E, Prob), key=str)}
        found = {m: ways for m, ways in found.items() if ways}
        names = {m: Dummy("m", real=True, nonnegative=m.is_nonnegative) for m in found}
        said = x.xreplace(names)
        lines = said.is_polynomial(*names.values())  # by cases it may jump where its derivative is 0
        slopes = [said.diff(name) for name in names.values()] if lines else []
        if not lines or not all(not y.has(*names.values()) and self._rises(y) for y in slopes):
            yield x
            return
        yield from (x.xreplace(dict(zip(found, way, strict=True))) for way in product(*found.values()))

    def _rises(self, slope: Expr) -> bool:
        return self.signs.positive(self.moments.value(slope), strict=False)

    def _instead(self, m: E | Prob, beside: Expr, larger: bool) -> Iterator[Expr]:
        """What is no smaller than a moment: the root of E y^2 than E |y|, and what is said of events and paths."""
        if not larger:
            yield from below(m, self.moments)
            return
        if isinstance(m, E) and isinstance(m.variable, Abs) and m.given is None:
            yield sqrt(E(m.variable.args[0] ** 2))
        yield from above(m, beside, self.moments, lambda x: self.signs.positive(self.moments.value(x), strict=True))

    def _limit(self, r: Eq) -> None:
        """f - limit vanishes as the bound variable grows."""
        said, other = r.args if isinstance(r.lhs, Limit) else r.args[::-1]
        if other.has(Limit):
            raise CannotTell("two limits")
        t = Dummy("t", **said.bound.assumptions0)
        f, limit = self.moments.value(said.args[0].xreplace({said.bound: t})), self.moments.value(other)
        if limit.is_finite is False:
            raise CannotTell("a limit that is no number")
        self._exists(f, limit)
        if not vanishes_along(f - limit, t, self.signs):
            raise CannotTell("the distance from the limit is not seen to vanish")

    def _tends(self, r: Tends) -> None:
        """|f - limit| <= rate for all values from a start on, all of which are in the domain, and the rate vanishes."""
        t, start, _ = r.limits
        domain, where = self.place.claim.domain.get(t.name), self.place.where
        if t not in self.place.claim.symbols.values() or domain is None or domain.hi is not oo or where.has(t):
            raise CannotTell(f"a limit in {t}, of which not all large values are in the domain")
        ways = [r.function]
        if isinstance(r.function, Prob) and r.limit == 0:  # it is between 0 and what is above it
            ways = [*self._instead(r.function, r.rate, larger=True)] or ways
        limit, rate = (self.moments.value(x) for x in (r.limit, r.rate))
        late = self.signs.supposing({}, [(t - start, False)])
        if not self._seen(start - domain.lo, False) or limit.has(t):
            raise CannotTell("a limit from before the domain on")
        if not vanishes_along(rate, t, self.signs):
            raise CannotTell("the rate is not seen to vanish")
        for f in map(self.moments.value, ways):
            self._exists(f, limit, rate)
            if all(late.positive(rate - sign * (f - limit), strict=False) for sign in (1, -1)):
                return
        raise CannotTell("the distance from the limit is not seen to be below its rate")

    def _turns(self, r: RisesThenFalls) -> None:
        """f moves one way before the place, and the other way after it; the signs are those along its range."""
        t, a, b = r.limits
        if t in self.place.claim.symbols.values():
            raise CannotTell("a variable of a shape that is one of the claim")
        f = self.moments.value(r.function)
        self._exists(f, a, r.peak, *([] if b is oo else [b]))
        if not turns(r, f, self.signs):
            raise CannotTell("the function is not seen to turn there")

    def _exists(self, *sides: Expr) -> None:
        """Everything that moments, laws, forms and sides need, on all of the domain, and what was lost when they were written."""
        gone = self.place.claim.lost(self.place.case)
        if any(x.has(Piecewise, ExprWithLimits) for x in gone):
            raise CannotTell("what is not seen any more is by cases, or over a range")
        averaged = (x for m in self.place.said.atoms(Moment) for a in m.args for x in _still(a))
        sides = (*sides, *map(self.moments.value, gone), *sorted(averaged, key=str))
        if any(map(lost, self.loops)):
            raise CannotTell("a step divides by what it does not show")
        if not all(map(is_whole, (n for loop in self.loops for n in fields.numbers(loop)))):
            raise CannotTell("a number of draws that is not seen to be whole")
        kinds = {(x, strictly): None for loop in self.loops for x, strictly, _ in fields.demands(loop)}
        asked = {(x, strictly): None for x, strictly, _ in self.place.claim.demands(self.place.case)}
        laws = [*self.place.claim.laws(self.place.case), *(law for loop in self.loops for law in vanished(loop))]
        asked |= {(x, strictly): None for law in laws for x, strictly, _ in law.demands()}
        needs = {**self.known.averages.needs, **self.moments.averages.needs, **kinds, **asked}
        every = {CLOCK: GENERATION + 1, FIT: GENERATION + 1}
        needs = {(self._followed(sympify(x).xreplace(every)), strictly): None for x, strictly in needs}
        unseen = [pair for pair in needs if not self._seen(*pair)]
        told = {pair for loop in self.loops for pair in self._kept(loop, unseen)}
        if not told.issuperset(unseen):
            raise CannotTell("what a law or a moment needs is not seen to hold")
        for x in [*self.known.divided, *(d for side in sides for d in divisors(side))]:
            if not self.signs.nonzero(x):
                raise CannotTell("what is divided by is not seen to be other than 0")
        for x in [*sides, *self.known.forms]:
            for least, around in ranges(x):
                if not self._runs(least, around):
                    raise CannotTell(
                        f"a sum, or a product, that is not seen to run forwards: {least} is not seen to be 0 or more"
                    )
        for x in [*sides, *(quantity for quantity, _ in needs)]:
            for part, strictly in taken(x):
                if not (self._seen(part, strictly) or (part in self.moments.variances and not strictly)):
                    raise CannotTell(f"{part} is not seen to be {'above 0' if strictly else '0 or more'}")

    def _followed(self, x: Expr) -> Expr:
        """A quantity in numbers, where it is of the states of loops in which nothing is random; as it is elsewhere."""
        try:
            return self.moments.value(x) if x.has(Observable) else x
        except CannotTell:
            return x

    def _runs(self, least: Expr, around: Sequence[tuple[Symbol, Expr]]) -> bool:
        """Whether a quantity that is linear in the indices around it is 0 or more at both ends of the innermost of these."""
        if not around:
            return self._seen(least, False)
        *outer, (j, last) = around
        if not least.has(j):
            return self._runs(least, outer)
        slope = least.coeff(j, 1)
        if expand(least - slope * j).has(j):
            return False
        # where there is such an index at all, its last value is 0 or more
        number, moving = expand(last).as_coeff_Add()
        free = [s for s in moving.free_symbols if moving == s and s.is_integer]
        if not free or outer:
            return False
        more = Dummy("k", integer=True, nonnegative=True)
        there = {free[0]: more - number}
        return all(self._seen(least.xreplace({j: end}).xreplace(there), False) for end in (S.Zero, last))

    def _kept(self, loop: Loop, unseen: Sequence[tuple[Expr, bool]]) -> Iterator[tuple[Expr, bool]]:
        """Those of some quantities that are of a loop's state, and stay so."""
        now = loop.symbols()
        put, whose = {}, set(now.values())
        for x, strictly in unseen:
            own = {o: now[o.name] for o in x.atoms(Observable) if o.loop == loop and o.name in now and not o.index}
            said = x.xreplace(own)
            if said.free_symbols & whose and not said.has(Observable):
                put[x, strictly] = said, strictly
        told = kept(loop, set(put.values()), self.signs) if put else set()
        yield from (pair for pair, said in put.items() if said in told)

    def _seen(self, x: Expr, strictly: bool) -> bool:
        x = sympify(x)
        told = x.is_positive if strictly else x.is_nonnegative
        if strictly and isinstance(x, Pow) and x.exp == 2 and x.base.is_real:
            return bool(told) or self.signs.nonzero(x.base)
        return bool(told) or self.signs.positive(x, strictly)


def check(claim: Claim, method: str, data: Any) -> None:
    """Verify a certificate of a claim that was proved by a method.

    Raises `Refused`, `CannotTell` where it is not seen to hold, and `BadInput` for what is no certificate.
    """
    data = _fields(data, {"version": int, "claim": str, "method": str, "places": list})
    if data["version"] != VERSION:
        raise BadInput(f"a certificate of version {data['version']}; this program knows {VERSION}")
    for name, told in (("claim", claim.id), ("method", method)):
        if data[name] != told:
            raise Refused(f"the certificate is of {name} {data[name][:60]!r}, the finding of {told!r}")
    expected = list(places(claim))
    if len(expected) != len(data["places"]):
        raise Refused(f"{len(data['places'])} places are spoken of, and the claim has {len(expected)}")
    for place, row in zip(expected, data["places"], strict=True):
        row = _fields(
            row,
            {"face": str, "case": dict, "domain": dict, "where": str, "parts": list}
            | dict.fromkeys(("means", "begun", "states"), list),
        )
        for name, told in place.written().items():
            if row[name] != told:
                raise Refused(f"{name} is {str(row[name])[:60]!r}, that of the claim {str(told)[:60]!r}")
        _check_place(place, row)


def _check_place(place: Place, row: Mapping[str, Any]) -> None:
    relations = place.relations()
    if len(relations) != len(row["parts"]):
        raise Refused(f"{len(row['parts'])} relations are spoken of, and the claim has {len(relations)}")
    loops = {str(loop): loop for loop in place.loops} if relations else {}
    signs = place.signs
    known = Known(place.claim.symbols, signs.charts)
    for name, add in (("means", known.add_means), ("begun", known.add_begun)):
        for entry in row[name]:
            entry = _fields(entry, {"loop": str, "of": list})
            rows = [_fields(x, dict.fromkeys(("monomial", "after", "start", "form"), str)) for x in entry["of"]]
            add(_loop(loops, entry["loop"]), rows)
    for entry in row["states"]:
        entry = _fields(entry, {"loop": str, "form": dict})
        known.add_states(_loop(loops, entry["loop"]), entry["form"])
    checker = Checker(place, signs, known)
    for r, part in zip(relations, row["parts"], strict=True):
        part = _fields(part, {"says": str, "ends": str})
        if part["says"] != str(r):
            raise Refused(f"it says {part['says'][:60]!r}, and the claim {str(r)[:60]!r}")
        if part["ends"] != ends(r):
            raise Refused(f"{part['ends'][:40]!r} is no way to such a relation")
        checker.follows(r)


def _loop(loops: Mapping[str, Loop], name: str) -> Loop:
    if name not in loops:
        raise Refused(f"{name[:60]!r} is no loop of the claim")
    return loops[name]


def _fields(data: Any, kinds: Mapping[str, type]) -> dict[str, Any]:
    """A dictionary with these entries and no others. Raises `BadInput`."""
    if not isinstance(data, dict) or data.keys() != kinds.keys():
        got = ", ".join(map(str, data))[:80] if isinstance(data, dict) else type(data).__name__
        raise BadInput(f"expected {', '.join(kinds)}, got {got}")
    for name, kind in kinds.items():
        if not isinstance(data[name], kind) or isinstance(data[name], bool):
            raise BadInput(f"{name} is {str(data[name])[:60]!r}")
    return data
