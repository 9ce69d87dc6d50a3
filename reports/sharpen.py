"""The best constant of an inequality `a <= C*b`: from below by what the ratio reaches, from above by proofs.

First the supremum of the derived ratio, with the place and a proof (`theory/proof/relations/sharpest.py`). Where there is none:
from below the largest ratio that an ascent in balls meets (`simulate/engine/ascent.py`), from above proofs of the claim with
other constants.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from functools import wraps
from itertools import combinations
from math import isfinite
from pathlib import Path
from typing import Any

from flint import arb
from sympy import (
    Abs,
    And,
    Dummy,
    Expr,
    Ge,
    Gt,
    Le,
    Lt,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    factor_terms,
    gamma,
    log,
    oo,
    sympify,
)
from sympy.core.relational import Relational

from simulate.engine.ascent import Ascent, Seen
from theory.language.claims import Claim
from theory.language.domains import Integers, Points, Reals
from theory.language.errors import BadInput, CannotTell, OutOfTime
from theory.language.laws import Noise
from theory.language.loops import Observable
from theory.language.moments import Distance, Moment, Tends, outermost
from theory.language.unevaluated import unevaluated
from theory.language.verdicts import Verdict
from theory.proof.arithmetic.precision import precision
from theory.proof.arithmetic.programs import to_ball
from theory.proof.arithmetic.recognised import recognised
from theory.proof.enclose import at_point, moments
from theory.proof.foreign import telling
from theory.proof.prepared import Part, enumerable, prepare, relevant
from theory.proof.relations.approached import Place, numbers_at
from theory.proof.relations.learned import Refuted
from theory.proof.relations.prove import prove
from theory.proof.relations.sharpest import Best, Quotient
from theory.proof.relations.suprema import BITS, Unbounded
from theory.proof.symbols.normal_forms import is_zero

from . import clock

PROOFS = 7  # of the claim with other constants, in search of an upper bound
NEARLY = 0.01  # so near to the claimed constant nearly nothing is left to gain
SHARE = 0.6  # of the time that is left: for a proof with the claimed constant, before others are tried
MOST_ENUMERATED = 2_000
MOST_TIES = 40
RECOGNISED = 400  # bits of the largest of them
TOLD = 1e-9  # relative radius of a best constant
CLOSE = 1.002  # upper over lower bound: no other constant is tried
MOST_CASES = 12
A_PLACE, MOST_OF_A_PLACE = 0.4, 4.0  # of the time that is left for closed forms at places; seconds of one
SIMPLE = (1, 2, 3, 4, 5, 6, 8, 10)  # denominators of simple fractions,
NEAR = Rational(1, 50)  # so near, relatively
CLOSE_BY = Rational(1, 10)  # so near, relatively, are values that may meet
AT_AN_END = 5.0  # e-foldings
LOOKS = 3  # points at which the sign of what the constant multiplies is looked at
LONGEST = 10**12  # numerator or denominator of a value at which a closed form is asked for: powers of it are long
LARGEST = 10_000  # value of a variable at which a closed form is asked for
FEW = 10  # terms of a sum that is written out
LONG = 60  # letters of a closed form
POINTS = 13  # at which balls look at the sharpened claim
GRID = {1: 64, 2: 24}  # points along a side of the picture
CANNOT = (CannotTell, BadInput, Refuted)  # what fails otherwise is told as the first of them, by `telling`


@dataclass
class Sharpened:
    """What is known of the best constant.

    claimed: the constant as claimed.  sense: 1 where a smaller constant says more (a <= C*b), -1 where a larger one does.
    value: the best constant, proved.  ball: encloses it, where it is proved what it is.
    reached: a value that the ratio is proved to take, hence no better constant is true.  bound: a constant that is proved.
    touched: a closed form of a number that it is proved to take, or to tend to.
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

    @property
    def refuted(self) -> bool:
        """Whether the claimed constant is too good."""
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
        if self.verdict.startswith("sharp up to"):
            said += f": the constant {self.claimed} is proved, and none better by more than that is true"
        elif self.verdict not in head:
            said += f", where {self.claimed} is claimed"
        lines = [f"{self.claim.id}: {said}"]
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
    asked = _Asked.of(claim, constant)
    out = Sharpened(claim, asked.claimed, asked.sense)
    try:
        with clock.within(max(seconds / 2, 1.0)), telling():
            best = asked.best()
        with precision(BITS), telling():
            out.ball = asked.sense * best.ball
            if best.found.value is not None:
                out.value = _summed(factor_terms(asked.sense * best.found.value))
        out.place, out.proof = best.places, list(best.found.steps)
        out.attained = best.found.attained
        out.at = _where(best.places, best.found.attained)
        out.bound = out.value
    except Unbounded as error:
        out.notes.append(f"no constant will do: {error}")
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
    out.lost = asked.lost(out.place)
    return out


