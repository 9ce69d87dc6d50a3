"""The best constant of an inequality `a <= C*b`: from below by what the ratio reaches, from above by proofs.

First the supremum of the derived ratio, with the place and a proof (`theory/proof/relations/sharpest.py`). Where there is none:
from below the largest ratio that an ascent in balls meets (`simulate/engine/ascent.py`), from above proofs of the claim with
other constants.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from itertools import combinations
from math import isfinite
from typing import Any

from flint import arb
from sympy import (
    Expr,
    Gt,
    Lt,
    Product,
    Rational,
    S,
    Sum,
    factor_terms,
    oo,
    sympify,
)

from simulate.engine.ascent import Ascent
from simulate.engine.trails import Seen
from theory.language.claims import Claim
from theory.language.domains import Integers, Reals
from theory.language.errors import OutOfTime
from theory.language.verdicts import Verdict
from theory.proof.arithmetic.precision import precision
from theory.proof.arithmetic.programs import to_ball
from theory.proof.arithmetic.recognised import recognised
from theory.proof.enclose import at_point
from theory.proof.foreign import telling
from theory.proof.prepared import enumerable
from theory.proof.relations.approached import Place, numbers_at
from theory.proof.relations.prove import prove
from theory.proof.relations.suprema import BITS, Unbounded
from theory.proof.symbols.normal_forms import is_zero
from theory.proof.symbols.radicals import plain_roots

from . import clock
from .sharpen_asked import CANNOT, LARGEST, Asked, inequalities

PROOFS = 7  # of the claim with other constants, in search of an upper bound
NEARLY = 0.01  # so near to the claimed constant nearly nothing is left to gain
SHARE = 0.6  # of the time that is left: for a proof with the claimed constant, before others are tried
MOST_ENUMERATED = 2_000
MOST_TIES = 40
RECOGNISED = 400  # bits of the largest of them
TOLD = 1e-9  # relative radius of a best constant
CLOSE = 1.002  # upper over lower bound: no other constant is tried
A_PLACE, MOST_OF_A_PLACE = 0.4, 4.0  # of the time that is left for closed forms at places; seconds of one
SIMPLE = (1, 2, 3, 4, 5, 6, 8, 10)  # denominators of simple fractions,
NEAR = Rational(1, 50)  # so near, relatively
CLOSE_BY = Rational(1, 10)  # so near, relatively, are values that may meet
AT_AN_END = 5.0  # e-foldings
LONGEST = 10**12  # numerator or denominator of a value at which a closed form is asked for: powers of it are long
FEW = 10  # terms of a sum that is written out
LONG = 60  # letters of a closed form,
MOST_LETTERS, DIGITS = 24, 8  # of a place
NEXT_TO = Rational(1, 10**9)
POINTS = 13  # at which balls look at the sharpened claim
A_LOOK = 5.0  # seconds, for where a supremum is taken
WORDS = {"rises": "falls", "grows beyond": "falls below", "is above 0": "is below 0"}
TURNED = {**WORDS, **{y: x for x, y in WORDS.items()}}  # in proofs of what is less than all ratios


@dataclass
class Sharpened:
    """What is known of the best constant.

    claimed: the constant as claimed.  sense: 1 where a smaller constant says more (a <= C*b), -1 where a larger one does.
    value: the best constant, proved.  ball: encloses it, where it is proved what it is.
    reached: a value that the ratio is proved to take, hence no better constant is true.  bound: a constant that is proved.
    touched: a closed form of a number that it is proved to take, or to tend to.
    equal: a point at which both sides are 0 whatever the constant, of a claim that is strict.
    at: where the best constant, or `reached`, is attained or approached.  form: a closed form, recognised and not proved.
    proof, witnesses, lost, notes: lines for people.
    """

    claim: Claim
    claimed: Expr
    sense: int
    value: Expr | None = None
    ball: arb | None = None
    reached: arb | None = None
    touched: Expr | None = None
    bound: Expr | None = None
    at: str = ""
    attained: bool = False
    form: Expr | None = None
    proof: list[str] = field(default_factory=list)
    witnesses: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    place: Mapping[str, Any] = field(default_factory=dict)
    equal: Mapping[str, Any] | None = None

    @property
    def refuted(self) -> bool:
        """Whether the claimed constant is too good, or any is."""
        if self.equal is not None:
            return True
        if self.sharp and self.attained and isinstance(self.claim.relation(), Lt | Gt):
            return True  # the sides are equal there
        known = self.ball if self.ball is not None else self.reached
        return known is not None and bool(self.sense * (known - to_ball(self.claimed)) > 0)

    @property
    def sharp(self) -> bool:
        """Whether it is proved that no constant is better than the claimed one."""
        return any(_same(x, self.claimed) for x in (self.value, self.touched))

    @property
    def slack(self) -> float | None:
        """By how much, relatively, a better constant may be true at most."""
        claimed = to_ball(self.claimed)
        if self.reached is None or claimed.contains(0):
            return None
        return float((self.sense * (claimed - self.reached) / abs(claimed)).upper())

    @property
    def verdict(self) -> str:
        """In a word or two, for tables."""
        if self.refuted:
            return "refuted"
        if self.sharp:
            return "sharp"
        if self.ball is not None:
            return f"sharp constant {_short(self.value, self.ball)}"
        if self.reached is None:
            return "nothing known"
        if self.bound == self.claimed and self.slack is not None and self.slack < NEARLY:
            return f"sharp up to {100 * self.slack:.2g} %"
        bound = f"no {'upper' if self.sense > 0 else 'lower'} bound known"
        if self.bound is not None:
            bound = _outward(to_ball(self.bound), self.sense)
        reached = _outward(self.reached, -self.sense)
        return f"[{reached}, {bound}]" if self.sense > 0 else f"[{bound}, {reached}]"

    @property
    def status(self) -> int:
        """Exit status: 1 for a constant that is too good, 3 where nothing is proved of the constant from one side."""
        return (
            1
            if self.refuted
            else 0
            if self.ball is not None or (self.bound is not None and self.reached is not None)
            else 3
        )

    def __str__(self) -> str:
        head = {
            "sharp": "SHARP: no better constant than {c} is true",
            "refuted": "REFUTED: the constant {c} is too good",
        }
        said = head.get(self.verdict, "{v}").format(c=self.claimed, v=self.verdict)
        if self.equal is not None:
            said = f"REFUTED with any constant: both sides are 0 at {_values(self.equal)}, where one has to be larger"
        if self.verdict.startswith("sharp up to"):
            said += f": the constant {self.claimed} is proved, and none better by more than that is true"
        elif self.verdict not in head:
            said += f", where {self.claimed} is claimed"
        lines = [f"{self.claim.id}: {said}"]
        if self.equal is not None:
            lines.append("what follows is of the inequality that is not strict")
        if self.refuted and self.ball is not None:
            lines.append(f"the best constant is {_short(self.value, self.ball)}")
        elif self.ball is not None and self.value is not None:
            lines.append(f"= {_digits(self.ball)}")
        elif self.ball is not None:
            form = f", perhaps {self.form}: recognised by its digits, not proved" if self.form is not None else ""
            lines.append(f"{self.ball.str(40, radius=True)} certified{form}")
        lines += [self.at] if self.at else []
        if self.ball is None and self.slack is not None and 0 <= self.slack < NEARLY and self.bound is None:
            better = "" if self.sharp else f"no constant better by more than {100 * self.slack:.2g} % is true; "
            lines.append(f"{better}the claimed one is not proved here")
        lines += [f"proof: {p}" for p in self.proof] + self.witnesses + self.lost + self.notes
        return "\n  ".join(lines)


def sharpen(claim: Claim, constant: str = "", seconds: float = 40.0) -> Sharpened:
    """The best constant of a claim; `constant`: the listed variable that is the constant, in place of the factor in front.

    Raises `BadInput` for a claim that is no inequality, or has no constant.
    """
    end = time.process_time() + seconds
    asked = Asked.of(claim, constant)
    out = Sharpened(claim, asked.claimed, asked.sense)
    try:
        with clock.within(max(seconds / 2, 1.0)), telling():
            best = asked.best()
        with precision(BITS), telling():
            out.ball = asked.sense * best.ball
            if best.found.value is not None:
                out.value = plain_roots(_summed(factor_terms(asked.sense * best.found.value)))
        out.place, out.proof = best.places, [_of_the_ratio(step, asked.sense) for step in best.found.steps]
        out.attained = best.found.attained
        if not out.attained:
            _look_for_it(asked, out)
        out.at = _where(out.place, out.attained, is_known=out.value is not None)
        out.bound = out.value
    except Unbounded as error:
        out.notes.append(f"no constant will do: {_of_the_ratio(str(error), asked.sense)}")
    except OutOfTime:
        out.notes.append("the derived ratio: out of time")
    except CANNOT as why:
        out.notes.append(f"the derived ratio: {why}")
    if out.ball is not None and out.value is None:
        out.form = recognised(out.ball)
    if out.ball is None:
        _by_enumeration(asked, out, end)
    if out.ball is None:
        places = _by_ascent(asked, out, end)
        _by_places(asked, out, places, end)
        _by_proofs(asked, out, end)
        _tell_place(out)
    _before_witnesses(asked, out, max(end - time.process_time(), 2.0))
    out.equal = _where_both_are_0(asked)
    out.lost = asked.lost(out.place)
    return out


def _where_both_are_0(asked: Asked) -> Mapping[str, Any] | None:
    """A point of a strict claim at which both sides surely are: no constant tells them apart."""
    if not isinstance(asked.claim.relation(), Lt | Gt):
        return None
    with suppress(OutOfTime), clock.within(A_LOOK), telling():
        for p in asked.ratio.points():
            with suppress(*CANNOT):
                if all(side.is_zero() for side in asked.sides(p.values)):
                    return {k: v for k, v in p.values.items() if k != asked.constant}
    return None


def sharpened(claim: Claim, constant: str = "", seconds: float = 40.0) -> list[Sharpened]:
    """The best constants of a claim's inequalities: one, each part of an `And`, the rate of `Tends`. Raises `BadInput`."""
    parts = inequalities(claim)
    return [sharpen(c, constant, seconds / len(parts)) for c in parts]


