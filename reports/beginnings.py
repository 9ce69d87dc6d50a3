"""Where an ascent to a counterexample begins, and what it is told beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice, product, zip_longest
from typing import Any

from sympy import And, Integer, Rational, sympify

from simulate.engine.symbolic import passages
from simulate.engine.trails import Seen
from theory.language.claims import Claim, Point
from theory.language.domains import Domain, Integers
from theory.language.errors import BadInput, CannotTell, OutOfTime
from theory.language.loops import Loop, Observable
from theory.language.signs import Inequality
from theory.language.strangers import ours
from theory.language.verdicts import Finding, Verdict
from theory.proof.prepared import ShapePart, prepare
from theory.proof.relations.closest import closest
from theory.proof.relations.turns import along, turning_together, turns

from . import clock
from .witnesses import SIMULATION

LEAST_NEAR = 2.0  # seconds for telling where sides meet, where they are on grids;
MOST_NEAR = 64  # joint values at which they come closest,
MOST_TURNING = 120  # and at which something turns;
MOST_PASSED = 24  # beside fits at which a loop takes another branch of its step,
MOST_FITS = 10_000  # of those that are followed,
LEAST_PASSED = 4.0  # for which there are seconds of computing at least;
BASES = 2  # planned points beside which more than one variable moves
FEW = (1, 2, 3, 10)  # candidates, rounds and other integers beside an exacting law,
TO_THE_END = 50  # of the way to an end that a side condition gives a variable, what is left is one of so many parts
MOST_BESIDE = 125  # joint values of other variables, of which the first is taken that the claim admits,
MOST_EXACTING = 90  # and joint values of all


def met(claim: Claim, points: Sequence[Mapping[str, Any]], seconds: float) -> list[Mapping[str, Any]]:
    """Where the sides come closest, or meet along one variable, or something in the claim turns, beside the points' other
    values, or of two integers together: as many such places as so many seconds tell, the first ones of each line first."""
    near: list[list[Mapping[str, Any]]] = []
    found: list[list[Mapping[str, Any]]] = []
    with suppress(OutOfTime), clock.within(max(0.5 * seconds, LEAST_NEAR)):
        for values in _bases(claim, points):
            for grid in closest(claim, values):
                near.append([*grid])
    with suppress(OutOfTime), clock.within(max(0.5 * seconds, 0.1)):
        for values in _bases(claim, points):
            found.append(list(turning_together(claim, values)))
        for values in points:
            for n in claim.symbols:
                found.append([{**values, n: x} for x in turns(claim, values, n)])
    return [*_by_turns(near, MOST_NEAR), *_by_turns(found, MOST_TURNING), *passed(claim, points, seconds)]


def passed(claim: Claim, points: Sequence[Mapping[str, Any]], seconds: float) -> list[Mapping[str, Any]]:
    """Beside the fits at which a user's loop is seen to take another branch of its step, and twice as far, with the points' other
    values: what holds up to there says nothing of what comes after. As many as a quarter of so many seconds tell, or those that
    it takes to follow a loop."""
    found: list[Mapping[str, Any]] = []
    fits: dict[Loop, list[int]] = {}
    with suppress(OutOfTime), clock.within(max(0.25 * seconds, LEAST_PASSED)):
        for values in _bases(claim, points):
            for at in _passed(claim, values, fits):
                if at not in found:
                    found.append(at)  # one by one: the clock may end it
                if len(found) == MOST_PASSED:
                    return found
    return found


def _passed(claim: Claim, values: Mapping[str, Any], fits: dict[Loop, list[int]]) -> Iterator[dict[str, Any]]:
    """fits: of the loops that were followed, those at which another branch was taken; what is followed here comes to it."""
    at = {s: sympify(values[n]) for n, s in claim.symbols.items()}
    relation = claim.relation({n: x for n, x in values.items() if n not in claim.symbols})
    for o in sorted(relation.atoms(Observable), key=str):
        moved = [(n, s) for n, s in claim.symbols.items() if s in o.t.free_symbols]
        if not moved or ours(type(o.loop)):
            continue
        loop = o.loop.xreplace(at)
        with suppress(CannotTell, BadInput):
            for fit in fits[loop] if loop in fits else _followed(loop, fits.setdefault(loop, [])):
                for (n, s), k in product(moved, (fit, 2 * fit)):  # beside it the claim may be false by next to nothing
                    others = {other: x for other, x in at.items() if other != s}
                    yield from ({**values, n: x} for x in along(o.t.xreplace(others) - k, s))


def _followed(loop: Loop, found: list[int]) -> Iterator[int]:
    for fit in passages(loop, MOST_FITS):
        found.append(fit)
        yield fit


def exacting(claim: Claim) -> list[dict[str, Any]]:
    """Joint values with laws that ask much of a bound, beside few integers, small ones first, and the first values of others, or
    near the ends that the side condition gives them: a threshold that is wrong by a tenth is wrong there only. Of several laws
    all are the same one: what asks much of one term of a sum does of the others."""
    laws = [found for p in claim.composed if (found := claim.parameters[p].exacting(p))]
    known = {n for found in laws for n in found[0]}
    few = {n: found for n, d in claim.domain.items() if n not in known and (found := _few(d))}
    others = {n: claim.domain[n].firsts() for n in claim.symbols if n not in known and n not in few}
    # after a slow look the ascent takes no larger integers: where the largest is the same, all are large first
    integers = sorted(_joint(few), key=lambda at: (max(at.values(), default=0), -sum(at.values()))) if laws else []
    beside = [*islice(_joint(others), MOST_BESIDE)]
    given = (_together(case, at, *of) for at in integers for case in claim.cases for of in zip(*laws, strict=True))
    there = (values for at in given if (values := _first(claim, at, beside)) is not None)
    return list(islice((at for values in there for at in (values, *_near_ends(claim, values, others))), MOST_EXACTING))


def _near_ends(claim: Claim, values: Mapping[str, Any], others: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The same, with one of the others near the end that an inequality of the side condition, linear in it, gives it."""
    case = {n: x for n, x in values.items() if n not in claim.symbols}
    at = {s: sympify(values[n]) for n, s in claim.symbols.items()}
    for r in And.make_args(claim.condition(case)):
        for n in others if isinstance(r, Inequality) else ():
            s = claim.symbols[n]
            gap = (r.gts - r.lts).xreplace({other: x for other, x in at.items() if other != s})
            slope = gap.diff(s)
            if slope.is_Rational and slope != 0:
                there = {**values, n: at[s] - gap.xreplace({s: at[s]}) / slope * (1 - Rational(1, TO_THE_END))}
                if claim.domain[n].contains(there[n]) and claim.admits(there):
                    yield there


