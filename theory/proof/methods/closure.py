"""Monomials of a loop's state that are closed under its step: their linear recursions, and the solution of these.

The solution is found by undetermined coefficients and checked by induction: the value at the start, and the step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from heapq import heapify, heappop, heappush
from typing import Any

from sympy import (
    Add,
    Dummy,
    Expr,
    Integer,
    Matrix,
    Mul,
    Poly,
    Product,
    S,
    Sum,
    factor,
    fraction,
    gamma,
    gammasimp,
    linsolve,
    oo,
    sympify,
    together,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.utilities.iterables import strongly_connected_components

from ...language.errors import CannotTell
from ...language.kept import kept
from ...language.laws import Noise
from ...language.loops import CLOCK, Loop
from ..symbols import rational
from ..symbols.asymptotics import in_gammas
from ..symbols.averages import Infinite, average, essential, has_mean, lost, may_diverge
from ..symbols.cases import CASES
from ..symbols.normal_forms import expand_over, is_zero
from ..symbols.powersums import without_products_of_0
from ..symbols.ranges import unbounded
from ..symbols.recurrences import MOST_OPERATIONS, TOO_LONG, ExpPoly, factored, shortest, solve, solve_block
from . import unclosed
from .monomials import Key, Monomials, Unread

MOST_BELOW = 4  # degree of what the forcing of a changing recursion is over
MOST_RAISED = 8  # by how much the step may raise the degree of a monomial
MOST_MONOMIALS = 2000
MOST_FACTORS = 64  # by which two gamma functions differ that cancel


class Unclosed(CannotTell):
    """Of some monomial the mean needs that of a higher one, and so on."""


@lru_cache(maxsize=4096)
def averaged(after: Expr, state: tuple[Dummy, ...]) -> tuple[Expr, Expr, list[Expr]]:
    """A monomial after a step multiplied out, its mean, and the conditions of that. Raises `CannotTell`, and `Infinite`."""
    noise = after.atoms(Noise)
    after = expand_over(after, *state, *noise)
    return after, *average(after, noise)


class System(Monomials):
    """The linear recursions that a loop's monomials obey."""

    def __init__(self, loop: Loop):
        super().__init__(loop)
        self.rows: dict[Any, dict[Any, Expr]] = {}  # of a Key; of numbers in a `Span`
        self.unseen: dict[Key, None] = {}  # what multiplies something of mean 0
        self.conditions: list[Expr] = []
        self.essential: dict[Expr, list[Expr]] = {}

    @cached_property
    def doubtful(self) -> bool:
        """Whether some power may have no mean: a step divides by something random, say, or draws from a law of heavy tails."""
        parts = [*self.after.values(), *map(sympify, self.loop.start_at.values())]
        heavy = any(z.law.far_out is not oo for x in parts for z in x.atoms(Noise))
        return heavy or any(may_diverge(x, *self.vars.values()) for x in parts)

    @cached_property
    def cycles(self) -> dict[str, list[tuple[str, str]]]:
        """The coordinates of which the powers may grow from step to step, and why."""
        return unclosed.cycles(self)

    def close(self, keys: dict[Key, Expr]) -> None:
        """Add the row of each key of a combination, and of all that it leads to."""
        met = [k for k in keys if k not in self.rows]
        todo = [(-self.degree(k), i, k) for i, k in enumerate(met)]
        first = {k for k in keys if keys[k].is_nonzero}  # what diverges in these makes the whole infinite
        # where the step has a degree above 1 that of the monomials is multiplied by it, again and again
        most = MOST_RAISED + max((-degree for degree, *_ in todo), default=0)
        known = set(met)
        heapify(todo)  # the highest first: what does not close is soon seen
        while todo:
            degree, _, key = heappop(todo)
            if -degree > most and self.grows(key):
                raise Unclosed(unclosed.reason(self, self.rows, self.cycles, keys, key))
            if len(self.rows) + len(todo) > MOST_MONOMIALS:
                end = "" if self.cycles else "; they close, since no coordinate depends on itself but linearly"
                raise CannotTell(
                    f"the mean needs those of more than {MOST_MONOMIALS} monomials, the most that are followed{end}"
                )
            for k in dict.fromkeys(self.add(key, key in first)):
                if k not in self.rows and k not in known:
                    known.add(k)
                    heappush(todo, (-self.degree(k), len(known), k))

    def add(self, key: Key, counts: bool = True) -> list[Key]:
        """Add the row of a monomial, and return those that its mean after a step is made of, or that have to have a mean.

        counts: whether the whole is infinite where its mean is. Raises `CannotTell`, and `Infinite`.
        """
        after = self.monomial(key, self.after)
        if any(bound.has(*self.vars.values()) for bound in after.atoms(ExprWithLimits)):
            raise CannotTell("the step has the state inside of a sum, a product or an integral")
        try:
            after, mean, conditions = averaged(after, tuple(self.vars.values()))
        except Infinite as error:
            if not counts or error.factors is None:
                raise CannotTell(f"whether what is infinite is ever reached: {error}") from error
            raise
        except CannotTell as why:  # of a kink that is not averaged here, and may cancel in a combination
            if after.has(*CASES) and type(why) is CannotTell:
                raise Unread(str(why)) from why
            raise
        if conditions and counts:
            self.essential |= essential(after, after.atoms(Noise))
        self.conditions += [c for c in conditions if c not in self.conditions]
        self.rows[key] = self.read(mean)
        doubtful = self.doubtful or may_diverge(after, *self.vars.values())
        gone = [*lost(after, after.atoms(Noise)), *self._cancelled(after, mean)] if doubtful else []
        needed = [k for x in gone for k in self._exists(x)]
        unseen = [k for k in needed if not self._is_between(k)]
        self.unseen |= dict.fromkeys(unseen)
        return [*self.rows[key], *unseen]

    def _exists(self, x: Expr) -> list[Key]:
        """The monomials that have to have a mean for x, of the state and of draws, to have one."""
        noise = x.atoms(Noise)
        x = self._without_bounded(expand_over(x, *self.vars.values(), *noise))
        self.conditions += [c for c in has_mean(x) if c not in self.conditions]
        return list(self.read(average(x, noise)[0]))

    def _cancelled(self, after: Expr, mean: Expr) -> list[Expr]:
        """What the means of single terms have and their sum has not: the whole has none where these are infinite."""
        left = {rest for _, rest in map(self._weighed, Add.make_args(mean))}
        found: dict[Expr, None] = {}
        for term in Add.make_args(after):
            part = expand_over(average(term, term.atoms(Noise))[0], *self.vars.values())
            found |= dict.fromkeys(rest for _, rest in map(self._weighed, Add.make_args(part)))
        return [x for x in found if x not in left]

    def _weighed(self, term: Expr) -> tuple[Expr, Expr]:
        """What of a term is no function of the state, and what is one."""
        return term.as_independent(*self.vars.values(), as_Add=False)

    def _without_bounded(self, x: Expr) -> Expr:
        """The sum of the terms' factors that are not bounded: if these have means, so has x."""
        there = dict(zip(self.vars.values(), self.loop.symbols().values(), strict=True))
        back = {s: v for v, s in there.items()}
        left = (unbounded(term.xreplace(there)).xreplace(back) for term in Add.make_args(x))
        return Add(*(Dummy("size", positive=True) * y for y in left))

    def _is_between(self, key: Key) -> bool:
        """Whether a monomial squared is the product of two that are never negative and in the system, 1 among them: then it is
        at most their mean, and has a mean itself where these have theirs."""
        known = (((S.Zero, 0),) * len(key), *self.rows, *(k for row in self.rows.values() for k in row))
        above = dict.fromkeys(k for k in known if self._is_nonnegative(k))
        squared = [(2 * p, 2 * logs) for p, logs in key]
        return any(tuple((p - q, i - j) for (p, i), (q, j) in zip(squared, k, strict=True)) in above for k in above)

    def _is_nonnegative(self, key: Key) -> bool:
        """Whether a monomial is never negative, by its powers."""
        return all(
            logs % 2 == 0 and bool(p.is_even or v.is_nonnegative)
            for (p, logs), v in zip(key, self.vars.values(), strict=True)
        )

    def begun(self) -> list[Expr]:
        """At the start, the monomials that have to have a mean though none of them is asked for, and those that they lead to."""
        met, todo = dict.fromkeys(self.unseen), list(self.unseen)
        while todo:
            new = [k for k in self.rows.get(todo.pop(), ()) if k not in met]
            met |= dict.fromkeys(new)
            todo += new
        return [self.monomial(k, self.loop.start_at) for k in met]

    def stepped(self, terms: Mapping[Any, Expr]) -> dict[Any, Expr]:
        """The mean of a combination after a step. Raises `CannotTell`."""
        out: dict[Any, Expr] = {}
        for key, weight in terms.items():
            if key not in self.rows:
                try:
                    self.add(key)
                except Infinite as error:
                    raise CannotTell(str(error)) from error
            for k, c in self.rows[key].items():
                out[k] = out.get(k, S.Zero) + weight * c
        return out

    def grows(self, key: Key) -> bool:
        """Whether a coordinate is in it of which the powers may grow."""
        return any(power != (0, 0) and s in self.cycles for s, power in zip(self.vars, key, strict=True))

    @property
    def changing(self) -> bool:
        """Whether the generations differ."""
        return any(c.has(CLOCK) for row in self.rows.values() for c in row.values())

    @property
    def coupled(self) -> bool:
        """Whether some means have no recursion of their own: to solve that of a block, roots of a polynomial are needed."""
        return any(len(block) > 1 for block in self.blocks())

    def blocks(self) -> list[list[Key]]:
        """Keys that depend on each other, block by block: each block on itself and on earlier ones only."""
        edges = [(k, j) for k, row in self.rows.items() for j in row]
        return strongly_connected_components((list(self.rows), edges))


