"""What the figures show: each claim followed along one axis, with bands from the blocks that its verdicts come from.

A simulation's streams do not depend on what is read off it, so a figure asks the suite's own simulations for a few more
generations or statistics (`extra`), and no finding changes by it. Bands are pointwise confidence intervals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from math import inf, isfinite, nan, sqrt
from pathlib import Path
from typing import Any

import numpy as np
from flint import arb
from sympy import Basic, Expr, Integer, Rational, S, Symbol, sympify

from simulate.engine.blocks import BLOCK, Runner, Statistic
from simulate.engine.dispatch import certain, estimand
from simulate.engine.estimate import DELTA_GATE, Sums, pareto_k, tail_share
from simulate.engine.plan import PILOT_GATE, PartPlan, PointPlan, ball_of, linear_form, prospect, recentre
from simulate.engine.refits import WITHOUT_DRAWS
from theory.language.balls import Guarantee
from theory.language.claims import Claim, Point, latex_of
from theory.language.domains import Integers, Points
from theory.language.errors import BadInput, CannotTell, described, nearest
from theory.language.moments import Prob, Tends
from theory.language.numbers import exact_number
from theory.language.text import file_name
from theory.proof.prepared import Part, ShapePart, prepare

from .figure_words import plain, plain_or, told_value, told_values, with_formula
from .figures import Curve, Trajectory, figure
from .replay import value_of
from .written import written

ERROR = 1e-3  # of a band at one value of the axis
BLOCKS = 4  # of 8,192 replicates
SECONDS, MOST_SECONDS = 0.15, 0.3  # of simulation, for one claim: aimed at, and at most
CHOSEN_SECONDS = 3.0  # at most, for a figure that somebody asks for
FIXED = 60.0  # nanoseconds a path: reducing the values of a statistic to sums
MOST, FEWEST = 18, 8  # values on the axis
MOST_CURVES = 4
HORIZONS = (100, 30)  # generations: the longer one where it is cheap and has estimators
LONGEST = 30  # letters beside an axis
COVERED = 2 / 3  # of the values have estimators, or a shorter axis is tried
TRIED = 6  # points
Z = 3.3  # half-width of a band in standard errors

FAILURES = (CannotTell, BadInput, ArithmeticError)


# ---- plans ----------------------------------------------------------------------------------------------------------


@dataclass
class Row:
    """One curve: a side that is estimated, and what the claim compares it with (either may be absent).

    ways: at each value of the axis the ways to estimate the side, the chosen one first; none where nothing can.
    math: the label with its formulas between dollars.
    """

    label: str
    relation: str
    theory: np.ndarray | None
    ways: list[list[PartPlan]] = field(default_factory=list)
    math: str = ""


@dataclass
class FigurePlan:
    """One claim at one point along one axis.

    axis: what the abscissa is, in words.  others: the point's other variables.  peaks: where on it a curve is said to turn:
        one place for all curves, or one for each.
    listed: whether the axis lists cases, without an order.  upright: what the curves are, if their labels do not say it.
    legible: share of the axis at which the pilot expects an interval.  reason: why there is no figure.
    chosen: whether somebody has chosen the point or the axis, which then stay.
    math: axis and other variables with their formulas between dollars.
    """

    claim: Claim
    point: Point
    axis: str = ""
    others: str = ""
    grid: Sequence[float] = ()
    rows: list[Row] = field(default_factory=list)
    peaks: tuple[float, ...] = ()
    listed: bool = False
    upright: str = ""
    blocks: int = BLOCKS
    legible: float = 1.0
    reason: str = ""
    math: str = ""
    chosen: bool = False

    @property
    def statistics(self) -> list[Statistic]:
        """Of the chosen ways."""
        return list(dict.fromkeys(s for r in self.rows for ways in r.ways if ways for s in ways[0].statistics))

    @property
    def all_statistics(self) -> list[Statistic]:
        """The statistics of all its curves, each once."""
        return list(dict.fromkeys(s for r in self.rows for ways in r.ways for w in ways for s in w.statistics))

    @property
    def coverage(self) -> float:
        """Share of the axis at which something can be estimated."""
        measured = [r.ways for r in self.rows if r.ways]
        return float(np.mean([[bool(w) for w in ways] for ways in measured])) if measured else 0.0

    def seconds(self) -> float:
        """Cost of the simulation, at fixed nanoseconds."""
        return _cost(self.statistics) * self.blocks * BLOCK * 1e-9


@dataclass
class FigurePlans:
    """The figures of a suite. `pilot`, then run what is in `extra`, then `trajectories` or `write`.

    runner: the one that `pilot` was called with.
    """

    plans: list[FigurePlan]
    runner: Runner | None = None

    @property
    def reasons(self) -> dict[str, str]:
        """Claims without a figure, and why."""
        return {p.claim.id: p.reason for p in self.plans if p.reason}

    def pilot(self, runner: Runner) -> None:
        """Run the pilots; another point for a claim whose tails are too heavy along most of the axis."""
        self.runner = runner
        _settle(self.plans, runner)
        for i, p in enumerate(self.plans):
            if not p.reason and not p.chosen and p.legible < COVERED:
                other = _plan(p.claim, p.point.number)
                _settle([other], runner)
                if not other.reason and other.legible > p.legible:
                    self.plans[i] = other

    def extra(self) -> list[tuple[Statistic, int]]:
        """The statistics that the figures want, each with the number of first blocks."""
        return [(s, p.blocks) for p in self.plans if not p.reason for s in p.statistics]

    def trajectories(self, runner: Runner) -> list[Trajectory]:
        """What the figures show; blocks that have not been run yet are run now."""
        if runner is not self.runner:
            self.pilot(runner)
        _intact(self.plans, runner)
        runner.run((w for s, blocks in self.extra() for w in runner.want(s, 0, blocks)), go_on=True)
        _intact(self.plans, runner)
        drawn = []
        for p in self.plans:
            if not p.reason and _shows(t := _trajectory(p, runner)):
                drawn.append(t)
            else:
                p.reason = p.reason or "no side of it is known at two values, and none is estimated"
        return drawn

    def write(self, runner: Runner, folder: str | Path) -> list[Trajectory]:
        """Write <folder>/<claim id>.png for every claim that has a figure; returns what they show."""
        drawn = self.trajectories(runner)
        for t in drawn:
            figure(t, Path(folder) / file_name(f"{t.claim}.png"))
        return drawn


@dataclass(frozen=True)
class Chosen:
    """What is to be seen of a claim: along which variable, from where to where, at which values of the others, as text.

    x, low, high: "" as the claim suggests.  log: whether the values along the axis are apart by factors.
    """

    x: str = ""
    low: str = ""
    high: str = ""
    at: Mapping[str, str] = field(default_factory=dict)
    log: bool = False


def plan(claims: Iterable[Claim], chosen: Chosen | None = None) -> FigurePlans:
    """For every claim one point, one axis, and what to estimate along it; `chosen`: by whoever looks at it.

    A value that is chosen belongs to the claims that have its variable. Raises `BadInput` for one that no claim has, and for
    an axis that a claim does not have.
    """
    claims = list(claims)
    if chosen is None:
        return FigurePlans([_plan(c) for c in claims])
    names = dict.fromkeys(name for c in claims for name in c.domain)
    for name in chosen.at:
        if name not in names:
            said = f"{claims[0].id} has no" if len(claims) == 1 else f"none of the {len(claims)} claims has a"
            raise BadInput(f"{said} variable {name!r}{nearest(name, list(names))}")
    return FigurePlans([_plan_chosen(c, chosen) for c in claims])


def _plan_chosen(claim: Claim, chosen: Chosen) -> FigurePlan:
    if chosen.x and chosen.x not in claim.domain:
        raise BadInput(f"{claim.id} has no variable {chosen.x!r}{nearest(chosen.x, list(claim.domain))}")
    if chosen.x in chosen.at:
        raise BadInput(f"{chosen.x} is what is drawn along: it has no one value")
    try:
        at = {name: value_of(claim, name, text) for name, text in chosen.at.items() if name in claim.domain}
        values = ({**p.values, **at} for p in claim.points(4 * TRIED, TRIED))
        point = next((Point(1, v, "chosen") for v in values if claim.admits(v)), None)
        if point is None:
            raise BadInput(f"no values of its other variables were found that its domain has at {told_values(at)}")
        axis = _chosen_axis(claim, point, chosen) if chosen.x else _axis(claim, point)
    except BadInput as problem:
        raise BadInput(f"{claim.id}: {problem}") from None
    try:
        found = _along(claim, point, axis) if chosen.x else _turning(claim, point) or _along(claim, point, axis)
    except FAILURES as error:
        return FigurePlan(claim, point, reason=str(error))
    found.chosen = True
    return _afford(found, CHOSEN_SECONDS)


def _chosen_axis(claim: Claim, point: Point, chosen: Chosen) -> _Axis:
    """Values of the variable from end to end, those that its domain has."""
    name = chosen.x
    domain = claim.domain[name]
    if isinstance(domain, Points):
        if chosen.low or chosen.high:
            raise BadInput(f"{name} is one of {', '.join(map(told_value, domain.listed))}: it has no range")
        return _listed(name, domain, point)
    whole = isinstance(domain, Integers)
    low = exact_number(chosen.low, fractions=True) if chosen.low else domain.lo if domain.lo.is_finite else Integer(0)
    wide = low + (100 if whole else 10)
    high = exact_number(chosen.high, fractions=True) if chosen.high else min(domain.hi, wide)
    if not low < high:
        raise BadInput(f"{name} from {low} to {high}: the range is empty")
    if chosen.log and not high > 0:
        raise BadInput(f"{name} from {low} to {high}: a log axis needs values above 0")
    values = [x for x in _spaced(low, high, whole, chosen.log) if domain.contains(x)]
    places = [{**point.values, name: x} for x in values]
    places = [place for place in places if claim.admits(place)]
    if len(places) < 2:
        raise BadInput(f"{name} from {low} to {high}: fewer than two values there are in its domain, {domain}")
    title = {"t": "generation t", "n": "sample size n"}.get(name, name)
    return _Axis(name, title, [int(p[name]) if whole else float(p[name]) for p in places], places)


def _spaced(low: Expr, high: Expr, whole: bool, log: bool) -> list[Any]:
    """`MOST` values from end to end, or fewer: evenly, or by factors."""
    steps = [Rational(i, MOST - 1) for i in range(MOST)]
    if log:
        first = float(low) if low > 0 else 1.0 if whole else float(high) / 1000
        between = [first * (float(high) / first) ** float(s) for s in steps[1:-1]]
        ends = [low if low > 0 else Rational(f"{first:.4g}"), high]
        values = [ends[0], *(Rational(f"{x:.4g}") for x in between), ends[1]]
    else:
        values = [low + (high - low) * s for s in steps]
    return sorted({Integer(round(x)) for x in values}) if whole else values


def _listed(name: str, domain: Points, point: Point) -> _Axis:
    title = f"{name}: " + ", ".join(f"{i} is {told_value(v)}" for i, v in enumerate(domain.listed, 1))
    places = [{**point.values, name: v} for v in domain.listed]
    return _Axis(name, title, [*range(1, len(places) + 1)], places)


def _plan(claim: Claim, after: int = 0) -> FigurePlan:
    """The first point beyond number `after` at which most of an axis can be estimated, else the best one."""
    best: FigurePlan | None = None
    reason = ""
    points = claim.points(notable=TRIED, drawn=0)
    for point in points[after:]:
        try:
            p = _turning(claim, point) or _along(claim, point, _axis(claim, point))
        except FAILURES as error:
            reason = reason or str(error)
            continue
        if best is None or p.coverage > best.coverage:
            best = p
        if best.coverage >= COVERED:
            break
    return _afford(best) if best else FigurePlan(claim, points[0], reason=reason or "no further point")


def _intact(plans: Iterable[FigurePlan], runner: Runner) -> list[FigurePlan]:
    """The plans without those that need a simulation that raised: their reason is what it raised."""
    for p in plans:
        if not p.reason and (failure := runner.failure(p.all_statistics)):
            p.reason = described(failure)
    return [p for p in plans if not p.reason]


def _settle(plans: Iterable[FigurePlan], runner: Runner) -> None:
    """What pilots settle: the shift of variances, and the way to estimate where there are two."""
    plans = [p for p in plans if not p.reason]
    for again in (False, True):
        runner.pilot((s for p in plans for s in p.all_statistics), go_on=True)
        plans = _intact(plans, runner)
        for p in plans if not again else ():
            recentre(PointPlan(p.claim, p.point, [w for r in p.rows for ways in r.ways for w in ways]), runner)
    for p in plans:
        heavy = []
        for ways in (ways for r in p.rows for ways in r.ways if ways):
            if len(ways) > 1:
                ways.sort(key=lambda w: (_heavy(w, runner, p.blocks), _width(w, runner, p.blocks)))
            heavy.append(_heavy(ways[0], runner, p.blocks))
        p.legible = 1 - float(np.mean(heavy)) if heavy else 0.0


def _cost(statistics: Iterable[Statistic]) -> float:
    """Nanoseconds a path."""
    longest: dict[Any, int] = {}
    total = 0.0
    for s in statistics:
        longest[s.simulation] = max(longest.get(s.simulation, 0), *s.times)
        total += s.nanoseconds + FIXED
    return total + sum(sim.cost(t) for sim, t in longest.items())


def _afford(p: FigurePlan, most: float = MOST_SECONDS) -> FigurePlan:
    """The plan with fewer blocks, and without the dearest values, until it is cheap."""
    while p.seconds() > most and p.blocks > 1:
        p.blocks //= 2
    while p.seconds() > most:
        dearest = max(
            range(len(p.grid)),
            key=lambda i: _cost([s for r in p.rows if r.ways and r.ways[i] for s in r.ways[i][0].statistics]),
        )
        for r in p.rows:
            if r.ways:
                r.ways[dearest] = []
    return p


# ---- axes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Axis:
    """What is varied: `name`, a variable, or "" for the bound variable of a shape; `grid` its values as numbers."""

    name: str
    title: str
    grid: list[Any]
    places: list[dict[str, Any]]
    peak: int | None = None


def _vary(claim: Claim, point: Point, name: str, title: str, grid: Iterable[int], peak: int | None = None) -> _Axis:
    both = [(v, {**point.values, name: Integer(v)}) for v in grid]
    both = [(v, place) for v, place in both if claim.admits({k: x for k, x in place.items() if k})]
    return _Axis(name, title, [v for v, _ in both], [place for _, place in both], peak)


def _axis(claim: Claim, point: Point) -> _Axis:
    """The claim's variable t, else the bound variable of its shape, else n, else its cases."""
    shapes = [p.at(point.values).shape for p in prepare(claim, point.values).parts if isinstance(p, ShapePart)]
    if "t" in claim.symbols:
        lo, hi = claim.domain["t"].lo, claim.domain["t"].hi
        horizons = (*(h if h > lo else lo + h for h in HORIZONS), point.values["t"])
        tops = [min(h, hi) for h in horizons if min(h, hi) >= 10 or h == horizons[-2]]
        return _timed(claim, point, "t", "generation t", int(lo), [int(h) for h in dict.fromkeys(tops)])
    if shapes:
        t, a, b = shapes[0].limits
        peak = round(float(shapes[0].peak))
        title = f"generation {t}" if str(t) == "t" else str(t)
        return _timed(claim, point, "", title, int(a), [int(min(b, 4 * peak + 4))], peak)
    if isinstance(claim.domain.get("n"), Integers):
        lo, hi = int(claim.domain["n"].lo), int(min(claim.domain["n"].hi, 100))
        grid = sorted({round(lo * (hi / lo) ** (i / 13)) for i in range(14)})
        return _vary(claim, point, "n", "sample size n", grid)
    for name, domain in claim.domain.items():
        if isinstance(domain, Points):
            return _listed(name, domain, point)
    raise CannotTell("no variable to draw it along")


