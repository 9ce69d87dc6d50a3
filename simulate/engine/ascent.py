"""The ascent: from the tightest points of a claim towards a violation, into corners, and outward while the margin shrinks.

Screening, like the hunt by Hypothesis beside it (rules 24 and 33): it spends no error probability and refutes nothing by
itself. It looks at margins: of an inequality the distance from failing, relative to its scale. Real variables move on
logarithmic scales by a pattern search, integers by doubling, halving and steps of 1. How much it looks at is a number of
evaluations; the clock only ends it early.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from math import isfinite
from typing import Any

from sympy import And, Eq, Integer, Rational, oo

from theory.language.claims import Claim
from theory.language.domains import Integers, Reals, Share
from theory.language.errors import CannotTell, OutOfTime
from theory.language.moments import Limit
from theory.proof.reach import outermost

from .trails import Seen, falling, kept, shrinking, steady

EVALUATIONS = 600  # of one ascent, all climbs together
CLIMB = 90  # of one climb
STARTS = 4  # climbs, from the tightest points that differ
CORNERS = 96  # joint values of the coarse look at ends and corners
CLIMB_EACH = 30  # of one climb, for each variable
PAIRED = 4  # variables that move two at once, too; more of them go on together where each has helped
STEPS = (2.0, 1.0, 0.5, 0.25, 0.1, 0.02, 0.004)  # of the pattern search
FALLEN = 0.95  # a margin below so much of what it was at the start of a climb falls
FINE = 0.05  # steps that are shorter are added to a value as it is: on its domain's scale they may be rounded away
FINEST = (0.001, 0.0002)  # further steps, in claims of one or two variables,
FURTHER = 60  # and looks for them
PLAIN = (12, 100, 1000)  # the largest denominators of plainer numbers beside a tight place,
CLOSE = Rational(1, 100)  # which are at most so far from it, relative to it
BESIDE = (4, 8, 12, 16, 24)  # doublings by which the neighbours of a place where the sides meet are nearer than an end
CLOSE_BY, MET = (8,), 12  # before all climbs only so near, beside so many places
DOUBLINGS = 14  # outward beyond the far side,
AT_LEAST = 3  # so many of them even where the margin does not shrink
BACK = 4  # halvings inward, where it cannot be followed outward
NEAR = 1000  # an open end of an interval is approached from a distance of 1/1000 (rule 33),
SQUARED = 6  # squared so many times: to 1e-96; and where there is no end, outward to 1e96
CLOSED = 1e-9  # a margin below it at that end closes there, as most do
PUSHES = 12  # bisections towards an end that a side condition cuts off


@dataclass(frozen=True)
class Fading:
    """A margin that still shrank where the ascent could not go on along a variable, outward or towards an end."""

    name: str
    seen: Seen
    end: Any = oo

    @property
    def note(self) -> str:
        """It in a sentence: where the margin still shrinks, and how large it is there."""
        value, margin = self.seen.values[self.name], self.seen.margin or 0.0
        margin = f"{margin:.2g}" if self.seen.absolute else f"{100 * margin:.3g} %"
        if self.end.is_infinite:
            return f"the margin still shrinks at {self.name} = {value}, as far out as was looked: it is {margin} there"
        off = f"{float(abs(value - self.end)):.0e} off"
        return f"the margin still shrinks as {self.name} comes near {self.end}: it is {margin} {off}"


Look = Callable[[Mapping[str, Any]], Seen | None]


class _Spent(Exception):
    """The evaluations, or the time, are used up."""


@dataclass
class Ascent:
    """What an ascent has seen: `violated` (the first violation met), the `tightest` point, and margins that are `fading`."""

    claim: Claim
    look: Look
    ended: Callable[[], bool] = lambda: False
    most: int = EVALUATIONS
    known: dict[tuple, Seen | None] = field(default_factory=dict)
    fading: list[Fading] = field(default_factory=list)
    closing: dict[tuple, bool] = field(default_factory=dict)  # whether it is seen to hold, far out along a variable
    cut: bool = False  # the clock has ended it
    around: bool = False  # it has been at its starts, outward, towards the ends and in the corners
    approached: bool = False  # without balls: it has been near the open ends
    falling: bool = False  # a climb is under way on which the margin falls, or none has begun
    patience: float = float("inf")  # seconds of computing: beyond two looks that took longer none has larger integers
    slow: list[Mapping[str, Any]] = field(default_factory=list)
    doubted: list[Mapping[str, Any]] = field(default_factory=list)  # where one look was slow, and none beyond it so far
    skipped: bool = False  # whether others were left out for that
    in_balls: bool = True  # then values may be as near to an end, and as far out, as one likes
    limit: Callable[[], AbstractContextManager] = nullcontext  # on the time of a look that far out
    rest: Callable[[], AbstractContextManager] = nullcontext  # on that of any look: what is left of the ascent's
    far: set[tuple] = field(default_factory=set)  # joint values that were looked at there
    late: dict[tuple[Any, ...], tuple[int, Mapping[str, Any]]] = field(
        default_factory=dict
    )  # looks towards ends that took too long
    near: Callable[[], AbstractContextManager] = nullcontext  # on the time of a look towards an end
    unseen: list[tuple[str, Any, Mapping[str, Any]]] = field(
        default_factory=list
    )  # (variable, its end, joint value) where nothing is told of a limit, which may jump on the way to that end

    # ---- looking ----

    def at(self, values: Mapping[str, Any], limit: Callable[[], AbstractContextManager] | None = None) -> Seen | None:
        """A look at a joint value; None where the claim does not admit it or nothing can be told.

        Raises `OutOfTime` where it takes longer than a limit of its own.
        """
        values = self._brought_back(values)
        key = tuple(values[n] for n in self.claim.domain)
        if key not in self.known:
            if self.ended():
                self.cut = True
                raise _Spent
            if sum(x is not None for x in self.known.values()) >= self.most:
                raise _Spent
            try:
                with (limit or self.rest)():
                    self.known[key] = self._timed(values) if self.admits(values) else None
            except OutOfTime:
                if limit is not None and not self.ended():
                    raise
                self.cut = True
                raise _Spent from None
        seen = self.known[key]
        if seen is not None and seen.violation > 0:
            raise _Violated(seen)
        return seen

    def _brought_back(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """A joint value, or where the side condition has an equation that it misses, one beside it that meets it: by one variable
        in which the equation is linear."""
        for gap in self._equations:
            at = {s: values[n] for n, s in self.claim.symbols.items()}
            if gap.xreplace(at).is_zero:
                continue
            for n, s in reversed(self.claim.symbols.items()):
                line = gap.xreplace({other: x for other, x in at.items() if other != s})
                slope = line.diff(s)
                there = {**values, n: values[n] - line.xreplace(at) / slope} if slope.is_Rational and slope else values
                if there is not values and self.admits(there):
                    return there
        return values

    @cached_property
    def _equations(self) -> list[Any]:
        """The differences that the side condition says are 0, where it can be read in symbols and no variable is listed."""
        if any(self.claim.cases):
            return []
        try:
            condition = self.claim.condition({})
        except CannotTell:
            return []
        return [e.lhs - e.rhs for e in And.make_args(condition) if isinstance(e, Eq)]

    def _timed(self, values: Mapping[str, Any]) -> Seen | None:
        whole = [n for n in self.claim.symbols if isinstance(self.claim.domain[n], Integers)]

        def beyond(places: list[Mapping[str, Any]]) -> bool:
            return bool(whole) and any(all(abs(values[n]) >= abs(s[n]) for n in whole) for s in places)

        if beyond(self.slow):
            self.skipped = True
            return None
        start = time.process_time()  # a busy machine makes nothing slow
        seen = self.look(values)
        if time.process_time() - start > self.patience:  # the first such look may have compiled what later ones use
            (self.slow if beyond(self.doubted) else self.doubted).append(values)
        return seen

    def admits(self, values: Mapping[str, Any]) -> bool:
        """Whether a joint value lies in the domain and meets the side condition; not if that has no value there."""
        try:
            inside = all(self.claim.domain[n].contains(values[n]) for n in self.claim.symbols)
            return inside and self.claim.admits(values)
        except (ArithmeticError, TypeError, ValueError):
            return False

    @property
    def with_margin(self) -> list[Seen]:
        """All that has a margin, the tightest first."""
        found = [x for x in self.known.values() if x is not None and x.margin is not None and isfinite(x.margin)]
        return sorted(found, key=lambda x: x.margin or 0.0)

    # ---- the order ----

    def run(
        self, starts: Iterable[Mapping[str, Any]], meeting: Iterable[Mapping[str, Any]] = ()
    ) -> Mapping[str, Any] | None:
        """The first violation met, or None: at these points, where the sides are told to be `meeting`, outward, in the
        corners, far out, uphill, and outward from there."""
        starts = list(starts)
        try:
            for values in starts:
                self.at(values)
            if not self.in_balls:  # looks are few: these come first
                self._near_the_ends()
            for values in meeting:
                self.at(values)
            self._outward()
            self._to_the_ends()
            for values in self._corners(starts):
                self.at(values)
            self.around, self.falling = True, bool(self.with_margin)
            for place in self.touched[:MET]:  # near it margins are ratios of what is 0 there
                self._beside(place, CLOSE_BY)
            self._far_out()
            for start in self._apart(sorted(self.with_margin, key=_touches)):  # what touches comes no closer
                self._climb(start)
                self._rounded(self.with_margin[0])
            for place in self._apart(self.touched):
                self._beside(place)
            self._outward()
        except _Violated as found:
            return found.seen.values
        except _Spent:
            self.around |= not self.cut  # all the looks that an ascent has
            return None if self.cut else self._last()
        return None

    def _last(self) -> Mapping[str, Any] | None:
        """The violation at a plainer number beside the tightest place, where a climb has used up all looks."""
        self.most += len(PLAIN)
        try:
            for place in self.with_margin[:1]:
                self._rounded(place)
        except _Violated as found:
            return found.seen.values
        except _Spent:
            pass
        return None

    @property
    def touched(self) -> list[Seen]:
        """Places where the sides are not told apart."""
        return [x for x in self.with_margin if _touches(x)]

    @property
    def apart(self) -> list[Seen]:
        """The tightest points, of different cases or far apart."""
        return self._apart(self.with_margin)

    def _apart(self, tightest: list[Seen]) -> list[Seen]:
        out: list[Seen] = []
        for x in tightest:
            if len(out) == STARTS:
                break
            if all(self._distance(x, y) > 2 for y in out):
                out.append(x)
        return out

    def _distance(self, x: Seen, y: Seen) -> float:
        if any(x.values[n] != y.values[n] for n in self.claim.domain if n not in self.claim.symbols):
            return float("inf")
        places = ((self.claim.domain[n], n) for n in self.claim.symbols)
        return max((abs(d.coordinate(x.values[n]) - d.coordinate(y.values[n])) for d, n in places), default=0.0)

    # ---- corners ----

    def _corners(self, starts: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """Every variable at an end or in the middle, all together; where that is not admitted, as far as the claim goes."""
        names = list(self.claim.symbols)
        if not starts or not names:
            return
        bases = list({tuple(v[n] for n in self.claim.domain if n not in names): v for v in reversed(starts)}.values())
        places = [_places(self.claim.domain[n], len(names)) for n in names]
        joints = sorted(product(*places), key=lambda j: sum(not outer for _, outer in j))
        room = max(CORNERS // len(bases), 8)
        for base in bases:
            for joint in joints[:room]:
                target = {n: v for n, (v, _) in zip(names, joint, strict=True)}
                if self.admits(whole := {**base, **target}):
                    yield whole
                    continue
                for order in (names, names[::-1]):
                    values = dict(base)
                    for n in order:
                        values[n] = self._pushed(values, n, target[n])
                    yield values

    def _pushed(self, values: Mapping[str, Any], name: str, target):
        """The value of one variable as near to a target as the claim admits beside the others'."""

        def admits(value) -> bool:
            return self.admits({**values, name: value})

        domain = self.claim.domain[name]
        return target if admits(target) else outermost(domain, values[name], target, admits, PUSHES)

    # ---- uphill ----

    def _climb(self, start: Seen) -> None:
        """A pattern search for the smallest margin: one variable, then two at once, steps halved where none helps."""
        few = len(self.claim.symbols) <= 2
        best, left = start, max(CLIMB, CLIMB_EACH * len(self.claim.symbols)) + FURTHER * few
        for size in (*STEPS, *FINEST) if few else STEPS:
            moved = True
            while moved and left > 0:
                moved, before = False, best
                for direction in self._directions():
                    step = size
                    while left > 0:  # on in a direction that helps, faster and faster
                        values = self._moved(best.values, direction, step)
                        if values is None:
                            break
                        left -= 1
                        if (there := self._tighter(values, best)) is None:
                            break
                        best, moved, step = there, True, min(2 * step, 4.0)
                self.falling = (best.margin or 0.0) < FALLEN * (start.margin or 0.0)
                while left > 0 and (values := self._onward(before, best)) is not None:
                    left -= 1
                    if (there := self._tighter(values, best)) is None:
                        break
                    before, best = best, there
        self.falling = False

    def _rounded(self, place: Seen) -> None:
        """Beside a tight place, at numbers that are plainer: sides that meet at 1/3 do at no number near it."""
        for most in PLAIN:
            values = dict(place.values)
            for name in self.claim.symbols:
                x, domain = values[name], self.claim.domain[name]
                if isinstance(domain, Reals) and x.is_Rational:
                    plain = Rational(Fraction(int(x.p), int(x.q)).limit_denominator(most))
                    near = abs(plain - x) <= CLOSE * max(abs(x), CLOSE)
                    values[name] = plain if near and domain.contains(plain) else x
            self.at(values)

    def _tighter(self, values: Mapping[str, Any], than: Seen) -> Seen | None:
        """The look at a joint value, where the margin is surely smaller."""
        there = self.at(values)
        if there is None or there.margin is None or not there.margin < (than.margin or 0.0) - there.radius:
            return None
        return there

    def _onward(self, before: Seen, best: Seen) -> dict[str, Any] | None:
        """As far again, in all variables that have helped one after another; None where that is one, or is not admitted."""
        moved = [n for n in self.claim.symbols if best.values[n] != before.values[n]]
        if len(moved) < 2:
            return None
        out = dict(best.values)
        for n in moved:
            domain = self.claim.domain[n]
            old, new = (domain.coordinate(x.values[n]) for x in (before, best))
            value = domain.at(2 * new - old)
            if value is None or not domain.contains(value) or self._beyond(n, value):
                return None
            out[n] = value
        return out if self.admits(out) else None

    def _directions(self) -> Iterator[dict[str, int]]:
        names = list(self.claim.symbols)
        for n in names:
            yield {n: 1}
            yield {n: -1}
        for m, n in combinations(names, 2) if len(names) <= PAIRED else ():
            for s, t in product((1, -1), repeat=2):
                yield {m: s, n: t}

    def _moved(self, values: Mapping[str, Any], direction: Mapping[str, int], step: float) -> dict[str, Any] | None:
        """A joint value a step away; None where it is no other one, or not admitted."""
        out = dict(values)
        for n, sign in direction.items():
            domain = self.claim.domain[n]
            if isinstance(domain, Integers):
                doubled = domain.at(domain.coordinate(values[n]) + sign * min(step, 1.0))
                one = values[n] + sign
                value = doubled if step >= 0.25 and doubled != values[n] else one
            elif step >= FINE:
                value = domain.at(domain.coordinate(values[n]) + sign * step)
            else:
                value = values[n] + sign * _room(domain, values[n]) * Rational(f"{step:.3g}")
            if value is None or value == values[n] or not domain.contains(value) or self._beyond(n, value):
                return None
            out[n] = value
        return out if self.admits(out) else None

    def _beyond(self, name: str, value) -> bool:
        """Whether a value lies further out than the claim is followed to."""
        low, high = (abs(x) for x in self.claim.domain[name].ends)
        return bool(abs(value) > max(low, high) * 2**DOUBLINGS)

    def _beside(self, place: Seen, nearer: Iterable[int] = BESIDE) -> None:
        """Where the sides meet, a bound that crosses there is false on one side of it only, and by little."""
        for name in self.claim.symbols:
            if not isinstance(domain := self.claim.domain[name], Reals):
                continue
            x = place.values[name]
            for doublings, sign in product(nearer, (1, -1)):
                near = x + sign * _room(domain, x) / Integer(2) ** doublings
                self.at({**place.values, name: near})

    # ---- outward ----

    def _outward(self) -> None:
        """Along every unbounded direction by doubling, from the tightest points, as long as the margin shrinks."""
        for way in self._ways():
            for base in self._bases(way[0]):
                if any(f.name == way[0][0] for f in self.fading):
                    break
                if (fading := self._followed(base, way)) is not None:
                    self.fading.append(fading)

    def _ways(self) -> list[tuple[tuple[str, int], ...]]:
        """Every unbounded direction, and all together where each variable has one."""
        sides = [(n, sign) for n in self.claim.symbols for sign in (1, -1) if self._unbounded(n, sign)]
        together = [tuple(sides)] if len({n for n, _ in sides}) == len(sides) > 1 else []
        return [*(((n, s),) for n, s in sides), *together]

    def _far_out(self) -> None:
        """Along every unbounded direction by squares, beside the tightest points: what holds at 1e8 may fail at 1e27.

        A violation is all that is looked for: how a margin shrinks is told of nearer values. A look that takes too long ends
        its way.
        """
        for way in self._ways() if self.in_balls else ():
            for base, j in product(self._bases(way[0]), range(1, SQUARED)):
                there = {n: _off(self.claim.domain[n], sign, Integer(NEAR) ** (2**j)) for n, sign in way}
                if not self._looked_at_far_out({**base.values, **there}):
                    break

    def _looked_at_far_out(self, values: Mapping[str, Any]) -> bool:
        """Whether a look there was over in time. It is no start for a climb, and not among the tightest points."""
        values = self._brought_back(values)
        key = tuple(values[n] for n in self.claim.domain)
        if key in self.far or key in self.known or not self.admits(values):
            return True
        if self.ended():
            self.cut = True
            raise _Spent
        self.far.add(key)
        try:
            with self.limit():
                seen = self._timed(values)
        except OutOfTime:
            self.slow.append(values)
            return False
        if seen is not None and seen.violation > 0:
            raise _Violated(seen)
        return True

    def _to_the_ends(self) -> None:
        """Towards every open end of an interval, beside the tightest points: what holds at 1/1000 may fail at 1e-24.

        Then towards those ends together near which it was tighter, each by itself: towards a corner.
        """
        if not self.in_balls:
            return
        closer: dict[str, Any] = {}
        for name, sign in product(self.claim.symbols, (1, -1)):
            if (end := self._open_end(name, sign)) is None:
                continue
            for base in self._bases((name, sign)):
                if any(f.name == name and f.end == end for f in self.fading):
                    break
                margins = self._approached(base, {name: end})
                if margins and (margins[-1].margin or 0.0) < (base.margin or 0.0) - margins[-1].radius:
                    closer[name] = end
                closed = not margins or (margins[-1].margin or 0.0) < CLOSED
                if len(margins) < SQUARED or closed or self._declared(((name, sign),), end):
                    continue
                if shrinking(margins):
                    self.fading.append(Fading(name, margins[-1], end))
        if len(closer) > 1:
            for base in self.apart[:2]:
                self._approached(base, closer)

    def _near_the_ends(self) -> None:
        """Towards every open end of an interval by tenths, as far as the planned points: without balls nothing is told of what is
        nearer, so that a margin must not fall on there."""
        for name, sign in product(self.claim.symbols, (1, -1)) if self.with_margin else ():
            if (end := self._open_end(name, sign)) is None or self._declared(((name, sign),), end):
                continue
            domain = self.claim.domain[name]
            width = domain.hi - domain.lo if domain.bounded else Integer(1)
            places = [end - sign * width / 10**j for j in (1, 2)] + [domain.ends[sign > 0]]
            for base in self._bases((name, sign)):
                found = (self.at({**base.values, name: x}) for x in places)
                trail = [x for x in found if x is not None and x.margin is not None]
                if len(trail) == len(places) and (shrinking(trail) or falling(trail)):
                    self.fading.append(Fading(name, trail[-1], end))
                    break
        self.approached = True

    def _approached(self, base: Seen, ends: Mapping[str, Any]) -> list[Seen]:
        """The looks that have a margin on a way to these ends, other variables being as they are: by squares of the distance."""
        domains = {n: self.claim.domain[n] for n in ends}
        widths = {n: d.hi - d.lo if d.bounded else Integer(1) for n, d in domains.items()}
        inward = {n: 1 if end == domains[n].lo else -1 for n, end in ends.items()}
        trail, side = [], tuple(ends.items())
        for j in range(self.late.get(side, (SQUARED,))[0]):
            near = {n: x + inward[n] * widths[n] / Integer(NEAR) ** (2**j) for n, x in ends.items()}
            values = {**base.values, **near}
            try:
                trail.append(self.at(values, self.near))
            except OutOfTime:  # nor is it looked at nearer to that end from elsewhere
                self.late[side] = j, values
                trail.append(None)
            if trail[-1] is None and self._of_a_limit and self.admits(values):
                self.unseen.append((*side[0], values))
            if side in self.late:
                break
        return [x for x in trail if x is not None and x.margin is not None]

    @cached_property
    def _of_a_limit(self) -> bool:
        """Whether the claim speaks of limits: unlike moments of a generation they jump in a parameter."""
        return any(self.claim.relation(case).has(Limit) for case in self.claim.cases)

    def _open_end(self, name: str, sign: int):
        """The end of an interval that does not belong to it; None where there is none, or it is infinite."""
        domain = self.claim.domain[name]
        if not isinstance(domain, Reals) or isinstance(domain, Share):
            return None
        end = domain.hi if sign > 0 else domain.lo
        return end if end.is_Rational and end not in domain.included else None

    def _unbounded(self, name: str, sign: int) -> bool:
        domain = self.claim.domain[name]
        if not isinstance(domain, Integers | Reals) or isinstance(domain, Share):
            return False
        return (domain.hi == oo) if sign > 0 else (domain.lo == -oo)

    def _bases(self, side: tuple[str, int]) -> list[Seen]:
        """The tightest points at all, and the tightest at the far side of a variable; of equalities the first of every case."""
        name, sign = side
        if not (out := self.with_margin[:1]):
            return self._first_of_cases()
        there = [x for x in self.with_margin if self._is_far(x.values[name], name, sign)]
        return out + [x for x in there[:2] if x not in out]

    def _first_of_cases(self) -> list[Seen]:
        names = [n for n in self.claim.domain if n not in self.claim.symbols]
        found = {tuple(x.values[n] for n in names): x for x in reversed(self.known.values()) if x is not None}
        return list(found.values())[::-1][:STARTS]

    def _is_far(self, value, name: str, sign: int) -> bool:
        low, high = self.claim.domain[name].ends
        return bool(value >= high) if sign > 0 else bool(value <= low)

    def _followed(self, base: Seen, way: tuple[tuple[str, int], ...]) -> Fading | None:
        """The margin at the far side over 4, over 2, there, and on: what is left of it where it shrinks to the end."""
        first = way[0][0]
        start = {n: self.claim.domain[n].ends[sign > 0] for n, sign in way}
        trail: list[Seen] = []
        for j in range(-2, DOUBLINGS + 1):
            values = {**base.values, **{n: _scaled(self.claim.domain[n], x, j) for n, x in start.items()}}
            try:
                there = self.at(values)
            except _Spent:
                there = None
                if not self.cut:
                    raise
            if there is None or there.margin is None:
                if j < 0:
                    continue
                break
            trail.append(there)
            if j >= AT_LEAST and len(trail) >= 3 and not shrinking(trail, self._rate(way)):
                return None
        trail = self._before(base, start, len(trail)) + trail
        if len(trail) < 3 or not shrinking(trail, self._rate(way)) or kept(trail):
            return None
        if steady(trail) and (self._declared(way) or self._closes(way, base)):
            return None
        return Fading(first, trail[-1])

    def _before(self, base: Seen, start: Mapping[str, Any], known: int) -> list[Seen]:
        """Where a way outward is cut off before three looks at it, as balls do not reach so far: those at smaller values."""
        out: list[Seen] = []
        for j in range(-3, -3 - BACK, -1):
            if len(out) + known >= 3:
                break
            moved = {n: _scaled(self.claim.domain[n], x, j) for n, x in start.items()}
            there = None if any(moved[n] == x for n, x in start.items()) else self.at({**base.values, **moved})
            if there is not None and there.margin is not None:
                out.insert(0, there)
        return out

    def _closes(self, way: tuple[tuple[str, int], ...], base: Seen) -> bool:
        """Whether the claim is seen to hold for all large values out there, as if it had been declared to be tight.

        Beside the values that the others have here, and beside those that they have at the tightest points.
        """
        if len(way) > 1 or self.claim.expected == "fails":
            return False
        starts = (base, *self.apart)
        return all(self._holds_far_out(name, sign, x.values) for name, sign in way for x in starts)

    def _holds_far_out(self, name: str, sign: int, values: Mapping[str, Any]) -> bool:
        from theory.proof.relations.closing import holds_far_out

        key = (name, sign, *(values[n] for n in self.claim.domain if n != name))
        if key not in self.closing:
            self.closing[key] = not self.ended() and holds_far_out(self.claim, values, name, sign)
        return self.closing[key]

    def _declared(self, way: tuple[tuple[str, int], ...], end: Any = None) -> bool:
        """Whether the claim is declared to be tight out there, or at that end."""
        ends = {n: sign * oo if end is None else end for n, sign in way}
        return any(at.get(n) == x for at in self.claim.touching for n, x in ends.items())

    def _rate(self, way) -> Callable[[Mapping[str, Any]], float] | None:
        if self.claim.rate is None or not self._declared(way):
            return None
        return lambda values: float(self.claim.call(self.claim.rate, values))


