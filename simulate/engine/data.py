"""Claims against measured trajectories: the runs of somebody's own training, from a file (rule 25).

A point is a cell of runs and a generation found in it. A verdict assumes nothing of the law of the data; what they say
under assumptions is told beside it. A check of a claim spends its own alpha, in fixed shares over the kinds of tests
(`SHARES`), and there in equal ones over the points that the file has, so narrowing the claim's domain, before the data are
seen, sharpens every point that is left. Runs cannot be had at will: there is no second batch to confirm a refutation, and an
unresolved point is `undecided`, with the number of runs that it would take.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from math import ceil, inf
from pathlib import Path
from typing import Any

import numpy as np
from flint import arb
from sympy import Dummy, Expr, Integer, expand, sympify
from sympy.concrete.expr_with_limits import ExprWithLimits

from theory.language.balls import Ball, Guarantee
from theory.language.claims import Claim, Point
from theory.language.domains import Points
from theory.language.errors import BadInput, CannotTell
from theory.language.loops import Loop, Model, Observable, positive_of
from theory.language.moments import CentralMoment, E, Moment, Prob, Var
from theory.language.verdicts import (
    ABSOLUTE,
    MEASURED,
    OUTSIDE,
    WHOLE_RUNS,
    Assumed,
    Decision,
    Finding,
    Seen,
    Verdict,
    summed_up,
    telling,
    worst,
)
from theory.proof import structures
from theory.proof.arithmetic.programs import to_ball
from theory.proof.prepared import Part, ShapePart, prepare

from . import lattice
from .blocks import Simulation, Statistic
from .estimate import binomial_ball, quantile_ranks
from .few_runs import NORMAL, normal_interval, not_so, variance_interval
from .files import Table, read_table
from .jumps import ROUNDED, between_ends, jumping
from .pairs import EVERYWHERE, Drawn
from .plan import PartPlan, linear_form
from .reading import Reading, exact
from .recorded import key, recorded
from .runs import Cell, Rows, Wanted
from .samplers import ArrayFunction, Combination, Estimand
from .small_samples import Measurement, measure
from .sources import GENERATION, RUN, close, source
from .ties import Both, Values, lower, upper
from .whole_runs import Term, Together, decide_whole, term_of, together, worst_of

ROUNDING = 1e-5  # of a value at generation 0, in units of the standard loop: a file may hold six digits
# of a claim's alpha, in the order in which they are tried; none depends on what the data are
SHARES = {
    "points": 1 / 2,
    "whole": 1 / 8,
    "bounded": 1 / 16,
    "skewed": 1 / 16,
    "symmetric": 1 / 16,
    "normal": 1 / 8,
    "normal points": 1 / 16,
}
LAST = 3 / 8  # of alpha, for the last generations of quantiles: of so few runs nothing else decides
SHOWN = 0.05  # the error of an interval that is there to be looked at
PILOT = 20  # one run in so many gives the number about which a variance is taken, and is not counted in it


Bounds = Mapping[str, tuple[float, float]]  # of observables, what may be assumed of their values


# ---- what a claim needs ---------------------------------------------------------------------------------------------


@cache  # a loop that was only measured has dozens of names, which every question about a moment goes through
def needed(claim: Claim) -> frozenset[str]:
    """The names of the observables in the claim's standard moments."""
    moments = [m for case in claim.cases or [{}] for p in prepare(claim, case).parts for m in p.moments.values()]
    return frozenset(o.name for m in moments for o in m.atoms(Observable))


def _loops(claim: Claim, case: Mapping[str, Any] | None = None) -> set[Loop]:
    """The loops that the claim takes observables of, in its symbols."""
    relation = claim.relation(case)
    return {o.loop for o in relation.atoms(Observable)} | {m.loop for m in relation.atoms(Model)}


@cache
def observables(claim: Claim) -> frozenset[str]:
    """The names of all observables of the claim's loops."""
    named = {n for loop in _loops(claim) for n in (*loop.state, *getattr(loop, "observables", ()), "draw")}
    return needed(claim) | named


def _generation(claim: Claim, rows: Rows) -> str:
    """The name that stands for the generation: t, or the claim's only mapped variable that observables are taken at."""
    sources, names = rows.sources, [GENERATION]
    if GENERATION not in sources:
        at = {s.name for o in claim.relation().atoms(Observable) for s in o.t.free_symbols}
        names = [n for n in claim.symbols if n in at and n in sources and sources[n].column]
        if len(names) != 1:
            raise _missing(claim, GENERATION, "the generation", rows.table)
    number = sources[names[0]].number
    if number is not None and not number.is_Integer:
        raise BadInput(f"{names[0]} is {number}; a generation is a whole number", "--map")
    return names[0]


def _missing(claim: Claim, name: str, what: str, table: Table) -> BadInput:
    number = f", or to a number, {name}=1" if name in claim.domain else ""
    hint = f"; it has one of that name, {name}={name}" if name in table.names else close(name, table.names)
    return BadInput(
        f"{claim.id} needs {what} {name}: map it to a column of {table.path}, {name}=COLUMN{number}{hint}; {table.columns}",
        "--map",
    )


