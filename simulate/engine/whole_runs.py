"""One number a run: all generations and sizes tested together (rule 25).

Where a claim is about means, measured minus claimed has mean 0 under it (an inequality: no more, or no less, than 0) at
every point, hence any weighted sum over the points of a run has, whatever the dependence within the run. The weights are
fixed by the claim: each point in units of the largest value claimed up to its generation, so that what decays does not
blow up its noise and what grows does not drown the rest. A claim about a step, E x(t + 1) beside E x(t), gives the
increments of the run. One about a root, or a logarithm, of means says something of the means: see `plainer`. A claim
about a quantile gives, of each point, its level less 1 where the run's value is at most what is claimed: of mean 0 if it
is right, and bounded whatever the law. One about variances, or products of means, gives a number of each pair of runs,
one about a quotient what it says once it is multiplied out: see `pairs`.

Every cell contributes one number a run. Runs of different cells with the same id are one draw; where no id is in two
cells, the first runs of all cells are taken together, then the second ones, and so on: either way the sums are
independent and of one law.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from math import inf, isfinite
from typing import Any

import numpy as np
from sympy import Expr, S

from theory.language.balls import Guarantee
from theory.language.errors import NO_BALL
from theory.language.moments import E, Prob, Quantile, Var
from theory.language.verdicts import Assumed, Decision, Verdict, worst

from .alike import places, shared
from .blocks import Statistic
from .few_runs import (
    BOUNDED,
    NORMAL,
    SKEWED,
    SYMMETRIC,
    Interval,
    bounded_interval,
    level_told,
    normal_interval,
    not_so,
    runs_needed,
    symmetric_interval,
)
from .intervals import times
from .pairs import EVERYWHERE, Drawn, Product, ends, pairing, polynomial
from .plainer import plainer
from .plan import PartPlan
from .runs import Cell
from .small_samples import FLOOR_SHARE, LEAST_BENT, bent_interval, lower_limit, mean_ball
from .ties import Both, Values, combined, lower, upper

LEAST = (
    0.5  # of the runs of the largest cell, that a cell needs to be taken along; of its runs, that a generation needs
)
UNIT = "the largest value claimed up to there"
SLACK = 2.0**-36  # of the unit: what is claimed is known to so much in floats
ROOM = 2.0**-44  # of what is added up: no value is rounded so far
SHARE = "all runs"  # what shares of them are told of


@dataclass(frozen=True)
class Term:
    """One part of a claim at one point: what it adds to the numbers of the runs.

    values: measured side minus claimed side, of each of `runs`, the numbers of runs in the cell.  size: of the claimed value.
    within: the ends between which its numbers surely lie, -oo and oo if that is not known.
    products: what is added to the mean of two runs' values, to make a number of the two.
    scale: what the numbers are in units of, in words.
    """

    values: Values
    runs: np.ndarray
    size: float
    within: Interval = EVERYWHERE
    products: Sequence[Product] = ()
    scale: str = UNIT


@dataclass
class Together:
    """The numbers of the runs, over all points of a part of a claim, one for each, or for each pair of them.

    op: of the claim, between a number's mean and 0.  points: how many were taken together.  within: as of a term.
    lost: runs that lack a generation, or a partner.  scale: what the numbers are in units of, in words.
    paired: whether a number is of two runs.
    """

    op: str
    values: Values
    points: int
    within: Interval
    lost: int
    scale: str = UNIT
    paired: bool = False

    @property
    def runs(self) -> str:
        """How many runs there are, in words."""
        count = len(self.values)
        return f"{2 * count} runs in {count} pairs" if self.paired else f"{count} runs"

    @property
    def bounded(self) -> bool:
        """Whether both ends between which a number lies are finite."""
        return all(map(isfinite, self.within))


@dataclass(frozen=True)
class Whole:
    """What the runs as wholes say of a part without an assumption, and with each."""

    decision: Decision
    guarantee: Guarantee
    assumed: list[Assumed] = field(default_factory=list)


def slope_of(plan: PartPlan) -> tuple[list[tuple[float, Any]], float, float] | None:
    """A part that is linear in means, or in a quantile: (coefficients of its statistics, what is added, the size of what is
    claimed).

    Side a minus side b is the sum of coefficient times mean, or quantile, and what is added. None for any other part.
    """
    part, values = plan.part, plan.values
    moments = part.moments_at(values)
    found = list(moments.values())
    if not all(isinstance(m, E | Prob) for m in found) and not (len(found) == 1 and isinstance(found[0], Quantile)):
        return None
    if any(len(e.statistics) != 1 for e in plan.estimands.values()):
        return None

    def number(x: Expr) -> float:
        return float(part.side(x, values, {}).mid())

    try:
        claimed = next((abs(number(x)) for x in (part.b, part.a) if not x.free_symbols & set(moments)), 0.0)
        if plan.constant is not None and plan.other is not None:
            (only,) = plan.estimands.values()
            return [(1.0, only.statistics[0])], float((plan.constant - plan.other).mid()), claimed
        gap = part.a - part.b
        slopes = {d: gap.diff(d) for d in moments}
        if any(s.free_symbols & set(moments) for s in slopes.values()):
            return None
        rest = gap.xreplace(dict.fromkeys(moments, S.Zero))
        terms = [(number(s), plan.estimands[d].statistics[0]) for d, s in slopes.items()]
        return terms, number(rest), claimed
    except NO_BALL:
        return None


def term_of(
    plan: PartPlan,
    values: Mapping[Statistic, Values],
    runs: Mapping[Statistic, np.ndarray],
    nonnegative: Collection[Statistic],
    within: Mapping[Statistic, Interval],
    spread: Mapping[Statistic, Drawn],
) -> tuple[Term, Term] | None:
    """What a part at a point adds to the numbers of the runs, and the same with the bounds that are assumed.

    nonnegative: statistics that are never below 0.  within: bounds of statistics that are assumed.  spread: what variances
    are taken of. None where the part is neither about a quantile nor a polynomial, of degree two, in means and variances.
    """
    surely = {
        s: s.bounds or ((0.0, inf) if s in nonnegative else EVERYWHERE)
        for e in plan.estimands.values()
        for s in e.statistics
    }
    if plan.constant is None:
        plan = replace(plan, part=plainer(plan.part, plan.values))
    found = slope_of(plan)
    if found is None:
        drawn = {s: Drawn(values[s], runs[s], surely[s], within.get(s, surely[s])) for s in surely}
        return _of_polynomial(plan, {**drawn, **spread})
    slopes, rest, size = found
    if slopes[0][1].kind == "quantile":
        return _of_quantile(*slopes[0], rest, values, runs)
    common = reduce(shared, (runs[s] for _, s in slopes))
    x = combined([(c, values[s][places(common, runs[s])]) for c, s in slopes])
    x = Both(x.low + rest, x.high + rest) if isinstance(x, Both) else x + rest

    def between(of: Mapping[Statistic, Interval]) -> Interval:
        return _sum([(rest, rest), *(ends(c, of[s]) for c, s in slopes)])

    return Term(x, common, size, between(surely)), Term(x, common, size, between({**surely, **within}))


def _sum(of: Sequence[Interval]) -> Interval:
    """Ends of a sum, with room for what floats round in its values."""
    low, high = (
        sum(x) + sign * ROOM * sum(map(abs, x)) for sign, x in zip((-1, 1), zip(*of, strict=True), strict=True)
    )
    return low, high


def _of_polynomial(plan: PartPlan, drawn: Mapping[Statistic, Drawn]) -> tuple[Term, Term] | None:
    """Of a part that says what a polynomial in means and variances is against 0.

    drawn: the values of what means are of, by their statistics, and of what variances are of, by the first of theirs.
    """
    form = polynomial(plan.part, plan.values) if plan.constant is None else None
    if form is None:
        return None
    of = {d: drawn[plan.estimands[d].statistics[0]] for d in plan.part.moments}
    common = reduce(shared, (x.runs for x in of.values()))
    low = high = np.full(len(common), form.rest)
    products, surely, assumed = [], [(form.rest, form.rest)], [(form.rest, form.rest)]
    for d, c in form.slopes.items():
        x = of[d]
        if isinstance(plan.part.moments[d], Var):
            products.append(Product(c, x.at(common), None))
            within = ends(c, x.surely, None), ends(c, x.assumed, None)
        else:
            a, b = times((np.float64(c), np.float64(c)), x.at(common))
            low, high, within = low + a, high + b, (ends(c, x.surely), ends(c, x.assumed))
        surely.append(within[0])
        assumed.append(within[1])
    for (d, e), c in form.products.items():
        x, y = of[d], of[e]
        products.append(Product(c, x.at(common), y.at(common)))
        surely.append(ends(c, x.surely, y.surely))
        assumed.append(ends(c, x.assumed, y.assumed))
    told = Term(Both(low, high), common, form.size, _sum(surely), products)
    return told, replace(told, within=_sum(assumed))


def _of_quantile(
    slope: float, s: Statistic, rest: float, values: Mapping[Statistic, Values], runs: Mapping[Statistic, np.ndarray]
) -> tuple[Term, Term] | None:
    """Of a part that says what slope times a quantile, and the rest, are against 0: the level less 1 where the run is below.

    At an atom the claimed value may be the quantile though more is below it, or less: that is a width of the number.
    """
    if slope == 0:
        return None
    claimed, x = -rest / slope, values[s]
    room = SLACK * max(1.0, abs(claimed))
    low = s.level - (lower(x) <= claimed + room)
    high = s.level - (upper(x) < claimed - room)
    within = s.level - 1, s.level
    if slope < 0:
        low, high, within = -high, -low, (-within[1], -within[0])
    told = Term(low if np.array_equal(low, high) else Both(low, high), runs[s], 1.0, within, scale=SHARE)
    return told, told


def together(
    op: str, terms: Mapping[int, Sequence[Term]], cells: Sequence[Cell], unit: float, named: str
) -> Together | None:
    """The numbers of the runs from the terms of each cell, by increasing generation; None where there is no run.

    unit: of what is claimed to be 0 everywhere, `named` so.
    """
    found = {c: _in_cell(ts, cells[c], unit) for c, ts in terms.items()}
    most = max((len(x.runs) for x in found.values()), default=0)
    kept = {c: x for c, x in found.items() if len(x.runs) >= max(1, LEAST * most)}
    if not kept:
        return None
    paired = _paired({c: cells[c].runs[x.runs] for c, x in kept.items()})
    share, count = 1 / len(kept), len(next(iter(paired.values())))
    low, high = (np.sum([share * f(x.values)[paired[c]] for c, x in kept.items()], axis=0) for f in (lower, upper))
    products = [p.chosen(paired[c], share) for c, x in kept.items() for p in x.products]
    if products:
        i, j = pairing(count)
        if not len(i):
            return None
        added = [p.of(i, j) for p in products]
        low, high = (
            np.sum([(x[i] + x[j]) / 2, *more], axis=0)
            for x, *more in ((low, *(a for a, _ in added)), (high, *(b for _, b in added)))
        )
        count = 2 * len(i)
    lost = sum(len(cells[c].rows) for c in terms) - count * len(kept)
    values: Any = low if np.array_equal(low, high) else Both(low, high)
    scale = next((x.scale for ts in terms.values() for x in ts if x.size > 0), named)
    within = _sum([ends(share, x.within) for x in kept.values()])
    return Together(op, values, sum(x.points for x in kept.values()), within, lost, scale, bool(products))


@dataclass(frozen=True)
class _Cellful:
    """The numbers of one cell, of the runs that have all its generations; the others as of `Term` and `Together`."""

    runs: np.ndarray
    values: Values
    points: int
    within: Interval = EVERYWHERE
    products: Sequence[Product] = ()


def _in_cell(terms: Sequence[Term], cell: Cell, unit: float) -> _Cellful:
    """Of the terms at the points of a cell. A generation that fewer than half of the runs have is left out."""
    terms = [x for x in terms if len(x.runs) >= LEAST * len(cell.rows)]
    if not terms:
        return _Cellful(np.zeros(0, int), np.zeros(0), 0)
    runs = reduce(shared, (x.runs for x in terms))
    sizes = np.maximum.accumulate([x.size for x in terms])
    first = next((s for s in sizes if s > 0), unit)
    weights = 1 / np.where(sizes > 0, sizes, first) / len(terms)
    weighed = list(zip(map(float, weights), terms, strict=True))
    low, high = (reduce(np.add, (w * f(x.values)[places(runs, x.runs)] for w, x in weighed)) for f in (lower, upper))
    products = [p.chosen(places(runs, x.runs), w) for w, x in weighed for p in x.products]
    within = _sum([ends(w, x.within) for w, x in weighed])
    return _Cellful(runs, low if np.array_equal(low, high) else Both(low, high), len(terms), within, products)


def _paired(ids: Mapping[int, np.ndarray]) -> dict[int, np.ndarray]:
    """Of every cell the places of its runs that are taken together with those of the others, in the same order."""
    everywhere = np.concatenate(list(ids.values()))
    if len(np.unique(everywhere)) == len(everywhere):  # no id is in two cells
        count = min(map(len, ids.values()))
        return {c: np.arange(count) for c in ids}
    common = next(iter(ids.values()))
    for x in ids.values():
        common = np.intersect1d(common, x)
    return {c: np.array([int(np.flatnonzero(x == i)[0]) for i in common], int) for c, x in ids.items()}


# ---- deciding -------------------------------------------------------------------------------------------------------


def decide_whole(x: Together, known: Interval | None, told: str, errors: Mapping[str, float]) -> Whole:
    """What the numbers of the runs say, without an assumption and with each.

    known: bounds that are assumed, with `told` in words; None where there are none.
    errors: what may be spent without an assumption, "whole", and with each: "bounded", "skewed", "symmetric", "normal".
    """
    guarantee = Guarantee.FINITE_SAMPLE
    if x.bounded:
        interval, note = _of_both(x.values, lambda v: bounded_interval(v, *x.within, errors["whole"])), ""
    else:
        interval, guarantee, note = _free(x, errors["whole"])
    verdict = _verdict(x.op, interval)
    decision = Decision(
        verdict, _margin(x.op, interval), _width(interval), x.scale, note if verdict != Verdict.REFUTED else ""
    )
    assumed = []
    if known is not None and not x.bounded:
        ends = _of_both(x.values, lambda v: bounded_interval(v, *known, errors["bounded"]))
        assumed.append(_assumed(f"{BOUNDED}: {told}", x.op, ends, errors["bounded"], ""))
    if not x.bounded:
        if decision.verdict != Verdict.REFUTED and len(x.values) >= LEAST_BENT:
            bent = [bent_interval(f(x.values), errors["skewed"]) for f in (lower, upper)]
            (ends, why), (others, why_not) = bent
            assumed.append(_assumed(SKEWED, x.op, (ends[0], others[1]), errors["skewed"], "", why or why_not))
        floor, roof = x.within
        wrong = next(
            (w for v in (lower(x.values), upper(x.values)) if (w := not_so(v, floor) or not_so(-v, -roof))), ""
        )
        ends = _of_both(x.values, lambda v: symmetric_interval(v, errors["symmetric"]))
        note = level_told(len(x.values), errors["symmetric"])
        assumed.append(_assumed(SYMMETRIC, x.op, ends, errors["symmetric"], note, wrong))
        ends = _of_both(x.values, lambda v: normal_interval(v, errors["normal"]))
        assumed.append(_assumed(NORMAL, x.op, ends, errors["normal"], _would_do(x, errors["normal"]), wrong))
    if x.paired:
        decision = replace(decision, note=_of_pairs(decision.note))
        assumed = [replace(a, note=_of_pairs(a.note)) for a in assumed]
    return Whole(decision, guarantee, assumed)


def _of_pairs(note: str) -> str:
    """What is told of runs, of pairs of them."""
    return re.sub(r"\bruns\b", "pairs of runs", note)


def _free(x: Together, error: float) -> tuple[Interval, Guarantee, str]:
    """Without an assumption: by the bent interval, nominal; from below, where there is a floor, at any tail."""
    floor = x.within[0]
    floored = isfinite(floor)
    share = (1 - FLOOR_SHARE) * error if floored else error
    balls = [mean_ball(f(x.values), share).ball for f in (lower, upper)]
    note = balls[0].note or balls[1].note
    interval = -inf, inf
    if not note:
        interval = float(balls[0].value.lower()), float(balls[1].value.upper())
    if floored and _verdict(x.op, interval) != Verdict.REFUTED:
        bottom = floor + lower_limit(np.maximum(lower(x.values) - floor, 0.0), FLOOR_SHARE * error)
        bottom -= 2.0**-40 * max(1.0, abs(floor))
        if _verdict(x.op, (bottom, inf)) == Verdict.REFUTED:
            return (bottom, inf), Guarantee.FINITE_SAMPLE, ""
    return interval, Guarantee.ASYMPTOTIC, note


def _of_both(values: Values, interval: Any) -> Interval:
    """From the lower end of the lower readings to the upper end of the upper ones."""
    if not isinstance(values, Both):
        return interval(values)
    return interval(values.low)[0], interval(values.high)[1]


def _verdict(op: str, interval: Interval) -> Verdict:
    low, high = interval
    above, below = low > SLACK, high < -SLACK
    wrong = {"==": above or below, "<=": above, "<": above, ">=": below, ">": below}[op]
    return Verdict.REFUTED if wrong else Verdict.UNDECIDED


def _margin(op: str, interval: Interval) -> Interval | None:
    low, high = interval
    if low == -inf and high == inf:
        return None
    return (-high, -low) if op in ("<=", "<") else (low, high)


def _width(interval: Interval) -> float | None:
    return interval[1] - interval[0] if isfinite(interval[1] - interval[0]) else None


def _assumed(assumption: str, op: str, interval: Interval, error: float, note: str, wrong: str = "") -> Assumed:
    """wrong: why what is assumed is visibly not so."""
    verdict = _verdict(op, interval)
    if wrong:
        return Assumed(assumption, Verdict.UNDECIDED, None, error, wrong)
    return Assumed(assumption, verdict, _margin(op, interval), error, note if verdict != Verdict.REFUTED else "")


def _would_do(x: Together, error: float) -> str:
    """How many runs would refute it, if mean and spread stay as they are."""
    middle = lower(x.values) / 2 + upper(x.values) / 2
    if len(middle) < 2:
        return "fewer than two runs"
    mean, sd = float(np.mean(middle)), float(np.std(middle, ddof=1))
    right = {"==": False, "<=": mean <= 0, "<": mean <= 0, ">=": mean >= 0, ">": mean >= 0}[x.op]
    if right:
        return "nothing contradicts it"
    needed = runs_needed(abs(mean), sd, error)
    if needed is None:
        return "a mean that is off as measured would take more than a million runs to be told"
    return f"a mean that is off as measured would take about {max(needed, 2)} runs to be told"


def worst_of(found: Sequence[Whole]) -> tuple[Whole, list[Assumed]]:
    """The part that decides, and of every assumption what is worst over the parts."""
    verdict = worst(x.decision.verdict for x in found)
    shown = next(x for x in found if x.decision.verdict == verdict)
    kinds: dict[str, list[Assumed]] = {}
    for x in found:
        for a in x.assumed:
            kinds.setdefault(a.assumption, []).append(a)
    assumed = []
    for of_kind in kinds.values():
        worse = worst(a.verdict for a in of_kind)
        assumed.append(next(a for a in of_kind if a.verdict == worse))
    return shown, assumed
