"""Claims held against simulation alone: the balls of the simulated sides at a point, and what has to be true of them.

No closed form is looked at but the claim's own. A claim that holds is not refuted by its simulated sides, wherever they are
drawn, and its false twins of visible size are; a claim that fails is refuted somewhere; what is integrated lies within
what is simulated.

    python tests/bounds.py [CLAIM ...]    computes anew `bounds.json`, the claims that escape one of these, by the reason,
                                          and `places.json`, the drawn values at which something is seen of each
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, isfinite
from pathlib import Path
from typing import Any

from flint import arb
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from scipy.special import ndtri
from sympy import Integer

from reports.replay import value_of
from simulate.engine.blocks import Runner, Statistic
from simulate.engine.estimate import DELTA_GATE
from simulate.engine.plan import PartPlan, PointPlan, ball_of, least_cost, plan_point, prospect, recentre
from simulate.engine.search import look_in_balls
from theory import Claim, Integers, RisesThenFalls, catalogue
from theory.language.claims import Point
from theory.language.domains import Points
from theory.language.errors import BadInput, CannotTell
from theory.language.loops import Loop
from theory.language.moments import Moment
from theory.language.verdicts import Decision, Twinned, Verdict
from theory.proof.enclose import value
from theory.proof.prepared import Part, ShapePart
from theory.proof.twins import judged, twins_at

LIST = Path(__file__).with_name("bounds.json")
PLACES = Path(__file__).with_name("places.json")
ERROR = 1e-9  # of all balls at one point together
CAP = 1.5  # seconds that one block may cost, by the planner's fixed nanoseconds
MOST = 64  # blocks
NEAR = 15  # integers are drawn up to this far above their lower end
FIRST, AGAIN = 0.05, 1.0  # seconds at one of a claim's own points; where that shows nothing, at two of them once more
TRIES = 6  # values that are drawn for one that is simulated
MOVED = 0.1  # of the larger side: an inequality that is false by this is to be refuted

# ---- why a claim escapes --------------------------------------------------------------------------------------------

NO_MOMENT = "there is no moment in it: both sides are formulas"
REAL_SHAPE = "a shape along a real number is not sampled"
KINDS = {  # what the planner or an interval says, by the words in it
    "infinitely many points": "its loop has infinitely many points: balls tell the numbers",
    "nothing to estimate": NO_MOMENT,
    "infinite mean": "infinite mean: that of a sample is finite",
    "function of a real number": REAL_SHAPE,
    "is refused": "too skew, or too heavy a tail, for an interval at this error",
    "nothing is random": "nothing random is left in it",
    "too wide": "too wide a ball for the claim's sides",
    "one block costs": "above the cap: one block costs too much",
    "too large to be drawn": "above the cap: one block costs too much",
    "inf leaves": "above the cap: one block costs too much",
}
NO_KERNEL = "no kernel draws what it asks for"
NO_TWIN = "no false twin is larger than what the simulation resolves"
NOT_REFUTED = "its falsehood is smaller than what the simulation resolves"
NO_BALL = "no moment of it is both simulated and integrated"


class Unseen(Exception):
    """Nothing is simulated at a point; the message says why."""

    @property
    def kind(self) -> str:
        return next((kind for words, kind in KINDS.items() if words in str(self)), NO_KERNEL)


# ---- what is simulated at a point -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """What is simulated of a claim at a point: the ways to decide it, with balls for their statistics."""

    claim: Claim
    values: Mapping[str, Any]
    plans: tuple[PointPlan, ...]
    balls: Mapping[Statistic, arb]
    spread: Mapping[Statistic, float]

    def decisions(self) -> list[tuple[PartPlan, Decision]]:
        """The parts of the claim, decided from their simulated sides, in every way that there is."""
        return [(part, part.decide(self.balls, 1.0, self.spread)) for plan in self.plans for part in plan.parts]

    def refuted(self) -> list[str]:
        """The parts that the simulated sides refute, in words."""
        return [
            f"{part.part.op} fails for {part.sides(self.balls)} at {dict(self.values)}: margin {d.margin}"
            for part, d in self.decisions()
            if d.verdict == Verdict.REFUTED
        ]

    def twins(self) -> Iterator[Twinned]:
        """What the simulated sides say of the claim's false twins (rule 23)."""
        for twin in twins_at(self.claim, Point(1, self.values)):
            for plan in self.plans:
                try:
                    found = judged(twin, [self._falsified(plan, part, false) for part, false in twin.parts])
                except (CannotTell, BadInput, ArithmeticError, ValueError):
                    continue  # not to be told from the claim by what was simulated
                if found is not None:
                    yield found

    def _falsified(self, plan: PointPlan, part: Part | ShapePart, false: Part | ShapePart) -> tuple[Decision, arb, arb]:
        if isinstance(part, ShapePart) or isinstance(false, ShapePart):
            raise CannotTell("a shape is sampled at a few generations")
        p = next(p for p in plan.parts if p.part.number == part.number)
        decision = p.decide(self.balls, 1.0, self.spread, false)
        return decision, p.sides(self.balls, false)[1], p.sides(self.balls)[1]

    def moved(self) -> bool:
        """Whether an inequality is refuted once its right side is moved to the false side of the left.

        Where the sides lie, the integrated moments say: a claim that leaves room has no twin that is false by little.
        """
        for p in (p for plan in self.plans for p in plan.parts if p.part.op != "=="):
            try:
                exact = {d: value(m).value for d, m in p.part.moments_at(self.values).items()}
                a, b = (p.part.side(x, self.values, exact) for x in (p.part.a, p.part.b))
                (x, y), sign = p.sides(self.balls), 1 if p.part.op in ("<=", "<") else -1
            except (CannotTell, ArithmeticError):
                continue
            size = max(a.abs_lower(), b.abs_lower())
            if size > 0 and sign * (y - x) - sign * (b - a) < MOVED * size:
                return True
        return False

    def compared(self) -> Iterator[tuple[Any, arb, arb]]:
        """(moment, its ball by simulation, its ball by integration) for the moments that have both."""
        for p in (p for plan in self.plans for p in plan.parts if p.constant is None):
            for d, m in p.part.moments_at(self.values).items():
                try:
                    exact = value(m).value
                except CannotTell:
                    continue
                e = p.estimands[d]
                yield m, e.combine([self.balls[s] for s in e.statistics]), exact


