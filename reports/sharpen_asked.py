"""What is asked of an inequality: its constant, the ratio of its sides, in numbers and in proofs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import wraps
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
    S,
    Symbol,
    factor_terms,
    gamma,
    log,
    sympify,
)
from sympy.core.relational import Relational

from theory.language.claims import Claim
from theory.language.domains import Integers, Points
from theory.language.errors import BadInput, CannotTell, OutOfTime
from theory.language.laws import Noise
from theory.language.loops import Observable
from theory.language.moments import Distance, Tends, outermost
from theory.language.unevaluated import unevaluated
from theory.proof.arithmetic.programs import to_ball
from theory.proof.enclose import moments
from theory.proof.foreign import telling
from theory.proof.prepared import Part, prepare
from theory.proof.relations.learned import Refuted
from theory.proof.relations.sharpest import Best, Quotient
from theory.proof.symbols.normal_forms import is_zero

from . import clock
from .one_relation import NOTHING, with_relation

MOST_CASES = 12
A_LOOK = 5.0  # seconds, for the sign of what the constant multiplies
LARGEST = 10_000  # value of a variable at which a closed form is asked for
CANNOT = (CannotTell, BadInput, Refuted)  # what fails otherwise is told as the first of them, by `telling`


def inequalities(claim: Claim) -> list[Claim]:
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
        return [with_relation(claim, x, f"{claim.function.__name__}_{i}") for i, x in enumerate(parts, 1)]
    (t, start, _), name = r.limits, claim.function.__name__
    domain: Any = claim.domain.get(t.name)
    if not isinstance(domain, Integers) or not start.is_Integer:
        raise BadInput(f"{claim.id}: the limit does not begin at a number of its own: {start}", claim.location)
    later = claim.on({t.name: replace(domain, lo=max(domain.lo, start), notable=())})
    return [with_relation(later, Le(Abs(r.function - r.limit), r.rate, evaluate=False), name)]


@dataclass(frozen=True, eq=False)
class Asked:
    """An inequality as `sense * above/below <= sense * constant`, in every case of the listed variables.

    ratio: a claim with the sides above and below, for balls and derivations.
    """

    claim: Claim
    constant: str
    claimed: Expr
    sense: int
    ratio: Claim

    @staticmethod
    def of(claim: Claim, constant: str) -> Asked:
        """What is asked of a claim; `constant` names a parameter, or is "". Raises `BadInput` for what is no inequality."""
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

        def asked(claimed: Expr) -> Asked:
            def sides(r: Relational) -> tuple[Expr, Expr]:
                bound, other = (r.lhs, r.rhs) if left else (r.rhs, r.lhs)
                return sense * other, bound / claimed

            return Asked(claim, "", claimed, sense, _ratio(claim, sides))

        found = asked(claimed)
        return asked(-claimed) if found.is_turned() else found

    def is_turned(self) -> bool:
        """Whether what stands beside the constant is negative, as beside the -1 of -(p log p + q log q).

        Raises `BadInput` where it has both signs, as in x**3 <= C*x: a larger constant says less here and more there.
        """
        seen: dict[bool, Mapping[str, Any]] = {}
        with suppress(OutOfTime), clock.within(A_LOOK), telling():
            for p in self.ratio.points():
                with suppress(*CANNOT):
                    _, below = self.sides(p.values)
                    if below < 0 or below > 0:
                        seen.setdefault(bool(below < 0), p.values)
        if len(seen) == 2:
            turned, usual = (", ".join(f"{k} = {v}" for k, v in seen[x].items()) for x in (True, False))
            raise BadInput(
                f"{self.claim.id}: what the constant stands beside is negative at {turned}, and positive at {usual}: a larger"
                " constant says less at the one and more at the other; restrict the domain to one sign",
                self.claim.location,
            )
        return True in seen

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

        return replace(self.claim, function=other, **NOTHING)

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

    return replace(claim, function=ratio, **NOTHING)


def _with_declared(claim: Claim, constant: str) -> Asked:
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

    def asked(sense: int) -> Asked:
        @wraps(original)
        def ratio(**values: Any) -> Relational:
            p, q = pieces(values)
            return Le(-q, sense * p, evaluate=False)

        return Asked(claim, constant, claimed, sense, replace(claim, function=ratio, **NOTHING))

    pieces({**claim.symbols, **(claim.cases[0] if claim.cases else {})})
    found = asked(1)
    return asked(-1) if found.is_turned() else found