def _variables(claim: Claim, t: str, rows: Rows) -> list[str]:
    """The variables whose values make cells. Raises `BadInput` if anything that the claim needs is not mapped."""
    for name in claim.domain:
        if name not in rows.sources and name != t:
            raise _missing(claim, name, "the variable", rows.table)
        if rows.sources[name].column and not isinstance(claim.domain[name], Points):
            rows.numbers(name, whole=name == t)
    for name in sorted(needed(claim)):
        if name not in rows.sources:
            raise _missing(claim, name, "the observable", rows.table)
    return [n for n in claim.domain if n != t]


def _strange(claim: Claim, t: str, rows: Rows) -> str:
    """Why a claim says nothing of data in which something varies that it does not know; "" if it may."""
    for name in sorted(set(rows.sources) - set(claim.domain) - observables(claim) - {t, RUN}):
        if rows.sources[name].column and rows.varies(name):
            return f"{name} varies in the file, and the claim has no variable {name}"
    return ""


# ---- which rows it can use ------------------------------------------------------------------------------------------


def _wanted(claim: Claim, rows: Rows) -> Wanted:
    """The rows that a claim may use: of the values in its domain, and of the generations that its moments are taken at."""
    try:
        t = _generation(claim, rows)
    except BadInput:  # told when the claim's turn comes
        return Wanted({}, GENERATION, None)
    inside = {
        n: partial(_speaks, claim, n)
        for n in claim.domain
        if n != t and n in rows.settings and not (isinstance(claim.domain[n], Points) and n == RUN)
    }
    return Wanted(inside, t, _times(claim, t) if t in rows.settings else None)


def _speaks(claim: Claim, name: str, value: Any) -> bool:
    """Whether a value is in the domain of a variable; of text that is no number it is told when the claim's turn comes."""
    domain = claim.domain[name]
    if isinstance(domain, Points):
        return bool(_listed(domain, value))
    return isinstance(value, str) or domain.contains(value)


def _listed(domain: Points, value: Any) -> list:
    return [
        x for x in domain.listed if x == value or str(x) == str(value) or (exact(x) is not None and exact(x) == value)
    ]


def _times(claim: Claim, t: str) -> Callable[[Any], bool] | None:
    """Whether a generation is one that a moment may be taken at; None if that cannot be told beforehand."""
    lines: set[tuple[Expr, Expr]] = set()
    symbol = claim.symbols.get(t)
    for case in claim.cases or [{}]:
        for part in prepare(claim, case).parts:
            if isinstance(part, ShapePart) or (t in claim.domain and symbol is None):
                return None
            for m in part.moments.values():
                if m.has(ExprWithLimits):
                    return None
                for o in m.atoms(Observable):
                    slope = o.t.diff(symbol) if symbol is not None else Integer(0)
                    start = o.t - slope * symbol if symbol is not None else o.t
                    if not (slope.is_Rational and expand(start).is_Rational):
                        return None
                    lines.add((slope, expand(start)))

    def wanted(k: Any) -> bool:
        if isinstance(k, str) or k == 0:  # where a loop starts is looked at
            return True
        return any(k == b if a == 0 else claim.domain[t].contains((k - b) / a) for a, b in lines)

    return wanted


# ---- points ---------------------------------------------------------------------------------------------------------


@dataclass
class Look:
    """One point of the grid: how its parts are estimated and from which values; or the reason why it is left out.

    values: of every statistic, over the runs that have all its generations.  random: the statistics that vary at all.
    nonnegative: those that are never below 0.  lost: runs of the cell that lack a generation.  runs: of every statistic the
    places in the cell of the runs whose values it has.  bounds: of every statistic what the bounds of observables make of it.
    spread: what variances are taken of, by the mean of squares that is one of their two statistics; firsts: the others.
    """

    point: Point
    cell: Cell
    parts: list[PartPlan] = field(default_factory=list)
    values: dict[Statistic, Values] = field(default_factory=dict)
    random: list[Statistic] = field(default_factory=list)
    nonnegative: set[Statistic] = field(default_factory=set)
    runs: dict[Statistic, np.ndarray] = field(default_factory=dict)
    bounds: dict[Statistic, tuple[float, float]] = field(default_factory=dict)
    spread: dict[Statistic, Drawn] = field(default_factory=dict)
    firsts: set[Statistic] = field(default_factory=set)
    lost: int = 0
    reason: str = ""


