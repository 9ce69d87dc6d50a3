"""What a user's mixing scheme makes of numbers, for every generation: its weights are read once for all late ones.

They are seen to be shares there, so that what is proved of every scheme is so of this one. What is said of this one alone is
proved by induction: x(t) is at most f(t), if it is so of the first generations, and u(t) and the mixture of f before are f(t) at
most. Models that are weighted by a(t) b(k), k up to t - r, enter by the sum of b(k) x(k): it is at most what f(t) leaves for it,
if that grows by b f or more, and it is so at first.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Add, Dummy, Expr, Integer, S, expand, expand_power_exp, factor, simplify

from ...language.errors import BadInput, CannotTell
from ...language.histories import History
from ...language.schemes import AnyScheme, MixingScheme
from ..structures.rows import AT, STEP, LateRow, Run, added_up, late_rows
from ..symbols.normal_forms import is_zero
from ..symbols.partial_sums import telescoped
from .learned import Learned
from .signed_numbers import signed

SINCE = (3, 6, 10, 64)  # from which generation on the weights are read, and the induction steps


def shares(known: Learned, scheme: MixingScheme) -> None:
    """That the weights of all generations are shares of sum 1, or `CannotTell` is raised."""
    if isinstance(scheme, AnyScheme):
        return
    reasons = []
    for since in SINCE:
        try:
            for row in late_rows(scheme, since):
                _are_shares(known, scheme, row)
            _first_rows(known, scheme, since)
        except CannotTell as why:
            reasons.append(str(why))
            continue
        known.proof.steps.append(
            f"the weights of {scheme} are shares of sum 1: those of generations 1, ..., {since - 1} as they are, "
            "those of all others as `row` states them for a symbol"
        )
        return
    raise CannotTell(reasons[-1])


def _first_rows(known: Learned, scheme: MixingScheme, since: int) -> None:
    try:
        rows = scheme.rows(since - 1)
    except BadInput as why:
        raise CannotTell(str(why)) from why
    for w in {w for row in rows for w in row}:
        if not w.is_nonnegative and not known.implies(known.charted(w), False):
            raise CannotTell(f"the weight {w} of {scheme} is not seen to be at least 0")


def _are_shares(known: Learned, scheme: MixingScheme, row: LateRow) -> None:
    total: Expr = S.Zero
    nonzero = set(row.nonzero)
    for run in row.runs:
        if run.value != 0 and not known.implies(known.charted(run.value), False):
            raise CannotTell(f"the weights {run.value} of {scheme} are not seen to be at least 0")
        part, asked = added_up(run)
        total += part
        nonzero |= asked
    if not all(known.is_other_than_0(known.charted(x)) for x in nonzero):
        raise CannotTell(f"what divides in the weights of {scheme} is not seen to be other than 0")
    if not (is_zero(total - 1) or simplify(total - 1) == 0):
        raise CannotTell(f"the weights of {scheme} are not seen to add up to 1")


def by_induction(known: Learned, op: str, x: History, c: Expr, rest: Expr) -> None:
    """c x(t) + rest(t) op 0 for t from the first generation on, of a scheme whose weights are read, or `CannotTell` is raised."""
    if isinstance(x.scheme, AnyScheme):
        raise CannotTell("the weights of any scheme are not read")
    k = next(iter(x.t.free_symbols & known.counters), None)
    if k is None or (first := x.t - k) not in (0, 1) or c.has(k) or x.numbers.has(k) or x.scheme.free_symbols & {k}:
        raise CannotTell("no relation of one scheme's numbers, from the first generation on")
    side = 1 if known.implies(c, True) else -1 if known.implies(-c, True) else 0
    if not side:
        raise CannotTell(f"{c} is not seen to have a sign")
    t = Dummy("t", integer=True)
    bound = (-rest / c).xreplace({k: t - first})
    reason = CannotTell("no induction")
    for since in SINCE:
        with known.up_to(k):
            try:
                _from(_Step(known, op, side, x, bound, t, first, late_rows(x.scheme, since)), since)
            except CannotTell as why:
                reason = why
                continue
        known.proof.steps.append(
            f"induction over all generations, with the weights as `row` states them for a symbol from {since} on; "
            f"the bound {known.named(-rest / c)} takes up the mixture of itself and what is added"
        )
        return
    raise reason


def _from(step: _Step, since: int) -> None:
    """The induction, in which the last models are looked through, their own mixtures in their place, if need be."""
    period = len(step.rows)
    for depth in range(period + 1):
        try:
            step.begins(since + period * depth)
            for row in step.rows:
                step.goes_on(row.later(depth), depth)
            return
        except CannotTell:
            if depth == period:
                raise


@dataclass(frozen=True)
class _Step:
    """x(t) <= f(t) (side -1), or >= (side 1), or both: f is an expression in t, from generation `first` on."""

    known: Learned
    op: str
    side: int
    x: History
    f: Expr
    t: Expr
    first: int
    rows: list[LateRow]

    def at(self, generation: Expr) -> Expr:
        """f there; of the truth and of a model with a number x itself."""
        if generation.is_Integer:
            return self.exact(int(generation))
        if not generation.xreplace({STEP: S.Zero}) >= 1:
            raise CannotTell("a model that is the truth in the first of the late generations")
        return self.f.xreplace({self.t: generation})

    def exact(self, t: int) -> Expr:
        """x of generation t."""
        return expand(self.x.value(t, lambda e: e))

    def is_so(self, gap: Expr, j: Dummy | None, strict: bool, what: str) -> None:
        """gap, a side less the other, which is right; j: how many generations later."""
        op = "==" if self.op == "==" else ">" if strict and self.op in ("<", ">") else ">="
        gap = telescoped(self.side * gap, j) if j is not None else self.side * gap.doit()
        signed(self.known, op, gap, what)

    def begins(self, since: int) -> None:
        """The first generations, one by one."""
        for t in range(self.first, since):
            gap = self.exact(t) - self.f.xreplace({self.t: Integer(t)})
            self.is_so(gap, None, True, f"what is left of generation {t}")

    def goes_on(self, row: LateRow, depth: int) -> None:
        """From all generations before to that of the row."""
        shared, added = self._taken_up(row, depth)
        if shared is None:
            self.is_so(added - self.at(row.generation), row.step, True, "what a generation leaves")
            return
        self._by_the_sum(row, shared, added)

    def _looked_through(self, generation: Expr, depth: int) -> Expr:
        """f there, or, if the weights of that generation are read, what its own mixture of f makes of it."""
        period = len(self.rows)
        for row in self.rows if depth else ():
            rounds = (generation - row.generation) / period
            if rounds.is_Integer and rounds >= 0:  # no row is read before the first late one
                shared, total = self._taken_up(row.later(int(rounds)), depth - 1)
                if shared is None:
                    return total
        return self.at(generation)

    def _taken_up(self, row: LateRow, depth: int) -> tuple[tuple[Expr, Run] | None, Expr]:
        """(the long run of the row that is not 0, u and the rest of the mixture of f)."""
        shared, total = None, self.x.at(row.generation)
        for begin, run in row.placed():
            if run.value == 0:
                continue
            if run.count.is_Integer:
                models = [(expand(begin + i), run.at(Integer(i))) for i in range(int(run.count))]
                total += Add(*(w * self._looked_through(p, depth) for p, w in models))
            elif shared is None and begin.is_Integer:
                shared = begin, run
            else:
                raise CannotTell("weights in two long runs")
        return shared, total

    def _by_the_sum(self, row: LateRow, shared: tuple[Expr, Run], added: Expr) -> None:
        """What is left for the sum of b(k) x(k), k up to t - r, grows by b f or more, and is enough at first."""
        begin, run = shared
        j, g = row.step, row.generation
        if g.coeff(j) != 1:
            raise CannotTell("a long run of weights that change by turns")
        last = expand(begin + run.count - 1)  # the last model in the run
        n = Dummy("n", integer=True, positive=True)
        weight = factor(expand_power_exp(run.value.xreplace({AT: n - begin})))
        a, b = weight.as_independent(n, as_Add=False)
        if b.has(j):
            raise CannotTell(f"weights {weight}, no product of one of the generation and one of the model")
        for positive, strict in (
            (a, True),
            (b.xreplace({n: begin + Dummy("n", integer=True, nonnegative=True)}), False),
        ):
            if not self.known.implies(self.known.charted(positive), strict):
                raise CannotTell(f"the weight {positive} is not seen to be positive")
        room = (self.at(g) - added) / a
        later = {j: j + 1}
        grown = room.xreplace(later) - room
        more = b.xreplace({n: last + 1}) * self.at(last + 1)
        self.is_so(more - grown, j, True, "what is left for the models before")
        early = {j: S.Zero}
        before = int(last.xreplace(early))
        values = [self.exact(m) for m in range(int(begin), before + 1)]
        begun = Add(
            *(b.xreplace({n: Integer(m)}) * v for m, v in zip(range(int(begin), before + 1), values, strict=True))
        )
        self.is_so(expand(begun) - room.xreplace(early), None, True, "what is left at first")
