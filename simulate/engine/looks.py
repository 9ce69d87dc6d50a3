"""Points at which measured runs are looked at: the values there, and what these say if they are normal or were handed over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf

import numpy as np
from flint import arb

from theory.language.balls import Ball, Guarantee
from theory.language.claims import Point
from theory.language.verdicts import (
    ABSOLUTE,
    Decision,
    Verdict,
)

from .blocks import Statistic
from .estimate import binomial_ball, quantile_ranks
from .few_runs import NORMAL, normal_interval, variance_interval
from .pairs import Drawn
from .plan import PartPlan
from .runs import Cell
from .small_samples import Measurement
from .ties import Both, Values, lower, upper

SHOWN = 0.05  # the error of an interval that is there to be looked at
SAME = 3  # runs that begin with the same number were handed it


@dataclass
class Look:
    """One point of the grid: how its parts are estimated and from which values; or the reason why it is left out.

    undefined: whether that is since the claim has no value there: then it is undecided.  refuted: by what the claim's loop is
    handed, where nothing is random.
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
    undefined: bool = False
    refuted: Decision | None = None


def handed(s: Statistic, x: Values, error: float, whole: bool = False) -> Measurement | None:
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
    alone = of_constant(x)
    ball = replace(alone.ball, guarantee=Guarantee.ASYMPTOTIC, replicates=len(x), error=error)
    return replace(alone, ball=ball, tail="the same in all of them")


def of_claims_scale(d: Decision) -> Decision:
    """Few runs tell no scale of their own: where the claim has none, a resolution is a number of what units, and no support."""
    if d.verdict == Verdict.SUPPORTED and d.scale == ABSOLUTE and not d.strict:
        return replace(d, verdict=Verdict.UNDECIDED, note="the claim has no scale: say scale= beside it")
    return d


def ball_of_ends(low: float, high: float) -> arb:
    """The ball from one number to another; where one of them is infinite, the ball that says nothing."""
    return arb(low).union(arb(high)) if np.isfinite(high - low) else arb(0, inf)


def if_normal(look: Look, error: float) -> dict[Statistic, arb]:
    """Balls for the statistics of a point, if the values are normal: of the two that make a variance, it and 0."""
    balls = {}
    for s, x in look.values.items():
        if s in look.random and s in look.spread:
            of = look.spread[s].values
            balls[s] = ball_of_ends(*variance_interval(lower(of), upper(of), error))
        elif s in look.spread or s in look.firsts:
            balls[s] = arb(0)
        elif s in look.random:
            balls[s] = ball_of_ends(normal_interval(lower(x), error)[0], normal_interval(upper(x), error)[1])
        else:
            balls[s] = of_constant(x).ball.value
    return balls


def looked_at(s: Statistic, x: Values) -> tuple[float, float, float, str]:
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


def of_constant(x: Values) -> Measurement:
    """Nothing has been drawn at generation 0: a constant, up to the rounding of its evaluation."""
    if isinstance(x, Both):
        return Measurement(Ball(arb(x.low[0]).union(arb(x.high[0])), source="data"), open=x.open)
    return Measurement(Ball(arb(x[0], 2.0**-45 * abs(x[0])), source="data"))