class _Violated(Exception):
    def __init__(self, seen: Seen):
        self.seen = seen


def _touches(x: Seen) -> bool:
    return (x.margin or 0.0) <= x.radius


def _room(domain: Reals, x):
    """How far a value is from the nearer end; without ends, from 0, and 1 at least."""
    ends = [abs(x - end) for end in (domain.lo, domain.hi) if end.is_finite and end != x]
    return min(ends, default=max(abs(x), Integer(1)))


def _off(domain, sign: int, distance):
    """The value so far off, upwards or downwards, from the end that the domain has on the other side; from 0 without one."""
    near = domain.lo if sign > 0 else domain.hi
    return (near if near.is_finite else Integer(0)) + sign * distance


def _scaled(domain, far, j: int):
    """A far value doubled j times (halved, where j < 0), within the domain."""
    value = far * Integer(2) ** j
    if isinstance(domain, Integers):
        value = Integer(value // 1)
    return value if domain.contains(value) else far


def _places(domain, variables: int) -> list[tuple[Any, bool]]:
    """Values of one variable for the coarse look, with whether they are at an end."""
    low, high = domain.ends
    outer = [(low, True), (high, True)]
    middle = [(domain.firsts()[0], False)]
    if variables <= 2:  # there is room for more
        y, z = domain.coordinate(low), domain.coordinate(high)
        middle += [(v, False) for v in (domain.at(y + (z - y) * s) for s in (0.15, 0.4, 0.6, 0.85)) if v is not None]
    return list(dict(outer[::-1] + middle).items()) if variables > 3 else list(dict([*middle, *outer]).items())
