"""Which numbers an observable can be: multiples of a rational number, where its loop's start and step say so.

A share of n draws is a multiple of 1/n, a walk with steps of 1/10 one of 1/10. In floats such values are off by a few
units in the last place, so that an event which begins at one of them has to be decided on the lattice itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from math import gcd
from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    Heaviside,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Rational,
    S,
    ceiling,
    exp,
    floor,
    sign,
    sympify,
)

from theory.language.laws import ChiSquare, Noise
from theory.language.loops import CLOCK, Loop, Observable, positive_of
from theory.language.measured import Measured
from theory.language.programs import ProgramLoop
from theory.proof.structures import marginal

FINEST = 2**40  # denominators beyond: no float tells neighbours apart
LONG = 100  # numerator or denominator of an exponent
LONGEST = 2_000  # generations that a lattice is followed through
CLIPPED = (Abs, Max, Min, Piecewise, Heaviside, sign, floor, ceiling)  # what has atoms though the draws in it have none
SETTLED = 20  # by which a lattice no longer gets finer, if it is to be the same for ever


@dataclass(frozen=True)
class Known:
    """What is known of a record's exact values.

    value: the only one.  grid: they are multiples of it.  measured: a float is what a program, or a file, says; one that is
    the nearest to a fraction with a small denominator is that fraction.  atoms: the law has atoms, on no lattice that is seen.
    start: the size of what its quantity has begun with, whose rounding it may still have.  alive: it is almost surely not 0, so
    that a float that is has been too small for one.
    """

    value: Expr | None = None
    grid: Rational | None = None
    measured: bool = False
    atoms: bool = False
    start: float = 0.0
    alive: bool = False


NOTHING = Known()


def common(a: Rational, b: Rational) -> Rational:
    """The largest number that both are multiples of."""
    if not (a and b):
        return abs(a + b)
    return Rational(gcd(a.p * b.q, b.p * a.q), a.q * b.q)


def grid_of(x: Any, grids: Mapping[Any, Rational | None]) -> Rational | None:
    """A rational number that an expression is a multiple of, whatever multiples of theirs its symbols are; None: none is seen."""
    found = _grid(x, grids)
    return found if found is not None and found.q <= FINEST else None


def _grid(x: Any, grids: Mapping[Any, Rational | None]) -> Rational | None:
    if x in grids:
        return grids[x]
    if x.is_Rational:
        return abs(x)
    match x:
        case Noise():
            return x.law.grid
        case sign() | floor() | ceiling():
            return S.One
        case Heaviside():
            return common(S.One, x.args[1]) if x.args[1].is_Rational else None
        case Abs():
            return _grid(x.args[0], grids)
        case Pow() if x.exp.is_Integer and x.exp > 0:
            below = _grid(x.base, grids)
            return None if below is None else below**x.exp
        case Mul():
            parts = [_grid(a, grids) for a in x.args]
            return None if None in parts else Mul(*parts)
        case Add() | Max() | Min() | Piecewise():
            parts = [_grid(a, grids) for a in (x.args if not isinstance(x, Piecewise) else [v for v, _ in x.args])]
            return None if None in parts else reduce(common, parts, S.Zero)
        case _:
            return None


def has_long_roots(x: Expr) -> bool:
    """Whether it has powers of the generation as t^(54945/497488): of a number they have millions of digits inside of SymPy."""
    powers = [p.exp for p in x.atoms(Pow) if p.base.has(CLOCK) and p.exp.is_Rational]
    return any(not e.is_Integer and max(abs(e.p), e.q) > LONG for e in powers)


def _drawn(x: Expr) -> bool:
    """Whether an expression draws from a law without atoms."""
    return any(z.law.grid is None and (not isinstance(z.law, ChiSquare) or z.is_positive) for z in x.atoms(Noise))


def is_never_zero(x: Expr, others: Collection[Expr]) -> bool:
    """Whether an expression of draws, and of others that are not 0, is almost surely not 0."""
    if x in others or x.is_nonzero or isinstance(x, exp):
        return True
    match x:
        case Noise():
            if isinstance(x.law, ChiSquare):  # of 0 degrees of freedom it is 0
                return is_never_zero(x.law.dof, others)
            values = x.law.values()
            return x.law.grid is None if values is None else all(v.is_nonzero for v, _ in values)
        case Mul() | Abs() | Max() | Min():
            return all(is_never_zero(a, others) for a in x.args)
        case Piecewise():
            return all(is_never_zero(v, others) for v, _ in x.args)
        case Pow():
            return is_never_zero(x.base, others)
        case Add():  # of a draw without atoms by itself, which meets no number
            return any(_drawn(a) and is_never_zero(a, others) for a in x.args) and not x.has(*CLIPPED)
        case _:
            return False


class _Followed:
    """The lattices of a loop's coordinates, generation by generation."""

    def __init__(self, loop: Loop):
        self.symbols = loop.symbols()
        self.after = {name: sympify(v) for name, v in loop.step(self.symbols).items()}
        self.changing = any(v.has(CLOCK) for v in self.after.values())
        self.apart = frozenset(
            name for name, v in self.after.items() if has_long_roots(v)
        )  # on no lattice that is seen
        start = loop.initial
        self.start = {name: Known(v if v.is_number else None, grid_of(sympify(v), {})) for name, v in start.items()}
        self.smooth = self._smooth(start)
        self.grids: list[dict[str, Rational | None]] = [{name: k.grid for name, k in self.start.items()}]
        self.alive = self._alive(start, positive_of(loop))

    def _smooth(self, start: Mapping[str, Expr]) -> frozenset[str]:
        """The coordinates that, sooner or later, draw from a law without atoms."""
        found: set[str] = set()
        while True:
            more = {
                name
                for name, v in self.after.items()
                if any(_drawn(x) or any(x.has(self.symbols[s]) for s in found) for x in (v, start.get(name, v)))
            }
            if more <= found:
                return frozenset(found)
            found |= more

    def _alive(self, start: Mapping[str, Expr], positive: frozenset[str]) -> frozenset[str]:
        """The coordinates that are almost surely not 0 from the first fit on, whether or not they begin at 0."""
        found = {name for name in self.after if name in positive or is_never_zero(sympify(start.get(name, 0)), ())}
        while True:
            now = [self.symbols[name] for name in found]
            kept = {name for name in found if name in positive or is_never_zero(self.after[name], now)}
            if kept == found:
                return frozenset(name for name, x in self.after.items() if name in found or is_never_zero(x, now))
            found = kept

    def size(self, name: str) -> float:
        """Of what a coordinate starts with, if that is a number."""
        value = self.start[name].value
        return 0.0 if value is None or value.is_infinite else abs(float(value))

    def at(self, t: int) -> dict[str, Rational | None]:
        while len(self.grids) <= t:
            if not self.changing and self.grids[-1:] == self.grids[-2:-1]:
                return self.grids[-1]
            now = {CLOCK: sympify(len(self.grids))}
            before = {s: self.grids[-1].get(name) for name, s in self.symbols.items()}
            self.grids.append(
                {
                    name: None if name in self.apart else grid_of(v.xreplace(now), before)
                    for name, v in self.after.items()
                }
            )
        return self.grids[t]