def _look_for_it(asked: Asked, out: Sharpened) -> None:
    """Whether a supremum that a proof only goes towards is taken: at an end that belongs to the domain, or at a notable point."""
    if out.value is None:
        return
    domain = asked.ratio.domain
    points = [p.values for p in asked.ratio.points()]
    ends = [{**points[0], **out.place}] if all(domain[n].contains(x) for n, x in out.place.items()) else []
    with suppress(OutOfTime), clock.within(A_LOOK):
        for values in (*ends, *points):
            if asked.ratio.admits(values) and _same(asked.exact(values), out.value):
                out.attained, out.place = True, {k: v for k, v in values.items() if k != asked.constant}
                return


# ---- bounds without a closed form --------------------------------------------------------------------------------------


def _by_enumeration(asked: Asked, out: Sharpened, end: float) -> None:
    """The largest ratio of a domain that is a finite list, each of its values in balls."""
    everything = enumerable(asked.ratio)
    if not everything or len(everything) > MOST_ENUMERATED:
        return
    try:
        with clock.within(max((end - time.process_time()) / 2, 1.0)), telling():
            ratios = [asked.at(values) for values in everything]
            best = max(range(len(ratios)), key=lambda i: ratios[i].lower())
            ties = [values for values, r in zip(everything, ratios, strict=True) if not r < ratios[best]]
            ball = max(ratios, key=lambda r: r.upper()).union(ratios[best])
            if len(ties) == 1:
                ball = asked.at(everything[best], RECOGNISED)
    except (*CANNOT, OutOfTime) as why:
        out.notes.append(f"the ratio at every value of the domain: {str(why) or 'out of time'}")
        return
    if not ball.rad() < TOLD * abs(ball.mid()):
        return
    out.ball, out.attained, out.place = asked.sense * ball, True, everything[best]
    with suppress(OutOfTime, *CANNOT), clock.within(max(end - time.process_time(), 1.0)), telling():
        exact = [asked.exact(values) for values in ties[:MOST_TIES]]
        alike = exact[0] is not None and all(x is not None and is_zero(x - exact[0]) for x in exact[1:])
        if alike and len(ties) <= MOST_TIES:
            out.value = out.bound = exact[0]
    if out.value is None:
        out.form = recognised(out.ball)
    out.at = f"attained at {_values(out.place)}" + (
        "" if len(ties) == 1 else f", and at {len(ties) - 1} others or next to it"
    )
    out.proof.append(f"all {len(everything)} values of the domain, each in ball arithmetic")
    out.notes.clear()


