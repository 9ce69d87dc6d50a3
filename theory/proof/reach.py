"""The points that a claim plans: notable and drawn ones, then the ends of its variables' ranges (rule 33).

Support says that a claim was looked at *over its domain*. A range ends at its least and greatest value, an open one
close to them, an unbounded one far out. What a side condition cuts off belongs to no range: there the end is the last
value that is admitted. A variable that has dropped out of the claim (a scale, by symmetry) has no ends to be reached.
Before the first fit most formulas are right, and say nothing of n = 10000: such a point reaches no end of another variable.
Where the step of a user's loop turns at some fit, there the range of generations ends, too, and another one begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import combinations, islice, product
from typing import Any

from sympy import sympify

from ..language.claims import DRAWN, NOTABLE, Claim, Point
from ..language.domains import Domain, Points
from ..language.laws import Noise
from ..language.loops import Loop, Observable
from ..language.moments import Moment, PathMax
from .prepared import ShapePart, prepare, relevant
from .relations.turns import turns_of_steps

HALVINGS = 14  # of the way from an end that is cut off to a value that is admitted
SPARE = 4  # further points at an end that no witness has reached
MOST_MOVES = 1000  # of variables to ends of theirs, with which an end is tried
BASES = 6  # points whose other values an end is tried with
CONTROLS = 5  # points at which a claim is looked at that is settled without them, one of them drawn at random


def planned(claim: Claim, notable: int = NOTABLE, drawn: int = DRAWN) -> list[Point]:
    """All points that the suite looks at, those at the ends of ranges last and marked; their numbers never change."""
    return list(_planned(claim, notable, drawn))


def inside(claim: Claim, notable: int = NOTABLE, drawn: int = DRAWN) -> list[Point]:
    """The planned points without those that were added for the sake of the ends."""
    return [p for p in planned(claim, notable, drawn) if p.origin != "end"]


def in_turn(points: Sequence[Point]) -> list[Point]:
    """Points in the order in which they are looked at: the first `CONTROLS` also where a claim is settled without them (a fault
    of its proof would be seen there), the others where it is not."""
    drawn = [p for p in points if p.origin == "drawn"]
    others = [p for p in points if p.origin != "drawn"]
    first = CONTROLS - len(drawn[:1])
    return [*others[:first], *drawn[:1], *others[first:], *drawn[1:]]


@lru_cache(maxsize=4096)  # more than the claims of the catalogue: they are gone through again and again in one order
def _planned(claim: Claim, notable: int, drawn: int) -> tuple[Point, ...]:
    points = claim.points(notable, drawn)
    ends = [
        (name, up, value, at)
        for name in ranging(claim)
        for up in (False, True)
        for value, at in _end(claim, points, name, up)
    ]
    turned = [*_turned(claim, points)]
    for at in (at for *_, at in [*ends, *turned]):
        if all(at != p.values for p in points):
            points.append(Point(len(points) + 1, at, "end"))
    return tuple(
        replace(p, ends=tuple(dict.fromkeys([*_marks(claim, p.values, ends), *_turns_at(p.values, turned)])))
        for p in points
    )


def _turned(claim: Claim, points: Sequence[Point]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(variable, joint value) where the step of a user's loop turns: what holds up to there says nothing of what comes after.

    Of the bases that admit such a place the first is taken; another may turn elsewhere.
    """
    for name, s in claim.symbols.items():
        seen = set()
        for base in [p.values for p in points[:BASES]] if s.is_integer else []:
            for x in turns_of_steps(claim, base, name):
                at = {**base, name: x}
                if x not in seen and claim.admits(at):
                    seen.add(x)
                    yield name, at


