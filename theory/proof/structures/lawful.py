"""Laws whose parameters depend on the state, or on the number of the fit: that they are laws wherever these get, or under
which conditions.

A draw from `Binomial(4, 2*share)` is none once the share is above 1/2, whatever its polynomial for the mean says.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from itertools import product
from math import prod

from sympy import Add, Dummy, Expr, Poly, S, Symbol, expand, fraction, oo, sympify, together

from ...language.errors import CannotTell
from ...language.laws import Count, Noise
from ...language.loops import CLOCK, Loop, PopulationLoop, ours
from ...language.order import in_order
from ...language.signs import is_nonnegative, is_positive
from ..symbols.cases import MOST_CASES, outer_draws, values_of
from .grains import at_an_end, ceilings, grains
from .symmetry import DRAW
from .values import finite

Range = tuple[Expr, Expr]

UNIT, UPWARD, LINE = (S.Zero, S.One), (S.Zero, oo), (-oo, oo)
CEILED = (S.Zero, None)  # its upper end rises with the number of the fit


@lru_cache(maxsize=2048)
def conditions(loop: Loop) -> tuple[Expr, ...]:
    """What has to be positive, of the loop's parameters, for all its laws to be laws in every fit and state that it reaches.

    Raises `CannotTell` where that is not seen. Of the package's own loops `refuses` says it.
    """
    if ours(type(loop)) or isinstance(loop, PopulationLoop):
        return ()
    state = loop.symbols()
    parts = [sympify(x) for part in (loop.initial, loop.step(state), _fresh(loop, state)) for x in part.values()]
    few = {state[name]: values for name, values in finite(loop).items()}
    demands = [
        (x, problem)
        for law in in_order({z.law for x in parts for z in x.atoms(Noise)})
        for x, _, problem in law.demands()
        if x.has(*state.values(), Noise, CLOCK) and not is_nonnegative(x)
    ]
    cases = [(case, problem) for x, problem in demands for case in _cases(x, few) if not is_nonnegative(case)]
    if not cases:
        return ()
    problem = ""
    for asked, widest in (*product((demands, cases), (UNIT, UPWARD)), (demands, CEILED), (cases, CEILED)):
        try:
            ranges, found = _ranges(loop, state, widest)
            for x, said in asked:
                problem = said
                found = found | _least(x, loop, state, ranges)
        except CannotTell:
            continue
        return tuple(in_order(found))
    raise CannotTell(f"{problem}, unless the state keeps to where it is one, which is not seen")


@lru_cache(maxsize=2048)
def unit(loop: Loop, name: str) -> tuple[Expr, tuple[Expr, ...]]:
    """A number g such that a coordinate is 0, g, 2g, ... in every generation, and what has to be positive for that.

    Raises `CannotTell` where none is seen.
    """
    state = loop.symbols()
    if (grain := grains(loop).get(name)) is None or not is_positive(grain):
        raise CannotTell(f"{name} is not seen to count something")
    ranges, found = _ranges(loop, state, UPWARD)
    if ranges[state[name]] != UPWARD:
        raise CannotTell(f"{name} is not seen to stay at 0 or above")
    return grain, (*conditions(loop), *in_order(found))


def _least(x: Expr, loop: Loop, state: dict[str, Symbol], ranges: dict[Symbol, Range]) -> set[Expr]:
    """What has to be positive for x >= 0: wherever the coordinates may be, one by one, or of all together."""
    try:
        alone = _conditions(x, ranges)
    except CannotTell:
        return _lasting(x, loop, state, ranges)
    if alone:
        with suppress(CannotTell):
            joint = _lasting(x, loop, state, ranges)
            return joint if len(joint) < len(alone) else alone
    return alone


def _cases(x: Expr, few: Mapping[Symbol, tuple[Expr, ...]]) -> list[Expr]:
    """An expression with all values of what takes few of them put in, coordinates and draws; itself where those are many."""
    names: dict[Expr, Symbol] = {z: Dummy(str(z)) for z in outer_draws(x)}
    known = {**few, **{d: values for z, d in names.items() if (values := values_of(z)) is not None}}
    plain, back = x.xreplace(names), {d: z for z, d in names.items()}
    variables = [v for v in known if plain.has(v)]
    if prod(len(known[v]) for v in variables) > MOST_CASES:
        return [x]
    cases = product(*(known[v] for v in variables))
    return list(dict.fromkeys(plain.xreplace(dict(zip(variables, case, strict=True))).xreplace(back) for case in cases))


def _fresh(loop: Loop, state: dict[str, Expr]) -> dict[str, Expr]:
    """A fresh draw from the model, where the loop says how it is made."""
    try:
        return {"draw": loop.emit(state, DRAW)}
    except NotImplementedError:
        return {}


def _ranges(loop: Loop, state: dict[str, Symbol], widest: tuple) -> tuple[dict[Symbol, Range], set[Expr]]:
    """Where each coordinate stays, `widest` or the whole line, and the conditions for that."""
    start = loop.initial
    after = {name: sympify(x) for name, x in loop.step(state).items()}
    wide: dict[str, Range] = dict.fromkeys(state, widest)
    if widest is CEILED:
        wide = {name: (S.Zero, top) for name, top in ceilings(loop).items()}
    kept = set(wide)
    while True:
        ranges = {v: wide[name] if name in kept else LINE for name, v in state.items()}
        found: set[Expr] = set()
        leaving = set()
        for name in kept:
            first, later = (tuple(e.xreplace({CLOCK: fit}) for e in wide[name]) for fit in (S.One, CLOCK + 1))
            try:
                found |= _within(sympify(start[name]), first, {}, None)
                found |= _within(after[name], later, ranges, (state[name], grains(loop).get(name)))
            except CannotTell:
                leaving.add(name)
        if not leaving:
            return ranges, found
        kept -= leaving


def _within(x: Expr, ends: Range, ranges: Mapping[Symbol, Range], of: tuple[Symbol, Expr | None] | None) -> set[Expr]:
    """What has to be positive for x to lie between two ends; of: the coordinate that it is after a step, and its grain."""
    low, high = ends
    found = _beyond(x, low, 1, ranges, of)
    return found if high is oo else found | _beyond(x, high, -1, ranges, of)


def _beyond(
    x: Expr, end: Expr, sign: int, ranges: Mapping[Symbol, Range], of: tuple[Symbol, Expr | None] | None
) -> set[Expr]:
    """What has to be positive for x to lie on the right side of an end: from anywhere, or from there and from a grain away."""
    try:
        return _conditions(sign * (x - end), ranges)
    except CannotTell:
        if of is None or of[1] is None or not (end / of[1]).is_integer:
            raise
    v, grain = of
    low, high = ranges[v]
    away = (low + grain, high) if sign > 0 else (low, high - grain)
    here = low if sign > 0 else high
    if (here - end) != 0:  # an end that rises with the number of the fit is not met again
        raise CannotTell(f"{v} is not seen to keep to its range")
    return _conditions(sign * at_an_end(x - end, v, end), ranges) | _conditions(sign * (x - end), {**ranges, v: away})


def _conditions(x: Expr, ranges: Mapping[Symbol, Range]) -> set[Expr]:
    """What has to be positive for x >= 0, its state and draws being anywhere in their ranges. Raises `CannotTell`.

    Written in numbers y >= 0, a range of finite length as low + length y/(1 + y), it is a fraction whose denominator is
    positive: it is enough that every coefficient of the numerator is.
    """
    if is_nonnegative(x):
        return set()
    fits: Range = (S.One, oo)
    places = {v: ends for v, ends in ranges.items() if x.has(v)}
    if x.has(CLOCK) or any(e.has(CLOCK) for ends in places.values() for e in ends):
        places[CLOCK] = fits
    while noise := [z for z in in_order(x.atoms(Noise)) if not z.law.atoms(Noise)]:
        names: dict[Expr, Symbol] = {z: Dummy(str(z)) for z in noise}
        places |= {names[z]: _support(z, {y: names[y] for y in noise[:i]}) for i, z in enumerate(noise)}
        x = x.xreplace(names)
    ys: list[Symbol] = []
    forms: dict[Symbol, Expr] = {}
    for v, (low, high) in places.items():
        bounded = low.is_finite is not False and high.is_finite is not False
        y = Dummy(str(v), **{"real" if low == -oo else "nonnegative": True})
        ys.append(y)
        forms[v] = y if low == -oo else low + (high - low) * y / (1 + y) if bounded else low + y
    while x.has(*forms):  # the ends of a draw's range may depend on the state, and on other draws
        x = x.xreplace(forms)
    top, bottom = fraction(together(x))
    if not top.is_polynomial(*ys) or not is_nonnegative(bottom):
        raise CannotTell(f"{x} is not seen to be at least 0")
    found = set()
    for powers, c in Poly(top, *ys).terms() if ys else [((), x)]:
        if c.is_nonnegative or is_nonnegative(c) or expand(c) == 0:
            continue
        odd = any(p % 2 and not y.is_nonnegative for p, y in zip(powers, ys, strict=True))
        if odd or c.is_negative:
            raise CannotTell(f"{x} is not seen to be at least 0")
        found.add(_positive(c))
    return found


def _positive(c: Expr) -> Expr:
    """What is positive if and only if c >= 0, of a whole number over something positive; c of any other."""
    top, bottom = fraction(together(c))
    return top + 1 if top.is_integer and is_positive(bottom) else c


def _support(z: Noise, before: Mapping[Noise, Symbol]) -> Range:
    """Where a draw lies: a count of a multinomial draw has what those before it leave."""
    low, high = z.law.support
    return low, high - Add(*(d for y, d in before.items() if isinstance(z.law, Count) and y.whole == z.whole))


def _lasting(x: Expr, loop: Loop, state: Mapping[str, Symbol], ranges: Mapping[Symbol, Range]) -> set[Expr]:
    """What has to be positive for x >= 0 at the start, and after every step whose draws are from laws. Raises `CannotTell`."""
    if x.has(Noise, CLOCK):
        raise CannotTell(f"{x} is not seen to stay at least 0")
    start = {state[name]: sympify(v) for name, v in loop.initial.items()}
    after = {state[name]: sympify(v) for name, v in loop.step(dict(state)).items()}
    return _conditions(x.xreplace(start), {}) | _conditions(x.xreplace(after), ranges)
