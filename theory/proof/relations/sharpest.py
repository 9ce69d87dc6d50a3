"""The best constant of an inequality with derived sides: the supremum of their quotient over the claim's domain, with a proof.

Variables along which the quotient is monotone, whatever the others are, give way to their limits; of the one that is left
`suprema` knows what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from flint import arb
from sympy import (
    Dummy,
    Expr,
    Mul,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    cancel,
    expand,
    expand_log,
    factor,
    gamma,
    harmonic,
    oo,
    powsimp,
    sympify,
    together,
)
from sympy.concrete.expr_with_limits import ExprWithLimits

from ...language.claims import Claim
from ...language.domains import Integers, Share
from ...language.errors import CannotTell
from ...language.lengths import highest_power, operations
from ...language.loops import Observable
from ...language.moments import Moment
from ..arithmetic.precision import precision
from ..arithmetic.programs import to_ball
from ..foreign import telling
from ..signs.numbers import sign_of
from ..symbols.asymptotics import Limits
from ..symbols.leading import Leading
from ..symbols.normal_forms import is_zero
from .defined import has_values
from .forms import supremum_of_forms
from .increments import supremum_by_increments
from .learned import Learned
from .on_intervals import is_smooth
from .ranges import forwards
from .rearranged import supremum_rearranged
from .scales import keeps_its_sign, scale_of
from .steps import GAMMAS, supremum_by_steps
from .suprema import BITS, Supremum, Unbounded, supremum, supremum_of_integers

HIGHEST = 40  # power of what is multiplied out
MOST_TURNING = 60  # operations of a slope that is factored


def _may_be_infinite(f: Expr) -> bool:
    """Whether an infinity is in it other than as an end of a sum, or of an integral."""
    held = f.xreplace({x: Dummy("x") for x in f.atoms(ExprWithLimits)})
    return held.has(oo, -oo, S.NaN, S.ComplexInfinity)


def later(f: Expr, v: Symbol) -> Expr:
    """f at v + 1, its sums and products up to v + 1 by those up to v."""

    def longer(x: Expr) -> Expr:
        *inner, (k, low, high) = x.limits
        if inner or high.xreplace({v: v + 1}) != high + 1 or low.has(v) or x.function.has(v):
            raise CannotTell(f"{x} at {v} + 1")
        last = x.function.xreplace({k: high + 1})
        return x + last if isinstance(x, Sum) else x * last

    held = {x: Dummy("s", real=True) for x in f.atoms(Sum, Product) if x.has(v)}
    if any(x.has(y) for x in held for y in held if x != y):
        raise CannotTell("sums of sums")
    return f.xreplace(held).xreplace({v: v + 1}).xreplace({name: longer(x) for x, name in held.items()})


def _plainer(f: Expr) -> Expr:
    """Harmonic numbers as sums, products of rational functions as gamma functions: what increments and steps are known of."""
    j = Symbol("j of terms", integer=True, positive=True)
    f = f.replace(
        lambda e: isinstance(e, harmonic) and bool(e.free_symbols),  # of a number there are no steps
        lambda e: Sum(j ** -(e.args[1] if len(e.args) > 1 else S.One), (j, 1, e.args[0])),
    )
    return f.replace(lambda e: isinstance(e, Product) and len(e.limits) == 1, _of_gammas)


def _of_gammas(x: Expr) -> Expr:
    """A product in closed form, if it has one that agrees with it, for three lengths, in balls."""
    with suppress(CannotTell), telling():
        (k, low, high) = x.limits[0]
        form, product = x.doit().rewrite(gamma), S.One
        for i in range(3):
            product *= x.function.xreplace({k: low + i})
            there = form.subs(high, low + i)
            if there.free_symbols or not to_ball(there).overlaps(to_ball(product)):
                return x
        return form
    return x


def _slope(above: Expr, below: Expr, v: Symbol) -> Expr:
    """What has the sign of the quotient's derivative in v, or of its step from v to v + 1, where `below` is positive."""
    if v.is_integer:
        if max(highest_power(above), highest_power(below)) > HIGHEST:
            raise CannotTell("the sides have powers too high to be written out")
        return expand(later(above, v) * below - above * later(below, v))
    if not (is_smooth(above, v) and is_smooth(below, v)):
        raise CannotTell(f"the sides are not seen to be smooth in {v}")
    return above.diff(v) * below - above * below.diff(v)


