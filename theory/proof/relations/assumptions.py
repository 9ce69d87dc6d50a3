"""What is known of a claim's variables: their charts by positive variables, the side condition, and signs from these."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from itertools import combinations, product
from math import prod

from sympy import (
    And,
    Basic,
    Dummy,
    Eq,
    Expr,
    Mul,
    Ne,
    Poly,
    S,
    Symbol,
    Tuple,
    beta,
    binomial,
    cancel,
    erfc,
    expand,
    factor,
    gamma,
    log,
    loggamma,
    nan,
    oo,
    polygamma,
    sympify,
    together,
    zoo,
)

from ...language.claims import Claim
from ...language.domains import Integers, Probability, Reals, Share
from ...language.errors import NO_BALL, CannotTell
from ...language.finite_loops import FiniteLoop
from ...language.functions import folded, unfold
from ...language.laws import AnyLaw, Law
from ...language.lengths import operations
from ...language.loops import Loop, Model, Observable
from ...language.moments import E, Limit, Sensitivity
from ...language.order import in_order
from ...language.signs import Inequality
from .. import structures
from ..arithmetic.boxes import MOST_BOXES, Report, enumerate_integers, prove_positive
from ..foreign import surely
from ..methods import moment
from ..signs import MOST_EXPANDED, MOST_OPERATIONS, Certificate, chart, positive
from ..signs.given import Condition, Given, is_one_of
from ..standard import standardise
from ..structures.lawful import Demand
from ..symbols import rational
from ..symbols.arguments import ABOVE, KNOWN, OTHER, needs
from ..symbols.bound_names import for_people, named_apart
from ..symbols.normal_forms import is_zero
from ..symbols.powersums import in_harmonics
from .narrowed import narrowed

MOST_GENERATIONS = 12  # of a state without chance, whose forms are looked at one by one


class Assumptions:
    """The domain of a claim, for one value of its listed variables."""

    def __init__(self, claim: Claim, case):
        self.claim, self.case = claim, case
        self.charts = {s: c for name, s in claim.symbols.items() if (c := chart(s, claim.domain[name])) is not None}
        for law in (x for x in case.values() if isinstance(x, AnyLaw)):
            self.charts |= law.charts
        self.where: list[Condition] = []  # the side condition as quantities that are >= 0 (or > 0: True)
        self.unequal: list[Expr] = []  # and those that it says to be other than 0
        self.parted: list[Condition] = []  # the part of the domain that is looked at
        self.boxes = MOST_BOXES  # that it is covered with
        put = self.charts
        for r in And.make_args(claim.condition(case)):
            if isinstance(r, Eq):
                self.where += [((x - y).xreplace(put), False) for x, y in ((r.lhs, r.rhs), (r.rhs, r.lhs))]
            elif isinstance(r, Inequality):
                self.where.append(((r.gts - r.lts).xreplace(put), r.rel_op in (">", "<")))
            elif isinstance(r, Ne):
                self.unequal.append((r.lhs - r.rhs).xreplace(put))
        self.stated = tuple(self.where)  # of it what the claim says; a part of the domain may be looked at

    @cached_property
    def order(self) -> dict[Expr, Expr]:
        """Generations that the side condition brings in an order, the later one by how much later it is: t = s + k."""
        said = self.claim.relation(self.case)
        times = {o.t.xreplace(self.charts) for o in said.atoms(Observable)}
        if all((a - b).is_nonnegative or (b - a).is_nonnegative for a, b in combinations(times, 2)):
            return {}
        moving = {k for t in times for k in t.free_symbols & self.counters}
        told = tuple(c for c in self.stated if c[0].free_symbols <= moving)
        return {k: form for k, form in narrowed(told).items() if form.is_integer and form.is_nonnegative}

    @property
    def counters(self) -> set[Expr]:
        """The charts' variables of integers without an upper end: each runs through 0, 1, ..."""
        unbounded = (
            s for name, s in self.claim.symbols.items() if self.claim.domain[name].ends is not None and s in self.charts
        )
        return {k for s in unbounded if s.is_integer for k in self.charts[s].free_symbols}

    def charted(self, x: Expr) -> Expr:
        """x with charts in place of the variables, and generations in their order."""
        return sympify(x).xreplace(self.charts).xreplace(self.order)

    def discrete(self, x: Expr) -> Expr:
        """Only integers charted: what forms are compared in."""
        return sympify(x).xreplace({s: c for s, c in self.charts.items() if s.is_integer}).xreplace(self.order)

    def standard(self, x: Expr) -> Expr:
        """x in standard moments, only integers charted."""
        return self.discrete(standardise(sympify(x)))

    def unordered(self, x: Expr) -> Expr:
        """x without the symbols for how much later one generation is than another."""
        back = {}
        for k, form in self.order.items():
            (later,) = form.free_symbols - self.counters
            back[later] = k - form.xreplace({later: S.Zero})
        return x.xreplace(back)

    def plain(self, x: Expr) -> Expr:
        """A form in the claim's own variables: integers in place of what their charts count."""
        return self.unordered(x).xreplace(self._counted)

    def named(self, x: Expr) -> Expr:
        """The same for people."""
        found = folded(self.plain(x))
        return named_apart(found, for_people) if isinstance(found, Expr) else found

    def reason_in_variables(self, reason: str) -> str:
        """A reason that was written with what charts count, in the claim's own variables."""
        for k, x in self._counted.items():
            if str(k) not in self.claim.symbols:
                reason = re.sub(rf"\b{re.escape(str(k))}(?!\w)", str(x) if x.is_Symbol else f"({x})", reason)
        return reason

    @cached_property
    def _counted(self) -> dict[Expr, Expr]:
        """What charts of integers count: n - 2 of an integer n of 2 or more."""
        whole = ((s, c) for s, c in self.charts.items() if s.is_integer)
        return {k: s - c.xreplace({k: S.Zero}) for s, c in whole for k in c.free_symbols}

    def real(self, x: Expr) -> Expr:
        """x with charts in place of the variables that are no integers."""
        return x.xreplace({s: c for s, c in self.charts.items() if not s.is_integer})

    def implies(self, c: Expr, strict: bool) -> bool:
        """c > 0 (>= 0) on the domain, if need be from the side condition."""
        c = self.real(c)
        if positive(c, Certificate(), strict):
            return True
        if operations(c) > MOST_EXPANDED:
            return is_one_of(c, strict, self.where)
        if (given := Given(c, self.where)).is_negative_somewhere:
            return False
        if given.follows(strict, positive):
            return True
        told = self.narrow(c)
        return told != c and positive(told, Certificate(), strict)

    def ranges(self, symbols: Collection[Basic]) -> tuple[tuple[Symbol, Expr, Expr], ...]:
        """(a variable, the ends of its range) of all of these. Raises `CannotTell` for what has no two rational ends."""
        out = []
        for name, s in self.claim.symbols.items():
            if s in symbols:
                domain = self.claim.domain[name]
                if not isinstance(domain, Reals) or not (domain.lo.is_Rational and domain.hi.is_Rational):
                    raise CannotTell(f"the best fit depends on {s}, which has no range between two rational numbers")
                out.append((s, domain.lo, domain.hi))
        if len(out) < len(symbols):
            raise CannotTell("the best fit depends on what the data do")
        return tuple(out)

    def has_laws(self, loop: Loop) -> bool:
        """Whether what a loop's step draws from and divides by is as it should be in every state, by the loop's parameters or by
        what the domain makes of them: each may tell what the other hides."""
        for seen in (loop, self.charted(loop)):
            with suppress(CannotTell):
                if all(self.implies(self.charted(c), strict=True) for c in structures.conditions(seen)):
                    return True
        return False

    @contextmanager
    def up_to(self, k: Expr, later: int = 0) -> Iterator[None]:
        """For an induction over a counter, which begins at 0: of the side condition, and of the part of the domain that is looked
        at, only what holds at all smaller values where it holds at one. What is other than 0 may be 0 on the way.

        later: in a step from k on, which ends so much later, it holds there, too.
        """
        before = self.where, self.unequal
        kept = (c for c in self.where if not c[0].has(k) or expand(c[0] - c[0].xreplace({k: k + 1})).is_nonnegative)
        self.where = [(g.xreplace({k: k + later}), strict) for g, strict in kept]
        self.unequal = [x for x in self.unequal if not x.has(k)]
        try:
            yield
        finally:
            self.where, self.unequal = before

    def examine(self, relation: Basic, lost: Sequence[Expr] = ()) -> None:
        """Raise `CannotTell` where the laws in a relation are not seen to be laws on the whole domain, nor in what was lost in
        writing it.

        Those of its loops are looked at by their parameters alone, of the others not what bound variables make of them. What
        its function has asked for and drawn from besides has to hold, too. A derivative is looked at where it is taken.
        """
        relation = Tuple(relation, *lost)
        relation = relation.xreplace({m: m.variable.xreplace({m.bound: m.at}) for m in relation.atoms(Sensitivity)})
        whole, demands = structures.of_laws(self._laws(relation))
        limits = in_order(relation.atoms(Limit))
        known = {*self.claim.symbols.values(), *(m.bound for m in limits)}
        asked = [Demand(*d) for d in self.claim.demands(self.case)]
        for m in limits:  # which may be taken at the end of a domain, or elsewhere
            asked += [replace(d, x=m.far_out(d.x)) for d in asked if m.far_out(d.x) != d.x]
        self._are_laws(whole, [d for d in (*demands, *asked) if d.x.free_symbols <= known])
        self._keeps(
            structures.of_random_parameters(self._laws(relation)), "a law with random parameters is not seen to be one"
        )
        for loop in sorted(relation.atoms(Loop), key=str):
            self._are_laws(*structures.of_parameters(loop))
            if isinstance(loop, FiniteLoop):
                self._keeps(structures.of_masses(loop), f"the masses of {loop} are not seen to be probabilities")
        for x in in_order(relation.atoms(Model, Observable)):
            if isinstance(x, Model) or x.loop.in_state(x) is not None:
                self._has_a_value(x)
            elif x.name == "draw" and structures.is_deterministic(x.loop):
                self._is_drawn(x)
        told, *gone = relation.args
        told = told.xreplace({m: Dummy() for m in limits})  # where a state settles is derived, or not at all
        outside = Tuple(told, *gone)  # of what was lost nothing is derived
        asked_for = in_order(outside.atoms(Model, Observable))
        for loop in in_order({x.loop for x in asked_for}):
            of_it = [x for x in asked_for if x.loop == loop]
            with suppress(NotImplementedError):  # no step is stated
                if later := [x for x in of_it if not x.t.is_number]:
                    self._has_states(loop, later)
                elif structures.is_deterministic(loop) and not self.has_laws(loop):
                    self._has_numbers(loop, max(x.t for x in of_it))

    def _has_states(self, loop: Loop, asked: list[Model | Observable]) -> None:
        """Raise `CannotTell` where a loop is not seen to have states in all generations: by its step, or by the forms of those
        that are asked for, where nothing is random."""
        if self.has_laws(loop) or (structures.is_deterministic(loop) and all(map(self._has_a_form, asked))):
            return
        structures.conditions(loop)  # which says why
        raise CannotTell(f"the states of {loop} are not seen to have values: restrict the domain")

    def _has_numbers(self, loop: Loop, last: Expr) -> None:
        """Raise `CannotTell` where a state without chance is not seen to be a number in one of the generations up to the last."""
        for t in range(1, int(min(last, MOST_GENERATIONS + 1)) + 1):
            if t > MOST_GENERATIONS or not all(self._has_a_form(Observable(loop, name, t)) for name in loop.state):
                raise CannotTell(
                    f"the state of {loop} in generation {t} is not seen to have a value: restrict the domain"
                )

    def _has_a_form(self, x: Model | Observable) -> bool:
        """Whether a state has a form, and what that asks for is met on the domain."""
        if not isinstance(x, Observable):
            return False
        try:
            found = moment(E(x))
        except NO_BALL:
            return False
        positive = all(self.implies(self.charted(c), strict=True) for c in found.positive)
        nonzero = all(self.is_other_than_0(self.charted(c)) for c in found.nonzero)
        return positive and nonzero and all(self.meets(y, need) for y, need in needs(unfold(found.form)))

    def _has_a_value(self, x: Model | Observable) -> None:
        """Raise `CannotTell` where a function of the state, or a model's law, is not seen to be a number in every generation."""
        self._keeps(structures.of_value(x), f"{x} is not seen to have a value")

    def _is_drawn(self, x: Observable) -> None:
        """Raise `CannotTell` where a draw from a model in which nothing is random is not seen to be one from a law.

        By the loop's laws in every generation, or by the form of the state at this one.
        """
        if self.has_laws(x.loop):
            return
        whole, demands = structures.of_draws(x.loop)
        forms = {
            v: moment(E(Observable(x.loop, name, x.t))).form
            for name, v in x.loop.symbols().items()
            if any(y.has(v) for y in (*whole, *(d.x for d in demands)))
        }
        self._are_laws(
            [n for n in (y.xreplace(forms) for y in whole) if not n.is_integer],
            [replace(d, x=d.x.xreplace(forms)) for d in demands],
        )

    def _laws(self, relation: Basic) -> set[Law]:
        """The laws that stand in a relation outside of its loops, and those that its function has drawn from."""
        return {*structures.laws_in(relation), *self.claim.laws(self.case)}

    def _are_laws(self, whole: Sequence[Expr], demands: Sequence[Demand]) -> None:
        if whole:
            raise CannotTell(f"{whole[0]} is not seen to be a whole number of draws: restrict the domain")
        for demand in demands:
            if not self._is_met(demand):
                raise CannotTell(f"{demand.problem.rstrip(',')}, unless the domain is restricted")

    def _keeps(self, conditions: Sequence[Expr], problem: str) -> None:
        for c in conditions:
            if not self.implies(self.charted(c), strict=True):
                raise CannotTell(f"{problem} unless {self.named(c)} > 0: restrict the domain")

    def _is_met(self, demand: Demand) -> bool:
        """What grows without end in a limit has to meet it far out only."""
        growing = {limit.bound for limit in self.claim.relation(self.case).atoms(Limit)}
        asked = demand.x.xreplace({g: g + structures.FAR_OUT for g in growing})
        if demand.either:
            return self.is_never_0(asked)
        if demand.strictly and asked.is_Pow and asked.exp == 2 and self.is_never_0(asked.base):
            return True
        ways = ([asked], self._at_ends(asked))  # the ends may be where the side condition does not let it be
        return any(all(self.implies(self.charted(x), strict=demand.strictly) for x in way) for way in ways)

    def _at_ends(self, x: Expr) -> list[Expr]:
        """What is at least as small somewhere as x is anywhere: x with the ends of whole numbers that it is linear in."""
        out = [x]
        for name, s in self.claim.symbols.items():
            domain = self.claim.domain[name]
            if not isinstance(domain, Integers) or oo in (domain.hi, -domain.lo):
                continue
            if all(y.is_polynomial(s) and Poly(y, s).degree() <= 1 for y in out):
                out = [y.xreplace({s: sympify(e)}) for y in out for e in (domain.lo, domain.hi)]
        return out

    def is_negative_somewhere(self, c: Expr) -> bool:
        """Whether c < 0 in balls at one of a few points of the domain: a cheap look before a long search for a proof."""
        return Given(c, self.where).is_negative_somewhere

    def narrow(self, x: Expr) -> Expr:
        """An expression in the charts' variables, written by what the side condition leaves free."""
        return x.xreplace(narrowed(tuple(self.where)))

    def sign(self, x: Expr) -> int:
        """1, -1 or 0, on the whole domain. Raises `CannotTell`."""
        if is_zero(x):
            return 0
        for sign in (1, -1):
            if self.implies(sign * x, strict=True):
                return sign
        raise CannotTell(f"the sign of {self.named(x)} is not seen")

    def is_other_than_0(self, x: Expr) -> bool:
        """x != 0 by its sign or, but for a factor that has one, since the side condition says so."""
        y = self.real(x)
        if self._has_sign(x) or self._is_told(y):
            return True
        powers = [f.as_base_exp() for f in Mul.make_args(factor(together(y)))] if y.is_rational_function() else []
        return len(powers) > 0 and all(e.is_Integer and (self._has_sign(f) or self._is_told(f)) for f, e in powers)

    def _has_sign(self, x: Expr) -> bool:
        return self.implies(x, strict=True) or self.implies(-x, strict=True)

    def _is_told(self, x: Expr) -> bool:
        """Whether x is one of what is other than 0, but for a factor that has a sign."""
        ratios = (cancel(together(x / g)) for g in self.unequal)
        return any(not r.has(zoo, nan) and self._has_sign(r) for r in ratios)

    def is_never_0(self, x: Expr) -> bool:
        """x != 0 on the whole domain: by its sign, or by the roots of its factors, of which none is such an integer, or in
        balls on a bounded domain."""
        c = self.charted(x)
        if isinstance(x, gamma | loggamma | polygamma):  # its poles are at 0, -1, ...
            return self.implies(c.args[-1], strict=True) or c.args[-1].is_integer is False
        if isinstance(x, beta):
            return all(self.implies(arg, strict=True) for arg in c.args)
        if isinstance(x, binomial) and isinstance(c, binomial) and all(arg.is_integer for arg in c.args):
            n, k = c.args  # so many choices, one at least where 0 <= k <= n
            if self.implies(k, strict=False) and self.implies(n - k, strict=False):
                return True
        if x.is_nonzero or c.is_nonzero or self.is_other_than_0(c):
            return True
        parts = [f.as_base_exp()[0] for f in Mul.make_args(x)]
        if all(p.is_nonzero or (isinstance(p, erfc) and p.args[0].is_extended_real) for p in parts):
            return True
        if (held := rational.held(c, MOST_OPERATIONS)) is not None and not held.parts:
            factors = [f.as_base_exp()[0] for f in Mul.make_args(held.factored())]
            if all(f.is_nonzero or self._has_no_root(f) for f in factors):
                return True
        return any(self.is_covered(self.discrete(y), strict=True) for y in (x, -x))

    def _has_no_root(self, f: Expr) -> bool:
        if self.implies(f, strict=True) or self.implies(-f, strict=True):
            return True
        if len(f.free_symbols) != 1 or not (k := next(iter(f.free_symbols))).is_integer:
            return False
        return not any(r.is_integer and not (k.is_nonnegative and r < 0) for r in Poly(f, k).ground_roots())

    @surely
    def meets(self, x: Expr, need: str) -> bool:
        """Whether a form is as it has to be for something to have a value, on the whole domain."""
        x = in_harmonics(x)
        if need == KNOWN:
            return False
        if need == OTHER:
            return self.is_never_0(x)
        strict = need == ABOVE
        if x.is_positive or self.implies(self.charted(x), strict):
            return True
        if not strict and (x.is_nonnegative or (x.is_rational_function() and factor(x).is_nonnegative)):
            return True
        return self.is_covered(self.discrete(x), strict)

    def is_covered(self, gap: Expr, strict: bool) -> bool:
        """Whether gap > 0 is seen in balls, on finite integers and bounded reals."""
        return bool(self.cover(gap, strict))

    def cover(self, gap: Expr, strict: bool) -> Report | None:
        """Prove gap > 0 on the finite integers and bounded reals that it depends on; None where they are not such."""
        asked = self.unordered(gap), strict
        if asked not in self._covered:  # by the domain alone, whatever part of it is supposed besides
            self._covered[asked] = self._cover(*asked)
        return self._covered[asked]

    @cached_property
    def _covered(self) -> dict[tuple[Expr, bool], Report | None]:
        return {}

    def cover_within(self, ends: Mapping[str, tuple[Expr, Expr]], gap: Expr, strict: bool) -> bool:
        """Whether gap > 0 is seen in balls where some of the variables lie between ends of their own, both included."""
        return bool(self._cover(self.unordered(gap), strict, ends))

    def _cover(self, gap: Expr, strict: bool, ends: Mapping[str, tuple[Expr, Expr]] | None = None) -> Report | None:
        integers, reals, ends = {}, {}, ends or {}
        for name, s in self.claim.symbols.items():
            domain, (k, *_) = self.claim.domain[name], (*(self.charts.get(s, s).free_symbols), s)
            if s in gap.free_symbols:
                box = ends.get(name, domain.box)
                if box is None:
                    return None
                reals[s] = box
            elif k in gap.free_symbols:
                if isinstance(domain, Integers) and name in ends:  # the chart n = lo + k
                    integers[k] = range(*(int(end - domain.lo) + i for i, end in enumerate(ends[name])))
                elif domain.values is None:
                    return None
                else:
                    integers[k] = range(len(domain.values))
        if prod(map(len, integers.values())) > (60 if reals else 12_000):
            return None
        if not reals:
            if not integers:
                return None
            (first, values), *others = integers.items()
            return enumerate_integers(gap, first, values, strict, dict(others), where=self._told_of(integers))
        report = None
        for joint in product(*integers.values()):
            at = dict(zip(integers, joint, strict=True))
            where = [(g.subs(at), is_strict) for g, is_strict in self._told_of({*integers, *reals})]
            report = prove_positive(gap.subs(at), reals, strict, self.boxes, where)
            if not report:
                return None
        points = prod(map(len, integers.values()))
        return replace(report, text=f"{report.text}, the last of {points} like it") if report and points > 1 else report

    def _told_of(self, variables: Collection[Expr]) -> list[Condition]:
        """The side condition, as far as it speaks of some of the variables (integers by their charts) alone."""
        told = And.make_args(self.claim.condition(self.case))
        conditions = [(self.discrete(r.gts - r.lts), r.rel_op in (">", "<")) for r in told if isinstance(r, Inequality)]
        return [c for c in conditions if c[0].free_symbols <= set(variables)]

    def with_ratios(self, x: Expr) -> Expr:
        """Shares and probabilities as ratios of positive numbers, so that logarithms of them are seen to split."""
        shares = {
            s: self.charts[s]
            for name, s in self.claim.symbols.items()
            if isinstance(self.claim.domain[name], Share | Probability)
        }
        if not shares:
            return x
        return x.xreplace(shares).replace(lambda e: isinstance(e, log), lambda e: log(rational.as_product(e.args[0])))