def _by_ascent(asked: Asked, out: Sharpened, end: float) -> list[Mapping[str, Any]]:
    """The largest ratio that an ascent in balls meets; the places, far apart, where it is large, the largest first."""
    claimed = float(to_ball(asked.sense * asked.claimed))
    largest: list[tuple[arb, Mapping[str, Any]]] = []
    half = time.process_time() + max((end - time.process_time()) / 2, 1.0)

    def look(values: Mapping[str, Any]) -> Seen | None:
        try:
            with clock.within(max(half - time.process_time(), 0.5)), telling():
                ratio = asked.at(values)
        except (*CANNOT, OutOfTime):
            return None
        if not largest or ratio.lower() > largest[0][0].lower():
            largest[:] = [(ratio, dict(values))]
        margin = (claimed - float(ratio.mid())) / abs(claimed)
        return Seen(values, -1.0, margin, float(ratio.rad()) / abs(claimed)) if isfinite(margin) else None

    ascent = Ascent(replace(asked.ratio, expected="fails"), look, lambda: time.process_time() > half)
    with suppress(*CANNOT), telling():
        ascent.run([p.values for p in asked.ratio.points()])
    if not largest:
        out.notes.append("no ball of the ratio at any point")
        return []
    ratio, place = largest[0]
    out.reached = asked.sense * ratio.lower()
    out.place = {k: v for k, v in place.items() if k != asked.constant}
    out.at = f"the ratio reaches it at {_values(out.place)}"
    out.notes += [f"still rising at {f.name} = {f.seen.values[f.name]}" for f in ascent.fading]
    return [place, *(seen.values for seen in (*ascent.apart, *(f.seen for f in ascent.fading)))]