def sharpened(claim: Claim, constant: str = "", seconds: float = 40.0) -> list[Sharpened]:
    """The best constants of a claim's inequalities: one, each part of an `And`, the rate of `Tends`. Raises `BadInput`."""
    parts = _inequalities(claim)
    return [sharpen(c, constant, seconds / len(parts)) for c in parts]


def _inequalities(claim: Claim) -> list[Claim]:
    """A claim of one inequality as it is, else a claim for each of its inequalities. Raises `BadInput`."""
    r = claim.relation()
    if not isinstance(r, And | Tends):
        return [claim]
    if len(claim.cases) > 1:
        raise BadInput(f"{claim.id}: an And, or a limit, of listed values: one inequality is expected", claim.location)
    if isinstance(r, And):
        parts = [x for x in r.args if isinstance(x, Le | Lt | Ge | Gt)]
        if not parts:
            raise BadInput(f"{claim.id} has no inequality of two sides: expected a <= C*b", claim.location)
        return [_alone(claim, x, f"{claim.function.__name__}_{i}") for i, x in enumerate(parts, 1)]
    (t, start, _), name = r.limits, claim.function.__name__
    domain: Any = claim.domain.get(t.name)
    if not isinstance(domain, Integers) or not start.is_Integer:
        raise BadInput(f"{claim.id}: the limit does not begin at a number of its own: {start}", claim.location)
    later = claim.on({t.name: replace(domain, lo=max(domain.lo, start), notable=())})
    return [_alone(later, Le(Abs(r.function - r.limit), r.rate, evaluate=False), name)]


def _alone(claim: Claim, relation: Relational, name: str) -> Claim:
    """A claim of one relation in the symbols of another claim, on its domain."""

    @wraps(claim.function)
    def alone(**values: Any) -> Relational:
        apart = claim.taken_apart(values)
        at = {s: sympify(apart[n]) for n, s in claim.symbols.items()}
        return relation.xreplace({s: x for s, x in at.items() if s != x})  # type: ignore[return-value]

    alone.__name__ = name
    signature = inspect.signature(claim.function)
    grown = [inspect.Parameter(s.name, inspect.Parameter.KEYWORD_ONLY, default=d) for s, d in claim.grown.items()]
    alone.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *grown])  # type: ignore[attr-defined]
    return replace(claim, function=alone, **_NOTHING)


