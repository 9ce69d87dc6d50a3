"""The points that a claim plans: notable and drawn ones, then the ends of its variables' ranges (rule 33).

Support says that a claim was looked at *over its domain*. A range ends at its least and greatest value, an open one
close to them, an unbounded one far out. What a side condition cuts off belongs to no range: there the end is the last
value that is admitted. A variable that has dropped out of the claim (a scale, by symmetry) has no ends to be reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any

from ..language.claims import DRAWN, NOTABLE, Claim, Point
from ..language.domains import Domain, Points
from .prepared import relevant

HALVINGS = 14  # of the way from an end that is cut off to a value that is admitted
SPARE = 4  # further points at an end that no witness has reached
MOST_JOINT = 3**6  # joint values that are tried there, those first in which few variables are at their ends
BASES = 6  # points whose other values an end is tried with


def planned(claim: Claim, notable: int = NOTABLE, drawn: int = DRAWN) -> list[Point]:
    """All points that the suite looks at, those at the ends of ranges last and marked; their numbers never change."""
    return list(_planned(claim, notable, drawn))


def inside(claim: Claim, notable: int = NOTABLE, drawn: int = DRAWN) -> list[Point]:
    """The planned points without those that were added for the sake of the ends."""
    return [p for p in planned(claim, notable, drawn) if p.origin != "end"]


@lru_cache(maxsize=1024)
def _planned(claim: Claim, notable: int, drawn: int) -> tuple[Point, ...]:
    points = claim.points(notable, drawn)
    ends = [
        (name, up, value, at)
        for name in ranging(claim)
        for up in (False, True)
        for value, at in _end(claim, points, name, up)
    ]
    for _, _, _, at in ends:
        if all(at != p.values for p in points):
            points.append(Point(len(points) + 1, at, "end"))
    return tuple(replace(p, ends=_marks(p.values, ends)) for p in points)


def spare(claim: Claim, points: Sequence[Point]) -> list[Point]:
    """Other points at ends of ranges, for a witness that cannot decide the planned ones, `points`."""
    known, out = [p.values for p in points], []
    for end in dict.fromkeys(e for p in points for e in p.ends):
        at = next(p for p in points if end in p.ends)
        name = end.partition(" = ")[0]
        others = sorted(points, key=lambda p: p.origin != "end")  # first where other variables are at their ends, too
        there = ({**p.values, name: at.values[name]} for p in others)
        for values in islice((v for v in there if v not in known and claim.admits(v)), SPARE):
            known.append(values)
            out.append(Point(len(known), values, "end", tuple(_ends_at(points, values))))
    return out


def _ends_at(points: Sequence[Point], values: Mapping[str, Any]) -> Iterator[str]:
    """The ends that lie at a joint value, as other points have told them."""
    ends = dict.fromkeys(e for p in points for e in p.ends)
    for e in ends:
        name = e.partition(" = ")[0]
        if any(e in p.ends and p.values[name] == values[name] for p in points):
            yield e


def ranging(claim: Claim) -> list[str]:
    """The variables with ends that support has to reach."""
    left = relevant(claim)
    return [n for n, d in claim.domain.items() if d.ends is not None and (isinstance(d, Points) or n in left)]


def _marks(values: Mapping[str, Any], ends: Iterable[tuple[str, bool, Any, Any]]) -> tuple[str, ...]:
    """The ends that a point lies at, or beyond."""
    return tuple(
        f"{name} = {value}" for name, up, value, _ in ends if (values[name] >= value if up else values[name] <= value)
    )


def _end(claim: Claim, points: list[Point], name: str, up: bool) -> Iterator[tuple[Any, dict[str, Any]]]:
    """(value, joint value there) at one end of a variable's range; nothing where the claim admits no point."""
    domain = claim.domain[name]
    value = domain.ends[up]
    if (at := next((p.values for p in points if p.values[name] == value), None)) is None:
        at = _admitted(claim, points, name, value)
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


def _changed(lists: Sequence[Sequence[Any]], number: int) -> Iterator[tuple[Any, ...]]:
    """One value out of each list, exactly `number` of them other than the first of their list; as of `itertools.product`."""
    if not 0 <= number <= len(lists):
        return
    if not lists:
        yield ()
        return
    base, *_ = lists[0]
    for x in lists[0]:
        for rest in _changed(lists[1:], number - (x != base)):
            yield (x, *rest)


def _admitted(claim: Claim, points: list[Point], name: str, value) -> dict[str, Any] | None:
    """A joint value with this value of one variable, the others notable where that is admitted, else at their ends."""
    bases = [p.values for p in points[:BASES]]
    if name not in claim.symbols:
        bases = [p.values for p in points] or bases
    for base in bases:
        if claim.admits(at := {**base, name: value}):
            return at
    others = [n for n in claim.symbols if n != name]
    for base in bases[:1]:
        lists = [(base[n], *claim.domain[n].ends) for n in others]
        nearest = (joint for changed in range(len(lists) + 1) for joint in _changed(lists, changed))
        for joint in islice(nearest, MOST_JOINT):
            if claim.admits(at := {**base, name: value, **dict(zip(others, joint, strict=True))}):
                return at
    return None
