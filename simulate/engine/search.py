"""The hunt: Hypothesis over a claim's domain for values that violate it, shrunk to the smallest (rule 24).

Screening spends no error probability and refutes nothing by simulation: it looks at few replicates on streams of its
own, always the same at one point, so that Hypothesis sees a function. What it finds is confirmed elsewhere on fresh ones.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from fractions import Fraction
from functools import cache
from math import isnan
from pathlib import Path
from typing import Any

from flint import arb
from sympy import Integer, Rational, ceiling, floor, sympify

from theory.language.claims import Claim, Point
from theory.language.domains import Integers
from theory.language.errors import NO_VALUE, OutOfTime, Tie
from theory.language.programs import ProgramFailed
from theory.language.verdicts import HUNTED, LARGER, Decision, Verdict
from theory.proof.arithmetic.atoms import AtAtom
from theory.proof.enclose import Limited, decision
from theory.proof.existence import Undefined
from theory.proof.prepared import Part, ShapePart, prepare

from .blocks import Runner, Statistic
from .plan import PointPlan, ball_of, least_cost, plan_point, recentre
from .trails import Seen

SCREEN = 2_000  # the batch of the screening streams; never merged with a counted one
SCREEN_ERROR = 1e-3  # per point: a false candidate costs a confirmation, nothing else
SCREEN_SECONDS = 0.1  # per point
BLURRED = 1.0  # a margin that is known no better, relative to its scale, tells nothing of how near a violation is
WIDE = 400  # integers are tried up to this far above their lower end
READABLE = 20  # denominators up to this are left as they are

Score = Callable[[Mapping[str, Any]], float | None]


def look_in_balls(claim: Claim, values: Mapping[str, Any]) -> Seen:
    """A look at a joint value, in balls. Raises `CannotTell` where a moment has no enclosure."""
    return from_decisions(values, [(p, decision(p, values, 0.01)) for p in prepare(claim, values).parts])


def from_decisions(values: Mapping[str, Any], decided: Sequence[tuple[Part | ShapePart, Decision]]) -> Seen:
    """What the decisions about the parts of a claim say of it."""
    worst = max(
        (1.0 if d.verdict == Verdict.REFUTED else -1.0) if isinstance(p, ShapePart) else violation(p.op, d)
        for p, d in decided
    )
    looks = [_seen(values, worst, p, d) for p, d in decided if not isinstance(p, ShapePart) and p.op != "=="]
    nearest = min((x for x in looks if x.margin is not None), key=lambda x: x.margin or 0.0, default=None)
    blurred = nearest is None or (not nearest.absolute and nearest.radius > BLURRED / 2)
    return Seen(values, worst) if nearest is None or blurred else nearest


def _seen(values: Mapping[str, Any], worst: float, part: Part, d: Decision) -> Seen:
    """How far an inequality is from failing; of one with 0 for a side in its own units, for relative to itself all is at 1."""
    if not d.margin or d.resolution is None:
        return Seen(values, worst)
    if 0 in (part.a, part.b) and d.unit is not None and d.scale == LARGER and d.resolution <= BLURRED:
        return Seen(values, worst, _middle(d) * d.unit, d.resolution * d.unit / 2, absolute=True)
    return Seen(values, worst, _middle(d), d.resolution / 2, d.unit)


def _middle(d: Decision) -> float:
    low, high = d.margin or (0.0, 0.0)
    return (low + high) / 2


TOUCH = 1e-300  # of two sides that are equal where a strict inequality is claimed


def violation(op: str, d: Decision) -> float:
    """By how much a decision's margin lies on the wrong side, surely; below 0 where it may not."""
    if d.margin is None or d.resolution is None:
        return 1.0 if d.verdict == Verdict.REFUTED else -1.0
    middle = _middle(d)
    beyond = (abs(middle) if op == "==" else -middle) - d.resolution / 2
    return max(beyond, TOUCH) if d.verdict == Verdict.REFUTED else beyond