@lru_cache(maxsize=64)
def _plans(claim: Claim, key: tuple) -> tuple[PointPlan, ...]:
    try:
        plans = plan_point(claim, Point(1, dict(key)))
    except CannotTell as problem:
        raise Unseen(str(problem)) from problem
    able = tuple(plan for plan in plans if not plan.reason)
    if not able:
        raise Unseen(plans[0].reason)
    if (least := max(map(least_cost, able))) > CAP:
        raise Unseen(f"one block costs {least:.1g} s")
    return able


def seen(claim: Claim, values: Mapping[str, Any], seconds: float) -> Seen:
    """The claim's sides, simulated at a point for about so long. Raises `Unseen`."""
    # a plan is settled by what a pilot says: what is kept stays as it was planned
    kept = _plans(claim, tuple(values.items()))
    plans = [replace(plan, parts=[replace(p, estimands={**p.estimands}) for p in plan.parts]) for plan in kept]
    with Runner(seed=1, workers=1) as runner:
        runner.pilot(s for plan in plans for s in plan.statistics)
        for plan in plans:
            recentre(plan, runner)
        statistics = list(dict.fromkeys(s for plan in plans for s in plan.statistics))
        runner.pilot(statistics)
        if not any(prospect(s, runner).sd > 0 for s in statistics):  # or it overflows, which compares with nothing
            raise Unseen("nothing is random here")
        blocks = _blocks(plans, statistics, runner, seconds)
        runner.run(w for s in statistics for w in runner.want(s, 0, blocks))
        balls, spread, notes = {}, {}, {}
        for s in statistics:
            balls[s], _, notes[s] = ball_of(s, runner, 0, blocks, ERROR / len(statistics))
            if s.kind == "mean":
                spread[s] = runner.merged(s, 0, blocks).variance ** 0.5
    valid = tuple(plan for plan in plans if not any(notes[s] for s in plan.statistics))
    if not valid:
        raise Unseen(f"the interval is refused: {next(filter(None, notes.values()))}")
    if all(balls[s].rad() <= 1e-12 * abs(balls[s].mid()) for plan in valid for s in plan.statistics):
        raise Unseen("nothing is random here")
    found = Seen(claim, values, valid, balls, spread)
    try:
        finite = all(d.margin is not None for _, d in found.decisions())
    except ArithmeticError:
        finite = False
    if not finite:
        raise Unseen("the balls are too wide for the sides")
    return found