def _root(part: Expr, v: Symbol) -> Expr | None:
    """Where A + B v^r is 0, A and B free of v; None of anything else."""
    constant, rest = part.as_independent(v, as_Add=True)
    factor_, power = rest.as_independent(v, as_Add=False)
    base, r = power.as_base_exp()
    if constant == 0 or base != v or r.has(v) or not r.is_nonzero:
        return None
    return (-constant / factor_) ** (1 / r)


@dataclass(frozen=True)
class Best:
    """The supremum of above/below, and where: a value, or an end, for each variable that it depends on."""

    found: Supremum
    places: Mapping[str, Expr]

    @property
    def ball(self) -> arb:
        """A ball for the supremum."""
        return self.found.ball


class Quotient:
    """Two sides of a claim, derived for one case of its listed variables; integers as what their charts count from 0."""

    def __init__(self, claim: Claim, case: Mapping[str, Any], above: Expr, below: Expr):
        """Raises `CannotTell` where a side has no form on the whole domain."""
        self.claim, self.known = claim, Learned(claim, case)
        forwards(self.known, above, below)
        self.above, self.below = (
            _plainer(self.known.derived(x) if x.has(Moment, Observable) else self.known.discrete(x))
            for x in map(sympify, (above, below))
        )
        has_values(self.known, above, below)
        if self.known.infinite or any(map(_may_be_infinite, (self.above, self.below))):
            raise CannotTell("a side is infinite")
        self.ranges: dict[Symbol, tuple[str, Expr, Expr]] = {}
        for name, s in claim.symbols.items():
            domain = claim.domain[name]
            if isinstance(domain, Integers):
                if not domain.lo.is_finite:
                    raise CannotTell(f"{name} has no least value")
                (k,) = self.known.charts[s].free_symbols
                self.ranges[k] = name, S.Zero, domain.hi - domain.lo
            else:
                self.ranges[s] = name, domain.lo, domain.hi
        if (self.above.free_symbols | self.below.free_symbols) - set(self.ranges):
            raise CannotTell("a number of which no closed form is known is left")

    def _each_alone(self) -> None:
        """Every variable runs through its domain, whatever the others are; or `CannotTell` is raised."""
        if self.claim.where is not None or any(isinstance(d, Share) for d in self.claim.domain.values()):
            raise CannotTell("the variables are bound to each other by a side condition")

    def best(self) -> Best:
        """Raises `CannotTell`, and `Unbounded`."""
        self._each_alone()
        if (of_forms := self._of_forms()) is not None:
            return of_forms
        above, below = self._cancelled(self.above, self.below)
        places: dict[str, Expr] = {}
        steps: list[str] = []
        attained = True
        while free := self._free(above, below):
            if len(free) == 1 and not (free[0].is_integer and (above / below).has(Sum, Product)):
                break
            if (scaled := self._of_unit_scale(above, below)) is not None:
                above, below, name, said = scaled
                places[name] = S.One
                steps.append(said)
                continue
            if not self.known.implies(below, strict=True):
                raise CannotTell("the side with the constant is not seen to be positive")
            for v in free:
                if (found := self._given_way(above, below, v)) is not None:
                    above, below, place, reached, said = found
                    above, below = self._cancelled(above, below)
                    places[self.ranges[v][0]], attained = place, attained and reached
                    steps.append(said)
                    break
            else:
                if len(free) == 1:
                    break
                names = ", ".join(self.ranges[v][0] for v in free)
                raise CannotTell(f"the ratio of the sides is not seen to be monotone in one of {names}")
        found = self._last(above, below, free)
        if free:
            name = self.ranges[free[0]][0]
            places[name] = self._shown(free[0], found.at)
        return Best(replace(found, attained=found.attained and attained, steps=(*steps, *found.steps)), places)

    def _of_forms(self) -> Best | None:
        """Of two quadratic forms."""
        found = supremum_of_forms(self.above, self.below, {v: (low, high) for v, (_, low, high) in self.ranges.items()})
        return found and Best(found[0], {self.ranges[v][0]: x for v, x in found[1].items()})

    def _free(self, above: Expr, below: Expr) -> list[Symbol]:
        return [s for s in self.ranges if s in above.free_symbols | below.free_symbols]

    def _cancelled(self, above: Expr, below: Expr) -> tuple[Expr, Expr]:
        """The sides simplified, of what is cancelled it being seen that no inequality turns round by it, and none is 0 <= 0 where
        the rest counts; or `CannotTell` is raised.
        """
        simple = self._simplified(above, below)
        gone = S.One if simple[1] == below else factor(below / simple[1])
        left = set(self._free(*simple))
        for x in Mul.make_args(gone):
            strict = not x.free_symbols.isdisjoint(left)
            if not self.known.implies(x, strict=strict):
                raise CannotTell(f"what both sides have is not seen to be {'positive' if strict else 'at least 0'}")
        return simple

    def _simplified(self, above: Expr, below: Expr) -> tuple[Expr, Expr]:
        """Without positive factors of both sides, and the variables on which the ratio does not depend, such as a scale."""
        common = [x for x in Mul.make_args(above) if x.is_positive and x in Mul.make_args(below)]
        above, below = (f / Mul(*common) for f in (above, below))
        for s in self._free(above, below):
            if s in below.free_symbols and s in above.free_symbols and not s.is_integer:
                (ca, a), (cb, b) = (x.as_independent(s, as_Add=False) for x in (above, below))
                if a == b:
                    above, below = ca, cb
        if below.is_rational_function() and above.is_rational_function():
            quotient = cancel(above / below)
            if quotient.free_symbols < above.free_symbols | below.free_symbols:
                return quotient, S.One
        return above, below

    def _of_unit_scale(self, above: Expr, below: Expr) -> tuple[Expr, Expr, str, str] | None:
        """The sides where a positive variable is 1, if the others can be scaled so that the ratio is what it was."""
        powers = self._powers(above, below)
        if powers is None or not (self.known.implies(below, strict=True) or keeps_its_sign(below, powers)):
            return None
        v = next(v for v, p in powers.items() if p != 0)
        told = ", ".join(f"{self.ranges[w][0]} by {Symbol('s') ** p}" for w, p in powers.items() if p != 0)
        said = f"the ratio is the same where one multiplies {told}: so it is looked at where {self.ranges[v][0]} = 1"
        at = {v: S.One}
        return above.xreplace(at), below.xreplace(at), self.ranges[v][0], said

    def _powers(self, above: Expr, below: Expr) -> dict[Symbol, Rational] | None:
        """Of a scale that all positive real variables have in common."""
        free = self._free(above, below)
        positive = [v for v in free if not v.is_integer and self.ranges[v][1:] == (S.Zero, S.Infinity)]
        return scale_of(above, below, positive) if len(positive) > 1 else None

    def _given_way(self, above: Expr, below: Expr, v: Symbol) -> tuple[Expr, Expr, Expr, bool, str] | None:
        """The sides at the end of a variable's range towards which the quotient never falls, whatever the others are."""
        name = self.ranges[v][0]
        with suppress(CannotTell), telling():
            slope = _slope(above, below, v)
            if is_zero(slope):
                least = sympify(self.claim.domain[name].firsts()[0])
                at = {v: least - self.claim.domain[name].lo if v.is_integer else least}
                return above.xreplace(at), below.xreplace(at), least, True, f"the ratio does not change with {name}"
            return self._rising_or_falling(above, below, v, slope) or self._at_its_peak(above, below, v, slope)
        return None

    def _rising_or_falling(
        self, above: Expr, below: Expr, v: Symbol, slope: Expr
    ) -> tuple[Expr, Expr, Expr, bool, str] | None:
        """The same where the quotient changes with the variable, by the sign of its slope."""
        name, low, high = self.ranges[v]
        for rises in (True, False):
            with suppress(CannotTell), telling():
                if not self.known.implies(slope if rises else -slope, strict=False):
                    continue
                end = high if rises else low
                said = f"the ratio {'never falls' if rises else 'never rises'} in {name}, whatever the others are"
                place = self._shown(v, end)
                if v.is_integer and end.is_finite:
                    return above.xreplace({v: end}), below.xreplace({v: end}), place, True, said
                return self._limit(above / below, v, end, -1 if rises else 1), S.One, place, False, said
        return None

    def _at_its_peak(
        self, above: Expr, below: Expr, v: Symbol, slope: Expr
    ) -> tuple[Expr, Expr, Expr, bool, str] | None:
        """The same where the quotient rises up to a place, which may depend on the others, and falls from there on."""
        name, low, high = self.ranges[v]
        if v.is_integer:
            return None
        if self.known.implies(above, strict=True):  # the logarithm's slope is shorter, of exponentials and powers
            slope = above.diff(v) / above - below.diff(v) / below
        if operations(slope) > MOST_TURNING:
            return None
        slope = factor(together(expand_log(powsimp(expand(slope)))))
        for part in Mul.make_args(slope):
            peak = _root(part, v)
            if peak is None or not all(
                self.known.implies(x, strict=True) for x in (peak - low, high - peak) if x.is_finite is not False
            ):
                continue
            sign = 1 if self.known.implies(part.diff(v), strict=True) else -1
            if sign < 0 and not self.known.implies(-part.diff(v), strict=True):
                continue
            if self.known.implies(-sign * slope / part, strict=False):
                at, there = {v: peak}, self.known.named(peak)
                said = f"the ratio never falls in {name} up to {there}, and never rises from there on, whatever the others are"
                return above.xreplace(at), below.xreplace(at), there, True, said
        return None

    def _limit(self, f: Expr, v: Symbol, end: Expr, side: int) -> Expr:
        t = Dummy("t", positive=True, integer=True if v.is_integer else None)
        limits = Limits(t, sign_of)
        at_end = -side * t if end.is_infinite else end + side / t
        far = t - self.claim.domain[self.ranges[v][0]].lo if v.is_integer else at_end
        value = limits.of(limits.plain(f.xreplace({v: far})))
        if value is oo:
            raise Unbounded(f"the ratio grows beyond all bounds as {self.ranges[v][0]} -> {end}")
        if not value.is_finite:
            raise CannotTell("no limit")
        return value

    def _last(self, above: Expr, below: Expr, free: list[Symbol]) -> Supremum:
        if not free:
            if not to_ball(below) > 0:
                raise CannotTell("the side with the constant is not seen to be positive")
            with precision(BITS):
                return Supremum(above / below, to_ball(above / below), S.Zero, True, ())
        (v,) = free
        _, low, high = self.ranges[v]
        if not v.is_integer:
            return supremum(above, below, v, low, high)
        x, low, high, k = self._own(v)
        above, below = above.xreplace({v: k}), below.xreplace({v: k})
        found = self._of_integers(above, below, x, low, high)
        return replace(found, at=found.at - self.claim.domain[self.ranges[v][0]].lo)

    def _of_integers(self, above: Expr, below: Expr, x: Symbol, low: Expr, high: Expr) -> Supremum:
        if high is oo and (above / below).has(Sum, Product):
            return supremum_by_increments(above, below, x, low, later)
        if high is not oo or not (above / below).has(*GAMMAS):
            return supremum_of_integers(above, below, x, low, high)
        for supremum_of in (supremum_by_steps, supremum_rearranged):
            with suppress(CannotTell):
                return supremum_of(above / below, x, low)
        return supremum_of_integers(above, below, x, low, high)

    def _own(self, v: Symbol) -> tuple[Symbol, Expr, Expr, Expr]:
        """An integer as a real variable of the claim's own scale, its range, and what its chart's variable is in it."""
        name, low, high = self.ranges[v]
        least = self.claim.domain[name].lo
        x = Symbol(name, **({"nonnegative": True} if least >= 0 else {"real": True}))
        return x, low + least, high + least, x - least

    def _shown(self, v: Symbol, place: Expr) -> Expr:
        """A place of a chart's variable as the claim's own."""
        name = self.ranges[v][0]
        return place + self.claim.domain[name].lo if v.is_integer else place

    def at(self, values: Mapping[str, Any]) -> Expr:
        """The quotient in closed form at a point."""
        starts = {v: self.claim.domain[name].lo if v.is_integer else S.Zero for v, (name, _, _) in self.ranges.items()}
        at = {v: sympify(values[name]) - starts[v] for v, (name, _, _) in self.ranges.items()}
        return (self.above / self.below).xreplace(at)

    def lost(self, places: Mapping[str, Any]) -> dict[str, Leading]:
        """How the quotient falls, or grows, along each variable without an end, the others being at these places."""
        self._each_alone()
        out = {}
        scaled = self._powers(self.above, self.below) or {}
        for v, (name, _, high) in self.ranges.items():
            if high is not oo or v not in self._free(self.above, self.below) or scaled.get(v):
                continue  # of what is scaled with others one end is as good as another
            t = Dummy("t", positive=True, integer=v.is_integer)
            at: dict[Expr, Expr] = {v: t}
            for other, (named, _, _) in self.ranges.items():
                if other != v:
                    domain = self.claim.domain[named]
                    here = sympify(places.get(named, oo))
                    here = here if domain.contains(here) else sympify(domain.firsts()[0])
                    at[other] = here - domain.lo if other.is_integer else here
            with suppress(CannotTell), telling():
                limits = Limits(t, sign_of)
                lead = limits.leading(limits.plain((self.above / self.below).xreplace(at)))
                settles = lead is None or (is_zero(lead.base - 1) and lead.power == lead.logs == lead.gammas == 0)
                if lead is not None and lead.exact and not settles:
                    out[name] = lead
        return out
