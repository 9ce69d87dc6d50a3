"""Coordinates to which a step adds whole multiples of a number, a grain, or which are drawn anew as such: counts, and shares.

Such a coordinate is at an end of its range, or a grain away from it at least; and at an end draws may be certain, as those from
`Binomial(1, share)` are where the share is 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from sympy import Dummy, Expr, Integer, Poly, S, Symbol, cancel, expand, sympify

from ...language.laws import Binomial, Count, Finite, Noise, Poisson
from ...language.loops import CLOCK, Coordinate, Loop, Observable, never_negative
from ...language.order import in_order
from ...language.signs import is_nonnegative, is_positive

MOST_CORNERS = 256  # joint ends of what is drawn in a step


@dataclass(frozen=True)
class Added:
    """What a step adds to a coordinate, or puts in its place: a polynomial in draws alone."""

    form: Poly
    draws: tuple[Noise, ...]
    anew: bool

    @property
    def coefficients(self) -> list[Expr]:
        """The coefficients of the polynomial that are not 0."""
        return [c for c in self.form.coeffs() if c != 0]

    def most(self, sign: int = 1) -> Expr | None:
        """The most that it may be, with sign -1 the least, if it is affine in each draw: at the ends of their ranges. None where
        that is not seen."""
        ends = [z.law.support for z in self.draws]
        if 2 ** len(ends) > MOST_CORNERS or any(e.is_finite is not True for two in ends for e in two):
            return None
        if any(power > 1 for powers in self.form.monoms() for power in powers):
            return None
        corners = [self.form.eval(corner) if corner else self.form.as_expr() for corner in product(*ends)]
        return next((top for top in corners if all(is_nonnegative(expand(sign * (top - x))) for x in corners)), None)


@lru_cache(maxsize=2048)
def grains(loop: Loop) -> dict[str, Expr]:
    """The coordinates that are whole multiples of a number in every generation, with that number."""
    out = {}
    for name, added in _added(loop).items():
        if not all(z.law.is_whole for z in added.draws):
            continue
        parts = (sympify(loop.initial[name]), *added.coefficients)
        for c in added.coefficients:
            grain = -c if c.could_extract_minus_sign() else c
            if all(expand(x / grain).is_integer for x in parts):
                out[name] = grain
                break
    return out


@lru_cache(maxsize=2048)
def unit_anew(o: Observable) -> Expr | None:
    """g where a coordinate that is drawn anew in every fit is 0, g, 2g, ... from the first one on; None where none is seen."""
    added = _added(o.loop).get(o.name)
    if added is None or not added.anew or not o.t.is_positive or not all(z.law.is_whole for z in added.draws):
        return None
    least = added.most(-1)
    if least is None or not is_nonnegative(least):
        return None
    grains = (-c if c.could_extract_minus_sign() else c for c in added.coefficients)
    return next(
        (g for g in grains if is_positive(g) and all(expand(c / g).is_integer for c in added.coefficients)), None
    )


@lru_cache(maxsize=2048)
def is_count(x: Expr) -> bool:
    """Whether x, a multiple of a coordinate in some generation, is there a whole number, 0 or above."""
    c, o = x.as_independent(Observable, as_Add=False)
    if not (isinstance(o, Observable) and o.name in never_negative(o.loop) and is_nonnegative(c)):
        return False
    if (grain := grains(o.loop).get(o.name)) is not None:
        return bool(expand(c * grain).is_integer)
    added = _added(o.loop).get(o.name)
    if added is None or not added.anew or not o.t.is_positive:  # drawn anew it is a count wherever it began
        return False
    return all(z.law.is_whole for z in added.draws) and all(expand(c * g).is_integer for g in added.coefficients)


@lru_cache(maxsize=2048)
def counted(loop: Loop) -> dict[str, Expr]:
    """The coordinates that are whole multiples of a number in every generation, each as that number times a whole one."""
    state = loop.symbols()
    after = {name: sympify(x) for name, x in loop.step(state).items()}
    whole = set(state)
    while True:
        names = {v: Dummy(name, **{"integer" if name in whole else "real": True}) for name, v in state.items()}
        kept = {name for name in whole if all(_is_whole(x, names) for x in (sympify(loop.initial[name]), after[name]))}
        if kept == whole:
            break
        whole = kept
    out: dict[str, Expr] = {name: grain * Dummy(name, integer=True) for name, grain in grains(loop).items()}
    return out | {name: Dummy(name, integer=True) for name in whole}


def _is_whole(x: Expr, names: Mapping[Symbol, Symbol]) -> bool:
    draws = {z: Dummy(str(z), **{"integer" if z.law.is_whole else "real": True}) for z in x.atoms(Noise)}
    return bool(expand(x.xreplace(draws).xreplace(dict(names))).is_integer)


@lru_cache(maxsize=2048)
def ceilings(loop: Loop) -> dict[str, Expr]:
    """What coordinates are at most before fit number `CLOCK`: the start, and the most that each step before may add."""
    found = {name: added.most() for name, added in _added(loop).items() if not added.anew}
    return {
        name: sympify(loop.initial[name]) + most * (CLOCK - 1)
        for name, most in found.items()
        if most is not None
        and is_nonnegative(most)
        and not most.has(Coordinate)  # which may have been larger in the steps before
        and not sympify(loop.initial[name]).has(Noise)
    }


@lru_cache(maxsize=2048)
def drawn(loop: Loop, name: str) -> tuple[Expr, Expr, Expr] | None:
    """The least and the most value of a coordinate that is drawn anew in every fit, and the grain between its values there."""
    added = _added(loop).get(name)
    if added is None or not added.anew or len(added.draws) != 1 or not added.draws[0].law.is_whole:
        return None
    low, high = added.most(-1), added.most()
    if low is None or high is None or low.has(Coordinate) or high.has(Coordinate):
        return None
    (slope,) = (c for powers, c in added.form.terms() if powers != (0,))
    return low, high, -slope if slope.could_extract_minus_sign() else slope


def _added(loop: Loop) -> dict[str, Added]:
    state, out = loop.symbols(), {}
    for name, after in loop.step(state).items():
        x = sympify(after)
        draws = [z for z in in_order(x.atoms(Noise)) if not z.law.atoms(Noise)]
        names = {z: Dummy(str(z)) for z in draws}
        for before in (state[name], S.Zero):
            added = expand(x.xreplace(names) - before)
            if draws and added.is_polynomial(*names.values()) and not added.has(CLOCK, Noise, Coordinate):
                out[name] = Added(Poly(added, *names.values()), tuple(draws), before == 0)
                break
    return out


def at_an_end(x: Expr, v: Expr, end: Expr) -> Expr:
    """An expression where a coordinate has a value: draws that are certain there are numbers, and those from finitely many
    numbers are from those that they still may be.
    """
    x = sympify(x).xreplace({v: end})
    while left := {z: value for z in x.atoms(Noise) if (value := _left(z)) is not None}:
        x = x.xreplace(left)
    return x


def _left(z: Noise) -> Expr | None:
    """What is left of a draw some of whose values have the probability 0; None where none at an end has."""
    if not isinstance(z.law, Finite):
        return certain(z)
    possible = [i for i, p in enumerate(z.law.masses) if cancel(p) != 0]
    first, last = min(possible, default=0), max(possible, default=0)
    if last - first == len(z.law.masses) - 1:
        return None
    if first == last:
        return Integer(first)
    return first + Noise(z.args[0], Finite(z.law.masses[first : last + 1]), *z.role)


def certain(z: Noise) -> Expr | None:
    """The only value of a draw from a law that is a point mass; None of others."""
    match z.law.marginal if isinstance(z.law, Count) else z.law:
        case Binomial() as law if expand(law.p) == 0:
            return S.Zero
        case Binomial() as law if expand(law.p) == 1:
            return law.n
        case Poisson() as law if expand(law.mean) == 0:
            return S.Zero
    return None