def _by_places(asked: Asked, out: Sharpened, places: list[Mapping[str, Any]], end: float) -> None:
    """The largest closed form that the ratio takes, or tends to, at or near places where it is large."""
    best: arb | None = None if out.reached is None else asked.sense * out.reached
    half = time.process_time() + max((end - time.process_time()) * A_PLACE, 1.0)
    for place in _candidates(asked, places):
        left = half - time.process_time()
        if out.sharp or left <= 0:
            return
        with suppress(OutOfTime, *CANNOT), clock.within(min(left, MOST_OF_A_PLACE)), telling():
            for x in numbers_at(asked.ratio, place):
                with precision(BITS):  # of what tends to 1 a value near the end is 1 to a hundred bits
                    ball = to_ball(x)
                larger = best is None or (ball > best if out.touched is not None else not ball < best)
                if not ball.is_finite() or not larger:
                    continue
                best = ball
                out.touched, out.attained = factor_terms(asked.sense * x), not place.ends
                out.reached, out.place = asked.sense * ball.lower(), {**place.values, **place.ends}
                out.at = str(place)


def _tell_place(out: Sharpened) -> None:
    """Whether a closed form is the best constant, or only one that the ratio is known to reach."""
    if out.touched is None:
        return
    if out.sharp or out.ball is not None:
        out.at = f"{'attained' if out.attained else 'approached'} {out.at}"
    else:
        number = _short(out.touched, to_ball(out.touched))
        out.at = f"the ratio {'is' if out.attained else 'tends to'} {number} {out.at}"


