"""Planning: which points a claim can decide, with how many replicates, before anything counted is drawn (rule 2).

The claim's own sides are evaluated on predicted balls (pilot means, radii of the size that N replicates would give); the
least N at which rule 7 decides follows by bisection, then its cost at fixed nanoseconds, never the clock. A point above
the cap is left out, with the reason.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import isfinite, sqrt
from typing import Any, cast

import numpy as np
from flint import arb
from scipy.special import ndtri
from sympy import Add, Expr, Integer, Mul, S, Symbol, ceiling, floor, oo, sympify
from sympy.core.function import AppliedUndef

from theory.language.balls import Ball, Guarantee, in_floats
from theory.language.claims import Claim, Point
from theory.language.errors import CannotTell
from theory.language.moments import CentralMoment, E, Prob
from theory.language.verdicts import HEAVY, NOT_RANDOM, Decision, Sides, Told, Verdict, decide
from theory.proof.arithmetic.atoms import DECIMAL
from theory.proof.arithmetic.programs import to_ball
from theory.proof.enclose import value
from theory.proof.existence import NO_MEAN, Undefined, defined_at, place, reason
from theory.proof.finiteness import doubtful
from theory.proof.prepared import Part, ShapePart, prepare
from theory.proof.rare import may_hide, may_mislead
from theory.proof.relations.limit import limit_resolution
from theory.proof.taken import may_be_below_0

from .blocks import Runner, Statistic
from .dispatch import certain, estimand
from .estimate import (
    DELTA_GATE,
    Histogram,
    Sums,
    binomial_ball,
    bounded_ball,
    clt_ball,
    error_share,
    pareto_k,
    quantile_ball,
)
from .refits import WITHOUT_DRAWS
from .samplers import Combination, Estimand

COARSE = 2  # bits, of a mean that is only asked whether it is finite
LADDER = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096, 8192, 16384]
PILOT_GATE = 0.6  # Pareto k of a pilot above which a point is left out: two standard errors above the gate proper
LOOKS = (1, 2, 4, 16, 64)  # multiples of the planned number of blocks; from the fourth on only where it is cheap
# that a point is planned for: each has an estimator of its own, which takes a millisecond or more to be made
MOST_MEANS = 400


@dataclass
class PartPlan:
    """One part at one point: its sides as functions of balls for its estimands.

    With `combined`, side a is `constant + combination` (rule 19: a combination of moments of one loop is one estimate).
    """

    part: Part
    values: Mapping[str, Any]
    estimands: dict[Any, Estimand]
    constant: arb | None = None
    other: arb | None = None

    def sides(self, balls: Mapping[Statistic, arb], false: Part | None = None) -> tuple[arb, arb]:
        """Both sides; with `false`, a twin of the part, that one's right side in place of its own.

        Raises `CannotTell` where the twin changes moments that are estimated in combination only.
        """
        b = self.part.b if false is None else false.b
        got = {k: e.combine([balls[s] for s in e.statistics]) for k, e in self.estimands.items()}
        if self.constant is not None:
            (value,) = got.values()
            assert self.other is not None
            change = b - self.part.b
            if set(self.part.moments) & change.free_symbols:
                raise CannotTell("the moments of the right side are estimated in combination")
            return self.constant + value, self.other + (self.part.side(change, self.values, {}) if false else 0)
        return (self.part.side(self.part.a, self.values, got), self.part.side(b, self.values, got))

    def limit_resolution(self, balls: Mapping[Statistic, arb]) -> Told | None:
        """What the point tells of the limit of a `Tends`; None where the limit itself is estimated."""
        if self.part.rate is None or set(self.part.moments) & self.part.rate[3].free_symbols:
            return None
        return limit_resolution(self.part, self.values, *self.sides(balls), {})

    def own_sides(self, balls: Mapping[Statistic, arb]) -> Sides | None:
        """The balls of the relation's own two sides; None where only their difference is estimated."""
        if self.constant is not None and set(self.part.moments) & self.part.b.free_symbols:
            return None
        a, b = self.sides(balls)
        return in_floats(a), in_floats(b)

    def decide(
        self,
        balls: Mapping[Statistic, arb],
        asked: float,
        spread: Mapping[Statistic, float],
        false: Part | None = None,
    ) -> Decision:
        """The verdict by balls for the statistics; spread: the standard deviation of each.  false: a twin to decide instead."""
        a, b = self.sides(balls, false)
        fallback, named = None, "scale="
        if self.part.claim.scale is not None:
            fallback = to_ball(self.part.claim.call(self.part.claim.scale, self.values))
        else:
            size = max((spread.get(s, 0.0) for e in self.estimands.values() for s in e.statistics), default=0.0)
            if size > 0:
                fallback, named = arb(size), "the standard deviation of the estimate's variable"
        return decide(self.part.op, a, b, asked, fallback, named)

    @property
    def statistics(self) -> list[Statistic]:
        """All statistics of its estimands."""
        return [s for e in self.estimands.values() for s in e.statistics]