def solved_from(system: System, start: dict[Key, Dummy]) -> tuple[dict[Key, ExpPoly], list[Expr]]:
    """The recursions solved, and what is assumed to be other than 0. Raises `CannotTell` where it does not pass its induction."""
    rows = tuple((k, tuple(row.items())) for k, row in system.rows.items())
    forms, nonzero, begun = _solved(rows, tuple(map(tuple, system.blocks())))
    named = {begun[k]: start[k] for k in system.rows}
    return {k: x.xreplace(named) for k, x in forms.items()}, [x.xreplace(named) for x in nonzero]


Solved = tuple[dict[Key, ExpPoly], list[Expr], dict[Key, Dummy]]  # with what stands for the start


@kept(256)  # the moments of a claim, and of its certificate, are often those of one system
def _solved(rows: tuple, blocks: tuple) -> Solved:
    """Solved from what stands for the start.

    Roots of parameters stand for themselves meanwhile: what is rational is soon worked out.
    """
    put, back = rational.rooted(c for _, row in rows for _, c in row)
    held = {k: {j: c.xreplace(put) for j, c in row} for k, row in rows}
    start = {k: Dummy("x0") for k in held}
    solved, nonzero = solved_blocks(held, [list(block) for block in blocks], start)
    if not passes_induction(held, solved, start):
        raise CannotTell("the solution of the recursion does not pass its induction")
    if back:
        solved = {k: ExpPoly(x.xreplace(back).terms) for k, x in solved.items()}
    return solved, [x.xreplace(back) for x in nonzero], start