def _candidates(asked: Asked, places: list[Mapping[str, Any]]) -> Iterator[Place]:
    """Places where the ratio may be largest: where the claim is said to be tight, those that were met, and ends near by."""
    claim, seen = asked.ratio, set()

    def new(values: Mapping[str, Any], ends: Mapping[str, Expr]) -> Iterator[Place]:
        at = {n: x for n, x in values.items() if n not in ends}
        if any(x.is_Rational and max(abs(x.p), x.q) > LONGEST for n, x in at.items() if n in claim.symbols):
            return
        key = tuple(sorted(at.items(), key=str)), tuple(sorted(ends.items(), key=str))
        if key not in seen and (ends or (claim.admits(at) and all(claim.domain[n].contains(x) for n, x in at.items()))):
            seen.add(key)
            yield Place(at, ends)

    for said in asked.claim.touching:
        for place in places[:1]:
            at = {n: sympify(x) if n in claim.symbols else x for n, x in said.items()}
            ends = {n: x for n, x in at.items() if n in claim.symbols and not claim.domain[n].contains(x)}
            yield from new({**place, **at}, ends)
    reals = [n for n in claim.symbols if isinstance(claim.domain[n], Reals)]
    for place in places:
        plain = {n: _plain(claim.domain[n], x) if n in claim.symbols else x for n, x in place.items()}
        ends = {n: x for n in claim.symbols if (x := _end_near(claim.domain[n], place[n])) is not None}
        yield from new(plain, {})
        for n in reals:
            if (zero := _zero_near(asked, plain, n)) is not None:
                yield from new(plain, {n: zero})
                yield from new(plain, {**ends, n: zero})
        for a, b in combinations(reals, 2):  # where values meet, sides that are distances vanish
            if plain[a] != 0 and abs(place[a] - place[b]) < CLOSE_BY * abs(place[a]):
                yield from new({**plain, b: plain[a]}, {a: plain[a]})
        for names in [*((n,) for n in ends), tuple(ends)] if ends else []:
            for base in (plain, place):
                yield from new(base, {n: ends[n] for n in names})
    for place in places:
        if all(abs(place[n]) <= LARGEST for n in claim.symbols):  # powers with such exponents have millions of digits
            yield from new(place, {})


def _zero_near(asked: Asked, place: Mapping[str, Any], name: str) -> Expr | None:
    """A value of a variable inside of its range, close to a place, at which the constant stands beside 0."""
    x = S.Zero if abs(place[name]) < NEAR else place[name]
    if not asked.ratio.domain[name].contains(x):
        return None
    with suppress(*CANNOT), telling():
        _, below = asked.sides({**place, name: x})
        return x if below.contains(0) else None
    return None


def _plain(domain: Any, x: Expr) -> Expr:
    """A simple fraction near by; x itself where there is none, and of an integer."""
    if not isinstance(domain, Reals) or not x.is_Rational:
        return x
    found = (Rational(round(x * d), d) for d in SIMPLE)
    return next((y for y in found if domain.contains(y) and abs(y - x) < NEAR * abs(x)), x)


def _end_near(domain: Any, x: Expr) -> Expr | None:
    """The end of a range that a value is close to, if the end does not belong to the range; oo is close to what is far out."""
    if isinstance(domain, Integers):
        return oo if domain.hi is oo and x >= domain.ends[1] else None
    if not isinstance(domain, Reals) or x in domain.included:
        return None
    place = domain.coordinate(x)
    return None if abs(place) < AT_AN_END else domain.hi if place > 0 else domain.lo


def _by_proofs(asked: Asked, out: Sharpened, end: float) -> None:
    """A constant with which the claim is proved, nearer and nearer to what the ratio reaches."""
    if out.refuted:
        return

    def proved(c: Expr) -> bool:
        left = (end - time.process_time()) * (SHARE if c == asked.claimed else 1.0)
        if left < 0.5:
            return False
        try:
            with clock.within(left), telling():
                return prove(asked.claim if c == asked.claimed else asked.with_constant(c)).proved
        except (*CANNOT, OutOfTime):
            return False

    exact = out.touched
    first = proved(asked.claimed)
    if exact is not None and (first if out.sharp else proved(exact)):
        out.value, out.ball, out.bound = exact, to_ball(exact), exact
        out.proof.append(f"the claim is proved with {exact}")
        out.notes.clear()
        return
    if not first:
        return
    out.bound = asked.claimed
    out.proof.append(f"the claim is proved with {asked.claimed}")
    if out.reached is None:
        return
    reached, bound = float(out.reached.mid()), float(to_ball(asked.claimed))
    failed = reached
    for j in range(PROOFS):
        if abs(bound - reached) <= (CLOSE - 1) * abs(reached):
            break
        c = Rational(
            f"{(reached * (1 + asked.sense * 1e-3 * (1 if reached > 0 else -1)) if j == 0 else (failed + bound) / 2):.6g}"
        )
        if asked.sense * (float(c) - bound) >= 0 or asked.sense * (float(c) - reached) <= 0:
            break
        if proved(c):
            out.bound, bound = c, float(c)
        else:
            failed = float(c)
    if out.bound != asked.claimed:
        out.proof.append(f"the claim is proved with {out.bound}, too")


