"""Where the state of a loop without chance stays: for each coordinate an interval around the start that no step leaves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import Dummy, Expr, Pow, S, log, oo, sympify
from sympy.core.function import Function

from ...language.domains import Reals
from ...language.errors import CannotTell
from ...language.functions import CONTINUOUS, jump
from ...language.laws import Noise
from ...language.loops import CLOCK, Coordinate, Loop
from ..symbols.cases import CASES
from ..undefined import with_numbers
from . import fixed_points
from .assumptions import Assumptions

Interval = tuple[
    Expr, Expr, bool, bool
]  # its ends, and whether the lower one, the upper one belongs to it: not both do


def charts(known: Assumptions, loop: Loop, begun: bool = False) -> dict[str, Expr]:
    """Each coordinate as a function of a number of which the sign is known: all that it may be, as far as that is seen.

    The widest intervals are tried last. Whatever is not seen to stay anywhere may be any number.
    begun: whether intervals that end at the start or at a fixed point of the step are tried, too; down to the start, or to a
    fixed point above it, the function falls, elsewhere all rise.
    """
    plain = loop.symbols()
    options = {name: [*_intervals(known, loop, name, begun), None] for name in plain}
    while True:
        now = {name: _chart(plain[name], kept[0]) for name, kept in options.items()}
        leaving = [name for name, kept in options.items() if not _stays(known, loop, name, kept[0], now)]
        if not leaving:
            return now
        for name in leaving:
            options[name] = options[name][1:]


def _intervals(known: Assumptions, loop: Loop, name: str, begun: bool) -> Iterator[Interval]:
    """Those that are tried: where the start may be, as the claim says, shares, and what is not negative."""
    start = sympify(loop.initial[name])
    own: Any = next((known.claim.domain[n] for n, s in known.claim.symbols.items() if s == start), None)
    if isinstance(own, Reals) and not own.included and own.lo.is_finite and own.hi.is_finite:
        yield own.lo, own.hi, False, False
    for low in (False, True):
        yield S.Zero, S.One, low, False
    if begun and start.is_positive and not start.has(Noise):
        yield S.Zero, start, False, True
        yield start, oo, True, False
    beside = list(_beside_fixed_points(known, loop, name, start)) if begun else []
    narrow = [
        ends for ends in beside if known.implies(known.charted(ends[0]), strict=False)
    ]  # the others begin below 0
    yield from narrow
    for low in (False, True):
        yield S.Zero, oo, low, False
    yield from (ends for ends in beside if ends not in narrow)


def _beside_fixed_points(known: Assumptions, loop: Loop, name: str, start: Expr) -> Iterator[Interval]:
    """Between the start and a fixed point, and from a fixed point on, on the side of the start."""
    try:
        f, x = fixed_points.step_of(loop, name)
    except CannotTell:
        return
    if start.has(Noise) or f.has(*CASES):
        return
    for root in fixed_points.roots(known, f, x):
        if known.implies(known.charted(start - root), strict=True):
            yield root, start, False, True
        elif known.implies(known.charted(root - start), strict=True):
            yield start, root, True, False
        if known.implies(known.charted(start - root), strict=False):
            yield root, oo, True, False
        elif known.implies(known.charted(root), strict=True) and known.implies(
            known.charted(root - start), strict=False
        ):
            yield S.Zero, root, False, True


def _chart(plain: Expr, interval: Interval | None) -> Expr:
    if interval is None:
        return plain
    low, high, closed, to_the_top = interval
    y = Coordinate(str(plain), **{"nonnegative" if closed or to_the_top else "positive": True})
    if to_the_top:
        return low + (high - low) / (1 + y)
    return low + y if high is oo else low + (high - low) * y / (1 + y)


def _stays(known: Assumptions, loop: Loop, name: str, interval: Interval | None, now: dict[str, Expr]) -> bool:
    if interval is None:
        return True
    try:
        after = sympify(loop.step(now)[name])
    except CannotTell:
        return False
    fit = {CLOCK: 1 + Dummy("k", integer=True, nonnegative=True)}
    if after.has(*CASES):
        return False
    try:
        defined(known, after, {})
    except CannotTell:
        return False
    start, after = known.charted(sympify(loop.initial[name])), known.charted(after.xreplace(fit))
    return _is_within(known, start, interval) and (
        _is_within(known, after, interval) or _rises_between_kept_ends(known, loop, name, interval)
    )


def _is_within(known: Assumptions, x: Expr, interval: Interval) -> bool:
    low, high, closed, to_the_top = interval
    above = known.implies(known.charted(x - low), strict=not closed)
    return above and (high is oo or known.implies(known.charted(high - x), strict=not to_the_top))


def _rises_between_kept_ends(known: Assumptions, loop: Loop, name: str, interval: Interval) -> bool:
    """Whether the step of a coordinate that depends on itself alone rises, and leads from no end of an interval out of it."""
    low, high, *_ = interval
    try:
        f, x = fixed_points.step_of(loop, name)
    except CannotTell:
        return False
    v, positive = Dummy("x", real=True), lambda e, strict: known.implies(known.charted(e), strict)
    moved = f.xreplace({x: v})
    ends = [high - with_numbers(f, {x: high})] if high is not oo else []
    return (
        jump(moved, v, positive, lambda e: known.is_other_than_0(known.charted(e))) is None
        and all(positive(e, False) for e in (with_numbers(f, {x: low}) - low, *ends))
        and positive(moved.diff(v), True)
    )


def defined(known: Assumptions, x: Expr, put: dict[Expr, Expr]) -> None:
    """Nothing in x is divided by 0, and roots and logarithms are taken of what is positive, whatever the state."""
    moving = tuple(put) or (S.NaN,)
    if x.is_infinite or x.has(S.NaN, S.ComplexInfinity):
        raise CannotTell("a side that has no value")
    for f in x.atoms(Function):
        if not isinstance(f, (*CONTINUOUS, log)) and (f.has(*moving) or f.atoms(Coordinate)):
            raise CannotTell("a function of the state that may have no value")
    for p in x.atoms(Pow, log):
        base, e = (p.args[0], S.Half) if isinstance(p, log) else (p.base, p.exp)
        base = base.xreplace(put)
        if e.is_integer and e.is_nonnegative:
            continue
        if not (known.is_other_than_0(base) if e.is_integer else known.implies(base, strict=True)):
            raise CannotTell(f"{base} is not seen to be different from 0 in every state")