# ---- what is asked --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Asked:
    """An inequality as `sense * above/below <= sense * constant`, in every case of the listed variables.

    ratio: a claim with the sides above and below, for balls and derivations.
    """

    claim: Claim
    constant: str
    claimed: Expr
    sense: int
    ratio: Claim

    @staticmethod
    def of(claim: Claim, constant: str) -> _Asked:
        r = claim.relation()
        if not isinstance(r, Le | Lt | Ge | Gt):
            raise BadInput(f"{claim.id} is no inequality of two sides: expected a <= C*b", claim.location)
        if constant:
            return _with_declared(claim, constant)
        left = _is_left(claim, r)
        of_cases = {_constant(claim, (x.lhs if left else x.rhs)) for x in map(claim.relation, claim.cases or [{}])}
        claimed = (
            of_cases.pop() if len(of_cases) == 1 else S.One
        )  # which differs from case to case is the whole bound's
        if claimed == 0:
            raise BadInput(f"{claim.id} has no constant: its bound is 0", claim.location)
        sense = (1 if isinstance(r, Le | Lt) else -1) * (-1 if left else 1)

        def asked(claimed: Expr) -> _Asked:
            def sides(r: Relational) -> tuple[Expr, Expr]:
                bound, other = (r.lhs, r.rhs) if left else (r.rhs, r.lhs)
                return sense * other, bound / claimed

            return _Asked(claim, "", claimed, sense, _ratio(claim, sides))

        found = asked(claimed)
        return asked(-claimed) if found.is_turned() else found

    def is_turned(self) -> bool:
        """Whether what stands beside the constant is negative, as beside the -1 of -(p log p + q log q)."""
        for p in self.ratio.points()[:LOOKS]:
            try:
                with telling():
                    _, below = self.sides(p.values)
            except CANNOT:
                continue
            if below != 0:
                return bool(below < 0)
        return False

    def with_constant(self, c: Expr) -> Claim:
        """The claim with another constant."""
        original, claimed = self.claim.function, self.claimed

        @wraps(original)
        def other(**values: Any) -> Relational:
            if self.constant:
                return original(**{**values, self.constant: c})
            r = _said(original, values)
            left = _is_left(self.claim, self.claim.relation())
            a, b = (r.lhs * c / claimed, r.rhs) if left else (r.lhs, r.rhs * c / claimed)
            return (Le if isinstance(r, Le | Lt) else Ge)(a, b, evaluate=False)

        return replace(self.claim, function=other, **_NOTHING)

    def exact(self, values: Mapping[str, Any]) -> Expr | None:
        """The constant that the ratio asks for at a point, in closed form."""
        case = {k: v for k, v in values.items() if k not in self.claim.symbols}
        if any(abs(values[n]) > LARGEST for n in self.ratio.symbols):
            return None  # powers with such exponents have millions of digits
        with suppress(*CANNOT), telling():
            r = self.ratio.relation(case)
            value = self.sense * Quotient(self.ratio, case, r.lhs, r.rhs).at(values)
            return factor_terms(value) if to_ball(value).is_finite() else None
        return None

    def best(self) -> Best:
        """The supremum over all cases. Raises `CannotTell`, `Unbounded`."""
        cases = self.claim.cases or [{}]
        if len(cases) > MOST_CASES:
            raise CannotTell(f"more than {MOST_CASES} listed cases")
        found = []
        for case in cases:
            r = self.ratio.relation(case)
            one = Quotient(self.ratio, case, r.lhs, r.rhs).best()
            found.append(replace(one, places={**{k: v for k, v in case.items() if k != self.constant}, **one.places}))
        best = found[0]
        for other in found[1:]:
            if other.ball > best.ball:
                best = other
            elif not other.ball <= best.ball:
                if (
                    other.found.value is None
                    or best.found.value is None
                    or not is_zero(other.found.value - best.found.value)
                ):
                    raise CannotTell("which of the listed cases has the largest ratio is not told apart")
                best = other if other.found.attained else best
        return best

    def at(self, values: Mapping[str, Any], bits: int = 60) -> arb:
        """The ratio times the sense at a point, in balls."""
        above, below = self.sides(values, bits)
        if not below > 0:
            raise CannotTell("the side with the constant is not positive")
        ratio = above / below
        if not ratio.is_finite():
            raise CannotTell("no finite ratio")
        return ratio

    def sides(self, values: Mapping[str, Any], bits: int = 60) -> tuple[arb, arb]:
        """The sides of the ratio at a point, in balls."""
        (part,) = prepare(self.ratio, values).parts
        assert isinstance(part, Part)
        part = part.unrolled(values)
        balls = moments(part, values, bits)
        above, below = (part.side(x, values, balls, bits) for x in (part.a, part.b))
        return above, below

    def lost(self, places: Mapping[str, Any]) -> list[str]:
        """Powers that the bound loses along variables without an end."""
        case = (self.claim.cases or [{}])[0]
        try:
            with clock.within(10.0), telling():
                r = self.ratio.relation(case)
                found = Quotient(self.ratio, case, r.lhs, r.rhs).lost(places)
        except (*CANNOT, OutOfTime):
            return []
        out = []
        for name, lead in found.items():
            n = Symbol(name, positive=True)
            growth = gamma(n) ** lead.gammas * lead.base**n * n**lead.power * log(n) ** lead.logs
            out.append(f"the ratio of the sides goes like {growth} as {name} -> oo: so much the bound loses there")
        return out


_NOTHING: dict[str, Any] = {
    "tight": {},
    "mutants": {},
    "trivial": None,
    "scale": None,
    "proof": None,
    "rate": None,
    "uses": (),
    "needs": (),
    "examples": (),
}


def _constant(claim: Claim, side: Expr) -> Expr:
    """The factor of a side that no variable and nothing random is in."""
    names = {m: Dummy("m") for m in outermost(sympify(side))}
    held = sympify(side).xreplace(names)
    varies = (*claim.symbols.values(), *names.values(), Distance, Observable, Noise)
    if not held.has(*varies):
        return held
    return (factor_terms(held) if held.is_Add else held).as_independent(*varies, as_Add=False)[0]


def _is_left(claim: Claim, r: Relational) -> bool:
    """Whether the bound is the left side, as in 2 >= f(n) turned round: a number, the other side being none."""
    return _constant(claim, r.lhs) == r.lhs and _constant(claim, r.rhs) != r.rhs


