"""Claims against measured trajectories: the runs of somebody's own training, from a file (rule 25).

A point is a cell of runs and a generation found in it. A verdict assumes nothing of the law of the data; what they say
under assumptions is told beside it. A check of a claim spends its own alpha, in fixed shares over the kinds of tests
(`SHARES`), and there in equal ones over the points that the file has, so narrowing the claim's domain, before the data are
seen, sharpens every point that is left. Runs cannot be had at will: there is no second batch to confirm a refutation, and an
unresolved point is `undecided`, with the number of runs that it would take.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, inf
from typing import Any

import numpy as np
from flint import arb
from sympy import Integer, sympify

from theory.language.balls import Guarantee
from theory.language.claims import Claim, Point
from theory.language.domains import Points
from theory.language.errors import NO_BALL, CannotTell
from theory.language.loops import Loop, Observable, positive_of
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
from theory.proof.arithmetic.programs import to_ball
from theory.proof.enclose import decision
from theory.proof.existence import Undefined, defined_at
from theory.proof.generations import all_at
from theory.proof.prepared import Part, ShapePart, prepare

from .blocks import Statistic
from .few_runs import NORMAL, not_so
from .looks import Look, ball_of_ends, handed, if_normal, looked_at, of_claims_scale, of_constant
from .mapping import generation_of, listed_as, loops_of, needed, unknown_variable, variables_of
from .pairs import EVERYWHERE, Drawn
from .plan import PartPlan, linear_form
from .recorded import key, recorded
from .runs import Cell, Rows
from .samplers import Combination, Estimand
from .small_samples import Measurement, measure
from .standard_paths import Bounds, StandardPaths
from .ties import lower, upper
from .whole_runs import Term, Together, decide_whole, term_of, together, worst_of

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
PILOT = 20  # one run in so many gives the number about which a variance is taken, and is not counted in it


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
        self.needed = needed(self.claim)
        self.t = generation_of(self.claim, self.rows) if self.needed else ""
        self.variables = variables_of(self.claim, self.t, self.rows) if self.needed else []
        self._cells: dict[tuple[int, Loop], StandardPaths] = {}

    def findings(self) -> list[Finding]:
        """One for every point of the grid; a single one, without a point, where the file says nothing of the claim."""
        number = len(loops_of(self.claim))
        reason = "nothing in it can be measured" if not self.needed else ""
        reason = reason or (f"it compares {number} loops, and the runs are of one" if number != 1 else "")
        if reason := reason or unknown_variable(self.claim, self.t, self.rows):
            return [Finding(**self._base(), verdict=Verdict.LEFT_OUT, note=reason)]
        positive = {n for loop in loops_of(self.claim) for n in positive_of(loop)}
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
        doubt = self._doubt(looks)
        return [replace(f, doubt=doubt) for f in out] + self._whole(cells, able)

    def _doubt(self, looks: Sequence[Look]) -> str:
        """Why agreement is no support: of all generations in the file the claim speaks of one, as where rows are steps."""
        there, spoken = (
            dict.fromkeys(x.point.values.get(self.t) for x in looks if x.point.origin != OUTSIDE or not inside)
            for inside in (False, True)
        )
        if len(spoken) != 1 or len(there) == 1:
            return ""
        (only,) = spoken
        return f"nothing contradicts it, but of {len(there)} values of {self.t} in the file it speaks of {only} only"

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
        balls = if_normal(look, share / len(look.random))
        try:
            decisions = [of_claims_scale(p.decide(balls, self.asked, {})) for p in look.parts]
        except NO_BALL:
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
                looked_at(s, x) if s in look.random else (lower(x)[0], lower(x)[0], upper(x)[0], "")
            )
            balls[s], how = ball_of_ends(low, high), how or told
        try:
            at, b = part.sides({s: arb(x) for s, x in middles.items()})
            around, _ = part.sides(balls)
        except NO_BALL:
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
        count = max(x.points for x, _ in parts)
        notes = [d.note, f"{fewest.runs}, {count} points together" if count > 1 else f"{fewest.runs}, at one point"]
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
                listed = listed_as(domain, v)
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
        except NO_BALL as problem:
            look.reason, look.undefined = str(problem), isinstance(problem, Undefined)
        return look

    def _standard(self, cell: Cell, values: Mapping[str, Any]) -> StandardPaths:
        at = {s: sympify(values[n]) for n, s in self.claim.symbols.items()}
        case = {n: v for n, v in values.items() if n not in self.claim.symbols}
        (loop,) = {loop.xreplace(at) for loop in loops_of(self.claim, case)}
        if refused := loop.refuses():
            raise CannotTell(refused)
        if (id(cell), loop) not in self._cells:
            self._cells[id(cell), loop] = StandardPaths(cell, loop, self.needed, self.rows, self.bounds)
        return self._cells[id(cell), loop]

    def _plan(self, look: Look, standard: StandardPaths) -> None:
        values = look.point.values
        for p in prepare(self.claim, values).parts:
            for part in _steps(p.at(values), look.cell, standard) if isinstance(p, ShapePart) else [p]:
                defined_at(part, values)
                look.parts.append(self._part(look, part, values, standard))
        look.random = [s for s in look.values if standard.random(s)]
        if not look.random:
            strict = (
                p.part for p in look.parts if p.part.op in ("<", ">")
            )  # others are refuted by what is measured, too
            said = [decision(part, values, self.asked) for part in strict]
            look.refuted = next((d for d in said if d.verdict == Verdict.REFUTED), None)
            raise CannotTell("nothing is random here")

    def _part(self, look: Look, part: Part, values: Mapping[str, Any], standard: StandardPaths) -> PartPlan:
        if part.a.is_infinite or part.b.is_infinite:
            raise CannotTell("infinite mean: the mean of measured values is always finite")
        moments = part.moments_at(values)
        for o in {o for m in moments.values() for o in m.atoms(Observable)}:
            if o.index and key(all_at(o, 0))[0] not in standard.paths:
                raise CannotTell(f"{o}: a file holds one draw of a model")
        linear = linear_form(part, values) if not any(isinstance(m, Prob) for m in moments.values()) else None
        if linear is not None:  # one estimate, on the same runs
            return PartPlan(part, values, {0: self._estimand(look, linear[1], standard)}, linear[0], linear[2])
        return PartPlan(part, values, {d: self._estimand(look, m, standard) for d, m in moments.items()})

    def _estimand(self, look: Look, wanted: Moment | Combination, standard: StandardPaths) -> Estimand:
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
        base: dict[str, Any] = {
            **self._base(),
            "number": look.point.number,
            "point": {k: str(v) for k, v in look.point.values.items()},
        }
        if look.refuted is not None:
            runs, note = len(look.cell.rows), f"{look.reason}: the claim's loop itself refutes it"
            told = summed_up([look.refuted], Verdict.REFUTED)
            return Finding(
                **base, verdict=Verdict.REFUTED, **told, guarantee=str(Guarantee.RIGOROUS), note=note, replicates=runs
            )
        if look.reason:
            verdict = Verdict.UNDECIDED if look.undefined else Verdict.LEFT_OUT
            return Finding(**base, verdict=verdict, note=look.reason, origin=look.point.origin)
        runs = len(look.cell.rows)
        if self.failures is not None and look.lost > self.failures * runs:
            note = f"{look.lost} of {runs} runs failed: too many for the others to stand for all"
            return Finding(**base, verdict=Verdict.UNDECIDED, note=note)
        start = time.perf_counter()
        error = share / len(look.random)
        found = {
            s: measure(s, x, error, s in look.nonnegative) if s in look.random else of_constant(x)
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
        ended = "is not in the file there: if it" if look.lost == 1 else "are not in the file there: if they"
        gone = f"{ended} ended for a reason" if self.failures is None else "failed, for a reason"
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
        except NO_BALL as problem:  # balls too wide for the claim's sides, or no ball for one
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
        return {s: given for s in look.random if (given := handed(s, look.values[s], error, whole))}

    def _base(self) -> dict:
        return {
            "claim": self.claim.id,
            "family": self.claim.family,
            "witness": MEASURED,
            "expected": self.claim.expected,
            "resolution_asked": self.asked,
            "alpha": self.alpha,
        }


def _steps(shape: ShapePart, cell: Cell, standard: StandardPaths) -> list[Part]:
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