def _turns_at(values: Mapping[str, Any], turned: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    return (f"{name} = {at[name]}" for name, at in turned if values[name] == at[name])


def idle(claim: Claim, values: Mapping[str, Any]) -> bool:
    """Whether nothing of which the claim speaks is random at a point: all is before the first fit."""
    parts = prepare(claim, values).parts
    at = {s: sympify(values[n]) for n, s in claim.symbols.items()}
    moments = [m for part in parts for m in part.moments.values()]
    plain = bool(moments) and not any(isinstance(part, ShapePart) for part in parts)
    return plain and all(_is_handed(m, at) for m in moments)


def _is_handed(m: Moment, at: Mapping[Any, Any]) -> bool:
    """Whether a moment is of models that loops are handed, and not of draws from them."""
    if m.has(PathMax):
        m = m.xreplace(dict(at))  # a path of one generation is no path
    seen = m.atoms(Observable)
    return (
        bool(seen)
        and not m.has(Noise)
        and all(not o.index and o.t.xreplace(dict(at)).is_zero for o in seen)
        and not any(_begins_at_random(loop) for loop in m.atoms(Loop))
    )


@lru_cache(maxsize=1024)
def _begins_at_random(loop: Loop) -> bool:
    try:
        return any(sympify(x).has(Noise) for x in loop.initial.values())
    except NotImplementedError:  # a program
        return True


def spare(claim: Claim, points: Sequence[Point]) -> list[Point]:
    """Other points at ends of ranges, for a witness that cannot decide the planned ones, `points`."""
    known, out = [p.values for p in points], []
    for end in dict.fromkeys(e for p in points for e in p.ends):
        at = next(p for p in points if end in p.ends)
        name = end.partition(" = ")[0]
        others = sorted(points, key=lambda p: p.origin != "end")  # first where other variables are at their ends, too
        there = ({**p.values, name: at.values[name]} for p in others)
        there = (values for values in there if claim.admits(values) and _tells(claim, values, at.values))
        for values in islice((v for v in there if v not in known), SPARE):
            known.append(values)
            out.append(Point(len(known), values, "end", tuple(_ends_at(claim, points, values))))
    return out


def _ends_at(claim: Claim, points: Sequence[Point], values: Mapping[str, Any]) -> Iterator[str]:
    """The ends that lie at a joint value, as other points have told them."""
    ends = dict.fromkeys(e for p in points for e in p.ends)
    for e in ends:
        name = e.partition(" = ")[0]
        there = [p.values for p in points if e in p.ends and p.values[name] == values[name]]
        if any(_tells(claim, values, at) for at in there):
            yield e


def _tells(claim: Claim, values: Mapping[str, Any], at: Mapping[str, Any]) -> bool:
    """Whether a point reaches an end that is planned at another one: it says as much of it."""
    return values == at or not idle(claim, values) or idle(claim, at)


def ranging(claim: Claim) -> list[str]:
    """The variables with ends that support has to reach."""
    left = relevant(claim)
    return [n for n, d in claim.domain.items() if d.ends is not None and (isinstance(d, Points) or n in left)]


def _marks(
    claim: Claim, values: Mapping[str, Any], ends: Iterable[tuple[str, bool, Any, Mapping[str, Any]]]
) -> tuple[str, ...]:
    """The ends that a point lies at, or beyond, and of which the claim says as much there as where they are planned."""
    return tuple(
        f"{name} = {value}"
        for name, up, value, at in ends
        if (values[name] >= value if up else values[name] <= value) and _tells(claim, values, at)
    )


def _end(claim: Claim, points: list[Point], name: str, up: bool) -> Iterator[tuple[Any, dict[str, Any]]]:
    """(value, joint value there) at one end of a variable's range; nothing where the claim admits no point."""
    domain = claim.domain[name]
    value = domain.ends[up]
    there = [p.values for p in points if p.values[name] == value]
    if (at := next((v for v in there if not idle(claim, v)), None)) is None:
        at = _admitted(claim, points, name, value)
    if there and (at is None or idle(claim, at)):
        at = there[0]
    if at is not None:
        yield value, dict(at)
        return
    if not points or isinstance(domain, Points):
        return
    # cut off by a side condition: as far as the claim goes
    best = (max if up else min)(points, key=lambda p: p.values[name]).values
    last = outermost(domain, best[name], value, lambda v: _admitted(claim, points, name, v) is not None)
    at = best if last == best[name] else _admitted(claim, points, name, last)
    assert at is not None
    yield last, dict(at)


def outermost(domain: Domain, inside, target, admits: Callable[[Any], bool], halvings: int = HALVINGS):
    """The value as near to a target as is admitted, from one that is, by halving the way between."""
    outside = domain.coordinate(target)
    for _ in range(halvings):
        middle = domain.at((domain.coordinate(inside) + outside) / 2)
        if middle is None or middle == inside:
            break
        if admits(middle):
            inside = middle
        else:
            outside = domain.coordinate(middle)
    return inside


def _admitted(claim: Claim, points: list[Point], name: str, value) -> dict[str, Any] | None:
    """A joint value with this value of one variable, the others notable where that is admitted, else at their ends.

    One that says something, if there is one.
    """
    admitted = filter(claim.admits, _with_value(claim, points, name, value))
    if (first := next(admitted, None)) is None or not idle(claim, first):
        return first
    return next((at for at in islice(admitted, BASES) if not idle(claim, at)), first)


def _with_value(claim: Claim, points: list[Point], name: str, value) -> Iterator[dict[str, Any]]:
    bases = [p.values for p in points[:BASES]]
    if name not in claim.symbols:
        bases = [p.values for p in points] or bases
    yield from ({**base, name: value} for base in bases)
    others = [n for n in claim.symbols if n != name]
    for base in bases[:1]:
        ends = {n: claim.domain[n].ends for n in others}
        least = {n: min(base[n], ends[n][0]) for n in others}
        if not claim.are_composed({**base, name: value, **least}):  # then it is with none of the others
            return
        for moved in _moves(len(others), MOST_MOVES):
            yield {**base, name: value, **{others[i]: ends[others[i]][up] for i, up in moved}}


@lru_cache(maxsize=64)
def _moves(count: int, most: int) -> tuple[list[tuple[int, int]], ...]:
    """Which of so many variables go to which end: none, one, two at a time, and so on; the later ones first."""
    return tuple(islice(_all_moves(range(count)), most))


def _all_moves(places: Sequence[int]) -> Iterator[list[tuple[int, int]]]:
    for count in range(len(places) + 1):
        every = [
            sorted(zip(moved, up, strict=True))
            for moved in combinations(places, count)
            for up in product((0, 1), repeat=count)
        ]
        every.sort(key=lambda moved: [dict(moved).get(i, -1) for i in places])
        yield from every