def _said(function: Callable, values: Mapping[str, Any]) -> Relational:
    """The relation at these values, of numbers too."""
    r = function(**values)
    if r in (S.true, S.false):
        with unevaluated():
            return function(**values)
    return r


def _ratio(claim: Claim, sides: Any) -> Claim:
    original = claim.function

    @wraps(original)
    def ratio(**values: Any) -> Relational:
        return Le(*sides(_said(original, values)), evaluate=False)

    return replace(claim, function=ratio, **_NOTHING)


def _with_declared(claim: Claim, constant: str) -> _Asked:
    """The constant is a listed variable with one value, in which the relation is affine."""
    domain = claim.domain.get(constant)
    if not isinstance(domain, Points) or len(domain.listed) != 1 or isinstance(domain.listed[0], tuple):
        raise BadInput(
            f"--constant {constant}: expected a variable with one listed value, {constant}=Points(2)", claim.location
        )
    claimed, original = sympify(domain.listed[0]), claim.function

    def gap(values: Mapping[str, Any], c: int) -> Expr:
        r = original(**{**values, constant: S(c)})
        if not isinstance(r, Le | Lt | Ge | Gt):
            raise BadInput(f"{claim.id} is no inequality for {constant} = {c}", claim.location)
        return sympify(r.gts - r.lts)

    def pieces(values: Mapping[str, Any]) -> tuple[Expr, Expr]:
        zero, one, two = (gap(values, c) for c in (0, 1, 2))
        if not is_zero((two - one) - (one - zero)):
            raise BadInput(f"{claim.id} is not affine in {constant}", claim.location)
        return one - zero, zero

    times, _ = pieces({**claim.symbols, **(claim.cases[0] if claim.cases else {})})
    point = claim.points()[0].values
    at = (
        to_ball(times.xreplace({s: sympify(point[n]) for n, s in claim.symbols.items()}))
        if not times.has(Moment)
        else arb(1)
    )
    sense = 1 if at > 0 else -1

    @wraps(original)
    def ratio(**values: Any) -> Relational:
        p, q = pieces(values)
        return Le(-q, sense * p, evaluate=False)

    return _Asked(claim, constant, claimed, sense, replace(claim, function=ratio, **_NOTHING))


# ---- bounds without a closed form --------------------------------------------------------------------------------------


def _by_enumeration(asked: _Asked, out: Sharpened, end: float) -> None:
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


def _by_ascent(asked: _Asked, out: Sharpened, end: float) -> list[Mapping[str, Any]]:
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


def _by_places(asked: _Asked, out: Sharpened, places: list[Mapping[str, Any]], end: float) -> None:
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


def _candidates(asked: _Asked, places: list[Mapping[str, Any]]) -> Iterator[Place]:
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
        for a, b in combinations(reals, 2):  # where values meet, sides that are distances vanish
            if plain[a] != 0 and abs(place[a] - place[b]) < CLOSE_BY * abs(place[a]):
                yield from new({**plain, b: plain[a]}, {a: plain[a]})
        for names in [*((n,) for n in ends), tuple(ends)] if ends else []:
            for base in (plain, place):
                yield from new(base, {n: ends[n] for n in names})
    for place in places:
        if all(abs(place[n]) <= LARGEST for n in claim.symbols):  # powers with such exponents have millions of digits
            yield from new(place, {})


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


def _by_proofs(asked: _Asked, out: Sharpened, end: float) -> None:
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


def _before_witnesses(asked: _Asked, out: Sharpened, seconds: float) -> None:
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
    out.witnesses.append(
        f"with {out.value} in place of {out.claimed}: derivation {told}, balls {balls} of {len(found)} points"
    )


# ---- picture --------------------------------------------------------------------------------------------------------


