"""Means of convex functions of what is a martingale rise from one generation to a later one, those of concave ones fall (Jensen).

A coordinate is one if a step, whatever the state is, leaves its mean: a share that is refitted, the mean of a model.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from sympy import Abs, Add, Dummy, Expr, Max, Min, Mul, Pow, S, factor, sympify

from ...language.errors import CannotTell
from ...language.functions import entr
from ...language.laws import Exponential, Noise, Normal, Uniform
from ...language.loops import Loop, Observable, never_negative
from ...language.moments import E, Moment
from ...language.signs import is_nonnegative
from .. import structures
from ..symbols.averages import Infinite, average
from ..symbols.normal_forms import expand_over, is_zero
from ..symbols.ranges import growth, span
from ..symbols.stand_ins import stand_in
from .learned import Learned

LINEAR, CONVEX, CONCAVE = 0, 1, -1


def by_jensen(known: Learned, op: str, a: Expr, b: Expr, prove: Callable[..., None]) -> bool:
    """Prove a op b if the difference is a sum of what such functions gain, or lose, over time. `prove` is not needed."""
    if op not in ("<=", ">="):
        return False
    gap = known.standard(b - a if op == "<=" else a - b)
    if (line := _line(gap)) is None:
        return False
    means, rest = line
    if not known.implies(known.charted(rest), strict=False):
        return False
    groups: dict[tuple[Expr, Dummy, Observable], list[tuple[Expr, Expr]]] = {}
    for m, c in means.items():
        seen = m.variable.atoms(Observable)
        if len(seen) != 1 or m.variable.has(Noise):
            return False
        (o,) = seen
        signed = o.name in never_negative(known.charted(o.loop))
        place = stand_in(o.loop, o.name, **{"nonnegative" if signed else "real": True})
        key = m.variable.xreplace({o: place}), place, Observable(o.loop, o.name, S.Zero, *o.index)
        groups.setdefault(key, []).append((o.t, c))
    if not all(_gains(known, *key, changes) for key, changes in groups.items()):
        return False
    told = ", ".join(dict.fromkeys(str(o.name) for *_, o in groups))
    known.proof.steps.append(
        f"{told}: no step moves its mean, so convex functions of it gain, and concave ones lose (Jensen)"
    )
    return True


def _line(gap: Expr) -> tuple[dict[E, Expr], Expr] | None:
    """A sum of means times numbers as these, and the rest; None of others. Nothing is multiplied out: numbers may be long."""
    means: dict[E, Expr] = {}
    rest: list[Expr] = []
    for term in Add.make_args(gap):
        random = [f for f in Mul.make_args(term) if f.has(Moment, Observable)]
        if not random:
            rest.append(term)
            continue
        m = random[0]
        if len(random) > 1 or not isinstance(m, E) or m.given is not None:
            return None
        means[m] = means.get(m, S.Zero) + Mul(*(f for f in Mul.make_args(term) if f is not m))
    return (means, Add(*rest)) if means else None


def _gains(known: Learned, f: Expr, place: Dummy, o: Observable, changes: list[tuple[Expr, Expr]]) -> bool:
    """Whether c E f(x(t)) - c E f(x(s)) is at least 0, of a martingale x; place: what stands for x in f."""
    if len(changes) != 2 or not _is_martingale(o.loop, o.name):
        return False
    if not all(known.implies(known.charted(met), strict=True) for met in structures.conditions(o.loop)):
        return False
    (t, c), (s, d) = changes
    if not is_zero(c + d):
        return False
    if not (_has_mean(f, place) or _is_share(known.charted(o.loop), o.name)):
        return False
    try:
        for time in (t, s):
            known.derived(E(Observable(o.loop, o.name, time)))  # it has a mean
    except CannotTell:
        return False
    bend = _bend(f, place)
    for late, early, slope in ((t, s, c), (s, t, d)):
        if bend is not None and known.implies(known.charted(late - early), strict=False):
            return known.implies(known.charted(bend * slope), strict=False)
    return False


def _has_mean(f: Expr, x: Dummy) -> bool:
    """Whether a function of what has a mean has one: it grows no faster than a line."""
    z = Noise("x", Exponential(1) if x.is_nonnegative else Normal(0, 1))
    grows = growth(f.xreplace({x: z}))
    return grows is not None and bool((1 - grows).is_nonnegative)


@lru_cache(maxsize=512)
def _is_share(loop: Loop, name: str) -> bool:
    """Whether a coordinate starts between 0 and 1, and a step leaves it there: there all functions that bend have a mean."""
    start, now = sympify(loop.initial[name]), loop.symbols()
    after = sympify(loop.step(now)[name]).xreplace({now[name]: Noise("x", Uniform(0, 1))})
    inside = span(after)
    return (
        inside == (0, 1) and not start.has(Noise) and bool(start.is_nonnegative) and is_nonnegative(factor(1 - start))
    )


def _bend(f: Expr, x: Dummy) -> int | None:
    """Whether a function is convex, concave, or a line; None of others."""
    if not f.has(x) or f == x:
        return LINEAR
    if f.is_Add:
        return _all_of([_bend(y, x) for y in f.args])
    if f.is_Mul:
        c, inner = f.as_independent(x, as_Add=False)
        sign = 1 if c.is_nonnegative else -1 if c.is_nonpositive else None
        found = None if inner == f or sign is None else _bend(inner, x)
        return None if found is None or sign is None else sign * found
    inside = [_bend(y, x) for y in f.args]
    if isinstance(f, Max):
        return CONVEX if all(b in (LINEAR, CONVEX) for b in inside) else None
    if isinstance(f, Min):
        return CONCAVE if all(b in (LINEAR, CONCAVE) for b in inside) else None
    if inside[0] != LINEAR:
        return None
    if isinstance(f, Abs):
        return CONVEX
    if isinstance(f, entr):
        return CONCAVE
    if isinstance(f, Pow) and f.exp.is_number and is_nonnegative(f.base):
        return CONCAVE if 0 < f.exp < 1 else CONVEX if f.exp >= 1 else None
    return None


def _all_of(bends: list[int | None]) -> int | None:
    kinds = set(bends) - {LINEAR}
    return LINEAR if not kinds else kinds.pop() if len(kinds) == 1 else None


@lru_cache(maxsize=512)
def _is_martingale(loop: Loop, name: str) -> bool:
    """Whether each step leaves the mean of a coordinate, given the state, which has one."""
    if name not in loop.state:
        return False
    try:
        now = loop.symbols()
        after = sympify(loop.step(now)[name])
        mean, conditions = average(expand_over(after, *after.atoms(Noise)), after.atoms(Noise))
        start = sympify(loop.initial[name])
        _, asked = average(expand_over(start, *start.atoms(Noise)), start.atoms(Noise))
    except (CannotTell, Infinite):
        return False
    return not conditions and not asked and is_zero(mean - now[name])


__all__ = ["by_jensen"]