def _before_witnesses(asked: Asked, out: Sharpened, seconds: float) -> None:
    """The sharpened claim before the derivation and the balls."""
    if out.value is None or out.sharp:
        return
    claim = asked.with_constant(out.value)
    try:
        with clock.within(seconds), telling():
            told = "proved" if prove(claim).proved else "no proof"
    except OutOfTime:
        told = "out of time"
    except CANNOT:
        told = "no proof"
    found: list[str] = []
    with suppress(OutOfTime, *CANNOT), clock.within(seconds), telling():
        for p in claim.points()[:POINTS]:
            found.append(at_point(claim, p, 0.01).verdict)
    seen = [v for v in found if v != Verdict.LEFT_OUT]
    balls = (
        f"refuted at {seen.count(Verdict.REFUTED)}"
        if Verdict.REFUTED in seen
        else f"supported at {seen.count(Verdict.SUPPORTED)}"
    )
    number = _short(out.value, to_ball(out.value))
    out.witnesses.append(
        f"with {number} in place of {out.claimed}: derivation {told}, balls {balls} of {len(found)} points"
    )


def _same(x: Expr | None, y: Expr) -> bool:
    """Whether they are seen to be equal; balls first, since normal forms of exp(999/1000) and the like are large."""
    with suppress(*CANNOT), precision(BITS), telling():
        return x is not None and to_ball(x).overlaps(to_ball(y)) and is_zero(x - y)
    return False


# ---- words ----------------------------------------------------------------------------------------------------------


def _of_the_ratio(text: str, sense: int) -> str:
    """What a proof says of `sense` times the ratio, as it is of the ratio itself."""
    return text if sense > 0 else re.sub("|".join(TURNED), lambda found: TURNED[found[0]], text)


def _digits(x: arb) -> str:
    return x.str(12, radius=False)


def _short(value: Expr | None, ball: arb) -> str:
    """A closed form that can be read at a glance, else digits."""
    return _digits(ball) if value is None or len(str(value)) > LONG else str(value)


def _outward(x: arb, sense: int) -> str:
    """Six digits of a number, not below it (sense 1), or not above."""
    end = Decimal(float((x.upper() if sense > 0 else x.lower()).mid()))
    context = Context(prec=6, rounding=ROUND_CEILING if sense > 0 else ROUND_FLOOR)
    return f"{float(context.create_decimal(end)):.6g}"


def _summed(x: Expr) -> Expr:
    """Sums and products of few terms, as what they are."""
    sums = (y for y in x.atoms(Sum, Product) if all((b - a).is_Integer and b - a < FEW for _, a, b in y.limits))
    return x.xreplace({y: y.doit() for y in sums})


def _values(place: Mapping[str, Any]) -> str:
    return ", ".join(f"{k} {_told(v)}" for k, v in place.items()) or "every point"


def _told(x: Any) -> str:
    """ "= 3/2"; of a fraction of many digits what it is about, beside a simple number next to it how far it is from that; the
    same of a long closed form."""
    if len(str(x)) <= (MOST_LETTERS if isinstance(x, Rational) else LONG) or not getattr(x, "is_number", False):
        return f"= {x}"
    if not isinstance(x, Rational):
        return f"about {_digits(to_ball(x))}"
    near = min((Rational(round(x * d), d) for d in SIMPLE), key=lambda y: abs(x - y))
    if 0 < abs(x - near) < NEXT_TO and near != 0:
        return f"about {near} {'+' if x > near else '-'} {float(abs(x - near)):.2g}"
    return f"about {float(x):.12g}"


def _near(x: Any) -> str:
    """ "about 1.4616321", of a place that is enclosed; a whole number is itself."""
    return f"about {float(x):.{DIGITS}g}" if isinstance(x, Rational) and not x.is_Integer else f"= {x}"


def _where(places: Mapping[str, Any], attained: bool, is_known: bool) -> str:
    """is_known: whether the places are, or only numbers near them."""
    if not places:
        return "the ratio of the sides is the same everywhere"
    if attained and not is_known:
        return "attained at " + ", ".join(f"{k} {_near(v)}" for k, v in places.items())
    if attained:
        return f"attained at {_values(places)}"
    return f"approached as {', '.join(f'{k} -> {v}' for k, v in places.items())}"