def lasting(loop: Loop) -> dict[Any, Rational | None]:
    """The lattice that each coordinate of the state, by its symbol in the step, is on at all generations."""
    followed = _followed(loop)
    if followed is None or followed.changing:
        return {}
    now, later = followed.at(SETTLED), followed.at(SETTLED + 1)
    out = {}
    for name, s in followed.symbols.items():
        grids = [g[name] for g in followed.grids]
        out[s] = None if None in grids or now[name] != later[name] else reduce(common, grids)
    return out


def never_zero(loop: Loop) -> frozenset[str]:
    """The coordinates that are almost surely not 0 from the first fit on."""
    followed = _followed(loop)
    return frozenset() if followed is None else followed.alive


@lru_cache(maxsize=512)
def _followed(loop: Loop) -> _Followed | None:
    try:
        return _Followed(loop)
    except (NotImplementedError, AttributeError, KeyError):
        return None


@lru_cache(maxsize=4096)
def known(o: Observable) -> Known:
    """What the start and step of an observable's loop (with numbers for parameters) say of its values at a generation."""
    if isinstance(o.loop, ProgramLoop | Measured):
        return Known(measured=True)
    o = marginal(o)
    followed, t = _followed(o.loop), o.t
    if followed is None or not (t.is_Integer and 0 <= t <= LONGEST):
        return NOTHING
    if o.name in followed.start and not o.index:
        if t == 0:
            return followed.start[o.name]
        grid, atoms = followed.at(int(t)).get(o.name), o.name not in followed.smooth
        start = followed.size(o.name) if atoms and grid is None else 0.0
        return Known(grid=grid, atoms=atoms, start=start, alive=o.name in followed.alive)
    if o.name != "draw":
        return NOTHING
    try:
        drawn = sympify(o.loop.emit(followed.symbols, *o.index)).xreplace({CLOCK: t})
    except NotImplementedError:
        return NOTHING
    grids = followed.at(int(t))
    alive = is_never_zero(drawn, [followed.symbols[name] for name in followed.alive])
    return Known(grid=grid_of(drawn, {s: grids.get(name) for name, s in followed.symbols.items()}), alive=alive)