class Screen:
    """The score of a claim at a joint value: in balls where there are some, else from a few simulated blocks.

    limit: of the time of one look in balls; nothing is told where it takes longer.
    """

    def __init__(self, claim: Claim, runner: Runner | None, limit: Limited = nullcontext):
        self.claim, self.runner, self.limit = claim, runner, limit
        self.undefined: list[Mapping[str, Any]] = []  # joint values at which a side has no value, or none that is told

    def __call__(self, values: Mapping[str, Any]) -> float | None:
        """None where neither witness can say anything."""
        there = self.look(values)
        return None if there is None else there.violation

    def look(self, values: Mapping[str, Any]) -> Seen | None:
        """The same with the margin."""
        try:
            with self.limit():
                return look_in_balls(self.claim, values)
        except OutOfTime:
            return None
        except (Undefined, AtAtom, Tie):
            self.undefined.append(values)
            return None
        except NO_VALUE:
            pass
        if self.runner is None:
            return None
        try:
            return self.simulated(self.runner, values)
        except ProgramFailed:  # a mistake in a user's program is to be told
            raise
        except NO_VALUE:
            return None

    def simulated(self, runner: Runner, values: Mapping[str, Any]) -> Seen | None:
        """The score from a few blocks; None where nothing of it can be simulated, or only slowly."""
        plans = plan_point(self.claim, Point(1, values, HUNTED))
        plan = next((p for p in reversed(plans) if not p.reason), None)  # the paired one, where there is one: sharper
        if plan is None or (cost := least_cost(plan)) > 2 * SCREEN_SECONDS:
            return None
        runner.pilot(plan.statistics)
        recentre(plan, runner)
        runner.pilot(plan.statistics)
        blocks = int(min(max(SCREEN_SECONDS / cost, 1), 16))
        runner.run(w for s in plan.statistics for w in runner.want(s, SCREEN, blocks))
        return self._score(runner, plan, blocks)

    def _score(self, runner: Runner, plan: PointPlan, blocks: int) -> Seen:
        balls: dict[Statistic, arb] = {}
        for s in plan.statistics:
            balls[s], _, note = ball_of(s, runner, SCREEN, blocks, SCREEN_ERROR / len(plan.statistics))
            if note:
                return Seen(plan.point.values, -float("inf"))  # a gate failed: nothing is seen
        return from_decisions(plan.point.values, [(p.part, p.decide(balls, 1.0, {})) for p in plan.parts])


class _End(BaseException):
    """Ends a hunt at once: Hypothesis passes on what is no `Exception`."""


@cache
def _of_the_user_alone() -> None:
    """Hypothesis draws numbers that stand in the modules which are not installed: a user's, and none of this project's.

    To read these takes two seconds where the project is installed from a checkout, and hunts would draw others there.
    """
    from hypothesis.internal.conjecture import providers

    if hasattr(providers, "is_local_module_file"):
        is_local, ours = providers.is_local_module_file, str(Path(__file__).parents[2])
        own = tuple(os.path.join(ours, name, "") for name in ("theory", "simulate", "reports"))
        providers.is_local_module_file = cache(lambda path: not path.startswith(own) and is_local(path))


def hunt(
    claim: Claim, score: Score, seconds: float, most: int = 400, avoid: set | None = None
) -> dict[str, Any] | None:
    """The smallest joint value found at which the score is above 0, or None.

    seconds: after this no new value is tried.  most: values generated before shrinking.  avoid: values (as tuples, in
    the order of the claim's variables) that do not count, candidates that were not confirmed.
    """
    from hypothesis import HealthCheck, Phase, Verbosity, given, reject, settings, target
    from hypothesis import strategies as st
    from hypothesis.errors import Flaky, Unsatisfiable

    _of_the_user_alone()
    last = time.monotonic() + seconds
    deadline = last - 0.1 * seconds  # the rest is for rounder numbers
    known: dict[tuple, float | None] = {}
    found: list[dict[str, Any]] = []
    names = list(claim.domain)

    class Violated(Exception):
        pass

    def tick() -> None:
        """At every attempt: Hypothesis may go on for minutes with values that are known, or that no domain contains."""
        if time.monotonic() > deadline:
            raise _End

    @settings(
        max_examples=most,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large),
        phases=(Phase.generate, Phase.target, Phase.shrink),
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
    )
    @given(st.builds(tick), strategy(claim))
    def look(_, values: dict[str, Any]) -> None:
        key = tuple(values[n] for n in names)
        if key not in known:
            try:
                known[key] = score(values) if claim.admits(values) else None
            except Exception as problem:  # not for Hypothesis to shrink
                raise _End from problem
        s = known[key]
        if s is None or isnan(s) or key in (avoid or ()):
            reject()
        assert s is not None
        target(max(min(s, 1e6), -1e6))
        if s > 0:
            found.append(values)
            raise Violated

    try:
        look()
    except (Violated, Unsatisfiable, Flaky):
        pass
    except _End as end:
        if end.__cause__ is not None:
            raise end.__cause__ from None
    if not found:
        return None

    def violated(values: dict[str, Any]) -> bool:
        if tuple(values[n] for n in names) in (avoid or ()) or time.monotonic() > last or not claim.admits(values):
            return False
        return (score(values) or 0) > 0

    return rounder(claim, violated, found[-1])  # Hypothesis replays the smallest one last