class _Standard:
    """The paths of a cell in units of the standard loop (rule 14), as records for statistics.

    initial: what the loop is handed, by observable: generation 0, whether the file has it or not.
    """

    def __init__(self, cell: Cell, loop: Loop, needed: frozenset[str], rows: Rows, bounds: Bounds):
        self.loop, self.cell, self.simulation = loop, cell, Simulation(f"{loop}", "measured")
        try:
            start = structures.standard(loop).initial
        except NotImplementedError:
            start = {}
        self.paths: dict[str, np.ndarray] = {}
        self.rounded: dict[str, np.ndarray | None] = {}  # half a unit of each value's last digit; None: all in full
        self.initial: dict[str, float] = {}
        self.within: dict[str, tuple[float, float]] = {}  # what is assumed of the observables
        for name in sorted(needed):
            o = loop.draw(0) if name == "draw" else Observable(loop, name, 0)
            record = key(o)[0]
            shift, scale = _affine(structures.rescaled(o))
            path = cell.paths[name]
            self.paths[record] = path if (shift, scale) == (0.0, 1.0) else (path - shift) / scale
            if name in bounds:
                _check_bounds(cell, name, bounds[name], rows)
                ends = sorted((x - shift) / scale for x in bounds[name])
                self.within[record] = ends[0], ends[1]
            halves = rows.rounding(name)
            self.rounded[record] = halves[cell.rows] / abs(scale) if halves.any() else None
            if name in start and sympify(start[name]).is_number:
                self.initial[record] = float(start[name])
                self._check_start(record, name, shift + scale * self.initial[record], rows)

    @cached_property
    def all_runs(self) -> np.ndarray:
        """The places of all runs, one array for all points."""
        return np.arange(len(self.cell.rows))

    @cached_property
    def falls_apart(self) -> bool:
        """Whether at the first generation after 0 nearly every run has numbers of its own, as counts and shares have not."""
        later = [self.cell.index[t] for t in sorted(self.cell.index) if isinstance(t, int) and t > 0]
        firsts = [x[:, later[0]] for x in self.paths.values()] if later else []
        known = [x[np.isfinite(x)] for x in firsts]
        return bool(known) and all(len(x) > 1 and len(np.unique(x)) >= APART * len(x) for x in known)

    def _check_start(self, record: str, name: str, expected: float, rows: Rows) -> None:
        if 0 not in self.cell.index:
            return
        k = self.cell.index[0]
        wrong = np.abs(self.paths[record][:, k] - self.initial[record]) > ROUNDING
        if wrong.any():
            i = int(np.argmax(wrong))
            raise BadInput(
                f"{name} is {self.cell.paths[name][i, k]:g} at generation 0; expected {expected:g}, what the claim's loop is "
                "handed (if the file counts the first fit as 0: t=COLUMN+1)",
                rows.place(int(self.cell.rows[i, k])),
            )

    def values(self, statistic: Statistic) -> tuple[Values, np.ndarray]:
        """A statistic's values, and the runs that they are of: those that have all its generations.

        Raises `CannotTell` where there are none.
        """
        given = {0} if len(self.initial) == len(self.paths) else set()
        if absent := [t for t in statistic.times if t not in self.cell.index and t not in given]:
            raise CannotTell(f"generation {', '.join(map(str, absent[:3]))} is not in the file for this cell")
        columns = [self.cell.index[t] for t in statistic.times if t not in given]
        there = (self.cell.rows[:, columns] >= 0).all(axis=1)
        if not there.any():
            raise CannotTell("no run has all its generations")
        for path in self.paths.values():
            there &= ~np.isnan(path[:, columns]).any(axis=1)
        some, runs = (slice(None), self.all_runs) if there.all() else (there, np.flatnonzero(there))
        records = {}
        for name, path in self.paths.items():
            for t in statistic.times:
                if t == 0 and name in self.initial:
                    records[name, t] = np.full(there.sum(), self.initial[name])
                else:
                    records[name, t] = path[some, self.cell.index[t]]
        halves = {}
        for name, t in records:
            known = self.rounded[name]
            if known is not None and not (t == 0 and name in self.initial):
                half = known[some, self.cell.index[t]]
                halves |= {(ROUNDED, name, t): half} if half.any() else {}
        f = statistic.values
        with np.errstate(all="ignore"):  # what overflows, or is log 0, is refused by the gates
            if halves and isinstance(f, ArrayFunction):  # what a file has rounded is known to half a unit
                known = tuple(lattice.known(Observable(self.loop, n, t)) for n, t in f.keys)
                return between_ends(f.expr, f.keys, known, {**records, **halves}), runs
            x = f({**records, **halves} if jumping(f) else records)
            return x if isinstance(x, Both) else np.asarray(x, dtype=float), runs

    def bounds(self, statistic: Statistic) -> tuple[float, float] | None:
        """Within which the statistic lies, if every observable lies within its bounds; None where that is not told."""
        f = statistic.values
        if not isinstance(f, ArrayFunction) or not all(name in self.within for name, _ in f.keys):
            return None
        records: dict[Any, Any] = {}
        for name, t in f.keys:
            low, high = self.within[name]
            given = t == 0 and name in self.initial
            records[name, t] = np.array([self.initial[name] if given else low / 2 + high / 2])
            records[ROUNDED, name, t] = np.array([0.0 if given else high / 2 - low / 2])
        known = tuple(lattice.known(Observable(self.loop, n, t)) for n, t in f.keys)
        with np.errstate(all="ignore"):
            span = between_ends(f.expr, f.keys, known, records)
        low, high = float(lower(span)[0]), float(upper(span)[0])
        return (low, high) if np.isfinite(high - low) else None

    def random(self, statistic: Statistic) -> bool:
        return statistic.times != (0,) or len(self.initial) < len(self.paths)