def _timed(
    claim: Claim, point: Point, name: str, title: str, lo: int, tops: list[int], peak: int | None = None
) -> _Axis:
    """Up to the first of `tops` that is cheap and has estimators, judged by one generation at two thirds of it."""
    top, count = tops[-1], MOST
    for top in tops:
        probe = {**point.values, name: Integer(lo + 2 * (top - lo) // 3)}
        ways = [_ways(s.measured, probe) for s in _sides(claim, probe) if s.measured is not None]
        statistics = {s for w in ways if w for s in w[0].statistics}
        paths = sum(sim.nanoseconds * top for sim in {s.simulation for s in statistics})
        each = sum(s.nanoseconds + FIXED for s in statistics)
        each += sum(
            sim.start for sim in {s.simulation for s in statistics} if not sim.nanoseconds
        )  # drawn anew for each
        count = int((SECONDS * 1e9 / BLOCKS / BLOCK - paths) / each) if each else MOST
        if all(ways) and count >= min(FEWEST, top - lo + 1):
            break
    telling = {
        int(point.values.get(name, lo)),
        *([] if peak is None else [peak]),
    }  # what the claim, or the verdict at the point, is about
    grid = {*_integers(lo, top, min(MOST, max(count, FEWEST)) - 1), *(t for t in telling if t <= top)}
    return _vary(claim, point, name, title, sorted(grid), peak)


def _integers(lo: int, hi: int, count: int) -> list[int]:
    """At most `count` of lo .. hi, denser where things begin."""
    return sorted(
        {lo + round((hi - lo) * (i / (count - 1)) ** 1.5) for i in range(count)}
        if hi - lo >= count
        else range(lo, hi + 1)
    )


def _math_axis(axis: _Axis, others: dict[str, Any]) -> str:
    """ "generation $t$   ($n = 10$)": the title of an axis with its formulas between dollars; "" where one is no number."""
    if not axis.name or not all(isinstance(v, Basic | int | float) for v in others.values()):
        return ""
    symbol = f"${latex_of(Symbol(axis.name))}$"
    title = f"{axis.title.removesuffix(axis.name)}{symbol}" if axis.title.endswith(axis.name) else axis.title
    rest = ", ".join(f"${latex_of(Symbol(k))} = {latex_of(sympify(v))}$" for k, v in others.items())
    return f"{title}   ({rest})" if rest else title


# ---- rows -----------------------------------------------------------------------------------------------------------


@dataclass
class _Side:
    """What a row is at one value of the axis: `measured` and `theory` are sides without and with a closed form."""

    label: str
    relation: str
    measured: Part | None
    theory: Part | None
    math: str = ""


def _along(claim: Claim, point: Point, axis: _Axis) -> FigurePlan:
    """The plan along one axis. Raises what stands in the way where there is nothing to draw."""
    same = axis.name in claim.symbols  # else cases, or the times of a shape, have sides of their own
    sides = [_sides(claim, axis.places[0])] * len(axis.places) if same else [_sides(claim, p) for p in axis.places]
    if len({len(s) for s in sides}) > 1:
        raise CannotTell("its sides are not the same ones all along the axis")
    rows = []
    for along in zip(*sides, strict=True):  # in some cases a side may have moments, in others a closed form
        first, pairs = along[0], list(zip(along, axis.places, strict=True))
        formulas = any(s.theory is not None for s in along)
        theory = np.array([_exact(s.theory, place) for s, place in pairs]) if formulas else None
        row = Row(first.label, first.relation, theory, math=first.math)
        if (simulated := next((s.measured for s in along[::-1] if s.measured is not None), None)) is not None:
            row.ways = [_ways(s.measured, place) for s, place in pairs]
            if theory is not None and not np.isfinite(theory).any():
                raise CannotTell(f"{first.label} is infinite")
            if not any(row.ways):
                _terms(simulated, axis.places[-1])  # raises the reason
        rows.append(row)
    rest = {k: v for k, v in point.values.items() if k != axis.name}
    others = told_values(rest)
    listed = isinstance(claim.domain.get(axis.name), Points)
    peaks = () if axis.peak is None else (axis.peak,)
    math = "" if listed else _math_axis(axis, rest)
    return FigurePlan(claim, point, axis.title, others, axis.grid, rows, peaks, listed, math=math)


def _turning(claim: Claim, point: Point) -> FigurePlan | None:
    """A claim that is one shape over something else than generations: a curve for each case, at one value of the rest."""
    parts = prepare(claim, point.values).parts
    if len(parts) != 1 or not isinstance(parts[0], ShapePart) or str(parts[0].shape.bound) == "t":
        return None
    name = [*claim.cases[0]][-1] if claim.cases and claim.cases[0] else None  # the variable that is listed last
    same = {k: v for k, v in point.values.items() if k != name}
    values = [{**same, **case} for case in claim.cases or [{}] if all(same.get(k, v) == v for k, v in case.items())]
    shapes = []
    for one in values[:MOST_CURVES]:
        part = prepare(claim, one).parts[0]
        assert isinstance(part, ShapePart)
        shapes.append((part.at(one), one))
    peaks = tuple(float(s.shape.peak) for s, _ in shapes)
    _, a, b = shapes[0][0].shape.limits
    grid = _integers(int(a), int(min(b, 4 * max(peaks) + 4)), MOST)
    rows = [_turning_row(s, one, told_values({} if name is None else {name: one[name]}), grid) for s, one in shapes]
    told = written(claim)
    meaning = told.words.get(told.quantity.partition("(")[0], "").rstrip(".")  # of a function that the claim calls
    upright = next((x for x in (meaning, told.quantity) if 0 < len(x) <= LONGEST), "")
    plan = FigurePlan(
        claim, point, str(shapes[0][0].shape.bound), told_values(same), grid, rows, peaks, upright=upright
    )
    if not any(r.theory is not None or any(r.ways) for r in rows):
        raise CannotTell("nothing to draw of it")
    return plan


def _turning_row(part: ShapePart, values: dict[str, Any], label: str, grid: Sequence[int]) -> Row:
    """The function of one case: in balls, and simulated where it has moments."""
    sides = []
    for x in grid:
        at = {part.shape.bound: Integer(x)}
        moments = {d: m.xreplace(at) for d, m in part.moments.items()}
        sides.append(Part(part.claim, part.case, part.number, "==", part.f.xreplace(at), S.Zero, moments, part.shape))
    row = Row(label, "==", np.array([_in_balls(side) for side in sides]))
    if part.moments and part.whole:
        row.ways = [_ways(side, values) for side in sides]
    return row


def _in_balls(side: Part) -> float:
    from theory.proof.enclose import value

    try:
        return float(side.side(side.a, {}, {d: value(m).value for d, m in side.moments.items()}).mid())
    except FAILURES:
        return nan


def _sides(claim: Claim, values: dict[str, Any]) -> list[_Side]:
    """The rows of a claim: each side that has moments once, and what it is compared with."""
    out: list[_Side] = []
    seen = set()

    def measured(part: Part, side: Expr, label: str, of: Basic, theory: Part | None = None, op: str = "==") -> None:
        key: Any = side.xreplace(dict(part.moments))
        if key not in seen:
            seen.add(key)
            out.append(_Side(label, op, _only(part, side), theory, with_formula("", of, label)))

    for part in prepare(claim, {k: v for k, v in values.items() if k}).parts:
        if isinstance(part, ShapePart):
            at = {part.shape.bound: Integer(values[""])}
            moments = {d: m.xreplace(at) for d, m in part.moments.items()}
            part = Part(claim, part.case, part.number, "==", part.f.xreplace(at), S.Zero, moments, part.shape)
            measured(part, part.a, plain(part.original.args[0]), part.original.args[0])
            continue
        a, b, (left, right) = part.a, part.b, part.original.args
        relation = part.op
        if part.rate is not None:  # |f - limit| <= rate: f, the limit, and its surroundings
            shape = next(s for s in claim.relation(part.case).atoms(Tends) if s.rate == part.rate[0])
            if relation == ">=" and shape.limit == 0 and isinstance(shape.function, Prob):
                continue  # a probability is not negative
            a, b, left = a + shape.limit, b + shape.limit, shape.function
            if relation == "<=" and shape.limit != 0:
                measured(part, a, plain(left), left)
                label = plain_or("limit ", shape.limit, "limit")
                out.append(
                    _Side(label, "==", None, _only(part, shape.limit), with_formula("limit ", shape.limit, label))
                )
            right = shape.rate if shape.limit == 0 else shape.limit + (shape.rate if relation == "<=" else -shape.rate)
        moments = set(part.moments)
        if not moments & a.free_symbols:
            relation = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(relation, relation)
            a, b, left, right = b, a, right, left
        if moments & b.free_symbols:
            measured(part, a, plain(left) if claim.symbols.keys() & {"t", "n"} else "left-hand side", left)
            label = plain(right) if claim.symbols.keys() & {"t", "n"} else "right-hand side"
            measured(part, b, label, right, op=relation)
        elif relation == "==":
            measured(part, a, plain(left), left, _only(part, b))
        else:
            measured(part, a, plain(left), left)
            kind = "upper bound" if relation[0] == "<" else "lower bound"
            label = plain_or(f"{kind} ", right, kind)
            out.append(_Side(label, relation, None, _only(part, b), with_formula(f"{kind} ", right, label)))
    return out


def _only(part: Part, side: Expr) -> Part:
    """The part with one side and 0."""
    return replace(part, a=side, b=S.Zero, moments={d: m for d, m in part.moments.items() if d in side.free_symbols})


def _exact(part: Part | None, values: dict[str, Any]) -> float:
    """A side without moments as a number; nan where it has none, or is none."""
    if part is None:
        return nan
    try:
        return float(part.side(part.a, values, {}).mid())
    except FAILURES:
        return nan


def _terms(part: Part, values: dict[str, Any]) -> PartPlan:
    if part.a.is_infinite:
        raise CannotTell("infinite mean: a sample mean is always finite")
    moments = part.moments_at(values)
    if moments and all(map(certain, moments.values())):
        raise CannotTell(f"nothing to draw: {WITHOUT_DRAWS}")
    return PartPlan(part, values, {d: estimand(m) for d, m in moments.items()})


def _ways(part: Part | None, values: dict[str, Any]) -> list[PartPlan]:
    """The ways to estimate a side: moment by moment, or a combination of moments as one; none of a side without moments."""
    ways: list[PartPlan] = []
    if part is None:
        return ways
    with suppress(*FAILURES):
        ways.append(_terms(part, values))
    with suppress(*FAILURES):
        if linear := linear_form(part, values):
            constant, combination, other = linear
            ways.append(PartPlan(part, values, {0: estimand(combination)}, constant, other))
    return ways


# ---- bands ----------------------------------------------------------------------------------------------------------


def _heavy(way: PartPlan, runner: Runner, blocks: int) -> bool:
    """Whether the pilot's tail is too heavy for an interval."""
    for s in way.statistics:
        pilot = runner.pilots[s]
        if s.kind == "mean" and not s.bounds and isinstance(pilot, Sums):
            if s.skewness is None and pareto_k(np.sort(pilot.top)[-64:]) > PILOT_GATE:
                return True
            if tail_share(ERROR, prospect(s, runner).skewness, blocks * BLOCK)[1] > DELTA_GATE:
                return True
    return False


def _width(way: PartPlan, runner: Runner, blocks: int) -> float:
    """Predicted width of the band, settled before anything counted is drawn."""
    balls = {}
    for s in way.statistics:
        p = prospect(s, runner)
        balls[s] = arb(p.mean, Z * p.sd / sqrt(blocks * BLOCK)) if isfinite(p.mean) and isfinite(p.sd) else arb(0, inf)
    interval = _interval(way, balls)
    return inf if interval is None else interval[1] - interval[0]


def _interval(way: PartPlan, balls: dict[Statistic, arb]) -> tuple[float, float] | None:
    try:
        value = way.sides(balls)[0]
    except FAILURES:
        return None
    low, high = float(value.lower()), float(value.upper())
    return (low, high) if isfinite(low) and isfinite(high) else None


def _band(way: PartPlan, runner: Runner, blocks: int) -> tuple[float, float, bool] | None:
    """(low, high, whether nothing is random): holds with probability 1 - ERROR. None where an interval is refused."""
    statistics = list(dict.fromkeys(way.statistics))
    balls, rigorous = {}, True
    for s in statistics:
        balls[s], guarantee, note = ball_of(s, runner, 0, blocks, ERROR / len(statistics))
        if note:
            return None
        rigorous &= guarantee == Guarantee.RIGOROUS
    interval = _interval(way, balls)
    return None if interval is None else (*interval, rigorous)


def _shows(t: Trajectory) -> bool:
    """Whether some side is estimated, or known at two values and more."""
    known = [(c.theory, 2) for c in t.curves] + [(c.middle, 1) for c in t.curves]
    return any(x is not None and np.isfinite(x).sum() >= least for x, least in known)


def _trajectory(p: FigurePlan, runner: Runner) -> Trajectory:
    curves, level = [], None
    for r in p.rows:
        bands = [_band(ways[0], runner, p.blocks) if ways else None for ways in r.ways]
        low, high = (np.array([nan if b is None else b[i] for b in bands]) for i in (0, 1))
        theory = r.theory
        if theory is None and not p.listed and bands and all(b is not None and b[2] for b in bands):
            theory, bands = (low + high) / 2, []  # nothing random anywhere: a number that the simulation knows exactly
        if not any(b is not None for b in bands):
            if theory is not None:
                curves.append(Curve(r.label, np.array(p.grid), theory, relation=r.relation, math=r.math))
            continue
        level = 1 - ERROR
        curves.append(Curve(r.label, np.array(p.grid), theory, low, high, (low + high) / 2, r.relation, r.math))
    return Trajectory(
        p.claim.id,
        p.claim.statement,
        curves,
        p.blocks * BLOCK if level else 0,
        level,
        f"{p.axis}   ({p.others})" if p.others else p.axis,
        p.peaks,
        upright=p.upright,
        math=p.math,
    )


__all__ = ["Chosen", "FigurePlan", "FigurePlans", "plan"]