def draw(found: Sharpened, constant: str, path: Path) -> Path:
    """A picture of the ratio of the sides, in balls, over one or two variables, the others where it is largest.

    Raises `BadInput` where the ratio depends on no variable, or has no ball.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from .figures import PALETTE, SIZE, written

    asked = _Asked.of(found.claim, constant)
    left = relevant(asked.ratio)
    names = [n for n in asked.ratio.symbols if n in left][:2]
    if not names:
        raise BadInput(
            f"{found.claim.id}: the ratio depends on no variable: there is nothing to draw", found.claim.location
        )
    base = dict(asked.ratio.points()[0].values)
    base |= {
        n: v
        for n, v in found.place.items()
        if n in base and (n not in asked.ratio.symbols or asked.ratio.domain[n].contains(v))
    }
    axes = [_axis(asked.ratio, n, GRID[len(names)]) for n in names]
    heights = [[_height(asked, {**base, **dict(zip(names, at, strict=True))}) for at in row] for row in _rows(axes)]
    if not any(isfinite(h) for row in heights for h in row):
        raise BadInput(f"{found.claim.id}: the ratio has no ball at any place of the picture", found.claim.location)
    fig = Figure(figsize=SIZE, layout="constrained")
    FigureCanvasAgg(fig)
    ax = fig.add_subplot()
    marks = {n: float(v) for n, v in found.place.items() if n in names and sympify(v).is_finite}
    if len(names) == 1:
        ax.plot([float(x) for x in axes[0]], [row[0] for row in heights], color=PALETTE[0])
        for value, style, word in ((found.claimed, "--", "claimed"), (found.value, ":", "best")):
            if value is not None:
                ax.axhline(float(to_ball(value)), color="0.3", linestyle=style, linewidth=0.9, label=f"{word}: {value}")
        ax.set_ylabel("the ratio of the sides")
        if ax.get_legend_handles_labels()[0]:
            ax.legend(fontsize=8, frameon=False)
        if marks:
            ax.axvline(marks[names[0]], color=PALETTE[1], linewidth=0.8)
    else:
        across, up = ([float(x) for x in axis] for axis in axes)
        transposed = [[row[j] for row in heights] for j in range(len(up))]
        fig.colorbar(ax.pcolormesh(across, up, transposed, shading="nearest"), ax=ax, label="the ratio of the sides")
        if len(marks) == 2:
            ax.plot(marks[names[0]], marks[names[1]], "o", color=PALETTE[1])
        _scale(ax.set_yscale, axes[1])
        ax.set_ylabel(names[1])
    _scale(ax.set_xscale, axes[0])
    ax.set_xlabel(names[0])
    others = {n: v for n, v in base.items() if n not in names and n in left}
    ax.set_title(found.claim.id + (f" ({_values(others)})" if others else ""), fontsize=9, parse_math=False)
    return written(fig, path)


def in_words(found: list[Sharpened], constant: str, out: str | Path | None) -> str:
    """What is found, and where it is drawn, or why not."""
    text = "\n".join(map(str, found))
    if not out:
        return text
    if len(found) > 1:
        return f"{text}\n  no figure: there are several inequalities"
    try:
        return f"{text}\n  the ratio is drawn in {draw(found[0], constant, Path(out))}"
    except BadInput as why:
        return f"{text}\n  no figure: {why}"


def status(found: list[Sharpened]) -> int:
    """Exit status of several: 1 if a constant is too good, else 3 where nothing is proved of one from one side."""
    all_of = {f.status for f in found}
    return 1 if 1 in all_of else max(all_of)


def _axis(claim: Claim, name: str, count: int) -> list[Expr]:
    """Values of a variable from end to end, evenly on its own scale."""
    domain = claim.domain[name]
    low, high = (domain.coordinate(x) for x in domain.ends)
    found = (domain.at(low + (high - low) * i / (count - 1)) for i in range(count))
    return sorted({x for x in found if x is not None})


def _rows(axes: list[list[Expr]]) -> Iterator[list[tuple[Expr, ...]]]:
    for x in axes[0]:
        yield [(x, y) for y in axes[1]] if len(axes) == 2 else [(x,)]


def _scale(set_scale: Any, axis: list[Expr]) -> None:
    if axis[0] > 0 and axis[-1] > 30 * axis[0]:
        set_scale("log")


def _height(asked: _Asked, values: Mapping[str, Any]) -> float:
    with suppress(*CANNOT), telling():
        return float((asked.sense * asked.at(values)).mid()) if asked.ratio.admits(values) else float("nan")
    return float("nan")


def _same(x: Expr | None, y: Expr) -> bool:
    """Whether they are seen to be equal; balls first, since normal forms of exp(999/1000) and the like are large."""
    with suppress(*CANNOT), precision(BITS), telling():
        return x is not None and to_ball(x).overlaps(to_ball(y)) and is_zero(x - y)
    return False


# ---- words ----------------------------------------------------------------------------------------------------------


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
    return ", ".join(f"{k} = {v}" for k, v in place.items()) or "every point"


def _where(places: Mapping[str, Any], attained: bool) -> str:
    if not places:
        return "the ratio of the sides is the same everywhere"
    if attained:
        return f"attained at {_values(places)}"
    return f"approached as {', '.join(f'{k} -> {v}' for k, v in places.items())}"