def _check_bounds(cell: Cell, name: str, bounds: tuple[float, float], rows: Rows) -> None:
    wrong = (cell.paths[name] < bounds[0]) | (cell.paths[name] > bounds[1])
    if wrong.any():
        i, k = np.argwhere(wrong)[0]
        raise BadInput(
            f"{name} is {cell.paths[name][i, k]:g}; expected a value from {bounds[0]:g} to {bounds[1]:g}, as --bounds says",
            rows.place(int(cell.rows[i, k])),
        )


def _affine(x: Expr) -> tuple[float, float]:
    """(shift, scale) of an observable in terms of the standard loop's."""
    (standard,) = x.atoms(Observable)
    y = Dummy("y")
    e = x.xreplace({standard: y})
    shift, scale = e.subs(y, 0), e.diff(y)
    if not (shift.is_number and scale.is_number):
        raise CannotTell(f"{x} is not affine in {standard}")
    return float(shift), float(scale)


@dataclass
class Check:
    """One claim against the rows of a file: `findings()`.

    alpha: of the claim, over all points.  asked: resolution below which a point that is not refuted is supported.
    failures: the share of runs that may have failed where something is decided, their values being empty in the file; None:
        an empty field is a mistake.
    bounds: {observable: (lowest, highest)}, what may be assumed of its values.
    points_only: the points share all of alpha, and nothing is told under assumptions.
    """

    claim: Claim
    rows: Rows
    alpha: float = 1e-3
    asked: float = 0.1
    failures: float | None = None
    bounds: Bounds = field(default_factory=dict)
    points_only: bool = False

    def __post_init__(self):
        self.t = _generation(self.claim, self.rows)
        self.variables, self.needed = _variables(self.claim, self.t, self.rows), needed(self.claim)
        self._cells: dict[tuple[int, Loop], _Standard] = {}

    def findings(self) -> list[Finding]:
        """One for every point of the grid; a single one, without a point, where the file says nothing of the claim."""
        number = len(_loops(self.claim))
        reason = "nothing in it can be measured" if not self.needed else ""
        reason = reason or (f"it compares {number} loops, and the runs are of one" if number != 1 else "")
        if reason := reason or _strange(self.claim, self.t, self.rows):
            return [Finding(**self._base(), verdict=Verdict.LEFT_OUT, note=reason)]
        positive = {n for loop in _loops(self.claim) for n in positive_of(loop)}
        cells = self.rows.cells(self.variables, self.t, {n: n in positive for n in self.needed})
        grid = [(c, at) for c in cells for at in (c.found if self.t in self.claim.domain else [None])]
        looks = [self.look(number, cell, at) for number, (cell, at) in enumerate(grid, start=1)]
        able = [x for x in looks if not x.reason]
        if self.points_only:
            return [self.finding(x, self.alpha / max(1, len(able))) for x in looks]
        share = SHARES["points"] * self.alpha / max(1, len(able))
        normal = SHARES["normal points"] * self.alpha / max(1, len(able))
        last = self._last(able)
        out = []
        for x in looks:
            f = self.finding(x, share + last.get(x.point.number, 0.0))
            if not x.reason and f.replicates:
                f = replace(f, assumed=self._assumed(x, normal), seen=self._seen(x))
            out.append(f)
        return out + self._whole(cells, able)

    def _last(self, looks: Sequence[Look]) -> dict[int, float]:
        """More error for the last generation of each cell, by number of its point, where only quantiles are claimed of."""
        if not all(s.kind == "quantile" for x in looks for s in x.values):
            return {}
        found = {id(x.cell): x.point.number for x in looks}
        return dict.fromkeys(found.values(), LAST * self.alpha / max(1, len(found)))

    # ---- what is told beside ----

    def _assumed(self, look: Look, share: float) -> tuple[Assumed, ...]:
        """What a point says if the values are normal: of means of something that is no event, and of variances."""
        if not all(s.kind == "mean" for s in look.random):
            return ()
        moments = [m for p in look.parts for m in p.part.moments.values()]
        if any(isinstance(m, CentralMoment) and not isinstance(m, Var) for m in moments):
            return ()
        floors = {s: 0.0 if s in look.nonnegative else -inf for s in look.random}
        seen = [
            look.spread[s] if s in look.spread else Drawn(look.values[s], look.runs[s], (f, inf))
            for s, f in floors.items()
        ]
        if wrong := next((w for x in seen if (w := not_so(lower(x.values), x.surely[0]))), ""):
            return (Assumed(NORMAL, Verdict.UNDECIDED, None, share, wrong),)
        balls = _if_normal(look, share / len(look.random))
        try:
            decisions = [_of_claims_scale(p.decide(balls, self.asked, {})) for p in look.parts]
        except (ArithmeticError, CannotTell):
            return ()
        verdict = worst(d.verdict for d in decisions)
        shown = decisions[telling(decisions, verdict)]
        note = shown.note.replace("the replicates", "the runs")
        if not all(b.is_finite() for b in balls.values()):
            note = "fewer than two runs that differ"
        return (Assumed(NORMAL, verdict, shown.margin, share, note),)

    def _seen(self, look: Look) -> Seen | None:
        """What was measured at a point: the first part's sides, with an interval one by one."""
        part = look.parts[0]
        middles, balls, how = {}, {}, ""
        for s in part.statistics:
            x = look.values[s]
            middles[s], low, high, told = (
                _looked_at(s, x) if s in look.random else (lower(x)[0], lower(x)[0], upper(x)[0], "")
            )
            balls[s], how = _around(low, high), how or told
        try:
            at, b = part.sides({s: arb(x) for s, x in middles.items()})
            around, _ = part.sides(balls)
        except (ArithmeticError, CannotTell):
            return None
        ends = (float(around.lower()), float(around.upper())) if around.is_finite() else (-inf, inf)
        return Seen(float(at.mid()), *ends, float(b.mid()), how)

    def _whole(self, cells: Sequence[Cell], looks: Sequence[Look]) -> list[Finding]:
        """One finding about all points together, by one number a run; none where no part of the claim has such a number."""
        start = time.perf_counter()
        if not looks or any(isinstance(p, ShapePart) for p in prepare(self.claim, looks[0].point.values).parts):
            return []
        parts = [x for i in range(len(looks[0].parts)) if (x := self._summed(i, cells, looks)) is not None]
        if not parts:
            return []
        errors = {name: share * self.alpha / len(parts) for name, share in SHARES.items()}
        told = ", ".join(f"{n} in [{low:g}, {high:g}]" for n, (low, high) in self.bounds.items() if n in self.needed)
        shown, assumed = worst_of([decide_whole(x, known, told, errors) for x, known in parts])
        d, fewest = shown.decision, min((x for x, _ in parts), key=lambda x: len(x.values))
        lost = max(x.lost for x, _ in parts)
        notes = [d.note, f"{fewest.runs}, {max(x.points for x, _ in parts)} points together"]
        are = (
            "run lacks a generation or a partner and is" if lost == 1 else "runs lack a generation or a partner and are"
        )
        notes += [f"{lost} {are} left out"] if lost else []
        return [
            Finding(
                **self._base(),
                verdict=d.verdict,
                margin=d.margin,
                resolution=d.resolution,
                scale=d.scale,
                guarantee=str(shown.guarantee),
                note="; ".join(filter(None, notes)),
                method=WHOLE_RUNS,
                replicates=len(fewest.values),
                error=SHARES["whole"] * self.alpha,
                assumed=tuple(assumed),
                seconds=time.perf_counter() - start,
            )
        ]

    def _summed(
        self, which: int, cells: Sequence[Cell], looks: Sequence[Look]
    ) -> tuple[Together, tuple[float, float] | None] | None:
        """A part of the claim, over all points: the numbers of the runs, and their bounds if those of `--bounds` hold."""
        terms: dict[int, list[Term]] = {}
        within: dict[int, list[Term]] = {}
        op, numbers = looks[0].parts[which].part.op, {id(c): i for i, c in enumerate(cells)}
        for look in looks:
            found = term_of(look.parts[which], look.values, look.runs, look.nonnegative, look.bounds, look.spread)
            if found is None:
                return None
            if self.failures is None or look.lost <= self.failures * len(look.cell.rows):
                c = numbers[id(look.cell)]
                terms.setdefault(c, []).append(found[0])
                within.setdefault(c, []).append(found[1])
        unit, named = 1.0, ABSOLUTE
        if self.claim.scale is not None:
            unit = abs(float(to_ball(self.claim.call(self.claim.scale, looks[0].point.values)).mid())) or 1.0
            named = "scale="
        x = together(op, terms, cells, unit, named)
        if x is None:
            return None
        bounded = together(op, within, cells, unit, named)
        return x, bounded.within if bounded is not None and bounded.bounded else None

    # ---- planning ----

    def look(self, number: int, cell: Cell, at: int | None) -> Look:
        """One point: whether the claim speaks of it, how each part is estimated, and the values for that."""
        values = {n: Integer(at) if n == self.t else cell.values[n] for n in self.claim.domain}
        outside = ""
        for name, domain in self.claim.domain.items():
            v = values[name]
            if isinstance(domain, Points):  # its values reach the claim as they are listed, Python numbers say
                listed = _listed(domain, v)
                inside, values[name] = bool(listed), listed[0] if listed else v
            else:
                inside = domain.contains(v)
            outside = outside or ("" if inside else f"{name} = {v} is outside its domain, {domain}")
        if not outside and not self.claim.admits(values):
            outside = "outside the claim's side condition"
        look = Look(Point(number, values, OUTSIDE if outside else ""), cell, reason=outside)
        try:
            if not look.reason:
                standard = self._standard(cell, values)
                self._plan(look, standard)
        except (CannotTell, ArithmeticError) as problem:
            look.reason = str(problem)
        return look

    def _standard(self, cell: Cell, values: Mapping[str, Any]) -> _Standard:
        at = {s: sympify(values[n]) for n, s in self.claim.symbols.items()}
        case = {n: v for n, v in values.items() if n not in self.claim.symbols}
        (loop,) = {loop.xreplace(at) for loop in _loops(self.claim, case)}
        if refused := loop.refuses():
            raise CannotTell(refused)
        if (id(cell), loop) not in self._cells:
            self._cells[id(cell), loop] = _Standard(cell, loop, self.needed, self.rows, self.bounds)
        return self._cells[id(cell), loop]

    def _plan(self, look: Look, standard: _Standard) -> None:
        values = look.point.values
        for p in prepare(self.claim, values).parts:
            for part in _steps(p.at(values), look.cell, standard) if isinstance(p, ShapePart) else [p]:
                look.parts.append(self._part(look, part, values, standard))
        look.random = [s for s in look.values if standard.random(s)]
        if not look.random:
            raise CannotTell("nothing is random here")

    def _part(self, look: Look, part: Part, values: Mapping[str, Any], standard: _Standard) -> PartPlan:
        if part.a.is_infinite or part.b.is_infinite:
            raise CannotTell("infinite mean: the mean of measured values is always finite")
        moments = part.moments_at(values)
        for o in {o for m in moments.values() for o in m.atoms(Observable)}:
            if o.index and key(o.func(*o.args[:2], 0, *o.index))[0] not in standard.paths:
                raise CannotTell(f"{o}: a file holds one draw of a model")
        linear = linear_form(part, values) if not any(isinstance(m, Prob) for m in moments.values()) else None
        if linear is not None:  # one estimate, on the same runs
            return PartPlan(part, values, {0: self._estimand(look, linear[1], standard)}, linear[0], linear[2])
        return PartPlan(part, values, {d: self._estimand(look, m, standard) for d, m in moments.items()})

    def _estimand(self, look: Look, wanted: Moment | Combination, standard: _Standard) -> Estimand:
        """How a moment is estimated; the values of its statistics go to the look."""
        about, dropped, spread = None, 0, None
        if isinstance(wanted, CentralMoment):
            (first,) = recorded(E(wanted.variable), standard.simulation).statistics
            x, runs = standard.values(first)
            dropped = min(len(x), 1 + len(x) // PILOT)
            about = float(f"{np.mean(lower(x)[:dropped]):.3g}")
            surely = (0.0, inf) if wanted.variable.is_nonnegative else EVERYWHERE
            spread = Drawn(x, runs, surely, standard.bounds(first) or surely)
        estimand = recorded(wanted, standard.simulation, about)
        if spread is not None and isinstance(wanted, Var):
            look.spread[estimand.statistics[0]] = spread
            look.firsts.add(estimand.statistics[1])
        for s in estimand.statistics:
            x, runs = standard.values(s)
            look.values[s], look.lost = x[dropped:], max(look.lost, len(look.cell.rows) - len(x))
            look.runs[s] = runs[dropped:]
            if ends := standard.bounds(s):
                look.bounds[s] = ends
            if isinstance(wanted, E) and wanted.variable.is_nonnegative:
                look.nonnegative.add(s)
        return estimand

    # ---- deciding ----

    def finding(self, look: Look, share: float) -> Finding:
        """What the runs say at a point. share: the error probability that its estimates share."""
        base = {**self._base(), "number": look.point.number, "point": {k: str(v) for k, v in look.point.values.items()}}
        if look.reason:
            return Finding(**base, verdict=Verdict.LEFT_OUT, note=look.reason, origin=look.point.origin)
        runs = len(look.cell.rows)
        if self.failures is not None and look.lost > self.failures * runs:
            note = f"{look.lost} of {runs} runs failed: too many for the others to stand for all"
            return Finding(**base, verdict=Verdict.UNDECIDED, note=note)
        start = time.perf_counter()
        error = share / len(look.random)
        found = {
            s: measure(s, x, error, s in look.nonnegative) if s in look.random else _constant(x)
            for s, x in look.values.items()
        }
        decided = [self._decide(p, found) for p in look.parts]
        if handed := self._handed(look, error):
            of_handed = [self._decide(p, found | handed) for p in look.parts]
            if worst(d.verdict for d, _ in of_handed) == Verdict.SUPPORTED:
                found, decided = found | handed, of_handed
        balls = {s: m.ball.value for s, m in found.items()}
        decisions = [d for d, _ in decided]
        verdict = worst(d.verdict for d in decisions)
        part = telling(decisions, verdict)
        runs = min(found[s].ball.replicates for s in look.random)
        tails = dict.fromkeys(found[s].tail for s in look.parts[part].statistics)
        gone = (
            "are not in the file there: if they ended for a reason" if self.failures is None else "failed, for a reason"
        )
        lost = [f"{look.lost} more {gone}, these are no fair sample"]
        # of a mean, whose values are all known to half a unit, there is nothing to tell: its interval is that much wider
        ties = max(x if (x := found[s].open) < 1 else 0.0 for s in look.parts[part].statistics)
        near = (
            [f"{ties:.2g} of the values are not told apart by the file's rounding: counted both ways"] if ties else []
        )
        runs_told = ", ".join([f"{runs} runs", *filter(None, tails)])
        notes = [decisions[part].note, runs_told, *near, *(lost if look.lost else [])]
        return Finding(
            **base,
            verdict=verdict,
            **summed_up(decisions, verdict),
            guarantee=str(max(g for _, g in decided)),
            sides=tuple(
                None if any(found[s].ball.note for s in p.statistics) else p.own_sides(balls) for p in look.parts
            ),
            note="; ".join(filter(None, notes)),
            method="measured runs",
            replicates=runs,
            error=share,
            seconds=time.perf_counter() - start,
        )

    def _decide(self, plan: PartPlan, found: Mapping[Statistic, Measurement]) -> tuple[Decision, Guarantee]:
        used = {s: found[s] for s in plan.statistics}
        gated = [m for m in used.values() if m.ball.note]
        guarantee = max(m.ball.guarantee for m in used.values())
        try:
            if not gated:
                spread = {s: m.spread for s, m in used.items()}
                d = plan.decide({s: m.ball.value for s, m in used.items()}, self.asked, spread)
                return replace(d, note=d.note.replace("the replicates", "the runs")), guarantee
            if len(used) == 1 and (d := self._from_below(plan, *used.items())):
                return d, Guarantee.FINITE_SAMPLE
        except (ArithmeticError, CannotTell) as problem:  # balls too wide for the claim's sides, or no ball for one
            return Decision(Verdict.UNDECIDED, note=f"singular: {problem}"), guarantee
        more = max(m.more for m in gated)
        runs = max(m.ball.replicates for m in gated)
        cure = f": about {ceil(more * runs):,} runs would do" if 1 < more < inf else ""
        return Decision(Verdict.UNDECIDED, note=gated[0].ball.note + cure), guarantee

    def _from_below(self, plan: PartPlan, one: tuple[Statistic, Measurement]) -> Decision | None:
        """Rule 7 where only a lower limit of the one moment is known, and any larger value would show the same.

        The margin has one end only, the resolution says nothing.
        """
        statistic, found = one
        (moment, *others) = plan.part.moments
        slope = (plan.part.a - plan.part.b).diff(moment)
        if found.floor is None or others or moment in slope.free_symbols:
            return None
        at = {statistic: arb(found.floor)}
        a, b = plan.sides(at)
        rises = plan.part.side(slope, plan.values, {})
        d = plan.decide(at, self.asked, {})
        same = (a - b > 0 and rises > 0) or (a - b < 0 and rises < 0)
        if not same or d.margin is None or not (d.verdict == Verdict.REFUTED or d.strict):
            return None
        margin = (d.margin[0], inf) if d.margin[0] > 0 else (-inf, d.margin[1])
        note = "; ".join(filter(None, [d.note, "by the mean's lower limit alone, whatever the tail"]))
        return replace(d, margin=margin, resolution=None, note=note)

    def _handed(self, look: Look, error: float) -> dict[Statistic, Measurement]:
        """Numbers that all runs begin with; whole ones where these are no counts or shares. They support a claim, and refute
        none: values of a few kinds agree by chance."""
        whole = self._standard(look.cell, look.point.values).falls_apart
        return {s: given for s in look.random if (given := _given(s, look.values[s], error, whole))}

    def _base(self) -> dict:
        return {
            "claim": self.claim.id,
            "family": self.claim.family,
            "witness": MEASURED,
            "expected": self.claim.expected,
            "resolution_asked": self.asked,
            "alpha": self.alpha,
        }


SAME = 3  # runs that begin with the same number were handed it
APART = 0.9  # so many numbers a run: what is measured is no count, and no share of a few


def _given(s: Statistic, x: Values, error: float, whole: bool = False) -> Measurement | None:
    """What is the same in all runs at generation 0: what they were handed; None for anything else.

    whole: whether a whole number is, too; as a count, or a share of 1, it may be the same in all runs by chance.
    """
    if s.times != (0,) or s.kind != "mean" or len(x) < SAME:
        return None
    low, high = lower(x), upper(x)
    if any(np.min(v) < np.max(v) or not np.isfinite(v[0]) for v in (low, high)):
        return None
    if np.floor(high[0]) >= low[0] and not whole:
        return None
    constant = _constant(x)
    ball = replace(constant.ball, guarantee=Guarantee.ASYMPTOTIC, replicates=len(x), error=error)
    return replace(constant, ball=ball, tail="the same in all of them")


def _of_claims_scale(d: Decision) -> Decision:
    """Few runs tell no scale of their own: where the claim has none, a resolution is a number of what units, and no support."""
    if d.verdict == Verdict.SUPPORTED and d.scale == ABSOLUTE and not d.strict:
        return replace(d, verdict=Verdict.UNDECIDED, note="the claim has no scale: say scale= beside it")
    return d


def _around(low: float, high: float) -> arb:
    return arb(low).union(arb(high)) if np.isfinite(high - low) else arb(0, inf)


def _if_normal(look: Look, error: float) -> dict[Statistic, arb]:
    """Balls for the statistics of a point, if the values are normal: of the two that make a variance, it and 0."""
    balls = {}
    for s, x in look.values.items():
        if s in look.random and s in look.spread:
            of = look.spread[s].values
            balls[s] = _around(*variance_interval(lower(of), upper(of), error))
        elif s in look.spread or s in look.firsts:
            balls[s] = arb(0)
        elif s in look.random:
            balls[s] = _around(normal_interval(lower(x), error)[0], normal_interval(upper(x), error)[1])
        else:
            balls[s] = _constant(x).ball.value
    return balls


def _looked_at(s: Statistic, x: Values) -> tuple[float, float, float, str]:
    """(estimate, lower end, upper end, what the interval assumes) of a statistic, one by one."""
    low, high = lower(x).astype(float), upper(x).astype(float)
    n, between = len(low), low / 2 + high / 2
    if s.kind == "quantile":
        ranks = quantile_ranks(n, s.level, SHOWN)
        a, b = np.sort(low), np.sort(high)
        middle = float(np.quantile(between, s.level))
        if ranks[0] >= 1 and ranks[1] <= n:
            return middle, float(a[ranks[0] - 1]), float(b[ranks[1] - 1]), "between runs of the file"
        return middle, -inf, inf, f"{n} runs are too few for an interval"
    if s.kind == "indicator":
        ends = [binomial_ball(int(np.count_nonzero(v)), n, SHOWN).value for v in (low, high)]
        return float(np.mean(between)), float(ends[0].lower()), float(ends[1].upper()), "exact law"
    return float(np.mean(between)), normal_interval(low, SHOWN)[0], normal_interval(high, SHOWN)[1], f"assumed {NORMAL}"


def _constant(x: Values) -> Measurement:
    """Nothing has been drawn at generation 0: a constant, up to the rounding of its evaluation."""
    if isinstance(x, Both):
        return Measurement(Ball(arb(x.low[0]).union(arb(x.high[0])), source="data"), open=x.open)
    return Measurement(Ball(arb(x[0], 2.0**-45 * abs(x[0])), source="data"))


def _steps(shape: ShapePart, cell: Cell, standard: _Standard) -> list[Part]:
    """A few steps between generations of the file: up to the peak f rises, from there to twice as late it falls."""
    _, a, b = shape.shape.limits
    peak = shape.shape.peak
    times: list[int] = sorted({*cell.times, *([0] if standard.initial else [])})
    before = [x for x in times if a <= x <= peak]
    after = [x for x in times if peak <= x <= min(2 * peak + 2, b)]
    ladder = {before[0], before[len(before) // 2], before[-1]} if before else set()
    ladder |= {after[0], after[-1]} if len(after) > 1 else set()
    steps = shape.steps([Integer(x) for x in ladder])
    if (peak > a and len(before) < 2) or (peak < b and len(after) < 2):
        raise CannotTell(f"generations on either side of the peak, {peak}, are not in the file")
    return [shape.between(i, *step) for i, step in enumerate(steps)]


# ---- the door -------------------------------------------------------------------------------------------------------


def mapped(
    claims: Sequence[Claim],
    path: Path | str,
    mapping: Mapping[str, str],
    gaps: bool = False,
    reading: Reading | None = None,
) -> Rows:
    """The rows of a file, their columns read as the map of these claims says; with `gaps` an empty field is no mistake.

    mapping: {name: column} (see `parse_map`): observables of the claims' loops, the claims' variables, t, run. A variable
    may be a number instead, or a generation `column+1`; an observable may be `sqrt(column)` or `exp(column)`.
    Raises `BadInput`, with file and line, for a file or a map that cannot be worked with.
    """
    table = read_table(Path(path))
    variables = {n for c in claims for n in c.domain}
    seen = {n for c in claims for n in observables(c)} - variables
    known = sorted(seen | variables | {GENERATION, RUN})
    for name, text in mapping.items():
        if name not in known:
            hint = close(name, known) or f"; known: {', '.join(known)}"
            raise BadInput(f"{name} is no variable and no observable of the claim{hint}", f"--map {name}={text}")
    sources = {n: source(n, text, table, n in seen) for n, text in mapping.items()}
    rows = Rows(table, sources, gaps, measured=seen & sources.keys(), reading=reading)
    rows.wanted = [_wanted(c, rows) for c in claims]
    return rows