def _blocks(plans: Iterable[PointPlan], statistics: list[Statistic], runner: Runner, seconds: float) -> int:
    """As many as the time allows; up to ten times as many where the pilot says that fewer are too skew (rule 18)."""
    least = max(map(least_cost, plans))
    z = float(-ndtri(ERROR / len(statistics) / 2)) * 1.03
    enough, most = (int(min(max(x / least, 1), MOST)) for x in (seconds, 10 * seconds))
    for s in statistics:
        skewness = prospect(s, runner).skewness
        if not isfinite(skewness):
            raise Unseen("the interval is refused: the pilot overflows")
        needed = 1.4 * (z**3 * abs(skewness) / 6) ** 2 / DELTA_GATE / s.simulation.block
        if needed > most:
            raise Unseen("the interval is refused: the pilot is too skew")
        enough = max(enough, ceil(needed))
    return enough


def check(s: Seen, integrals: bool = True) -> None:
    """What has to be true wherever something is simulated.

    integrals: whether simulated moments are held against integrated ones, too, which often takes longer than the rest.
    """
    if s.claim.expected == "holds":
        assert not (refuted := s.refuted()), refuted
        for twin in s.twins():
            visible = twin.size is not None and twin.resolution is not None and twin.size > twin.resolution
            assert twin.refuted or not visible, f"{twin} at {dict(s.values)}"
    for moment, simulated, integrated in s.compared() if integrals else ():
        assert simulated.overlaps(integrated), f"{moment}: {simulated} simulated, {integrated} integrated"


# ---- a claim at its own points --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What a claim escapes, and why; "" where it escapes nothing.

    simulated: whether its sides are held against the relation.  told: whether the simulated sides refute what is false: a
    twin of a claim that holds, a claim that fails.  integrated: whether simulated moments are held against integrated ones.
    """

    simulated: str = ""
    told: str = ""
    integrated: str = ""


def at_its_points(claim: Claim, ladder: Iterable[float] = (FIRST, AGAIN)) -> Outcome:
    """The claim at a few of its own points, the same every time, until everything was seen of it that can be."""
    unseen = told = None
    compared = simulated = False
    for seconds, most in zip(ladder, (4, 2), strict=False):
        tried = 0
        for values in _points(claim):
            try:
                s = seen(claim, values, seconds)
            except Unseen as problem:
                unseen = unseen or problem.kind
                continue
            check(s)
            simulated, tried = True, tried + 1
            compared = compared or any(True for _ in s.compared())
            told = bool(s.refuted()) if claim.expected == "fails" else any(t.refuted for t in s.twins()) or s.moved()
            if told or tried == most:
                break
        if told or unseen == NO_MOMENT:
            break
    if not simulated:
        return Outcome(unseen or "no point at all")
    why = "" if told else NO_TWIN if claim.expected == "holds" else NOT_REFUTED
    return Outcome("", why, "" if compared else NO_BALL)


def _points(claim: Claim) -> list[Mapping[str, Any]]:
    """Its first points; of a claim that fails, those first where balls say that it fails by most."""
    points = [p.values for p in claim.points(10, 4)]
    return points if claim.expected == "holds" else sorted(points, key=lambda v: -_violation(claim, v))


def _violation(claim: Claim, values: Mapping[str, Any]) -> float:
    try:
        return look_in_balls(claim, values).violation
    except (CannotTell, BadInput, ArithmeticError, ValueError):
        return 0.0


# ---- a claim anywhere -----------------------------------------------------------------------------------------------


def values_of(claim: Claim) -> st.SearchStrategy[dict[str, Any]]:
    """Joint values from the claim's domain where a block is affordable: any, or its first points."""
    joint = st.fixed_dictionaries({name: _near(d) for name, d in claim.domain.items() if not isinstance(d, Points)})
    cases = st.sampled_from(claim.cases or [{}])
    anywhere = st.tuples(cases, joint).map(lambda pair: {n: (pair[0] | pair[1])[n] for n in claim.domain})
    listed = st.sampled_from([dict(p.values) for p in claim.points(6, 0)])
    return st.one_of(anywhere, listed).filter(lambda values: claim.admits(values) and _affordable(claim, values))