Rows = dict[Any, dict[Any, Expr]]


def solved_blocks(
    rows: Rows, blocks: list[list[Any]], start: dict[Any, Dummy]
) -> tuple[dict[Any, ExpPoly], list[Expr]]:
    """The recursions x(t + 1) = rows x(t), block by block, and what is assumed to be other than 0."""
    solved: dict[Key, ExpPoly] = {}
    nonzero: list[Expr] = []
    for block in blocks:
        forcings = []
        for key in block:
            forcing = ExpPoly()
            for k, c in rows[key].items():
                if k not in block:
                    for b, p in solved[k].terms:
                        forcing.add(b, [c * x for x in p])
            forcings.append(forcing)
        if len(block) == 1:
            (key,) = block
            solved[key], extra = solve(shortest(rows[key].get(key, S.Zero)), start[key], forcings[0])
        else:
            A = Matrix([[rows[i].get(j, S.Zero) for j in block] for i in block])
            found, extra = solve_block(A, [start[k] for k in block], forcings, list(start.values()))
            solved |= dict(zip(block, found, strict=True))
        if any(solved[key].length() > MOST_OPERATIONS for key in block):
            raise CannotTell(TOO_LONG)
        nonzero += extra
    return solved, nonzero


@dataclass(frozen=True)
class Running:
    """x(t) = a(t) x(t - 1) + f(t) from x(base) = start: products and sums over the generations between.

    No closed form is looked for: this is the recursion, unfolded; about the line that it keeps to, where there is one.
    """

    start: Expr
    base: Expr
    factor: Expr  # in CLOCK
    forcing: Expr

    def at(self, t: Expr) -> Expr:
        """x(t), for a t from `base` on."""
        if self.factor == 0 and (t - self.base).is_positive:  # nothing is left of the generation before
            return self.forcing.xreplace({CLOCK: t})
        if (t - self.base).is_positive and self._at_first(self.factor).is_zero:  # or of the start
            return Running(self._at_first(self.forcing), self.base + 1, self.factor, self._later(self.forcing)).at(t)
        j = Dummy("j", integer=True, positive=True)
        if (rest := self.straight) is not None:
            begun = self.start - rest.xreplace({CLOCK: self.base})
            return rest.xreplace({CLOCK: t}) + begun * self._product(self.base + 1, t)
        out = self.start * self._product(self.base + 1, t)
        if self.forcing != 0:
            rest, begun = self.forcing.as_independent(Dummy, as_Add=False)  # what stands for the start comes out
            if begun.has(CLOCK):
                rest, begun = self.forcing, S.One
            out += begun * Sum(rest.xreplace({CLOCK: j}) * self._product(j + 1, t), (j, self.base + 1, t))
        return out

    def _at_first(self, x: Expr) -> Expr:
        return x.xreplace({CLOCK: self.base + 1})

    def _later(self, x: Expr) -> Expr:
        """x as it is from base + 2 on, where products from base + 1 to the generation before have factors."""
        s = Dummy("s", integer=True, nonnegative=True)
        first = self.base + 2
        return without_products_of_0(x.xreplace({CLOCK: first + s})).xreplace({s: CLOCK - first})

    @cached_property
    def straight(self) -> Expr | None:
        """A line K = k + l t with K(t) = a(t) K(t - 1) + f(t) in every generation; k alone, where that does. Or a parabola over
        what f is over, as the variance of a running mean is one.
        """
        if self.forcing == 0 or not self.factor.has(CLOCK) or self.forcing.has(Sum, Product):
            return None
        k, slope, bend = Dummy("k"), Dummy("l"), Dummy("m")
        curves = [(k, [k]), (k + slope * CLOCK, [k, slope])]
        if (below := self._below) is not None:
            curves.append(((k + slope * CLOCK + bend * CLOCK**2) / below, [k, slope, bend]))
        for line, unknown in curves:
            gap = line - self.factor * line.xreplace({CLOCK: CLOCK - 1}) - self.forcing
            top = fraction(together(gap))[0]
            if not top.is_polynomial(CLOCK):
                return None
            for found in linsolve(Poly(top, CLOCK).all_coeffs(), unknown):
                some = (x.xreplace(dict.fromkeys(unknown, S.Zero)) for x in found)  # of all that do
                rest = rational.as_product(line.xreplace(dict(zip(unknown, some, strict=True))))
                if not rest.is_infinite:
                    return rest
        return None

    @cached_property
    def _below(self) -> Expr | None:
        """What the forcing is over, where that changes and is above 0 in every generation from the base on."""
        below = Mul(*(f for f in Mul.make_args(factor(fraction(together(self.forcing))[1])) if f.has(CLOCK)))
        later = below.xreplace({CLOCK: self.base + Dummy("s", integer=True, nonnegative=True)})
        if below == 1 or not below.is_polynomial(CLOCK) or Poly(below, CLOCK).degree() > MOST_BELOW:
            return None
        return below if later.is_positive else None

    @property
    def nonzero(self) -> list[Expr]:
        """What the line is divided by."""
        bottom = S.One if self.straight is None else fraction(self.straight)[1]
        return [f for f in Mul.make_args(factor(bottom)) if not (f.is_number or f.has(CLOCK))]

    def _product(self, first: Expr, last: Expr) -> Expr:
        if not self.factor.has(CLOCK):
            return self.factor ** (last - first + 1)
        j = Dummy("j", integer=True, positive=True)
        whole = Product(self.factor.xreplace({CLOCK: j}), (j, first, last))
        closed = in_gammas(whole, lambda x: bool(x.is_positive))
        short = gammasimp(closed) if closed != whole and _may_cancel(closed) else whole
        return whole if short.has(gamma) else short  # as 1/2 2/3 3/4 ... is