def plainer(claim: Claim, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Joint values that are plainer to read than a counterexample: laws of two numbers in place of its own, beside the least
    integers, beside other small ones, and beside its own. Of several laws all are the same one, if possible."""
    laws = [found for p in claim.composed if (found := claim.parameters[p].exacting(p))]
    others = set(claim.symbols) - {n for found in laws for n in found[0]}
    least = {n: d.lo for n, d in claim.domain.items() if n in others and isinstance(d, Integers) and d.lo.is_finite}
    few = {n: [x, x + 1] for n, x in least.items()}
    small = sorted(_joint(few), key=lambda at: sum(at.values()))
    for beside in ({**values, **at} for at in (*small, {})) if laws else ():
        yield from (_together(beside, *of) for of in zip(*laws, strict=True))
    for beside in ({**values, **least}, values) if len(laws) > 1 else ():
        yield from (_together(beside, *of) for of in product(*laws))


def _few(domain: Domain) -> list[Integer]:
    """Some integers of a domain of integers."""
    return [Integer(x) for x in FEW if domain.contains(x)] if isinstance(domain, Integers) else []


def _joint(values: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    return (dict(zip(values, at, strict=True)) for at in product(*values.values()))


def _together(*parts: Mapping[str, Any]) -> dict[str, Any]:
    return {n: x for part in parts for n, x in part.items()}


def _first(claim: Claim, values: Mapping[str, Any], beside: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The first joint value that a claim admits, of these beside others, in the order of its variables."""
    joint = (_together(values, more) for more in beside)
    return next(({n: at[n] for n in claim.domain} for at in joint if claim.admits(at)), None)


def _bases(claim: Claim, points: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first points, and the first of every case: beside them more than one variable moves."""
    first = {tuple(v[n] for n in claim.domain if n not in claim.symbols): v for v in reversed(points)}
    others = (v for v in points if v not in first.values())
    return [*first.values(), *others][: max(BASES, len(first))]


def _by_turns(lists: Sequence[Sequence[Any]], most: int) -> list[Any]:
    """The first of each list, then the second ones, and so on."""
    return list(islice((x for row in zip_longest(*lists) for x in row if x is not None), most))


def simulated_margins(claim: Claim, points: Iterable[Point], findings: Iterable[Finding]) -> dict[tuple, Seen]:
    """What the simulation has found already, as looks of an ascent; nothing where a part is an equality."""
    out = {}
    at = {p.number: p.values for p in points}
    for f in findings:
        if f.witness != SIMULATION.name or f.verdict != Verdict.SUPPORTED or f.margin is None or f.number not in at:
            continue
        values = at[f.number]
        if all(not isinstance(p, ShapePart) and p.op != "==" for p in prepare(claim, values).parts):
            low, high = f.margin
            key = tuple(values[n] for n in claim.domain)
            out[key] = Seen(values, -1.0, (low + high) / 2, (high - low) / 2)
    return out
