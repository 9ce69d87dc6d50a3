"""False twins: a claim with its formula changed, which the witnesses have to refute (rule 23).

A check that cannot fail proves nothing. A twin changes the formula side only, never the loop, so it is decided from the
moments' balls that the claim itself was decided from. Declared twins are the claim's `mutants=`. Automatic ones: an
equality with its right side scaled, an integer variable or an exponent shifted there; an inequality scaled towards the
false side where it is declared `tight=`; a peak moved by one; a limit scaled. And `needs=`: a hypothesis dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, wraps
from typing import Any

from flint import arb
from sympy import Expr, Pow, Rational, S, oo, sympify

from ..language.claims import Claim, Point
from ..language.domains import Domain, Integers, Reals, Share
from ..language.errors import NO_VALUE, BadInput
from ..language.moments import RisesThenFalls
from ..language.verdicts import WITHOUT, Decision, Finding, Twinned, Verdict
from .enclose import at_point, decide_part, decide_shape, value
from .prepared import Part, ShapePart, prepare
from .standard import standardise

SIZES = (Rational(1, 10), Rational(1, 100), Rational(1, 1000), Rational(1, 10**6))
MOST = 8  # exponents of one side that are shifted


@dataclass(frozen=True, eq=False)
class Twin:
    """A false variant of a claim in one case: pairs (part as claimed, part as falsified); false if one of them is.

    touching: whether it is false only where the claim is declared tight.
    """

    name: str
    declared: bool
    parts: tuple[tuple[Part | ShapePart, Part | ShapePart], ...]
    touching: bool = False


def twins_at(claim: Claim, point: Point) -> tuple[Twin, ...]:
    """The twins that can be judged at a point."""
    case = tuple((k, v) for k, v in point.values.items() if k not in claim.symbols)
    tight = touches(claim, point.values)
    return tuple(t for t in _twins(claim, case) if tight or not t.touching)


def touches(claim: Claim, values: Mapping[str, Any]) -> bool:
    """Whether a joint value is one where the claim is declared tight."""
    return any(all(values.get(k) == sympify(v) for k, v in at.items()) for at in claim.touching)


@lru_cache(maxsize=1024)
def _twins(claim: Claim, case: tuple) -> tuple[Twin, ...]:
    if claim.expected == "fails":
        return ()
    parts = prepare(claim, dict(case)).parts
    out = [_declared(claim, name, f, parts, dict(case)) for name, f in claim.mutants.items()]
    for i, p in enumerate(parts):
        where = f" (part {i + 1})" if len(parts) > 1 and getattr(p, "rate", None) is None else ""
        if isinstance(p, ShapePart):
            out += [Twin(f"peak {how}{where}", False, ((p, replace(p, shape=s)),)) for how, s in _moved(p)]
        elif p.rate is None:
            out += [Twin(name + where, False, ((p, replace(p, b=side)),), p.op != "==") for name, side in _changed(p)]
    limits = [p for p in parts if isinstance(p, Part) and p.rate is not None and p.rate[3] != 0]
    if limits:
        for size in SIZES[:2]:
            for sign in (1, -1):
                scaled = tuple((p, replace(p, b=p.b + sign * size * p.rate[3])) for p in limits if p.rate)
                out.append(Twin(f"limit x {float(1 + sign * size):g}", False, scaled))
    return tuple(out)


def _moved(part: ShapePart) -> list[tuple[str, RisesThenFalls]]:
    """The shape with a false turn: at a neighbouring integer, else 10 % and 1 % off."""
    shape = part.shape
    if part.whole and shape.peak.is_integer:
        return [(f"{step:+d}", shape.turned(shape.peak + step)) for step in (-1, 1)]
    scales = [1 + sign * size for size in SIZES[:2] for sign in (1, -1)]
    return [(f"x {float(c):g}", shape.turned(c * shape.peak)) for c in scales]


def _declared(claim: Claim, name: str, function: Callable, parts, case: dict) -> Twin:
    value = claim.call(function, {**claim.symbols, **case})
    if isinstance(value, Mapping):
        pairs = []
        for op, said in value.items():
            meant = [p for p in parts if isinstance(p, Part) and p.op == op]
            sides = said if isinstance(said, list | tuple) else [said]
            if len(meant) != len(sides):
                raise BadInput(
                    f"mutant {name!r} of {claim.id}: {len(meant)} parts are relations {op!r}, for {len(sides)} sides",
                    claim.location,
                )
            pairs += [(p, replace(p, b=_side(p, side))) for p, side in zip(meant, sides, strict=True)]
        return Twin(name, True, tuple(pairs))
    if len(parts) > 1 and any(isinstance(p, ShapePart) or p.rate is None for p in parts):
        raise BadInput(
            f"mutant {name!r} of {claim.id} is one expression, but the claim has {len(parts)} parts: "
            'return a mapping such as {"<=": false right side}',
            claim.location,
        )
    return Twin(name, True, tuple((p, falsified(p, value)) for p in parts))


def falsified(part: Part | ShapePart, value) -> Part | ShapePart:
    """A part with a false right side; for a `Tends` a false limit, for a shape a false peak.

    f - false <= rate is f - limit <= rate + (false - limit).
    """
    if isinstance(part, ShapePart):
        return replace(part, shape=part.shape.turned(sympify(value)))
    side = _side(part, value)
    return replace(part, b=side if part.rate is None else part.b + side - part.rate[3])


def _side(part: Part, value) -> Expr:
    """An expression of the claim's variables and moments, with the moments replaced like the part's own."""
    return standardise(sympify(value)).xreplace({m: d for d, m in part.moments.items()})


def _changed(part: Part) -> Iterator[tuple[str, Expr]]:
    """Automatic changes of the right side of an equality or, towards the false side, of an inequality."""
    b = part.b
    if b.is_infinite:
        return
    if b == 0:
        for size in SIZES if part.op == "==" else ():
            for sign in (1, -1):
                yield f"{float(sign * size):.7g} for 0", sign * size
        return
    for size in SIZES:
        for sign in (1, -1):
            yield f"x {float(1 + sign * size):.7g}", b * (1 + sign * size)
    if part.op != "==":
        return
    for name, s in part.symbols.items():
        if s.is_integer and s in b.free_symbols:
            for step in (1, -1):
                yield f"{name} {step:+d}", b.xreplace({s: s + step})
    powers = sorted((x for x in b.atoms(Pow) if x.exp != S.NegativeOne), key=str)[:MOST]
    for x in powers:
        yield f"{x.exp} + 1 for {x.exp} in {x}", b.xreplace({x: x.base ** (x.exp + 1)})


def judged(twin: Twin, outcomes: list[tuple[Decision, arb, arb]]) -> Twinned | None:
    """What a witness found: for each pair the decision of the false part, and balls of its right side, false and true.

    None where no decision means anything (no finite enclosure).
    """
    refuted = any(d.verdict == Verdict.REFUTED for d, _, _ in outcomes)
    sizes: list[float | None] = []
    for (part, _), (d, false, true) in zip(twin.parts, outcomes, strict=True):
        if d.margin is None or d.unit is None:
            sizes.append(float("inf") if d.verdict == Verdict.REFUTED else None)
        elif isinstance(part, Part) and (part.op == "==" or twin.touching):
            worse = false - true if part.op in (">=", ">") else true - false
            if part.op != "==" and not worse > 0:
                return None  # the weaker direction: true as well
            sizes.append(float(worse.abs_lower()) / d.unit)
        else:  # how far it is false here
            low = -(d.margin[0] + d.margin[1]) / 2
            sizes.append(low if d.verdict == Verdict.REFUTED else None if twin.declared else max(low, 0.0))
    if not refuted and all(d.margin is None for d, _, _ in outcomes):
        return None
    known = [s for s in sizes if s is not None]
    size = max(known) if known else None
    resolution = max((d.resolution for d, _, _ in outcomes if d.resolution is not None), default=None)
    return Twinned(twin.name, twin.declared, refuted, size, resolution)


# ---- hypotheses -----------------------------------------------------------------------------------------------------


def without(claim: Claim, hypothesis: str) -> list[Claim]:
    """The claim on the values that a hypothesis excludes: "where", or the name of a variable whose domain it is."""
    if hypothesis == "where":
        where = claim.where
        if where is None:
            raise BadInput(f"needs= of {claim.id} names 'where', and there is none", claim.location)
        return [_variant(claim, {}, _complement(where))]
    domain = claim.domain.get(hypothesis)
    if domain is None or not isinstance(domain, Reals | Integers) or isinstance(domain, Share):
        raise BadInput(
            f"needs= of {claim.id} names {hypothesis!r}: expected 'where' or one of its variables over an interval",
            claim.location,
        )
    return [_variant(claim, {hypothesis: d}, claim.where) for d in _outside(domain)]


def _complement(where: Callable) -> Callable:
    @wraps(where)
    def outside(**values):
        return not where(**values)

    return outside


def _outside(domain: Domain) -> list[Domain]:
    """The values of the same kind below and above a domain; the end points of an open interval are left out."""
    kind, gap = (Integers, 1) if isinstance(domain, Integers) else (Reals, 0)
    out: list[Domain] = []
    if domain.lo.is_finite:
        out.append(kind(-oo, domain.lo - gap))
    if domain.hi.is_finite:
        out.append(kind(domain.hi + gap, oo))
    return out


def _variant(claim: Claim, domains: Mapping[str, Domain], where: Callable | None) -> Claim:
    return Claim(claim.on(domains).function, source=claim.source, where=where, scale=claim.scale)


# ---- in balls -------------------------------------------------------------------------------------------------------


def judge(findings: list[Finding], claim: Claim, points: list[Point], asked: float = 0.01) -> list[Finding]:
    """The ball witness's findings with what it says of the claim's twins, at its points and where the claim is tight."""
    if not findings:
        return findings
    told: set[str] = set()  # a twin that is refuted at one point needs no second
    out = []
    at = {p.number: p for p in points}
    for f in findings:
        out.append(replace(f, twins=_judge(claim, at.pop(f.number), asked, told)) if f.number in at else f)
    # points without a finding of their own: the whole domain was enumerated, or a touching point is not among them
    more = [t for p in (*at.values(), *_touching(claim, points)) for t in _judge(claim, p, asked, told)]
    more += [_dropped(claim, h, asked) for h in claim.needs]
    judged_here = {t.name for f in out for t in f.twins} | {t.name for t in more}
    # a declared one that these balls cannot judge: another witness has to, or nobody did
    if claim.expected == "holds":
        more += [Twinned(name, True, False) for name in claim.mutants if name not in judged_here]
    return [replace(out[0], twins=(*out[0].twins, *more)), *out[1:]]


def _judge(claim: Claim, point: Point, asked: float, told: set[str]) -> tuple[Twinned, ...]:
    out = []
    for twin in twins_at(claim, point):
        if twin.name in told:
            continue
        try:
            found = judged(twin, [_falsified(part, false, point, asked) for part, false in twin.parts])
        except NO_VALUE:
            continue
        if found is not None:
            out.append(found)
            if found.refuted:
                told.add(twin.name)
    return tuple(out)


def _falsified(part, false, point: Point, asked: float) -> tuple[Decision, arb, arb]:
    if isinstance(part, ShapePart):
        return decide_shape(false.at(point.values)), arb(0), arb(0)
    d, _, b = decide_part(false, point.values, asked)
    part = part.unrolled(point.values)
    balls = {m: value(x).value for m, x in part.moments_at(point.values).items()}
    return d, b, part.side(part.b, point.values, balls)


def _touching(claim: Claim, points: list[Point]) -> list[Point]:
    """The first points moved to where the claim is tight (they have no number: they belong to no sequence)."""
    out = []
    for at in claim.touching:
        if all(sympify(v).is_finite for v in at.values()):
            moved = [{**p.values, **{k: sympify(v) for k, v in at.items()}} for p in points[:3]]
            out += [Point(0, v, "tight") for v in moved if claim.admits(v)]
    return out


def _dropped(claim: Claim, hypothesis: str, asked: float) -> Twinned:
    """A counterexample to the claim without one of its hypotheses."""
    for outside in without(claim, hypothesis):
        for point in outside.points(40, 20):
            try:
                found = at_point(outside, point, asked)
            except (BadInput, ValueError, TypeError):  # where the loop itself does not exist
                continue
            if found.verdict == Verdict.REFUTED:
                note = f"{point}: {found.lhs} against {found.rhs}"
                return Twinned(WITHOUT + hypothesis, True, True, note=note)
    return Twinned(WITHOUT + hypothesis, True, False)