@dataclass
class PointPlan:
    """One claim at one point: its parts, the blocks of the first look, or the reason why it is left out."""

    claim: Claim
    point: Point
    parts: list[PartPlan] = field(default_factory=list)
    reason: str = ""
    failed: bool = False  # the reason is an exception
    telling: bool = False  # the reason, an infinite mean or a tie, may be one against the claim: nothing to be left out
    dear: bool = False  # the reason is what it costs: with more time it could be looked at
    paired: bool = False
    sampled: bool = False  # of means within known ends an interval by what is drawn, not by the ends
    remark: str = ""  # what this plan does not look at
    blocks: int = 0
    seconds: float = 0.0
    asked: float = 0.01

    @property
    def statistics(self) -> list[Statistic]:
        """The statistics of all parts, each once."""
        return list(dict.fromkeys(s for p in self.parts for s in p.statistics))

    @property
    def block(self) -> int:
        """Replicates that a block adds to each of its estimates, at least."""
        return min(s.simulation.block for s in self.statistics)


@lru_cache(maxsize=4096)
def _affine(part: Part) -> tuple[Expr, dict[Symbol, Expr], Expr] | None:
    """(constant, coefficients of the moments, other side) where one side is an affine combination of several means, else None."""
    kinds = {type(m) for m in part.moments.values()}
    if len(part.moments) < 2 or not (kinds <= {E} or kinds <= {Prob}):
        return None
    a, b = part.a, part.b
    if set(part.moments) & b.free_symbols:
        a, b = a - b, S.Zero
    if (slopes := _slopes(a, set(part.moments))) is None:
        return None
    constant = a.xreplace(dict.fromkeys(part.moments, S.Zero))
    return constant, {d: slopes.get(d, S.Zero) for d in part.moments}, b


def _slopes(x: Expr, moments: set[Symbol]) -> dict[Symbol, Expr] | None:
    """The coefficients of moments in x, if it is written as an affine function of them. In one pass: there may be a thousand."""
    if x in moments:
        return {cast(Symbol, x): S.One}
    if not x.free_symbols & moments:
        return {}
    if isinstance(x, Mul):
        changing = [f for f in x.args if f.free_symbols & moments]
        inner = _slopes(changing[0], moments) if len(changing) == 1 else None
        rest = Mul(*(f for f in x.args if f != changing[0]))
        return None if inner is None else {d: rest * c for d, c in inner.items()}
    if not isinstance(x, Add):
        return None
    terms: dict[Symbol, list[Expr]] = {}
    for term in x.args:
        if (inner := _slopes(term, moments)) is None:
            return None
        for d, c in inner.items():
            terms.setdefault(d, []).append(c)
    return {d: Add(*cs) for d, cs in terms.items()}


def linear_form(part: Part, values: Mapping[str, Any]) -> tuple[arb, Combination, arb] | None:
    """`_affine` at a point: (constant, combination of moments, other side)."""
    if (form := _affine(part)) is None:
        return None
    constant, coefficients, other = form
    at = {s: sympify(values[n]) for n, s in part.symbols.items()}
    moments = part.moments_at(values)
    terms = tuple((c.xreplace(at), moments[d]) for d, c in coefficients.items())
    return part.side(constant, values, {}), Combination(terms), part.side(other, values, {})