def _affordable(claim: Claim, values: Mapping[str, Any]) -> bool:
    try:
        return bool(_plans(claim, tuple(values.items())))
    except Unseen:
        return False


def _near(domain: Any) -> st.SearchStrategy:
    """The domain's strategy, without its large integers: a test has to end."""
    if isinstance(domain, Integers) and domain.lo.is_finite:
        return st.integers(int(domain.lo), int(min(domain.hi, domain.lo + NEAR))).map(Integer)
    return domain.strategy()


class _End(BaseException):
    """Ends a search: Hypothesis passes on what is no `Exception`."""


def anywhere(claim: Claim, examples: int, seconds: float, integrals: bool = True) -> list[dict[str, Any]]:
    """The joint values at which the claim was held against its simulated sides: drawn by Hypothesis, which finds few where
    most of the domain is too skew; then some of its own points make up for it.

    integrals: whether they are looked at, too, where the claim is held first.
    """
    held: dict[tuple, dict[str, Any]] = {}
    unseen, tried = set(), 0

    @settings(
        max_examples=examples,
        phases=(Phase.generate, Phase.shrink),
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(values_of(claim))
    def look(values: dict[str, Any]) -> None:
        nonlocal tried
        tried += 1
        if tried > TRIES * examples:
            raise _End
        if not holds(values):
            reject()

    def holds(values: Mapping[str, Any]) -> bool:
        """Whether anything is seen there, which is then checked: once, since it is the same every time."""
        key = tuple(values.items())
        if key not in held and key not in unseen:
            try:
                s = seen(claim, values, seconds)
            except Unseen:
                unseen.add(key)
            else:
                check(s, integrals and not held)
                held[key] = dict(values)
        return key in held

    with suppress(_End, Unsatisfiable):
        look()
    for p in claim.points(30, 4) if len(held) < examples else ():
        if len(held) >= examples:
            break
        holds(p.values)
    return [*held.values()]


@lru_cache(maxsize=1)
def places() -> Places:
    """The file: the values at which `anywhere` held each claim, as text, by its id."""
    return json.loads(PLACES.read_text(encoding="utf-8"))


def at_its_places(claim: Claim) -> int:
    """At how many joint values the claim was held against its simulated sides: those that `anywhere` has found before.

    Three in four that it draws show nothing, the same ones every time. Where there are none in the file, or they show
    nothing any more, since the claim or the engine is another one now, it draws again.
    """
    try:
        for text in places()[claim.id]:
            values = {name: value_of(claim, name, text[name]) for name in claim.domain}
            if not claim.admits(values):
                raise BadInput("excluded by a side condition")
            check(seen(claim, values, SECONDS), integrals=False)
    except (KeyError, BadInput, Unseen):
        return len(anywhere(claim, EXAMPLES, SECONDS, integrals=False))
    return len(places()[claim.id])


# ---- the list -------------------------------------------------------------------------------------------------------

Listed = dict[str, dict[str, list[str]]]
Places = dict[str, list[dict[str, str]]]
EXAMPLES, SECONDS = 3, 0.02  # values of a claim, and seconds at one, wherever the tests run
FEW = "fewer than three joint values were found at which an interval is valid"
SMALL = "its domain has fewer than three joint values"


@lru_cache(maxsize=1)
def filed() -> Listed:
    """{what: {why: claims}}: the claims that are not simulated, not told from what is false, not held against integrals,
    not held at three drawn values; without those of which it is seen."""
    return json.loads(LIST.read_text(encoding="utf-8"))


def listed() -> Listed:
    """The file, and the claims of which it is seen."""
    found = {what: {why: [*ids] for why, ids in whys.items()} for what, whys in filed().items()}
    for c in catalogue():
        if why := seen_of("simulated", c):
            found["simulated"].setdefault(why, []).append(c.id)
        elif not _told("simulated", c) and (why := seen_of("drawn", c)):
            found["drawn"].setdefault(why, []).append(c.id)
    return found


def _told(what: str, claim: Claim) -> str:
    """Why a claim escapes, by the file, or as it is seen; else ""."""
    return next((why for why, ids in filed()[what].items() if claim.id in ids), "") or seen_of(what, claim)


def seen_of(what: str, claim: Claim) -> str:
    """Why a claim is not simulated, or not at three values, where the claim itself shows it; else ""."""
    relation = claim.relation()
    if what == "simulated":
        shape = isinstance(relation, RisesThenFalls) and not relation.bound.is_integer
        return REAL_SHAPE if shape else "" if relation.atoms(Moment, Loop) else NO_MOMENT
    return SMALL if what == "drawn" and not claim.symbols and len(claim.cases) < EXAMPLES else ""


def escapes(claim: Claim) -> Outcome:
    """What the list says of a claim at its own points."""
    return Outcome(**{what: _told(what, claim) for what in ("simulated", "told", "integrated")})


def few(claim: Claim) -> str:
    """Why few values at which a claim is simulated can be drawn; else ""."""
    return _told("drawn", claim)


def _row(name: str) -> tuple[str, dict[str, str], list[dict[str, str]]]:
    (claim,) = (c for c in catalogue() if c.id == name)
    outcome = at_its_points(claim)
    held = [] if outcome.simulated else anywhere(claim, EXAMPLES, SECONDS)
    few = "" if outcome.simulated or len(held) >= EXAMPLES else seen_of("drawn", claim) or FEW
    return name, {**vars(outcome), "drawn": few}, [{n: str(x) for n, x in values.items()} for values in held]


def main(*patterns: str) -> None:
    """The list anew, for the claims that are named (all of them if none is)."""
    names, claims = [c.id for c in catalogue(*patterns)], {c.id: c for c in catalogue()}
    out: Listed = {what: defaultdict(list) for what in ("simulated", "told", "integrated", "drawn")}
    for what, whys in listed().items() if patterns else ():
        for why, ids in whys.items():
            out[what][why] += [i for i in ids if i not in names and why != seen_of(what, claims[i])]
    kept = {name: held for name, held in (places() if patterns else {}).items() if name in claims and name not in names}
    with ProcessPoolExecutor(2) as pool:
        for name, row, held in pool.map(_row, names):
            print(name, row, file=sys.stderr, flush=True)
            if not row["simulated"]:
                kept[name] = held
            for what, why in row.items():
                if why and why != seen_of(what, claims[name]):
                    out[what][why].append(name)
    order = {name: i for i, name in enumerate(claims)}
    sorted_ = {
        what: {w: sorted(ids, key=order.__getitem__) for w, ids in whys.items() if ids} for what, whys in out.items()
    }
    LIST.write_text(json.dumps(sorted_, indent=1) + "\n", encoding="utf-8")
    write_places({name: kept[name] for name in claims if name in kept})


def write_places(found: Places) -> None:
    """A line a claim."""
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(held)}" for name, held in found.items())
    PLACES.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    import conftest  # noqa: F401  the profile of Hypothesis that the tests have

    main(*sys.argv[1:])