def shrunk(
    claim: Claim,
    violated: Callable[[dict[str, Any]], bool],
    values: Mapping[str, Any],
    kept: Collection[str] = (),
) -> dict[str, Any]:
    """A smaller joint value at which the claim fails too: integers by bisection towards their plain end, then `rounder`.

    kept: variables that stay as they are.
    """
    values = dict(values)
    for _ in range(2):  # what one variable has given up may let another go further
        for name in claim.symbols:
            domain = claim.domain[name]
            if not isinstance(domain, Integers):
                continue
            low = domain.lo if domain.lo.is_finite else min(Integer(0), domain.hi)
            if values[name] == low:
                continue
            if violated(there := {**values, name: low}):
                values = there
                continue
            while abs(values[name] - low) > 1:  # it holds at `low`, and fails at the value
                middle = Integer((values[name] + low) // 2)
                if violated(there := {**values, name: middle}):
                    values = there
                else:
                    low = middle
    return rounder(claim, violated, values, kept)


def rounder(
    claim: Claim, violated: Callable[[dict[str, Any]], bool], values: dict[str, Any], kept: Collection[str] = ()
) -> dict[str, Any]:
    """Real values that are hard to read, one after another, as the plainest number at which the claim still fails."""
    for name in claim.symbols:
        x, domain = values[name], claim.domain[name]
        if name in kept or not x.is_Rational or x.q <= READABLE:
            continue
        near = (Fraction(int(x.p), int(x.q)).limit_denominator(q) for q in (1, 2, 3, 4, 5, 10, READABLE, 50, 100))
        inward = (Rational(n, q) for q in (10, 100, 1000) for n in (floor(x * q), ceiling(x * q)))  # 99/100 beside 1
        plain = {*domain.firsts(), *(Rational(y.numerator, y.denominator) for y in near), *inward}
        for y in sorted((y for y in plain if domain.contains(y)), key=_digits):
            if _digits(y) < _digits(x) and violated(there := {**values, name: y}):
                values = there
                break
    return values


def strategy(claim: Claim):
    """Joint values: a domain's own first values, simplest first, then any."""
    from hypothesis import strategies as st

    one = {}
    for name, domain in claim.domain.items():
        if name not in claim.symbols:
            continue
        if isinstance(domain, Integers) and domain.lo.is_finite:
            lo = int(domain.lo)
            hi = lo + WIDE if not domain.hi.is_finite else min(int(domain.hi), lo + WIDE)
            near = st.integers(lo, min(hi, lo + 12))
            one[name] = (near | st.integers(lo, hi)).map(Integer)
        else:
            one[name] = st.sampled_from(sorted(domain.firsts(), key=_digits)) | domain.strategy()
    cases = st.sampled_from(claim.cases or [{}])
    joint = st.fixed_dictionaries(one)
    return st.tuples(cases, joint).map(lambda pair: {n: {**pair[0], **pair[1]}[n] for n in claim.domain})


def burden(values: Mapping[str, Any]) -> int:
    """How many digits there are to read in a joint value."""
    return sum(len(str(abs(x.p))) + (x.q > 1) * len(str(x.q)) for x in map(sympify, values.values()) if x.is_Rational)


def _digits(x) -> tuple:
    """How much there is to read in a number: of counterexamples the plainest is shown."""
    return (int(x.q), abs(int(x.p)), int(x.p)) if x.is_Rational else (10**9, 0, 0)