def _may_cancel(x: Expr) -> bool:
    """Whether each gamma function in it has one beside it that differs by a few factors: SymPy writes out thousands of them."""
    at = [g.args[0] for g in x.atoms(gamma)]
    return all(any(a != b and (a - b).is_Integer and abs(a - b) <= MOST_FACTORS for b in at) for a in at)


def unfolded_from(system: System, start: dict[Key, Expr], base: Expr) -> dict[Key, Running]:
    """The recursions of a loop whose generations differ, from `base` on."""
    solved: dict[Key, Running] = {}
    for block in system.blocks():
        if len(block) > 1:
            raise CannotTell("the moments are coupled, and their recursion changes from one generation to the next")
        (key,) = block
        row = {k: factored(c) for k, c in system.rows[key].items()}
        forcing = Add(*(c * solved[k].at(CLOCK - 1) for k, c in row.items() if k != key))
        solved[key] = Running(start[key], base, row.get(key, S.Zero), forcing)
    return solved


def written_out_from(
    system: System, start: dict[Key, Dummy], base: Expr, late: Expr, keys: Iterable[Key]
) -> dict[Key, Expr]:
    """The means of some monomials in a generation that is a number, written back one step after another to `base`."""
    forms = {}
    for key in keys:
        weights = {key: S.One}
        for fit in range(int(late), int(base), -1):
            before: dict[Key, Expr] = {}
            for k, weight in weights.items():
                for j, c in system.rows[k].items():
                    before[j] = before.get(j, S.Zero) + weight * c.xreplace({CLOCK: Integer(fit)})
            weights = {j: factored(c) for j, c in before.items()}
        forms[key] = Add(*(c * start[j] for j, c in weights.items()))
    return forms


def passes_induction(rows: Rows, solved: dict[Any, ExpPoly], start: dict[Any, Dummy]) -> bool:
    """Check a solution: the start, and the step base by base, each by normal form."""
    if not all(is_zero(x.at_number(0) - start[k]) for k, x in solved.items()):
        return False
    for k, x in solved.items():
        gap = x.next()
        for j, c in rows[k].items():
            gap.add_multiple(-c, solved[j])
        if not gap.vanishes():
            return False
    return True