def _shape_parts(shape: ShapePart) -> list[Part]:
    """A bracket of the peak: f rises over a few generations before it, falls over a few after."""
    if not shape.whole:
        raise CannotTell("a function of a real number is not sampled along it")
    _, a, b = shape.shape.limits
    low, first, last = int(a), floor(shape.shape.peak), ceiling(shape.shape.peak)
    # the top is flat: without an upper end there is room to look elsewhere
    around = (2 * last + 2, 16 * (last + 1)) if b is oo else (first, last, min(2 * last + 2, b))
    ladder = map(Integer, sorted({low, (low + first) // 2, *around}))
    return [shape.between(i, *step) for i, step in enumerate(shape.steps(list(ladder)))]


def plan_point(claim: Claim, point: Point) -> list[PointPlan]:
    """The ways to decide a claim at a point: moment by moment; and *paired*, where a side is a combination of several
    moments, with the combination as one estimate and variances taken about a number near the mean. A plan's `reason` is
    set where a moment has no estimator."""
    parts = [
        q
        for p in prepare(claim, point.values).parts
        for q in (_shape_parts(p.at(point.values)) if isinstance(p, ShapePart) else [p])
    ]
    for p in parts:  # before numbers are put in: 1/x may be in an event
        defined_at(p, point.values)
    try:
        parts = [p.unrolled(point.values) for p in parts]
    except CannotTell as error:
        return [PointPlan(claim, point, reason=str(error))]
    moments = [m for p in parts for m in p.moments_at(point.values).values()]
    if len(moments) > MOST_MEANS:
        return [PointPlan(claim, point, reason=f"a sum of {len(moments)} means: too many to estimate them one by one")]
    if moments and all(map(certain, moments)):  # seen before any of their balls is taken
        return [PointPlan(claim, point, reason=f"nothing to estimate; {WITHOUT_DRAWS}")]
    linear = [linear_form(p, point.values) for p in parts]
    shapes = any(isinstance(p, ShapePart) for p in prepare(claim, point.values).parts)
    remark = "the peak is bracketed between a few generations, not every step is looked at" if shapes else ""
    plans: list[PointPlan] = []
    existing: set[Part] = set()
    variances = any(isinstance(m, CentralMoment) for p in parts for m in p.moments.values())
    for paired in (False, True) if any(linear) or variances else (False,):
        plan = PointPlan(claim, point, paired=paired, remark=remark)
        try:
            for part, form in zip(parts, linear, strict=True):
                plan.parts.append(_plan_part(part, point.values, form if paired else None, paired, existing))
            if not plan.statistics:
                tags = {e.tag for part in plan.parts for e in part.estimands.values()}
                plan.reason = "; ".join(["nothing to estimate", *sorted(tags)])
        except CannotTell as error:
            plan.parts, plan.reason = [], str(error)
        plans.append(plan)
    return plans


def sampled(plan: PointPlan) -> PointPlan | None:
    """The same with intervals by what is drawn for means of which ends are known, for where these are far beyond that.

    None where there are no such, or where a mean may hang on values too rare to be drawn.
    """
    if plan.reason or not any(s.kind == "mean" and s.bounds for s in plan.statistics):
        return None
    if any(may_mislead(m) for p in plan.parts for m in p.part.moments_at(p.values).values()):
        return None
    parts = [replace(p, estimands={d: _without_ends(e) for d, e in p.estimands.items()}) for p in plan.parts]
    return replace(plan, parts=parts, sampled=True)


def _without_ends(e: Estimand) -> Estimand:
    statistics = (replace(s, bounds=None) if s.kind == "mean" else s for s in e.statistics)
    return replace(e, statistics=tuple(statistics))


def _plan_part(
    part: Part,
    values: Mapping[str, Any],
    linear: tuple[arb, Combination, arb] | None,
    paired: bool,
    existing: set[Part],  # those whose moments are known to exist there; this one is added
) -> PartPlan:
    if part.a.is_infinite or part.b.is_infinite:
        raise CannotTell("infinite mean: a sample mean is always finite")
    if part not in existing:
        exists(part, values)
        existing.add(part)
    if linear is not None:
        return PartPlan(part, values, {0: estimand(linear[1])}, linear[0], linear[2])
    for side in (part.a, part.b):
        part.compiled(side)  # what has no program is left out before anything is drawn
    moments = part.moments_at(values).items()
    if huge := [k for _, m in moments for k in m.atoms(Integer) if abs(k) >= 2**63]:
        raise CannotTell(f"a number of {len(str(abs(huge[0])))} digits is more than a machine's integers hold")
    if unknown := [f for _, m in moments for f in m.atoms(AppliedUndef)]:
        raise CannotTell(f"no values are known of {unknown[0].func}")
    return PartPlan(
        part, values, {d: estimand(m, 0.0 if paired and isinstance(m, CentralMoment) else None) for d, m in moments}
    )


def exists(part: Part, values: Mapping[str, Any]) -> None:
    """Raise `Undefined` where a mean is infinite or none at all, as far as balls tell (rule 29): no sample shows it; or a sum.

    Raises `CannotTell` where they do not tell, and a sample would not look any different.
    """
    defined_at(part, values)
    if (lacking := next(filter(None, map(may_be_below_0, part.moments_at(values).values())), None)) is not None:
        raise CannotTell(
            f"{lacking} is not seen to be 0 or above, of which a logarithm or a root is taken; no sample tells"
        )
    if not part.doubtful:
        return
    for d, m in part.moments_at(values).items():
        if not doubtful(m):
            continue
        try:
            infinite, what = value(m, COARSE).value == arb.pos_inf(), "infinite"
        except CannotTell as problem:
            if may_hide(m):
                raise CannotTell(
                    f"whether {part.moments[d]} is finite is not known ({problem}), and a sample would not show it"
                ) from problem
            continue
        except Undefined:
            infinite, what = True, NO_MEAN
        if infinite:
            named = part.moments[d]
            raise Undefined(reason(named, what, place(named, part.symbols, values)))


def choose(plans: list[PointPlan]) -> PointPlan:
    """The plan to follow: term by term unless the paired one is at least 4 times cheaper.

    The laws of single terms are better known than that of their combination, so their plans come true more often. One that takes
    a sample's word is followed where no other is able: it is not right at every sample size.
    """
    able = [p for p in plans if not p.reason]
    able = [p for p in able if not p.sampled] or able
    if not able:
        return plans[0]
    return able[-1] if able[0].seconds > 4 * able[-1].seconds else able[0]


def recentre(plan: PointPlan, runner: Runner) -> None:
    """Give the variances of a paired plan their shift, from the pilot: the mean of the variable itself."""
    for p in plan.parts if plan.paired else ():
        for d, m in list(p.part.moments_at(p.values).items()):
            if isinstance(m, CentralMoment) and d in p.estimands:
                first = p.estimands[d].statistics[1]
                pilot = runner.pilots[first]
                assert isinstance(pilot, Sums)
                if isfinite(pilot.mean):  # else it stays where it is, and what is drawn tells
                    about = estimand(m, float(f"{pilot.mean:.3g}"))
                    p.estimands[d] = _without_ends(about) if plan.sampled else about


# ---- prediction -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Prospect:
    """What a pilot says of one statistic: mean, standard deviation, skewness, standard error of the mean.

    open: how far the mean of either reading is from that, where near-ties leave two.
    """

    mean: float
    sd: float
    skewness: float
    error: float
    open: float = 0.0


def prospect(statistic: Statistic, runner: Runner) -> Prospect:
    """What the pilot says of a statistic: its middle and its spread, by which replicates are planned."""
    pilot = runner.pilots[statistic]
    if isinstance(pilot, np.ndarray):  # a quantile: the order statistic's spread, from the pilot's own order statistics
        q, n = statistic.level, len(pilot)
        w = sqrt(q * (1 - q) / n)
        lo, mid, hi = np.quantile(pilot, [max(0.0, q - w), q, min(1.0, q + w)])
        return Prospect(float(mid), float(hi - lo) / 2 * sqrt(n), 0.0, float(hi - lo) / 2)
    variance = statistic.variance if statistic.variance is not None else pilot.variance
    if statistic.kind == "indicator" and (statistic.times != (0,) or statistic.simulation.fresh):
        p = (pilot.mean * pilot.count + 1) / (pilot.count + 2)
        variance = p * (1 - p)
    skewness = statistic.skewness if statistic.skewness is not None else 2.2 * pilot.skewness
    if statistic.kind == "indicator" or statistic.bounds or not variance > 0:
        skewness = 0.0  # exact law, finite sample or a constant: no gate
    sd, half = sqrt(max(variance, 0.0)), pilot.open / 2
    return Prospect(pilot.mean + half, sd, skewness, sd / sqrt(pilot.count), half)


def least_cost(plan: PointPlan) -> float:
    """Seconds for a block of every simulation up to its last generation, and of every statistic: of a look, the least."""
    ends: dict = {}
    for s in plan.statistics:
        ends[s.simulation] = max(ends.get(s.simulation, 0), *s.times)
    drawn = sum(sim.block * sim.cost(t) for sim, t in ends.items())
    return 1e-9 * (drawn + sum(s.simulation.block * s.nanoseconds for s in plan.statistics))


def plan_size(plan: PointPlan, runner: Runner, asked: float, alpha: float, cap: float) -> None:
    """Set the blocks of the first look and the cost of a point, or the reason to leave it out."""
    plan.asked = asked
    statistics = plan.statistics
    prospects = {s: prospect(s, runner) for s in statistics}
    if all(p.sd == 0 for p in prospects.values()):
        plan.reason = NOT_RANDOM
        return
    if any(p.sd == 0 and (s.times != (0,) or s.simulation.fresh) for s, p in prospects.items()):
        plan.reason = "one of the estimates does not vary"
        return
    if any(not isfinite(p.mean) or not isfinite(p.sd) for p in prospects.values()):
        plan.reason = "the pilot leaves the range of floats"
        return
    for s in statistics:
        pilot = runner.pilots[s]
        if s.unseen and isinstance(pilot, Sums):
            k = pareto_k(np.sort(pilot.top)[-64:])
            if k > PILOT_GATE:
                plan.reason = f"{HEAVY}: Pareto k = {k:.2f}"
                return
    z = float(-ndtri(error_share(alpha, plan.point.number, 1, len(statistics)) / 2)) * 1.03
    gates = {s: (z**3 * abs(p.skewness) / 6) ** 2 / DELTA_GATE for s, p in prospects.items()}

    spread = {s: p.sd for s, p in prospects.items()}

    def decides(blocks: int) -> bool:
        sizes = {s: blocks * s.simulation.block for s in statistics}
        if any(n < 1.4 * gates[s] for s, n in sizes.items()):
            return False

        def balls(pilot_error: float) -> dict[Statistic, arb]:
            return {
                s: arb(
                    p.mean,
                    z * p.sd / sqrt(sizes[s])
                    + pilot_error * p.error
                    + s.remainder
                    + p.open
                    + (z * z / sizes[s] if s.bounds or s.kind == "indicator" else 0.0),
                )
                for s, p in prospects.items()
            }

        def settled(part: PartPlan) -> bool:
            near = part.decide(balls(0.0), asked, spread)
            if near.resolution is not None and near.resolution <= asked:
                return True
            # the pilot's own error must not make a decision look easy
            far = part.decide(balls(1.0), asked, spread)
            if far.verdict == Verdict.SUPPORTED and far.margin is not None and far.margin[0] > 0:
                return True
            return part.decide(balls(4.0), asked, spread).verdict == Verdict.REFUTED

        try:
            return all(map(settled, plan.parts))
        except ArithmeticError:  # balls too wide for the claim's sides
            return False

    least = bisect_left(LADDER, True, key=decides)
    if least == len(LADDER):
        plan.reason = f"needs more than {LADDER[-1] * plan.block:,} replicates"
        if ties := {s: 2 * p.open for s, p in prospects.items() if p.open}:
            plan.reason, plan.telling = near_ties(*max(ties.items(), key=lambda item: item[1])), True
        return
    plan.blocks = LADDER[least]
    plan.seconds = least_cost(plan) * plan.blocks
    if plan.seconds > cap:
        plan.dear = True
        plan.reason = (
            f"needs {plan.blocks * plan.block:,} replicates, about {plan.seconds:.2g} s: above the cap of {cap:.2g} s"
        )


def near_ties(statistic: Statistic, width: float) -> str:
    """What is told where two readings of near-ties are too far apart to decide anything."""
    decimal = f"{DECIMAL}; " if getattr(statistic.values, "decimal", False) else ""
    return (
        f"{decimal}floats do not tell on which side of a jump some values of {statistic.name} lie: counted both ways, they are "
        f"{width:.2g} of the estimate"
    )


# ---- balls ----------------------------------------------------------------------------------------------------------


def ball_of(statistic: Statistic, runner: Runner, batch: int, blocks: int, error: float) -> tuple[arb, Guarantee, str]:
    """The confidence ball of a statistic's mean (or quantile) from its first `blocks` blocks."""
    sums: Any = runner.merged(statistic, batch, blocks)
    ball = _ball(statistic, sums, error)
    if isinstance(sums, Sums) and sums.upper is not None:  # from the lower end of the one to the upper of the other
        other = _ball(statistic, sums.upper, error)
        ball = replace(ball, value=ball.value.union(other.value), note=ball.note or other.note)
        ball = replace(ball, guarantee=max(ball.guarantee, other.guarantee))
    value = ball.value + arb(0, statistic.remainder) if statistic.remainder else ball.value
    return value, ball.guarantee, ball.note


def _ball(statistic: Statistic, sums: Any, error: float) -> Ball:
    if statistic.times == (0,) and not statistic.simulation.fresh and isinstance(sums, Sums) and sums.low == sums.high:
        # nothing has been drawn at generation 0: a constant, up to the rounding of its evaluation
        return Ball(arb(sums.low, 2.0**-45 * abs(sums.low)), Guarantee.RIGOROUS)
    if statistic.kind == "quantile":
        return quantile_ball(cast(Histogram, sums), statistic.level, error)
    if statistic.kind == "indicator":
        return binomial_ball(round(sums.mean * sums.count), sums.count, error)
    if statistic.bounds:
        return bounded_ball(sums, *statistic.bounds, error)
    return clt_ball(sums, error, statistic.skewness)
