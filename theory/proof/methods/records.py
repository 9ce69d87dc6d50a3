"""The largest, or the smallest, of what has been drawn so far: coordinates with the step Max(x, g), g of new draws alone.

P(x(t) <= a) is P(g <= a)^t, where the start is at most a. Means follow from it: E x^k = M^k - int k x^(k - 1) P(g <= x)^t dx up
to the end M of the support. A smallest one is the largest of what is turned round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

from flint import arb
from sympy import Add, Expr, Max, Min, Mul, S, bell, binomial, exp, factorial, harmonic, sympify

from ...language.errors import CannotTell
from ...language.laws import Exponential, Noise, Truncated, Uniform
from ...language.likelihood import LikelihoodLoop
from ...language.loops import CLOCK, Loop, Observable
from ...language.moments import E, Moment, Prob
from ...language.signs import Inequality
from .. import structures
from ..arithmetic.programs import to_ball
from .method import Derivation, Method
from .steps import loop_of, of_one_loop

MOST = 6  # the highest power


@dataclass(frozen=True)
class Record:
    """x(0) = start, x(t + 1) = Max(x(t), *new); smallest: -x is that."""

    start: Expr
    new: tuple[Expr, ...]
    smallest: bool


@lru_cache(maxsize=1024)
def record(loop: Loop, name: str) -> Record | None:
    """What a coordinate is the largest or the smallest of; None where it is nothing like that."""
    if isinstance(loop, LikelihoodLoop):  # its fit is a root
        return None
    now, start = loop.symbols(), sympify(loop.initial[name])
    after = sympify(loop.step(now)[name])
    if not isinstance(after, Max | Min) or now[name] not in after.args or start.has(Noise):
        return None
    new = tuple(x for x in after.args if x != now[name])
    draws = [{z.whole for z in x.atoms(Noise)} for x in new]  # the counts of one draw are not independent
    shared = len(set().union(*draws)) < sum(map(len, draws))
    if shared or not all(draws) or any(x.has(CLOCK, *now.values()) for x in new):
        return None
    if any(z.law.has(Noise) for x in new for z in x.atoms(Noise)):
        return None
    turned = S.NegativeOne if isinstance(after, Min) else S.One
    return Record(turned * start, tuple(turned * x for x in new), isinstance(after, Min))


# ---- events ---------------------------------------------------------------------------------------------------------


def _levels(m: Prob) -> tuple[Expr, Expr, bool]:
    """The slope and the level of an event slope (x - level) >= 0, and whether it is a strict one. Raises `CannotTell`."""
    event, (seen,) = m.variable, m.atoms(Observable)
    gap = (event.gts - event.lts).expand()
    slope = gap.coeff(seen, 1)
    rest = gap - slope * seen
    if rest.expand().has(seen) or not (slope.is_positive or slope.is_negative):
        raise CannotTell("it is not beside a number that it lies")
    return slope, -rest / slope, event.rel_op in (">", "<")


def _probability(m: Prob, within: Callable[[list[Expr], Expr], Any]) -> Any:
    """P(event), by the probability that the draws of all fits are within a level: `within`, of those of one fit, and of t."""
    found, (seen,) = _of(m), m.atoms(Observable)
    slope, level, strict = _levels(m)
    if found.smallest:
        slope, level = -slope, -level
    below = slope.is_negative  # x <= level, or <
    closed = strict != below
    gap = level - found.start
    if not (inside := gap.is_nonnegative if closed else gap.is_positive):
        if inside is None:
            raise CannotTell(f"whether {level} is above the start is not known")
        return S.Zero if below else S.One
    share = within([_one(x, level, closed) for x in found.new], seen.t)
    return share if below else 1 - share


def _one(x: Expr, level: Expr, closed: bool) -> Expr:
    """P(x <= level), or of x < level, as it is asked for, or of what is on a list of numbers as it is."""
    draws = x.atoms(Noise)
    if len(draws) == 1 and (listed := next(iter(draws)).law.values()) is not None:
        gaps = [(level - x.xreplace(dict.fromkeys(draws, v)), p) for v, p in listed]
        known = [gap.is_nonnegative if closed else gap.is_positive for gap, _ in gaps]
        if None in known:
            raise CannotTell(f"which of the drawn numbers are below {level} is not known")
        return Add(*(p for (_, p), inside in zip(gaps, known, strict=True) if inside))
    event = x <= level if closed else x < level
    return sympify(int(bool(event))) if event in (S.true, S.false) else Prob(event)


# ---- means ----------------------------------------------------------------------------------------------------------


def _alike(found: Record) -> tuple[Expr, Noise, int]:
    """What one draw is made to, the draw, and how many such there are in a fit. Raises `CannotTell`."""
    forms = set()
    for x in found.new:
        (z, *others) = x.atoms(Noise)
        if others:
            raise CannotTell("it is of several draws at once")
        forms.add(x.xreplace({z: Noise("X", z.law)}))
    if len(forms) > 1:
        raise CannotTell("it is of draws of several kinds")
    (form,) = forms
    (z,) = form.atoms(Noise)
    return form, z, len(found.new)


def _moment(found: Record, k: int, t: Expr) -> Expr:
    """E x(t)^k. Raises `CannotTell` where no closed form is known."""
    form, z, many = _alike(found)
    times = many * t
    if (values := _values(form, z)) is not None:
        return _of_values(values, found.start, k, times)
    slope = form.expand().coeff(z, 1)
    centre = (form - slope * z).expand()
    if centre.has(z) or not (slope.is_positive or slope.is_negative):
        raise CannotTell(f"no closed form of the largest of {form}")
    if isinstance(z.law, Uniform):
        return _of_uniform(found, centre, slope, z.law, k, times)
    if isinstance(z.law, Exponential):
        return _of_exponential(found, centre, slope * z.law.scale, k, times)
    raise CannotTell(f"no closed form of the largest draw from {z.law}")


def _values(form: Expr, z: Noise) -> list[tuple[Expr, Expr]] | None:
    """The numbers that are drawn, the smallest first, with their probabilities; None of what is on no list of numbers."""
    if (listed := z.law.values()) is None:
        return None
    both = [(form.xreplace({z: v}), p) for v, p in listed]
    if not all(v.is_Rational for v, _ in both):
        raise CannotTell("which of the drawn numbers is the largest is not known")
    return sorted(both)


def _of_values(values: list[tuple[Expr, Expr]], start: Expr, k: int, times: Expr) -> Expr:
    if not start.is_Rational:
        raise CannotTell(f"where {start} lies among the drawn numbers is not known")
    out, below, before = S.Zero, S.Zero, S.Zero
    for v, p in values:
        below += p
        now = below**times if below != 1 else S.One
        if v >= start:
            out, before = out + v**k * (now - before), now
        else:
            out, before = start**k * now, now
    if values[0][0] > start:  # before a fit it is the start
        _later(times)
    return out


def _of_uniform(found: Record, centre: Expr, slope: Expr, law: Uniform, k: int, times: Expr) -> Expr:
    ends = [centre + slope * x for x in law.support]
    low, high = ends if slope.is_positive else ends[::-1]
    width = high - low
    begun = (found.start - low) / width
    if begun.is_negative:
        _later(times)
        begun = S.Zero
    if not (begun.is_nonnegative and (1 - begun).is_nonnegative):
        raise CannotTell(f"where {found.start} lies between {low} and {high} is not known")
    parts = (
        k
        * binomial(k - 1, j)
        * low ** (k - 1 - j)
        * width ** (j + 1)
        * (1 - begun ** (times + j + 1))
        / (times + j + 1)
        for j in range(k)
    )
    return high**k - Add(*parts)


def _of_exponential(found: Record, end: Expr, scale: Expr, k: int, times: Expr) -> Expr:
    """scale > 0: of end + scale X; below 0, it is what the smallest X is made to."""
    if scale.is_positive:
        if not (end - found.start).is_zero:
            if not (end - found.start).is_positive:
                raise CannotTell("the start may lie among the draws")
            _later(times)
        cumulants = [factorial(j - 1) * harmonic(times, j) for j in range(1, k + 1)]
        of_largest = [S.One, *(Add(*(bell(i, j, cumulants) for j in range(1, i + 1))) for i in range(1, k + 1))]
    else:
        _later(times)
        scale, held = -scale, (end - found.start) / -scale
        if not held.is_nonnegative:
            raise CannotTell("the start may lie above all draws")
        left = [exp(-times * held) * Add(*((times * held) ** i / factorial(i) for i in range(j))) for j in range(k + 1)]
        of_largest = [S.One, *((-1) ** j * factorial(j) / times**j * (1 - left[j]) for j in range(1, k + 1))]
    return Add(*(binomial(k, j) * end ** (k - j) * scale**j * of_largest[j] for j in range(k + 1)))


def _later(times: Expr) -> None:
    if not times.is_positive:
        raise CannotTell("before the first fit it is not among the draws")


def _in_balls(found: Record, k: int, t: Expr, learn: Callable[[Moment], arb]) -> arb:
    """E x(t)^k at a number: start^k P(g <= start)^t, and the mean of what is drawn above it, with the density of the largest."""
    form, z, many = _alike(found)
    times = many * t
    slope = form.expand().coeff(z, 1)
    if not times.is_Integer or (form - slope * z).expand().has(z) or not slope.is_nonzero or not z.law.is_continuous:
        raise CannotTell("its density is not known")
    if times == 0:
        return to_ball(found.start**k)
    reached = (found.start - form.xreplace({z: S.Zero})) / slope  # by the draw
    rises = bool(slope.is_positive)
    low, high = z.law.support
    inside = bool((reached - low).is_extended_positive and (high - reached).is_extended_positive)
    x = Noise("X", z.law)
    if inside and rises and isinstance(z.law, Exponential):
        x = reached + x  # without a memory
    elif inside:
        x = Noise("X", Truncated(z.law, reached, high) if rises else Truncated(z.law, low, reached))
    elif not (low - reached if rises else reached - high).is_extended_nonnegative:
        raise CannotTell("the start is above all draws")
    within = z.law.cdf(x) if rises else 1 - z.law.cdf(x)
    above = learn(E(form.xreplace({z: x}) ** k * times * within ** (times - 1)))
    if not inside:
        return above
    below = to_ball(z.law.cdf(reached) if rises else 1 - z.law.cdf(reached))
    return to_ball(found.start**k) * below ** int(times) + above * (1 - below)


# ---- the method -----------------------------------------------------------------------------------------------------


def _of(m: Moment) -> Record:
    (seen,) = m.atoms(Observable)
    found = record(loop_of(m), seen.name)
    assert found is not None
    return found


def _power(m: E) -> int:
    (seen,) = m.atoms(Observable)
    base, k = m.variable.as_base_exp()
    if base != seen or not (k.is_Integer and 0 < k <= MOST):
        raise CannotTell("it is no power of it")
    return int(k)


def derive(m: Moment, learn: Callable[[Moment], Derivation]) -> Derivation:
    found, (seen,) = _of(m), m.atoms(Observable)
    conditions = Derivation(S.One, list(structures.conditions(loop_of(m))))
    if isinstance(m, Prob):
        parts: list[Derivation] = []

        def within(events: list[Expr], t: Expr) -> Expr:
            parts.extend(learn(p) if isinstance(p, Prob) else Derivation(p) for p in events)
            return Mul(*(d.form for d in parts)) ** t

        form = _probability(m, within)
        return Derivation.joined(form, conditions, *parts, step=f"{m}: the largest is within it if all draws are")
    k = _power(m)
    form = (-1) ** k * _moment(found, k, seen.t) if found.smallest else _moment(found, k, seen.t)
    return Derivation.joined(form, conditions, step=f"{m} from the law of the largest draw")


def enclose(m: Moment, learn: Callable[[Moment], arb]) -> arb:
    found, (seen,) = _of(m), m.atoms(Observable)
    if not all(to_ball(c) > 0 for c in structures.conditions(loop_of(m))):
        raise CannotTell("its laws are no laws here")
    if isinstance(m, Prob):

        def within(events: list[Expr], t: Expr) -> arb:
            return prod((learn(p) if isinstance(p, Prob) else to_ball(p) for p in events), start=arb(1)) ** int(t)

        told = _probability(m, within)
        return to_ball(told) if isinstance(told, Expr) else told
    k = _power(m)
    try:
        ball = to_ball(_moment(found, k, seen.t))
    except CannotTell:
        ball = _in_balls(found, k, seen.t, learn)
    return (-1) ** k * ball if found.smallest else ball


def of_record(m: Moment) -> str | None:
    """Why a moment is not of one coordinate at one generation, the largest or the smallest of what has been drawn until then."""
    if (problem := of_one_loop(m)) is not None:
        return problem
    seen, loop = m.atoms(Observable), loop_of(m)
    if len(seen) != 1 or next(iter(seen)).name not in loop.state:
        return "it is not of one coordinate at one generation"
    return None if record(loop, next(iter(seen)).name) else "it is not the largest of what has been drawn"


def skip(m: Moment) -> str | None:
    if not isinstance(m, E | Prob) or (isinstance(m, Prob) and not isinstance(m.variable, Inequality)):
        return "it is no mean and no event that is an inequality"
    return of_record(m)


METHOD = Method("the law of the largest draw", skip, derive, enclose)
